"""A quarter of a page, which says as much of its grain, its greys and its specks as the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from chartlift.imaging.ink import Glyphs, glyphs, ink_level
from chartlift.imaging.kept import kept

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from chartlift.model import Raster

BAND_INCHES = 0.5
"""Height of a band: three lines of usual print, of which at least two stand in it whole."""
EVERY = 4
"""One band is taken of so many."""


def bands(raster: Raster) -> NDArray[np.uint8]:
    """Every fourth band of a page, half an inch high, below each other; a small page whole."""
    return _kept_bands(raster.pixels, _band_height(raster.dpi))


def bands_of(picture: NDArray[np.uint8], dpi: int) -> NDArray[np.uint8]:
    """The same bands of another picture of a page, the level of its paper for example."""
    return _bands(picture, _band_height(dpi))


def sampled_glyphs(raster: Raster) -> Glyphs:
    """The connected pieces of ink that stand in one of the `bands` whole."""
    return _sampled_glyphs(raster.pixels, _band_height(raster.dpi))


@kept
def _sampled_glyphs(pixels: NDArray[np.uint8], height: int) -> Glyphs:
    level = _bands(ink_level(pixels), height)
    mask = cv2.compare(_kept_bands(pixels, height), level, cv2.CMP_LT).astype(np.uint8, copy=False)
    found = glyphs(mask)
    whole = (found.top % height > 0) & (found.top % height + found.height < height)
    return Glyphs(*(column[whole] for column in found))


@kept
def _kept_bands(pixels: NDArray[np.uint8], height: int) -> NDArray[np.uint8]:
    # A copy, never a view: what is kept must not keep the picture.
    return _bands(pixels, height).copy()


def _bands(pixels: NDArray[np.uint8], height: int) -> NDArray[np.uint8]:
    count = pixels.shape[0] // (EVERY * height)
    if not count:
        return pixels
    rows = pixels[: count * EVERY * height].reshape(count, EVERY, height, -1)
    return rows[:, EVERY // 2].reshape(count * height, -1)


def tiles(pixels: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """The whole squares of a picture, row by row, shape (squares, side, side)."""
    height, width = (length // side for length in pixels.shape)
    whole = pixels[: height * side, : width * side].reshape(height, side, width, side)
    return whole.swapaxes(1, 2).reshape(height * width, side, side)


def _band_height(dpi: int) -> int:
    return max(1, round(dpi * BAND_INCHES))
