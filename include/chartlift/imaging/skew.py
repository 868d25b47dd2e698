"""Where the letters are, and how far their lines are tilted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from chartlift.imaging.ink import Glyphs, ink_mask, shrink
from chartlift.imaging.kept import kept
from chartlift.imaging.raster import rotate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from chartlift.imaging.ink import Mask
    from chartlift.model import Raster

WIDEST_SKEW = 15.0
LEAST_SKEW = 0.12
"""Degrees under which a page counts as straight."""
CLEAR_PEAK = 1.25
"""How much sharper the lines must be at the best angle than at an ordinary one."""
SEARCH_PIXELS = 1200
MOST_POINTS = 60_000
LEAST_POINTS = 200


class Lines(NamedTuple):
    """The angle of the text lines and how sharply they stand out there."""

    degrees: float
    """Clockwise positive."""
    sharpness: float
    """Mean squared change from row to row, over the mean density of ink."""
    clarity: float
    """Sharpness at the best angle over the median of all angles tried."""


@kept
def find_lines(mask: Mask) -> Lines:
    """The angle, from -15 to 15 degrees, at which rows of ink and paper differ most.

    Postl's projection criterion, coarse to fine, on the ink's own pixels.
    """
    rows, columns = np.nonzero(mask)
    if len(rows) < LEAST_POINTS:
        return Lines(0.0, 0.0, 1.0)
    step = max(1, len(rows) // MOST_POINTS)
    y, x = rows[::step].astype(np.float32), columns[::step].astype(np.float32)
    coarse = np.arange(-WIDEST_SKEW, WIDEST_SKEW + 0.25, 0.5)
    scores = np.array([_sharpness(x, y, angle) for angle in coarse])
    usual = float(np.median(scores))
    best = float(coarse[int(scores.argmax())])
    for width in (0.1, 0.02):
        finer = best + np.arange(-6, 7) * width
        fine = np.array([_sharpness(x, y, angle) for angle in finer])
        best = float(finer[int(fine.argmax())])
    return Lines(best, float(fine.max()), float(fine.max()) / max(usual, 1e-9))


def _sharpness(x: NDArray[np.float32], y: NDArray[np.float32], degrees: float) -> float:
    slope = np.float32(np.tan(np.radians(degrees)))
    rows = (y - x * slope).astype(np.int32)
    profile = np.bincount(rows - rows.min())
    return float(np.square(np.diff(profile)).sum()) / len(x)


class Letters(NamedTuple):
    """What looks like letters on a small picture of a page."""

    ink: Mask
    pieces: Glyphs


def letters(raster: Raster) -> Letters:
    """The letters alone, at most 1200 pixels long: no rulings, no blots, no black borders."""
    return _letters(raster.pixels)


def text_ink(raster: Raster) -> Mask:
    """The ink of `letters`."""
    return letters(raster).ink


@kept
def _letters(pixels: NDArray[np.uint8]) -> Letters:
    small, _ = shrink(pixels, SEARCH_PIXELS)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink_mask(small), connectivity=8)
    pieces = Glyphs(*stats.T)
    longest = max(small.shape) / 14
    like_letters = (np.maximum(pieces.width, pieces.height) < longest) & (pieces.area > 2)
    like_letters[0] = False
    table = np.where(like_letters, 255, 0).astype(np.uint8)
    return Letters(table[labels], Glyphs(*(column[like_letters] for column in pieces)))


def deskew(raster: Raster) -> Raster:
    """Rotates the page so that its text lines run level, where their tilt is clear."""
    lines = find_lines(text_ink(raster))
    if abs(lines.degrees) < LEAST_SKEW or lines.clarity < CLEAR_PEAK:
        return raster
    return rotate(raster, -lines.degrees)
