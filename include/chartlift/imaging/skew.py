"""Which way the text lines run: quarter turns and small tilts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from chartlift.imaging.ink import ink_mask, shrink
from chartlift.imaging.kept import kept
from chartlift.imaging.raster import rotate, turn

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
LEVEL_CLARITY = 20.0
"""Clarity of lines that run across from which a page certainly lies on no side: of the columns of
93 pages none had more than 15.5."""


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
    if len(rows) < 200:
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


def text_ink(raster: Raster) -> Mask:
    """The ink of letters alone, on a small picture: no rulings, no blots, no black borders."""
    return _text_ink(raster.pixels)


@kept
def _text_ink(pixels: NDArray[np.uint8]) -> Mask:
    small, _ = shrink(pixels, SEARCH_PIXELS)
    mask = ink_mask(small)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    longest = max(small.shape) / 14
    sides = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    letters = (np.maximum(*sides) < longest) & (stats[:, cv2.CC_STAT_AREA] > 2)
    letters[0] = False
    table = np.where(letters, 255, 0).astype(np.uint8)
    return table[labels] if count > 1 else mask


def turn_upright(raster: Raster) -> Raster:
    """Turns a page that lies on its side by a quarter, so that its lines run across.

    Whether it then stands on its head is told by reading it.
    """
    mask = text_ink(raster)
    across = find_lines(mask)
    if across.clarity > LEVEL_CLARITY:
        return raster
    along = find_lines(np.ascontiguousarray(np.rot90(mask)))
    # Not by sharpness: a table's columns stand out as sharply, but hardly less when tilted.
    if along.clarity <= across.clarity * CLEAR_PEAK:
        return raster
    return turn(raster, 90)


def deskew(raster: Raster) -> Raster:
    """Rotates the page so that its text lines run level, where their tilt is clear."""
    lines = find_lines(text_ink(raster))
    if abs(lines.degrees) < LEAST_SKEW or lines.clarity < CLEAR_PEAK:
        return raster
    return rotate(raster, -lines.degrees)
