"""Uneven light and faint print."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from chartlift.imaging.ink import levels_at, paper
from chartlift.imaging.raster import with_pixels
from chartlift.imaging.sample import bands, tiles

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from chartlift.model import Raster

UNEVEN_SPREAD = 24
"""Grey levels between the page's light and dark paper above which the light is uneven."""
DULL_PAPER = 225
"""Grey level under which paper counts as dull."""
LEAST_PAPER = 0.4
"""Share of the usual paper level under which there is no paper in the shade, but a dark band."""
FAINT_INK = 90
"""Grey level over which the darkest ink counts as faint."""
TILE_INCHES = 0.2
"""Side of a tile: a word or two of usual print."""
PRINTED = 16
"""Grey levels between a tile's usual and its darkest pixels from which it is printed on."""
FEWEST_TILES = 5
UNSURE = 20
"""Grey levels by which a sample of a page may mislead."""


def flatten_light(raster: Raster) -> Raster:
    """Divides by the paper's own level where the light is uneven or the paper dull."""
    level = paper(raster.pixels)
    dark, usual, light = levels_at(level, 0.05, 0.5, 0.95)
    if light - dark < UNEVEN_SPREAD and usual >= DULL_PAPER:
        return raster
    size = raster.pixels.shape[::-1]
    lit = np.maximum(level, max(24, round(usual * LEAST_PAPER)))
    background = cv2.resize(lit.astype(np.uint8), size, interpolation=cv2.INTER_LINEAR)
    return with_pixels(raster, cv2.divide(raster.pixels, background, scale=255))


def stretch_contrast(raster: Raster) -> Raster:
    """Spreads the grey levels between ink and paper where the print is faint."""
    sample = bands(raster)
    if levels_at(sample, 0.005)[0] < FAINT_INK - UNSURE:
        return raster
    printed = print_level(sample, raster.dpi)
    darkest, usual = levels_at(raster.pixels, 0.005, 0.5)
    ink = min(darkest, printed or 0)
    if ink < FAINT_INK or usual - ink < 20:
        return raster
    table = np.clip((np.arange(256) - ink) * (255.0 / (usual - ink)), 0, 255)
    return with_pixels(raster, cv2.LUT(raster.pixels, table.astype(np.uint8)))


def print_level(pixels: NDArray[np.uint8], dpi: int) -> int | None:
    """How dark the darker print of a page is, 0-255; None where too little is printed to tell.

    Measured where something is printed: of the whole page's pixels the darkest may be those of a
    shaded row, where the text is sparse.
    """
    side = max(8, round(dpi * TILE_INCHES))
    # Every other pixel, either way, says as much.
    squares = tiles(pixels, side)[:, ::2, ::2]
    if not len(squares):
        return None
    dark, usual = np.percentile(squares, (2, 50), axis=(1, 2))
    printed = usual - dark > PRINTED
    if np.count_nonzero(printed) < FEWEST_TILES:
        return None
    return round(float(np.percentile(dark[printed], 25)))
