"""The picture of a doubtful stretch, cut out of the raster as far as its ink reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from chartlift.model import Box

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from chartlift.model import Raster
    from chartlift.reading.doubtful import Doubtful

INK = 0.7
"""Share of the paper's level under which a pixel is ink; faint print counts."""
SPECK = 6
"""Pixels of ink under which a piece is a speck."""
LEAST_SIDE = 4
WINDOW = 4.0
"""How far beyond its words a stretch is followed, in its own heights."""
LETTER_GAP = 0.25
"""Widest space between two letters of a word, in heights of the stretch."""
PAPER = 0.2
"""Paper left and right of the ink, in heights of the stretch."""
RULING_TALL, RULING_WIDE = 0.95, 0.3
"""Least height and most width of what is left of an upright ruling, in heights of the stretch."""


class Cutout(NamedTuple):
    """The picture of one stretch, and where its left top corner stands in the raster."""

    pixels: NDArray[np.uint8]
    ink: NDArray[np.bool_]
    left: int
    top: int
    breaks: tuple[float, ...]
    """Where print is parted by a ruling or by much paper, in pixels from its own left edge."""


def cut_out(raster: Raster, doubtful: Doubtful) -> Cutout | None:
    """The stretch with what goes on beyond its words; None where there is no ink."""
    window = _window(raster, doubtful)
    if window is None:
        return None
    left, top, right, bottom = window
    tall = bottom - top
    pixels = raster.pixels[top:bottom, left:right].copy()
    ink, walls = clear_rulings(pixels)
    core = doubtful.rect.left - left, doubtful.rect.right - left
    start, end = follow_ink(np.any(ink, axis=0), core, LETTER_GAP * tall)
    if start >= end:
        return None
    margin = round(PAPER * tall)
    start, end = max(0, start - margin), end + margin
    breaks = *walls, *(place - left for place in doubtful.breaks)
    own = tuple(place - start for place in breaks)
    return Cutout(pixels[:, start:end], ink[:, start:end], left + start, top, own)


def _window(raster: Raster, doubtful: Doubtful) -> Box | None:
    """The part of the raster that a stretch may lie in; None where it is too small to read."""
    height, width = raster.pixels.shape
    rect, room = doubtful.rect, WINDOW * doubtful.rect.height
    left = max(0, round(max(rect.left - room, min(rect.left, doubtful.reach[0]))))
    right = min(width, round(min(rect.right + room, max(rect.right, doubtful.reach[1]))))
    top, bottom = max(0, round(rect.top)), min(height, round(rect.bottom))
    if min(right - left, bottom - top) < LEAST_SIDE:
        return None
    return Box(left, top, right, bottom)


def clear_rulings(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.bool_], list[float]]:
    """The ink of a stretch without specks, and where upright rulings stood: they become paper.

    Args:
        pixels: the picture, changed in place.
    """
    paper = float(np.percentile(pixels, 80))
    mask = (pixels < paper * INK).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    left, _, width, height, area = stats.T
    tall = len(pixels)
    ruling = (height >= RULING_TALL * tall) & (width < RULING_WIDE * tall)
    ruling[0] = False
    if ruling.any():
        halo = cv2.dilate(ruling[labels].astype(np.uint8), np.ones((1, 5), np.uint8))
        pixels[halo > 0] = round(paper)
    kept = (area >= SPECK) & ~ruling
    kept[0] = False
    walls = [float(left + wide / 2) for left, wide in zip(left[ruling], width[ruling], strict=True)]
    return np.asarray(kept[labels], dtype=np.bool_), walls


def follow_ink(ink: NDArray[np.bool_], core: tuple[float, float], gap: float) -> tuple[int, int]:
    """The first and last column (exclusive) of the core's ink and of what goes on beyond it.

    Args:
        ink: for each column of the picture, whether it holds ink.
        core: the columns that belong to the stretch for certain.
        gap: columns of paper after which ink is another word's.
    """
    columns = np.flatnonzero(ink)
    inside = np.flatnonzero((columns >= core[0]) & (columns < core[1]))
    if not len(inside):
        return 0, 0
    breaks = np.flatnonzero(np.diff(columns) > gap)
    first, last = int(inside[0]), int(inside[-1])
    before, after = breaks[breaks < first], breaks[breaks >= last]
    start = columns[before[-1] + 1] if len(before) else columns[0]
    end = columns[after[0]] if len(after) else columns[-1]
    return int(start), int(end) + 1
