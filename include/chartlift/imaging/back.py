"""The print of a sheet's other side, which shows through thin paper: pale, and soft."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from chartlift.imaging.ink import EDGE_PIXELS, PRINT_BELOW_PAPER, Glyphs, ink_level, near_print
from chartlift.imaging.raster import with_pixels
from chartlift.imaging.sample import bands, bands_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from chartlift.imaging.ink import Mask
    from chartlift.model import Raster

PALE_BELOW = 0.90
"""Share of the paper's level under which a pixel is not paper."""
LEAST_AREA = 0.02
"""Pale ink for each pixel of print, at least."""
FEWEST_LETTERS = 24
"""Pale pieces like letters in the sample of a page, at least: a hundred on the whole page. Of 60
drawn pages whose back shows 50 have so many; a receipt that is faded in places had 20."""
SOFT = 0.68
"""How sharp the pale pieces are beside the print, at most."""
SOFTEST_PRINT = 0.35
"""Sharpness from which pale pieces may be print of this side, whatever the rest of it is like, and
stay. Of those 50 pages 48 have less."""
SHARP_PRINT = 0.38
"""Change from pixel to pixel at the print's edges, as a share of its contrast, at least: of a
blurred page nothing can be told."""


class Tones(NamedTuple):
    """Where a picture is dark, and where it is pale with nothing dark beside it."""

    dark: Mask
    pale: Mask


def wipe_back(raster: Raster) -> Raster:
    """Makes white paper of all that is not near dark print, where the other side shows through.

    That is told from pale print by its edges, which the paper in between blurs; but once a page's
    back shows, its pale print goes too.
    """
    sample = bands(raster)
    levels = [
        bands_of(ink_level(raster.pixels, at), raster.dpi) for at in (PRINT_BELOW_PAPER, PALE_BELOW)
    ]
    if not _shows_through(sample, _tones(sample, *levels), raster.dpi):
        return raster
    return with_pixels(raster, np.where(near_print(raster.pixels) > 0, raster.pixels, 255))


def _tones(
    pixels: NDArray[np.uint8], dark_below: NDArray[np.uint8], pale_below: NDArray[np.uint8]
) -> Tones:
    dark = cv2.compare(pixels, dark_below, cv2.CMP_LT).astype(np.uint8, copy=False)
    pale = cv2.compare(pixels, pale_below, cv2.CMP_LT)
    near = cv2.dilate(dark, np.ones((EDGE_PIXELS, EDGE_PIXELS), np.uint8))
    pale = cv2.bitwise_and(pale, cv2.bitwise_not(near))
    return Tones(dark, pale.astype(np.uint8, copy=False))


def _shows_through(sample: NDArray[np.uint8], tones: Tones, dpi: int) -> bool:
    """Whether there is pale ink in the shape of letters, softer than the print."""
    print_area = cv2.countNonZero(tones.dark)
    if not print_area or cv2.countNonZero(tones.pale) < LEAST_AREA * print_area:
        return False
    _, labels, stats, _ = cv2.connectedComponentsWithStats(tones.pale, connectivity=8)
    pieces = Glyphs(*stats.T)
    letters = (pieces.height >= dpi / 50) & (pieces.height < dpi * 0.4) & (pieces.area >= 20)
    letters &= (pieces.width >= dpi / 100) & (pieces.width < pieces.height * 10)
    letters[0] = False
    enough = pieces.area[letters].sum() >= LEAST_AREA * print_area
    if not enough or letters.sum() < FEWEST_LETTERS:
        return False
    edges = cv2.dilate(tones.dark, np.ones((3, 3), np.uint8)) > 0
    back = _sharpness(sample, letters[labels], letters[labels])
    front = _sharpness(sample, edges, tones.dark > 0)
    return front >= SHARP_PRINT and back < min(SOFT * front, SOFTEST_PRINT)


def _sharpness(
    sample: NDArray[np.uint8], edges: NDArray[np.bool_], ink: NDArray[np.bool_]
) -> float:
    """How much the grey level changes from pixel to pixel at edges, as a share of the contrast."""
    across, down = (cv2.Sobel(sample, cv2.CV_16S, *to, ksize=3)[edges] for to in ((1, 0), (0, 1)))
    changes = np.hypot(across.astype(np.float32), down.astype(np.float32)) / 8
    contrast = float(np.median(sample)) - float(np.median(sample[ink]))
    return float(np.percentile(changes, 90)) / max(contrast, 1.0)
