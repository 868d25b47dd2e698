"""Grain and specks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from chartlift.imaging.ink import Glyphs, ink_mask
from chartlift.imaging.raster import with_pixels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from chartlift.model import Raster

GRAINY_SIGMA = 6.0
"""Standard deviation of the grain, in grey levels, above which it is smoothed."""
SPECKS_PER_LETTER = 1.0
"""Specks for each letter-like piece of ink above which specks are wiped off."""


def grain(pixels: NDArray[np.uint8]) -> float:
    """Standard deviation of the fine noise on paper, in grey levels.

    Immerkaer's Laplacian difference, taken by its median, so that the edges of print, which
    cover a small share of a page, do not count as noise.
    """
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], dtype=np.float32)
    response = cv2.convertScaleAbs(cv2.filter2D(pixels, cv2.CV_16S, kernel), alpha=0.25)
    levels = np.cumsum(cv2.calcHist([response], [0], None, [256], [0, 256]).ravel())
    # The kernel's norm is 6, the picture was scaled by 1/4, the median of |x| is .6745 sigma.
    return float(np.interp(levels[-1] / 2, levels, np.arange(256))) * 4 / 6 / 0.6745


def smooth_grain(raster: Raster) -> Raster:
    """Smooths fine noise by a median of 3 x 3 where the paper is grainy."""
    if grain(raster.pixels) < GRAINY_SIGMA:
        return raster
    return with_pixels(raster, cv2.medianBlur(raster.pixels, 3))


def wipe_specks(raster: Raster) -> Raster:
    """Wipes specks off where they outnumber the letters; dots near letters stay.

    A speck is a piece of ink under 1/120 inch in both directions.
    """
    mask = ink_mask(raster.pixels)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    pieces = Glyphs(*stats[1:].T)
    largest = max(2, round(raster.dpi / 120))
    specks = (pieces.width <= largest) & (pieces.height <= largest)
    if specks.sum() < SPECKS_PER_LETTER * max(50, (~specks).sum()):
        return raster
    table = np.concatenate([[False], specks])
    wiped = raster.pixels.copy()
    wiped[cv2.dilate(table[labels].astype(np.uint8), np.ones((3, 3), np.uint8)) > 0] = 255
    return with_pixels(raster, wiped)
