"""Black edges that a scanner leaves around a sheet, told from dark bands that carry print."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from chartlift.imaging.ink import levels_at, shrink
from chartlift.imaging.raster import with_pixels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from chartlift.imaging.ink import Mask
    from chartlift.model import Raster

SEARCH_PIXELS = 1200
DARK = 0.4
"""Share of the usual paper level under which a pixel may belong to a black edge."""
THICK_PIXELS = 7
"""Thickness of an edge in the small picture; rulings that run off the sheet are thinner."""
LEAST_SHARE = 0.001
"""Share of the page that an edge covers at least."""
WITHIN_PIXELS = 41
"""Height in the small picture of a line of light print that a band encloses, at most."""
LIGHT = 0.6
"""Share of the usual paper level from which a pixel may belong to a light letter: the grain of a
dark table under a photo is not so light."""
LOWEST, WIDEST = 5, 4
"""Height of a light letter in the small picture, and its width in heights."""
FEWEST_LETTERS = 5
"""Light letters from which an edge is a band that was printed, and stays."""


def clear_border(raster: Raster) -> Raster:
    """Paints black edges as paper: thick dark areas that touch the picture's rim.

    One with light letters on it was printed so, and stays as it is.
    """
    small, _ = shrink(raster.pixels, SEARCH_PIXELS)
    (paper,) = levels_at(small, 0.5)
    dark = (small < paper * DARK).astype(np.uint8)
    edges = _edges(dark)
    if cv2.countNonZero(edges) < LEAST_SHARE * small.size:
        return raster
    edges = _without_print(edges, (small > paper * LIGHT).astype(np.uint8))
    if not edges.any():
        return raster
    grown = cv2.dilate(edges, np.ones((THICK_PIXELS, THICK_PIXELS), np.uint8))
    mask = cv2.resize(grown, raster.pixels.shape[::-1], interpolation=cv2.INTER_NEAREST)
    pixels = raster.pixels.copy()
    pixels[mask > 0] = round(paper)
    return with_pixels(raster, pixels)


def _without_print(edges: Mask, light: NDArray[np.uint8]) -> Mask:
    """The edges but for those that enclose light letters."""
    whole = cv2.morphologyEx(edges, cv2.MORPH_CLOSE, np.ones((WITHIN_PIXELS,) * 2, np.uint8))
    count, regions = cv2.connectedComponents(whole, connectivity=8)
    pieces, labels, stats, _ = cv2.connectedComponentsWithStats(light, connectivity=8)
    width, height, area = stats[:, 2], stats[:, 3], stats[:, 4]
    inside = np.bincount(labels[whole > 0], minlength=pieces)
    letters = (height >= LOWEST) & (height < WITHIN_PIXELS) & (width <= WIDEST * height)
    letters &= inside == area
    letters[0] = False
    region = np.zeros(pieces, np.int32)
    region[labels[light > 0]] = regions[light > 0]
    printed = np.bincount(region[letters], minlength=count) >= FEWEST_LETTERS
    kept: Mask = np.where(printed[regions], np.uint8(0), edges)
    return kept


def _edges(dark: NDArray[np.uint8]) -> Mask:
    """The thick parts of the dark pixels that are connected with the rim."""
    # Beyond the rim it is dark too, or an edge thinner than the opening would vanish.
    wide = cv2.copyMakeBorder(dark, *(THICK_PIXELS,) * 4, cv2.BORDER_REPLICATE)
    thick = cv2.morphologyEx(wide, cv2.MORPH_OPEN, np.ones((THICK_PIXELS,) * 2, np.uint8))
    inner = thick[THICK_PIXELS:-THICK_PIXELS, THICK_PIXELS:-THICK_PIXELS]
    _, labels = cv2.connectedComponents(inner, connectivity=8)
    rim = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    touching = np.zeros(labels.max() + 1, np.uint8)
    touching[rim] = 1
    touching[0] = 0
    edges: Mask = touching[labels]
    return edges
