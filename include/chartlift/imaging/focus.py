"""Pictures out of focus, or shaken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from chartlift.imaging.ink import INK_BELOW_PAPER
from chartlift.imaging.raster import with_pixels
from chartlift.imaging.sample import bands

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from chartlift.model import Raster

BLURRED = 0.14
"""Change from pixel to pixel at the print's edges, as a share of its contrast, in the direction in
which they are softest, below which a page is sharpened. Of clean pages it is .35 to .40, of
phones' photos .20 to .30."""
FEWEST_EDGES = 500
SPREAD, GRAIN = 2.5, 0.8
"""Standard deviations, in pixels, of the blur that is taken away, and of the one that stays."""
STRENGTH = 1.5
"""How many times."""


def sharpen(raster: Raster) -> Raster:
    """Sharpens a page whose print is blurred, by what a blur would take from it."""
    softest = softest_edges(bands(raster))
    if softest is None or softest >= BLURRED:
        return raster
    # Without the finest grain, which would be sharpened most.
    fine, wide = (cv2.GaussianBlur(raster.pixels, (0, 0), spread) for spread in (GRAIN, SPREAD))
    return with_pixels(raster, cv2.addWeighted(fine, 1 + STRENGTH, wide, -STRENGTH, 0))


def softest_edges(sample: NDArray[np.uint8]) -> float | None:
    """How sharp the print's edges are in the direction in which they are softest, 0.0-0.5.

    A shaken picture is soft along one direction only. None where there are too few edges.
    """
    quarter = sample.shape[1] // 4
    middle = np.ascontiguousarray(sample[:, quarter : sample.shape[1] - quarter])
    paper = float(np.median(middle))
    dark = (middle < paper * INK_BELOW_PAPER).astype(np.uint8)
    near = np.ones((3, 3), np.uint8)
    edges = cv2.subtract(cv2.dilate(dark, near), cv2.erode(dark, near)) > 0
    if np.count_nonzero(edges) < FEWEST_EDGES:
        return None
    across, down = (
        cv2.Sobel(middle, cv2.CV_16S, *axis, ksize=3)[edges].astype(np.float32) / 8
        for axis in ((1, 0), (0, 1))
    )
    slants = (across + down) / np.sqrt(2), (across - down) / np.sqrt(2)
    changes = [float(np.percentile(np.abs(to), 90)) for to in (across, down, *slants)]
    contrast = paper - float(np.percentile(middle[dark > 0], 10))
    return min(changes) / max(contrast, 1.0)
