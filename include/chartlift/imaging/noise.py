"""Grain and specks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from chartlift.imaging.ink import Glyphs, glyphs, ink_mask, near_print, text_height
from chartlift.imaging.raster import with_pixels
from chartlift.imaging.sample import EVERY, bands, sampled_glyphs
from chartlift.imaging.scale import SMALL_LETTERS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from chartlift.model import Raster

GRAINY_SIGMA = 6.0
"""Standard deviation of the grain, in grey levels, above which it is smoothed."""
COARSE_SIGMA = 16.0
"""Standard deviation over which paper is wiped white: no pale print can be read there."""
SPECKS_PER_LETTER = 1.0
"""Specks for each letter-like piece of ink above which specks are wiped off."""
FEWEST_SPECKS = 50
"""Specks on a page that are no reason to do anything."""
SPECK_INCHES = 1 / 120
SPECK_LETTERS = 0.12
"""Side of the largest speck in heights of the page's letters; the dot of an i, a full stop and a
decimal point are a fifth of them."""
WHOLE_LETTERS = 8.0
"""Height in pixels under which letters fall into pieces that look like specks."""
CLEARLY_UNDER = 0.6
"""Share of a limit under which a sample of a page says enough."""


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
    """Smooths fine noise by a median of 3 x 3 where the paper is grainy.

    Coarse noise outlives that: then all that is not near dark print becomes white paper. Of small
    letters the median would take the points, and 4.1 would be 41.
    """
    sampled = grain(bands(raster))
    if sampled < CLEARLY_UNDER * GRAINY_SIGMA or grain(raster.pixels) < GRAINY_SIGMA:
        return raster
    if (text_height(sampled_glyphs(raster), raster.dpi) or SMALL_LETTERS) < SMALL_LETTERS:
        return raster
    smooth = cv2.medianBlur(raster.pixels, 3).astype(np.uint8, copy=False)
    if sampled > COARSE_SIGMA:
        smooth = np.where(near_print(smooth) > 0, smooth, 255).astype(np.uint8)
    return with_pixels(raster, smooth)


def wipe_specks(raster: Raster) -> Raster:
    """Wipes specks off where they outnumber the letters.

    A speck is a piece of ink under 1/120 inch in both directions, and smaller than a point: a
    page of few dots an inch may have none that can be told from its points.
    """
    sample = sampled_glyphs(raster)
    largest = _largest_speck(sample, raster)
    specks = _are_specks(sample, largest)
    if not _outnumber(specks, times=EVERY, share=CLEARLY_UNDER):
        return raster
    mask = ink_mask(raster.pixels)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    specks = _are_specks(Glyphs(*stats[1:].T), largest)
    if not _outnumber(specks):
        return raster
    table = np.concatenate([[False], specks])
    wiped = raster.pixels.copy()
    wiped[cv2.dilate(table[labels].astype(np.uint8), np.ones((3, 3), np.uint8)) > 0] = 255
    return with_pixels(raster, wiped)


def _largest_speck(sample: Glyphs, raster: Raster) -> int:
    """Side of the largest speck in pixels; 0 where there can be none."""
    letters = text_height(sample, raster.dpi)
    if letters is None:
        letters = text_height(glyphs(ink_mask(raster.pixels)), raster.dpi)
    if letters is None or letters < WHOLE_LETTERS:
        return 0
    return min(max(2, round(raster.dpi * SPECK_INCHES)), round(SPECK_LETTERS * letters))


def _are_specks(pieces: Glyphs, largest: int) -> NDArray[np.bool_]:
    return (pieces.width <= largest) & (pieces.height <= largest)


def _outnumber(specks: NDArray[np.bool_], *, times: int = 1, share: float = 1.0) -> bool:
    """Whether there are so many specks, counted so many times, among pieces of ink."""
    count, others = specks.sum() * times, (~specks).sum() * times
    return bool(count >= share * SPECKS_PER_LETTER * max(FEWEST_SPECKS, others))
