"""A sheet photographed on a table: its four edges found, and its rectangle made right again.

A photo taken at an angle shows a flat sheet through a homography, which `Raster.to_page` carries.
A sheet that curls does not: what is left of that after this step stays in the picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from chartlift.imaging.ink import paper, shrink
from chartlift.model import Raster

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEARCH_PIXELS = 1200
LETTER_PIXELS = 13
"""Print as thick as this in the small picture is closed before edges are looked for."""
REACH_PIXELS = 10
"""How far on either side of an edge its paper and its table are compared."""
EDGE_STEP = 0.25
"""Natural logarithm of how much lighter the sheet is than what it lies on, at least."""
LEAST_PIXELS = 200
RIM_SHARE = 0.85
"""Share of the paper's level that the rim of a photo of a sheet stays under on all sides."""
FARTHEST = 0.4
"""Share of the picture's side in which an edge is looked for."""
LINES = 120
"""How many rows, or columns, are followed inwards to find an edge."""
SLACK_PIXELS = 3.0
LEAST_SHARE = 0.6
"""Share of a side's length on which its edge is seen."""
LEAST_AREA = 0.3
SQUARE_WITHIN = 20.0
"""Degrees by which a sheet's corner may differ from a right angle."""
INSET_PIXELS = 2.0
"""Small pixels that are cut off inside the edge, with its shade."""


class Side(NamedTuple):
    """One edge of a sheet, in pixels of the small picture with that edge turned to the left."""

    slope: float
    """Pixels that the edge moves right with each row."""
    start: float
    """Where it crosses the top of the picture."""
    seen: NDArray[np.float64]
    """The rows on which it was seen."""


def straighten_sheet(raster: Raster) -> Raster:
    """Cuts a sheet out of a photo of it on a darker table, and makes its corners right angles."""
    if min(raster.pixels.shape) < LEAST_PIXELS or not _dark_rim(paper(raster.pixels)):
        return raster
    small, factor = shrink(raster.pixels, SEARCH_PIXELS)
    corners = find_sheet(small)
    if corners is None:
        return raster
    inwards = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)]) * INSET_PIXELS
    return _cut_out(raster, (corners + 0.5 + inwards) / factor)


def _dark_rim(bare: NDArray[np.uint8]) -> bool:
    """Whether a picture's rim is, on every side, darker than the paper somewhere inwards of it."""
    for turns in range(4):
        side = np.rot90(bare, turns)
        across = np.median(side[:, : round(FARTHEST * side.shape[1])], axis=0)
        if across[0] >= RIM_SHARE * across.max():
            return False
    return True


def find_sheet(small: NDArray[np.uint8]) -> NDArray[np.float64] | None:
    """The corners of the sheet, clockwise from its top left, shape (4, 2); None without one."""
    kernel = np.ones((LETTER_PIXELS, LETTER_PIXELS), np.uint8)
    bare = cv2.blur(cv2.morphologyEx(small, cv2.MORPH_CLOSE, kernel), (5, 5))
    light = np.log(np.maximum(bare, 8).astype(np.float32))
    sides = []
    for turns in range(4):
        side = _left_side(np.ascontiguousarray(np.rot90(light, turns)))
        if side is None:
            return None
        sides.append(side)
    corners = _corners(sides, small.shape)
    if corners is None or not _is_sheet(corners, small.shape):
        return None
    return corners if _is_seen(corners, sides, small.shape) else None


def _left_side(light: NDArray[np.float32]) -> Side | None:
    """The sheet's left edge: the line on which most rows first grow lighter."""
    height, width = light.shape
    gap = 2
    kernel = np.zeros(2 * (REACH_PIXELS + gap) + 1, np.float32)
    kernel[:REACH_PIXELS], kernel[-REACH_PIXELS:] = -1 / REACH_PIXELS, 1 / REACH_PIXELS
    rows = np.linspace(0.02 * height, 0.98 * height, LINES).astype(np.intp)
    steps = cv2.filter2D(light[rows], -1, kernel[None], borderType=cv2.BORDER_REPLICATE)
    steps = steps[:, : round(FARTHEST * width)]
    lighter = steps > EDGE_STEP
    found = lighter.any(axis=1)
    first = lighter.argmax(axis=1)[found]
    window = first[:, None] + np.arange(2 * REACH_PIXELS)
    near = steps[found][np.arange(len(first))[:, None], np.minimum(window, steps.shape[1] - 1)]
    return _fit(rows[found].astype(np.float64), (first + near.argmax(axis=1)).astype(np.float64))


def _fit(y: NDArray[np.float64], x: NDArray[np.float64]) -> Side | None:
    """The line that most points are near, of the lines through two of them."""
    if len(y) < LINES / 4:
        return None
    one, two = np.triu_indices(len(y), k=len(y) // 4)
    slopes = (x[two] - x[one]) / (y[two] - y[one])
    starts = x[one] - slopes * y[one]
    steep = np.abs(slopes) < np.tan(np.radians(SQUARE_WITHIN))
    if not steep.any():
        return None
    slopes, starts = slopes[steep], starts[steep]
    near = np.abs(x - slopes[:, None] * y - starts[:, None]) < SLACK_PIXELS
    best = near[near.sum(axis=1).argmax()]
    slope, start = np.polyfit(y[best], x[best], 1)
    return Side(float(slope), float(start), y[best])


def _corners(sides: list[Side], shape: tuple[int, ...]) -> NDArray[np.float64] | None:
    """Where the left, top, right and bottom side meet, clockwise from the top left."""
    height, width = shape
    lines = []
    for turns, side in enumerate(sides):
        far = height if turns % 2 == 0 else width
        x, y = np.array([side.start, side.start + side.slope * far]), np.array([0.0, far])
        turned = {
            0: (x, y),
            1: (width - 1 - y, x),
            2: (width - 1 - x, height - 1 - y),
            3: (y, height - 1 - x),
        }[turns]
        one, two = np.column_stack([*turned, np.ones(2)])
        lines.append(np.cross(one, two))
    left, top, right, bottom = lines
    met = np.array(
        [np.cross(*pair) for pair in ((left, top), (top, right), (right, bottom), (bottom, left))]
    )
    return None if np.any(np.abs(met[:, 2]) < 1e-9) else met[:, :2] / met[:, 2:]


def _is_sheet(corners: NDArray[np.float64], shape: tuple[int, ...]) -> bool:
    """Whether the corners are those of a sheet that was seen from not too far aside."""
    height, width = shape
    slack = 0.03 * max(shape)
    low, high = corners.min(axis=0), corners.max(axis=0)
    inside = bool((low > -slack).all() and (high < np.array([width, height]) + slack).all())
    edges = np.roll(corners, -1, axis=0) - corners
    directions = np.degrees(np.arctan2(edges[:, 1], edges[:, 0]))
    turns = (np.roll(directions, -1) - directions) % 360
    square = bool((np.abs(turns - 90) < SQUARE_WITHIN).all())
    area = cv2.contourArea(corners.astype(np.float32))
    return inside and square and area > LEAST_AREA * width * height


def _is_seen(corners: NDArray[np.float64], sides: list[Side], shape: tuple[int, ...]) -> bool:
    """Whether each side's edge was seen on enough of the way from corner to corner."""
    lengths = np.linalg.norm(np.roll(corners, 1, axis=0) - corners, axis=1)
    step = [0.96 * shape[turns % 2] / LINES for turns in range(4)]
    return all(
        len(side.seen) * each > LEAST_SHARE * length
        for side, each, length in zip(sides, step, lengths, strict=True)
    )


def _cut_out(raster: Raster, corners: NDArray[np.float64]) -> Raster:
    """The quadrilateral of the corners as a rectangle, as large as its longer sides."""
    edges = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    width, height = round(max(edges[0], edges[2])), round(max(edges[1], edges[3]))
    square = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    forward = cv2.getPerspectiveTransform(corners.astype(np.float32), square)
    pixels = cv2.warpPerspective(
        raster.pixels,
        forward,
        (width, height),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    back = np.linalg.inv(forward).astype(np.float64)
    return Raster(pixels.astype(np.uint8, copy=False), raster.dpi, raster.to_page @ back)
