"""Homographies between a raster and the original page, and the boxes they carry over."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from chartlift.model import Box, Point

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from chartlift.model import Homography

Quad = tuple[Point, Point, Point, Point]

UPRIGHT_SLACK = 1.5
"""Pixels by which a word's corners may leave its box before it counts as tilted."""


def identity() -> Homography:
    """The homography of a raster that is the original page itself."""
    return np.eye(3, dtype=np.float64)


def flat(
    matrix: Homography,
) -> tuple[float, float, float, float, float, float, float, float, float]:
    """The nine numbers of a homography, row by row, scaled so that the last one is 1."""
    a, b, c, d, e, f, g, h, i = (float(value) for value in (matrix / matrix[2, 2]).ravel())
    return a, b, c, d, e, f, g, h, i


def unflat(numbers: tuple[float, ...]) -> Homography:
    """The homography that `flat` wrote."""
    return np.array(numbers, dtype=np.float64).reshape(3, 3)


def carry(matrix: Homography, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points of shape (n, 2) taken through a homography."""
    homogeneous = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    moved: NDArray[np.float64] = homogeneous[:, :2] / homogeneous[:, 2:]
    return moved


def carry_box(matrix: Homography, box: Box) -> tuple[Box, Quad | None]:
    """A box taken through a homography: the box around it, and its corners where it is tilted.

    The corners run clockwise from the one that was the top left; they are None where the box
    stays upright, which is where they would say nothing more.
    """
    corners = np.array(
        [
            (box.left, box.top),
            (box.right, box.top),
            (box.right, box.bottom),
            (box.left, box.bottom),
        ],
        dtype=np.float64,
    )
    moved = carry(matrix, corners)
    low, high = moved.min(axis=0), moved.max(axis=0)
    around = Box(
        math.floor(low[0] + 0.01),
        math.floor(low[1] + 0.01),
        math.ceil(high[0] - 0.01),
        math.ceil(high[1] - 0.01),
    )
    upright = np.array([low, (high[0], low[1]), high, (low[0], high[1])])
    if np.abs(moved - upright).max() <= UPRIGHT_SLACK:
        return around, None
    a, b, c, d = ((round(float(x), 1), round(float(y), 1)) for x, y in moved)
    return around, (a, b, c, d)


def carry_back(back: Homography, box: Box, quad: Quad | None) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of a word where it stands level: what `carry_box` undid.

    Args:
        back: from the original page to where the word is level.
        box: the word's box on the original page.
        quad: its corners there, where it is tilted.
    """
    if quad is None:
        corners = np.array([(box.left, box.top), (box.right, box.bottom)], dtype=np.float64)
        low, high = np.sort(carry(back, corners), axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])
    one, two, three, four = carry(back, np.array(quad, dtype=np.float64))
    # The mean of two corners: what a slight tilt adds to one it takes from the other.
    left, right = sorted((float((one + four)[0]) / 2, float((two + three)[0]) / 2))
    top, bottom = sorted((float((one + two)[1]) / 2, float((three + four)[1]) / 2))
    return left, top, right, bottom


def clip(box: Box, width: int, height: int) -> Box:
    """The part of a box that lies on a page, at least one pixel wide and high."""
    left, top = min(max(box.left, 0), width - 1), min(max(box.top, 0), height - 1)
    return Box(
        left, top, min(max(box.right, left + 1), width), min(max(box.bottom, top + 1), height)
    )


def inverse(matrix: Homography) -> Homography:
    """The homography that leads back."""
    return np.linalg.inv(matrix).astype(np.float64)


def tilt(matrix: Homography) -> float:
    """Degrees, clockwise, from -180 to 180, by which a raster's rows are tilted on the page."""
    origin, right = carry(matrix, np.array([(0.0, 0.0), (1000.0, 0.0)]))
    return math.degrees(math.atan2(right[1] - origin[1], right[0] - origin[0]))
