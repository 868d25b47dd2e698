"""White print on black: copies from microfilm, and pictures stored with their greys reversed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from chartlift.imaging.ink import shrink
from chartlift.imaging.raster import with_pixels
from chartlift.imaging.sample import tiles

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from chartlift.model import Raster

SEARCH_PIXELS = 1200
TILE = 32
"""Side of the tiles, in pixels of the small picture: a word or two of usual print."""
TEXTURED = 24
"""Grey levels from a tile's dark to its light pixels from which something stands on it."""
EVERY = 3
"""One tile is looked at of so many."""
FEWEST_TILES = 5
MOST_LIGHT = 0.5
"""Share of the tiles with light print from which a page is a negative: of 352 pages none had more
than .29, and of their negatives none less than .71."""


def invert_negative(raster: Raster) -> Raster:
    """Reverses the greys of a page that is printed light on dark."""
    share = light_print(raster.pixels)
    if share is None or share < MOST_LIGHT:
        return raster
    return with_pixels(raster, cv2.bitwise_not(raster.pixels))


def light_print(pixels: NDArray[np.uint8]) -> float | None:
    """The share of a page's printed tiles on which print is lighter than what it stands on.

    Print covers less of a tile than paper does, so it lies farther from the tile's median.
    None where too little is printed to tell.
    """
    small, _ = shrink(pixels, SEARCH_PIXELS)
    squares = tiles(small, TILE)[::EVERY]
    if not len(squares):
        return None
    dark, usual, light = np.percentile(squares, (2, 50, 98), axis=(1, 2))
    printed = light - dark > TEXTURED
    if np.count_nonzero(printed) < FEWEST_TILES:
        return None
    return float(np.mean((light - usual > usual - dark)[printed]))
