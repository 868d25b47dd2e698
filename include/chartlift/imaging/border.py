"""Black edges that a scanner leaves around a sheet."""

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


def clear_border(raster: Raster) -> Raster:
    """Paints black edges as paper: thick dark areas that touch the picture's rim."""
    small, _ = shrink(raster.pixels, SEARCH_PIXELS)
    (paper,) = levels_at(small, 0.5)
    edges = _edges((small < paper * DARK).astype(np.uint8))
    if cv2.countNonZero(edges) < LEAST_SHARE * small.size:
        return raster
    grown = cv2.dilate(edges, np.ones((THICK_PIXELS, THICK_PIXELS), np.uint8))
    mask = cv2.resize(grown, raster.pixels.shape[::-1], interpolation=cv2.INTER_NEAREST)
    pixels = raster.pixels.copy()
    pixels[mask > 0] = round(paper)
    return with_pixels(raster, pixels)


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
