"""The way from a raster to the original page and back, and the boxes that are carried over it."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from chartlift.model import Box, Matrix, Point

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from chartlift.model import Bend, Homography, Way

    Points = NDArray[np.float64]
    """x and y, shape (n, 2)."""

Quad = tuple[Point, Point, Point, Point]

UPRIGHT_SLACK = 1.5
"""Pixels by which a word's corners may leave its box before it counts as tilted."""
EDGE_STEPS = 8
"""Into how many parts a box's edges are cut that may come out bent."""


def flat(matrix: Homography) -> Matrix:
    """The nine numbers of a homography, row by row, scaled so that the last one is 1."""
    a, b, c, d, e, f, g, h, i = (float(value) for value in (matrix / matrix[2, 2]).ravel())
    return a, b, c, d, e, f, g, h, i


def unflat(numbers: Matrix) -> Homography:
    """The homography that `flat` wrote."""
    return np.array(numbers, dtype=np.float64).reshape(3, 3)


def moved(matrix: Homography, points: Points) -> Points:
    """Points of shape (n, 2) taken through a homography."""
    homogeneous = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    taken: Points = homogeneous[:, :2] / homogeneous[:, 2:]
    return taken


def carry(way: Way, points: Points) -> Points:
    """Points of a raster, of shape (n, 2), where they stand on the original page."""
    for bend in reversed(way.bends):
        points = bent(bend, points)
    return moved(unflat(way.matrix), points)


def lead_back(way: Way, points: Points) -> Points:
    """What `carry` undid: points of the original page, where they stand in the raster."""
    points = moved(_inverse(way.matrix), points)
    for bend in way.bends:
        points = unbent(bend, points)
    return points


def inverse(matrix: Homography) -> Homography:
    """The homography that leads back."""
    return np.linalg.inv(matrix).astype(np.float64)


@lru_cache(maxsize=8)
def _inverse(numbers: Matrix) -> Homography:
    return inverse(unflat(numbers))


def bent(bend: Bend, points: Points) -> Points:
    """Points of what was made of the flat picture, where they stand in the bent one."""
    points = moved(unflat(bend.start), points)
    left, right = _ends((bend.lefts, bend.rights), points[:, 1] / bend.height)
    x = left + (right - left) * points[:, 0] / bend.width
    top, bottom = _ends((bend.tops, bend.bottoms), x / bend.width)
    return np.column_stack([x, top + (bottom - top) * points[:, 1] / bend.height])


def unbent(bend: Bend, points: Points) -> Points:
    """Points of the bent picture, where they stand in the raster: what `bent` undid."""
    top, bottom = _ends((bend.tops, bend.bottoms), points[:, 0] / bend.width)
    y = (points[:, 1] - top) / (bottom - top) * bend.height
    left, right = _ends((bend.lefts, bend.rights), y / bend.height)
    x = (points[:, 0] - left) / (right - left) * bend.width
    return moved(_inverse(bend.start), np.column_stack([x, y]))


def _ends(
    edges: tuple[tuple[float, ...], tuple[float, ...]], along: NDArray[np.float64]
) -> list[NDArray[np.float64]]:
    """Two opposite edges at some shares of their length."""
    return [np.interp(along, np.linspace(0.0, 1.0, len(edge)), np.array(edge)) for edge in edges]


def after(way: Way, back: Homography) -> Way:
    """The way of a raster whose points `back` leads to those of the raster that has this one."""
    if not way.bends:
        return way.model_copy(update={"matrix": flat(unflat(way.matrix) @ back)})
    *others, last = way.bends
    moved_on = last.model_copy(update={"start": flat(unflat(last.start) @ back)})
    return way.model_copy(update={"bends": (*others, moved_on)})


def through(way: Way, bend: Bend) -> Way:
    """The way of the flat picture of a bend, which tells of the raster that has this way."""
    return way.model_copy(update={"bends": (*way.bends, bend)})


def carry_box(way: Way, box: Box) -> tuple[Box, Quad | None]:
    """A box taken to the original page: the box around it, and its corners where it is tilted.

    The corners run clockwise from the one that was the top left; they are None where the box
    stays upright, which is where they would say nothing more. Over a bend it never does.
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
    taken = carry(way, corners)
    low, high = taken.min(axis=0), taken.max(axis=0)
    upright = np.array([low, (high[0], low[1]), high, (low[0], high[1])])
    if not way.bends and np.abs(taken - upright).max() <= UPRIGHT_SLACK:
        return _around(low, high), None
    if way.bends:
        edges = carry(way, _edges(corners))
        low, high = edges.min(axis=0), edges.max(axis=0)
    a, b, c, d = ((round(float(x), 1), round(float(y), 1)) for x, y in taken)
    return _around(low, high), (a, b, c, d)


def _edges(corners: Points) -> Points:
    """Points all along the edges between four corners."""
    shares = np.arange(EDGE_STEPS)[:, None, None] / EDGE_STEPS
    between: Points = corners + (np.roll(corners, -1, axis=0) - corners) * shares
    return between.reshape(-1, 2)


def _around(low: NDArray[np.float64], high: NDArray[np.float64]) -> Box:
    return Box(
        math.floor(low[0] + 0.01),
        math.floor(low[1] + 0.01),
        math.ceil(high[0] - 0.01),
        math.ceil(high[1] - 0.01),
    )


def carry_back(way: Way, box: Box, quad: Quad | None) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of a word where it stands level: what `carry_box` undid.

    Args:
        way: from the raster in which the word is level.
        box: the word's box on the original page.
        quad: its corners there, where it is tilted.
    """
    if quad is None:
        corners = np.array([(box.left, box.top), (box.right, box.bottom)], dtype=np.float64)
        low, high = np.sort(lead_back(way, corners), axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])
    one, two, three, four = lead_back(way, np.array(quad, dtype=np.float64))
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


def tilt(way: Way) -> float:
    """Degrees, clockwise, from -180 to 180, by which a raster's rows are tilted on the page.

    A bend turns nothing as a whole.
    """
    matrix = unflat(way.matrix)
    for bend in way.bends:
        matrix = matrix @ unflat(bend.start)
    origin, right = moved(matrix, np.array([(0.0, 0.0), (1000.0, 0.0)]))
    return math.degrees(math.atan2(right[1] - origin[1], right[0] - origin[0]))
