"""The pictures of single lines, cut out of a raster and stood level, without their neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from chartlift.geometry import moved
from chartlift.imaging.ink import INK_BELOW_PAPER, ink_mask, percentile
from chartlift.imaging.kept import kept
from chartlift.model import Box
from chartlift.reading.owned_ink import CORE, FAINT, REACH, TALLEST, find_ink

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from chartlift.model import Homography, Raster
    from chartlift.ocr.protocol import TextBox
    from chartlift.reading.owned_ink import Ink

LEAST_SIDE = 4
LEVEL = 0.01
"""Rise per pixel under which a line is cut out as it stands."""
AROUND = 3.0
"""How far around a line ink is looked at to tell whose it is, in heights of the line: what reaches
further is a frame or a stroke of the pen."""
PAPER = 80
"""Percentile of a strip's grey levels that is its paper."""


class Strip(NamedTuple):
    """The picture of one line."""

    pixels: NDArray[np.uint8]
    to_raster: Homography
    """Leads from the strip's pixels to the raster's."""
    crossed: tuple[tuple[int, int], ...] = ()
    """Columns where ink went through its rows that is too tall to be of letters alone."""

    @property
    def height(self) -> int:
        """Pixels."""
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        """Pixels."""
        return int(self.pixels.shape[1])

    def columns(self, start: float, end: float) -> Strip:
        """The part between two places along the line."""
        left, right = max(0, round(start)), min(self.width, round(end))
        moved = np.array([[1, 0, left], [0, 1, 0], [0, 0, 1]], dtype=np.float64)
        part = np.ascontiguousarray(self.pixels[:, left:right])
        crossed = tuple((a - left, b - left) for a, b in self.crossed)
        return Strip(part, self.to_raster @ moved, crossed)


class Band(NamedTuple):
    """Some rows of a raster."""

    top: int
    bottom: int
    lines: tuple[int, ...]
    """The numbers of the lines that are cut out of them."""


def cut_strip(raster: Raster, box: TextBox, grow: float = 0.0) -> Strip | None:
    """The line in a box, level; None where nothing of it lies in the raster.

    Args:
        raster: the page.
        box: where the line stands, in pixels of the raster.
        grow: paper to take along above and below, in heights of the box.
    """
    corners = np.array(box.corners)
    down = (corners[3] - corners[0] + corners[2] - corners[1]) / 2 * grow
    corners += np.array([-down, -down, down, down])
    along, across = np.abs(corners[1] - corners[0]), np.abs(corners[3] - corners[0])
    if max(along[1], across[0]) <= LEVEL * along[0]:
        return _sliced(raster, corners)
    return _warped(raster, corners)


def cut_own(
    raster: Raster, boxes: Mapping[int, TextBox], wanted: Sequence[int]
) -> dict[int, Strip]:
    """The lines of some boxes with all of their own ink, and none of the lines around them.

    A script with signs above and below its letters reaches out of its box and into its
    neighbours'; each connected piece of ink belongs to the line whose letters it is nearest to.

    Args:
        raster: the page.
        boxes: where its lines stand, by their numbers; ink may belong to any of them.
        wanted: the numbers of the lines that are cut out.
    """
    mask = ink_mask(raster.pixels, FAINT)
    cut = {index: cut_strip(raster, boxes[index], REACH) for index in wanted}
    strips = {index: strip for index, strip in cut.items() if strip is not None}
    for band in _bands({index: boxes[index] for index in strips}, len(mask)):
        inside = {
            index: box.moved(0, -band.top)
            for index, box in boxes.items()
            if box.rows[0] < band.bottom and box.rows[1] > band.top
        }
        ink = find_ink(mask[band.top : band.bottom], inside)
        pieces = ink.labels.astype(np.float32)  # warping takes no integers this large
        parted = _parted(ink, band, len(mask))
        for index in band.lines:
            own = ink.of(index)
            tall = ink.heights > TALLEST * boxes[index].height
            own[parted], tall[parted] = False, True
            strips[index] = _without_others(strips[index], pieces, (own, tall), band.top)
    return strips


@kept
def ink_of(pixels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which pixels of a strip are ink."""
    paper = percentile(pixels, PAPER)
    return np.asarray(pixels < paper * INK_BELOW_PAPER, dtype=np.bool_)


def tighten(box: Box, ink: NDArray[np.bool_]) -> Box:
    """The box of the ink in a box; the box itself where there is none."""
    left, top, right, bottom = box
    part = ink[top:bottom, left:right]
    across, down = np.flatnonzero(part.any(axis=0)), np.flatnonzero(part.any(axis=1))
    if not len(across):
        return box
    start, above = left + int(across[0]), top + int(down[0])
    return Box(start, above, left + int(across[-1]) + 1, top + int(down[-1]) + 1)


def place_on_raster(box: Box, strip: Strip) -> Box:
    """A box of the strip, as the box around it in the raster."""
    left, top, right, bottom = box
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float64)
    points = moved(strip.to_raster, corners)
    low, high = np.floor(points.min(axis=0)), np.ceil(points.max(axis=0))
    return Box(int(low[0]), int(low[1]), int(high[0]), int(high[1]))


def _bands(boxes: Mapping[int, TextBox], height: int) -> list[Band]:
    """The rows in which the ink around some lines stands, from top to bottom."""
    bands: list[Band] = []
    for index, box in sorted(boxes.items(), key=lambda item: item[1].rows[0]):
        above, below = box.rows
        around = AROUND * box.height
        top, bottom = max(0, round(above - around)), min(height, round(below + around))
        if bands and top < bands[-1].bottom:
            last = bands[-1]
            bands[-1] = Band(last.top, max(last.bottom, bottom), (*last.lines, index))
        else:
            bands.append(Band(top, bottom, (index,)))
    return bands


def _parted(ink: Ink, band: Band, height: int) -> NDArray[np.int32]:
    """The pieces of ink that go on beyond a band: too tall to be of a line inside it."""
    rims = [row for row, end in ((0, band.top > 0), (-1, band.bottom < height)) if end]
    return np.unique(ink.labels[rims])


def _without_others(
    strip: Strip, labels: NDArray[np.float32], told: tuple[NDArray[np.bool_], ...], top: int
) -> Strip:
    """The strip with the ink of other lines painted over as paper.

    Args:
        strip: the line.
        labels: the number of the piece that each pixel of the raster belongs to, 0 for paper.
        told: which pieces are the line's, and which are too tall for letters.
        top: the row of the raster where the labels begin.
    """
    own, tall = told
    down = np.array([[1, 0, 0], [0, 1, -top], [0, 0, 1]], dtype=np.float64)
    found = cv2.warpPerspective(
        labels,
        down @ strip.to_raster,
        (strip.width, strip.height),
        flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP,
    ).astype(np.int64)
    mine = (found > 0) & own[found]
    others = ((found > 0) & ~mine).astype(np.uint8)
    halo = (cv2.dilate(others, np.ones((3, 3), np.uint8)) > 0) & ~mine
    pixels = strip.pixels.copy()
    pixels[halo] = percentile(pixels, PAPER)
    return Strip(pixels, strip.to_raster, _crossed((found > 0) & tall[found]))


def _crossed(tall: NDArray[np.bool_]) -> tuple[tuple[int, int], ...]:
    """The columns where ink goes through the middle rows of a strip cut with `REACH` around."""
    middle, half = len(tall) / 2, CORE * len(tall) / (1 + 2 * REACH)
    rows = tall[round(middle - half) : round(middle + half)]
    edges = np.flatnonzero(np.diff(rows.any(axis=0), prepend=False, append=False)).tolist()
    return tuple(
        (start, end)
        for start, end in zip(edges[::2], edges[1::2], strict=True)
        if rows[0, start:end].any() and rows[-1, start:end].any()
    )


def _sliced(raster: Raster, corners: NDArray[np.float64]) -> Strip | None:
    height, width = raster.pixels.shape
    low, high = np.floor(corners.min(axis=0)), np.ceil(corners.max(axis=0))
    left, top = max(0, int(low[0])), max(0, int(low[1]))
    right, bottom = min(width, int(high[0])), min(height, int(high[1]))
    if min(right - left, bottom - top) < LEAST_SIDE:
        return None
    moved = np.array([[1, 0, left], [0, 1, top], [0, 0, 1]], dtype=np.float64)
    return Strip(np.ascontiguousarray(raster.pixels[top:bottom, left:right]), moved)


def _warped(raster: Raster, corners: NDArray[np.float64]) -> Strip | None:
    a, b, c, d = corners
    width = round(max(np.hypot(*(b - a)), np.hypot(*(c - d))))
    height = round(max(np.hypot(*(d - a)), np.hypot(*(c - b))))
    if min(width, height) < LEAST_SIDE:
        return None
    own = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    back = cv2.getPerspectiveTransform(own, corners.astype(np.float32))
    pixels = cv2.warpPerspective(
        raster.pixels,
        back,
        (width, height),
        flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return Strip(pixels.astype(np.uint8), back.astype(np.float64))
