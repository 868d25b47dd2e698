"""Check boxes in the picture of a line: squares that a reader of Khmer takes for figures.

A box is told by its four straight sides and its four corners, and by what is inside: nothing, or a
cross from corner to corner. A square with any other ink inside may hold a figure or be a bold
letter: it is no box to this module, and what is read of it stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from chartlift.imaging.ink import percentile
from chartlift.model import Box
from chartlift.reading.owned_ink import FAINT
from chartlift.reading.strips import PAPER, Strip, ink_of
from chartlift.reading.tokens import Token

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

EMPTY, MARKED = "☐", "☒"
BY_SHAPE = "shape"
"""What stands as the engine of a box."""
SURE = 0.95
"""How far a box is believed: all of the 30 found on 80 drawn tuning pages are boxes."""
LEAST, LEAST_PIXELS = 0.15, 12
"""Its side at least, in heights of the line, and in pixels."""
SQUARE = 1.25
"""How many times as long one side may be as the other."""
EDGE, STRAIGHT = 0.1, 0.9
"""Depth in which a side's stroke stands, in sides, and share of the side that is drawn. Of all
letters and figures of Khmer in sixteen fonts at 16 to 40 pixels, sharp, blurred and with bled ink
(158,080 pictures), 234 have such sides and corners: ធ ឆ ព ៣ among them."""
CORNER, DRAWN = 0.1, 0.5
"""Side of a corner, in sides, and share of it that is ink."""
WITHIN, BARE = 0.26, 0.02
"""How far from its sides the inside begins, in sides, and the share of it under which faint ink is
none: of 256 empty boxes of 12 to 48 pixels, upright and askew, sharp, blurred and bled, 251."""
CLEAR, SPAN = 0.9, 0.5
"""Share of the rectangle around it that an empty box's paper fills, and how wide that is, in sides:
251 of those boxes from .92, a round figure in a box .79; none of the 234 letters."""
AROUND, CROSSED, BESIDE, BETWEEN = 0.2, 0.95, 0.2, 0.1
"""How far from its sides a cross is looked for, share of each diagonal that is its ink, and from
how far beside both of them, in sides, ink is no part of it, and the share of that ink: of 198 drawn
crosses 193; of 59,968 figures and letters of both scripts in a box only three, all X."""
FULL = 0.85
"""Share of ink from which what is there is a blot: of those crosses up to .80, of bold letters with
bled ink from .91. With these limits none of the 158,080 pictures of letters is a box."""
MARGIN = 2
"""Pixels around a box that are wiped with it."""


class CheckBox(NamedTuple):
    """One box."""

    box: Box
    """Where it stands in the strip."""
    marked: bool


def find_check_boxes(strip: Strip) -> tuple[CheckBox, ...]:
    """The check boxes of a line, left to right."""
    ink = ink_of(strip.pixels)
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    least = max(LEAST_PIXELS, LEAST * strip.height)
    faint = strip.pixels < percentile(strip.pixels, PAPER) * FAINT
    found = []
    for left, top, width, height, _ in stats[1:].tolist():
        if min(width, height) < least or max(width, height) > SQUARE * min(width, height):
            continue
        box = Box(left, top, left + width, top + height)
        place = slice(box.top, box.bottom), slice(box.left, box.right)
        empty = _is_empty(ink[place], faint[place])
        if _is_framed(ink[place]) and (empty or _is_crossed(ink[place])):
            found.append(CheckBox(box, not empty))
    return tuple(sorted(found, key=lambda one: one.box.left))


def without_boxes(strip: Strip, boxes: Sequence[CheckBox]) -> Strip:
    """The strip with its boxes painted over as paper."""
    if not boxes:
        return strip
    pixels = strip.pixels.copy()
    paper = percentile(pixels, PAPER)
    for left, top, right, bottom in (one.box for one in boxes):
        across = slice(max(0, left - MARGIN), right + MARGIN)
        pixels[max(0, top - MARGIN) : bottom + MARGIN, across] = paper
    return strip._replace(pixels=pixels)


def with_boxes(
    tokens: Sequence[Token], strip: Strip, boxes: Sequence[CheckBox]
) -> tuple[Token, ...]:
    """The words of a strip and its boxes, left to right."""
    signs = (
        Token(MARKED if one.marked else EMPTY, strip, one.box, SURE, SURE, BY_SHAPE)
        for one in boxes
    )
    return tuple(sorted([*tokens, *signs], key=lambda token: token.box.left))


def _is_framed(part: NDArray[np.bool_]) -> bool:
    """Whether ink stands along all four sides and in the corners."""
    height, width = part.shape
    deep, wide = max(2, round(EDGE * height)), max(2, round(EDGE * width))
    sides = (part[:deep].any(axis=0), part[-deep:].any(axis=0))
    ends = (part[:, :wide].any(axis=1), part[:, -wide:].any(axis=1))
    tall, broad = max(2, round(CORNER * height)), max(2, round(CORNER * width))
    corners = (part[rows, cols] for rows in _ends(tall) for cols in _ends(broad))
    straight = all(side.mean() >= STRAIGHT for side in (*sides, *ends))
    return straight and all(corner.mean() >= DRAWN for corner in corners)


def _ends(length: int) -> tuple[slice, slice]:
    return slice(None, length), slice(-length, None)


def _is_empty(part: NDArray[np.bool_], faint: NDArray[np.bool_]) -> bool:
    """Whether there is nothing but paper inside the sides, as far as these."""
    height, width = part.shape
    down, across = round(WITHIN * height), round(WITHIN * width)
    inside = faint[down : height - down, across : width - across]
    paper = (~part).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(paper, connectivity=4)
    _, _, wide, tall, area = max(stats[1:].tolist(), key=lambda one: one[-1], default=[0] * 5)
    spans = min(wide / width, tall / height) >= SPAN
    return bool(spans and area >= CLEAR * wide * tall and inside.mean() < BARE)


def _is_crossed(part: NDArray[np.bool_]) -> bool:
    """Whether both diagonals are drawn, and nothing beside them."""
    height, width = part.shape
    along = np.linspace(AROUND, 1 - AROUND, max(height, width))
    down, across = (along * height).astype(int), (along * width).astype(int)
    drawn = part[down, across].mean(), part[height - 1 - down, across].mean()
    y, x = (np.arange(height) + 0.5)[:, None] / height, (np.arange(width) + 0.5) / width
    inside = np.maximum(abs(x - 0.5), abs(y - 0.5)) < 0.5 - AROUND
    full = part[inside].mean() >= FULL
    beside = inside & (np.minimum(abs(x - y), abs(x + y - 1)) > BESIDE)
    return bool(not full and min(drawn) >= CROSSED and part[beside].mean() <= BETWEEN)
