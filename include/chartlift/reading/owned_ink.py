"""The connected pieces of a page's ink, and which line of text each belongs to.

Khmer has signs above and below its letters. A sign belongs to the line whose letters stand nearest
to it; where the sign under one line touches that above the next, the two are parted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from chartlift.imaging.ink import Mask
    from chartlift.ocr.protocol import TextBox

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int32]

FAINT = 0.75
"""Share of the paper under which a pixel may belong to a line's ink."""
REACH = 0.2
"""How far beyond its box a line's own ink may stand, in heights of the box."""
CORE = 0.35
"""How far from its middle ink is a line's own, whatever stands near, in heights of the box."""
LETTER = 0.2
"""Height from which a piece of ink is a letter, not a sign, in the same."""
TIE = 0.05
"""What the distance from the middle counts for beside the paper between letters and signs."""
ACROSS = 0.07
"""How far a piece must reach over the middle between two lines on both sides to be two, in the
same."""
SLACK = 0.04
"""By how much a row of ink may be wider than the narrowest and still part a piece, in the same."""
TALLEST = 2.0
"""Height from which a piece is a frame or a stroke of the pen, in the same."""
NEXT = 1.5
"""How far apart the middles of two lines are at most that may touch, in the same."""


class Letters(NamedTuple):
    """Where the letters of a line stand, without their signs."""

    box: TextBox
    top: float
    bottom: float
    """Below the middle of the box, in pixels."""


class Ink(NamedTuple):
    """The pieces of ink of a page."""

    labels: Numbers
    """For each pixel the number of its piece, 0 for paper."""
    owners: NDArray[np.int64]
    """For each piece the line it belongs to, -1 for none."""
    across: Mapping[int, Floats]
    """For each line how far the pieces are from its middle, in heights of its box."""
    heights: Floats
    """Of the pieces, in pixels."""

    def of(self, line: int) -> NDArray[np.bool_]:
        """Which pieces are a line's own."""
        own: NDArray[np.bool_] = (self.owners == line) | (np.abs(self.across[line]) < CORE)
        return own


class Pieces(NamedTuple):
    """Where pieces of ink stand, in pixels."""

    x: Floats
    y: Floats
    """Their middles."""
    heights: Floats


def find_ink(mask: Mask, boxes: Mapping[int, TextBox]) -> Ink:
    """The pieces of a page's ink, or of some of its rows.

    Args:
        mask: the ink of these rows, told by `FAINT`.
        boxes: where their lines stand, by their numbers, in pixels of the mask.
    """
    _, found, told, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    labels, stats = found.astype(np.int32), told.astype(np.int32)
    lines = {index: _letters(_pieces(stats), box) for index, box in boxes.items()}
    for above, below in _neighbours(list(lines.values())):
        stats = _part(labels, stats, above, below)
    pieces = _pieces(stats)
    owners = np.full(len(stats), -1)
    nearest = np.full(len(stats), np.inf)
    for index, letters in lines.items():
        distance = _distances(pieces, letters)
        near = distance < nearest
        nearest[near], owners[near] = distance[near], index
    across = {index: _across(pieces, box) for index, box in boxes.items()}
    return Ink(labels, owners, across, pieces.heights)


def _pieces(stats: Numbers) -> Pieces:
    left, top, width, height = (stats[:, place].astype(np.float64) for place in range(4))
    return Pieces(left + width / 2, top + height / 2, height)


def _letters(pieces: Pieces, box: TextBox) -> Letters:
    """Where most pieces that are as high as letters begin and end."""
    across, height = _across(pieces, box) * max(box.height, 1.0), max(box.height, 1.0)
    tall = (pieces.heights > LETTER * height) & (pieces.heights < height)
    inside = (np.abs(across) < CORE * height) & tall
    if not inside.any():
        return Letters(box, -LETTER * height, LETTER * height)
    half = pieces.heights[inside] / 2
    top, bottom = (float(np.median(across[inside] + way * half)) for way in (-1, 1))
    return Letters(box, top, bottom)


def _distances(pieces: Pieces, letters: Letters) -> Floats:
    """How much paper is between pieces of ink and a line's letters, in heights of its box.

    Where it is as much, the line with the nearer middle counts; inf beyond a line's reach.
    """
    height = max(letters.box.height, 1.0)
    across, half = _across(pieces, letters.box), pieces.heights / 2 / height
    top, bottom = letters.top / height, letters.bottom / height
    paper = np.maximum(0, np.maximum(top - across - half, across - half - bottom))
    near = np.abs(across) < 0.5 + REACH
    distance: Floats = np.where(near, paper + TIE * np.abs(across), np.inf)
    return distance


def _across(pieces: Pieces, box: TextBox) -> Floats:
    """How far pieces of ink stand below a line's middle, in heights of its box; inf beside it."""
    corners, height = np.array(box.corners), max(box.height, 1.0)
    left, middle = corners.mean(axis=0)
    x, y = pieces.x - left, pieces.y - middle
    dx, dy = (corners[1] - corners[0]) / max(box.width, 1.0)
    beyond = np.maximum(np.abs(x * dx + y * dy) - box.width / 2, 0) / height
    across: Floats = np.where(beyond < REACH, (y * dx - x * dy) / height, np.inf)
    return across


def _neighbours(lines: list[Letters]) -> Iterator[tuple[Letters, Letters]]:
    """The pairs of lines of which the second stands close below the first."""
    for above in lines:
        (left, top), (right, _), _, _ = above.box.corners
        for below in lines:
            (start, head), (end, _), _, _ = below.box.corners
            close = 0 < head - top < NEXT * above.box.height
            if close and min(right, end) > max(left, start) and above is not below:
                yield above, below


def _part(labels: Numbers, stats: Numbers, above: Letters, below: Letters) -> Numbers:
    """The pieces with those parted that hold ink of both lines, where they are narrowest."""
    pieces, reach = _pieces(stats), ACROSS * above.box.height
    ends = _across(pieces, above.box) * above.box.height
    starts = _across(pieces, below.box) * below.box.height
    # In rows of the page: the middle of the paper between the letters of the two lines.
    middle = (pieces.y - ends + above.bottom + pieces.y - starts + below.top) / 2
    tops, bottoms = pieces.y - pieces.heights / 2, pieces.y + pieces.heights / 2
    both = np.isfinite(middle) & (pieces.heights < TALLEST * above.box.height)
    both &= (tops < middle - reach) & (bottoms > middle + reach)
    added: list[tuple[int, int, int, int, int]] = []
    for number in np.flatnonzero(both[1:]) + 1:
        left, top, width, height = (int(side) for side in stats[number, :4])
        part = labels[top : top + height, left : left + width]
        ink = (part == number).sum(axis=1)
        first = max(1, round(middle[number] - reach) - top)
        last = min(height - 1, round(middle[number] + reach) - top + 1)
        if first >= last:
            continue
        # A sign under letters is a stroke down; where that ends the sign of the line below begins.
        narrow = np.flatnonzero(ink[first:last] <= ink[first:last].min() + SLACK * above.box.height)
        waist = first + int(narrow[-1])
        part[waist:][part[waist:] == number] = len(stats) + len(added)
        added.append((left, top + waist, width, height - waist, 0))
        stats[number, 3] = waist
    return np.concatenate([stats, np.array(added, dtype=stats.dtype)]) if added else stats
