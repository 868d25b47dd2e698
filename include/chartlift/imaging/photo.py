"""A sheet photographed on a table, cut out and made a flat rectangle again.

A photo taken at an angle shows a flat sheet through a homography. The edges of a sheet that curls
are curves, and what is printed on it bends as they do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from chartlift.geometry import after, inverse, moved
from chartlift.imaging.ink import PAPER_PIXELS, shrink
from chartlift.imaging.raster import unroll
from chartlift.imaging.sheet_edges import FARTHEST, Sheet, find_sheet
from chartlift.model import Bend, Raster

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEARCH_PIXELS = 1200
LEAST_PIXELS = 200
RIM_SHARE = 0.85
"""Share of the paper's level that the rim of a photo of a sheet stays under on all sides."""
LEAST_BOW = 2.5
"""Small pixels by which an edge of a sheet that is not flat leaves its straight line, at least."""


def straighten_sheet(raster: Raster) -> Raster:
    """Cuts a sheet out of a photo of it on a darker table, and makes it a flat rectangle."""
    if min(raster.pixels.shape) < LEAST_PIXELS or not _dark_rim(raster.pixels):
        return raster
    small, factor = shrink(raster.pixels, SEARCH_PIXELS)
    sheet = find_sheet(small)
    if sheet is None:
        return raster
    on_page = Sheet(*((edge + 0.5) / factor for edge in sheet))
    return _unrolled(raster, on_page) if sheet.bow >= LEAST_BOW else _cut_out(raster, on_page)


def _dark_rim(pixels: NDArray[np.uint8]) -> bool:
    """Whether a picture's rim is, on every side, darker than the paper somewhere inwards of it."""
    tiny, _ = shrink(pixels, PAPER_PIXELS)
    for turns in range(4):
        side = np.rot90(tiny, turns)
        across = np.median(side[:, : round(FARTHEST * side.shape[1])], axis=0)
        if across[0] >= RIM_SHARE * across.max():
            return False
    return True


def _cut_out(raster: Raster, sheet: Sheet) -> Raster:
    """The quadrilateral of the corners as a rectangle, as large as its longer sides."""
    forward, size = _squared(sheet.corners)
    pixels = cv2.warpPerspective(
        raster.pixels,
        forward,
        size,
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    way = after(raster.to_page, inverse(forward))
    return Raster(pixels.astype(np.uint8, copy=False), raster.dpi, way)


def _unrolled(raster: Raster, sheet: Sheet) -> Raster:
    """The same rectangle, with edges that are straight."""
    forward, (width, height) = _squared(sheet.corners)
    top, right, bottom, left = (moved(forward, edge) for edge in sheet)
    x = np.linspace(0, width, len(top))
    y = np.linspace(0, height, len(left))
    bend = Bend(
        width=width,
        height=height,
        lefts=_told(np.interp(y, left[::-1, 1], left[::-1, 0])),
        rights=_told(np.interp(y, right[:, 1], right[:, 0])),
        tops=_told(np.interp(x, top[:, 0], top[:, 1])),
        bottoms=_told(np.interp(x, bottom[::-1, 0], bottom[::-1, 1])),
    )
    return unroll(raster, inverse(forward), bend)


def _told(places: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(places.round(2).tolist())


def _squared(corners: NDArray[np.float64]) -> tuple[NDArray[np.float64], tuple[int, int]]:
    """Leads the corners to those of a rectangle; and its width and height."""
    edges = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    width, height = round(max(edges[0], edges[2])), round(max(edges[1], edges[3]))
    square = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    forward = cv2.getPerspectiveTransform(corners.astype(np.float32), square)
    return forward.astype(np.float64), (width, height)
