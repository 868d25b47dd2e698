"""The four edges of a sheet in a photo of it on a darker table, straight or curved."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LETTER_PIXELS = 13
"""Print as thick as this in the small picture is closed before edges are looked for."""
REACH_PIXELS = 10
"""How far on either side of an edge its paper and its table are compared."""
GAP_PIXELS = 2
EDGE_STEP = 0.25
"""Natural logarithm of how much lighter the sheet is than what it lies on, at least."""
FARTHEST = 0.4
"""Share of the picture's side in which an edge is looked for."""
LINES = 120
"""How many rows, or columns, are followed inwards to find an edge."""
SLACK_PIXELS = 3.0
CURVED_PIXELS = 12.0
"""How far a curved edge may leave the straight line that most of it is near."""
CURVES = ((2, 10.0), (2, 6.0), (3, 4.0), (4, 3.0), (4, 2.0), (4, 2.0))
"""The curve that an edge is fitted by, finer and finer: its power, and what is half believed."""
CLEARLY_CURVED = 1.15
"""How many more rows the curve must be near than the line."""
LEAST_SHARE = 0.6
"""Share of a side's length on which its edge is seen."""
LEAST_AREA = 0.3
SQUARE_WITHIN = 20.0
"""Degrees by which a sheet's corner may differ from a right angle."""
INSET_PIXELS = 2.0
"""Small pixels that are left out inside the edge, with its shade."""
KNOTS = 33
"""Places at which an edge is told."""
MEETING = 12
"""Steps in which two edges are followed to where they meet."""


class Side(NamedTuple):
    """One edge of a sheet, in a picture turned so that it is the left one."""

    curve: Floats
    """Factors of the powers, the highest first, of the place down the picture, from -1 to 1."""
    height: int
    """Of the picture, in pixels."""
    seen: float
    """Pixels of the picture's height on which the edge was seen."""

    def at(self, y: Floats) -> Floats:
        """How far from the left the sheet begins on some rows."""
        # A curve runs away beyond the picture.
        found = np.polyval(self.curve, (y * (2 / self.height) - 1).clip(-1.1, 1.1))
        return found.astype(np.float64) + INSET_PIXELS


class Sheet(NamedTuple):
    """A sheet's edges, from corner to corner, clockwise from the top left; shape (n, 2) each."""

    top: Floats
    right: Floats
    bottom: Floats
    left: Floats

    @property
    def corners(self) -> Floats:
        """The four corners."""
        return np.array([edge[0] for edge in self])

    @property
    def bow(self) -> float:
        """How far an edge leaves the straight line between its corners, at most."""
        return max(map(_bow, self))


def find_sheet(small: NDArray[np.uint8]) -> Sheet | None:
    """The edges of the sheet in a picture, a little inside it; None without one."""
    kernel = np.ones((LETTER_PIXELS, LETTER_PIXELS), np.uint8)
    bare = cv2.blur(cv2.morphologyEx(small, cv2.MORPH_CLOSE, kernel), (5, 5))
    light = np.log(np.maximum(bare, 8).astype(np.float32))
    sides = []
    for turns in range(4):
        side = _left_side(np.ascontiguousarray(np.rot90(light, turns)))
        if side is None:
            return None
        sides.append(side)
    sheet = _sheet(sides, small.shape)
    corners = sheet.corners
    return sheet if _is_sheet(corners, small.shape) and _is_seen(corners, sides) else None


def _left_side(light: NDArray[np.float32]) -> Side | None:
    """The sheet's left edge: where most rows first grow lighter."""
    height, width = light.shape
    kernel = np.zeros(2 * (REACH_PIXELS + GAP_PIXELS) + 1, np.float32)
    kernel[:REACH_PIXELS], kernel[-REACH_PIXELS:] = -1 / REACH_PIXELS, 1 / REACH_PIXELS
    rows = np.linspace(0.02 * height, 0.98 * height, LINES).astype(np.intp)
    steps = cv2.filter2D(light[rows], -1, kernel[None], borderType=cv2.BORDER_REPLICATE)
    steps = steps[:, : round(FARTHEST * width)]
    lighter = steps > EDGE_STEP
    found = lighter.any(axis=1)
    if found.sum() < LINES / 4:
        return None
    first = lighter.argmax(axis=1)[found]
    window = first[:, None] + np.arange(2 * REACH_PIXELS)
    near = steps[found][np.arange(len(first))[:, None], np.minimum(window, steps.shape[1] - 1)]
    x = (first + near.argmax(axis=1)).astype(np.float64)
    return _fit(rows[found] * (2 / height) - 1, x, height)


def _fit(y: Floats, x: Floats, height: int) -> Side | None:
    """The line that most points are near, of the lines through two of them, or a curve."""
    one, two = np.triu_indices(len(y), k=len(y) // 4)
    slopes = (x[two] - x[one]) / (y[two] - y[one])
    starts = x[one] - slopes * y[one]
    steep = np.abs(slopes) < np.tan(np.radians(SQUARE_WITHIN)) * height / 2
    if not steep.any():
        return None
    away = np.abs(x - slopes[steep, None] * y - starts[steep, None])
    near = away[(away < SLACK_PIXELS).sum(axis=1).argmax()] < SLACK_PIXELS
    curve = np.polyfit(y[near], x[near], 1)
    bent = _curve(y, x, away[(away < CURVED_PIXELS).sum(axis=1).argmax()] < CURVED_PIXELS)
    near_bent = np.abs(x - np.polyval(bent, y)) < SLACK_PIXELS
    if near_bent.sum() > CLEARLY_CURVED * near.sum():
        curve, near = bent, near_bent
    return Side(curve, height, 0.96 * height * float(near.sum()) / LINES)


def _curve(y: Floats, x: Floats, near: NDArray[np.bool_]) -> Floats:
    """The curve that most points are near; `near` are those to begin with."""
    line = np.polyval(np.polyfit(y[near], x[near], 1), y)
    weights = np.where(np.abs(x - line) < 3 * CURVED_PIXELS, 1.0, 1e-6)
    for power, half in CURVES:
        curve: Floats = np.polyfit(y, x, power, w=np.sqrt(weights))
        off = x - np.polyval(curve, y)
        weights = 1 / np.square(1 + np.square(off / half)) + 1e-6
    return curve


def _sheet(sides: list[Side], shape: tuple[int, ...]) -> Sheet:
    """The left, top, right and bottom side from corner to corner."""
    height, width = shape

    def left(y: Floats) -> Floats:
        return sides[0].at(y)

    def top(x: Floats) -> Floats:
        return sides[1].at(width - 1 - x)

    def right(y: Floats) -> Floats:
        return width - 1 - sides[2].at(height - 1 - y)

    def bottom(x: Floats) -> Floats:
        return height - 1 - sides[3].at(x)

    one, two = _meet(left, top, 0), _meet(right, top, 0)
    three, four = _meet(right, bottom, height), _meet(left, bottom, height)
    over, under = np.linspace(one[0], two[0], KNOTS), np.linspace(three[0], four[0], KNOTS)
    down, up = np.linspace(two[1], three[1], KNOTS), np.linspace(four[1], one[1], KNOTS)
    return Sheet(
        np.column_stack([over, top(over)]),
        np.column_stack([right(down), down]),
        np.column_stack([under, bottom(under)]),
        np.column_stack([left(up), up]),
    )


def _meet(
    upright: Callable[[Floats], Floats], level: Callable[[Floats], Floats], y: float
) -> tuple[float, float]:
    """Where two edges meet, looked for from a row on."""
    down = np.array([float(y)])
    for _ in range(MEETING):
        across = upright(down)
        down = level(across)
    return float(across[0]), float(down[0])


def _bow(edge: Floats) -> float:
    x, y = edge[-1] - edge[0]
    off = edge - edge[0]
    return float(np.abs(off[:, 0] * y - off[:, 1] * x).max() / max(np.hypot(x, y), 1.0))


def _is_sheet(corners: Floats, shape: tuple[int, ...]) -> bool:
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


def _is_seen(corners: Floats, sides: list[Side]) -> bool:
    """Whether each side's edge was seen on enough of the way from corner to corner."""
    lengths = np.linalg.norm(np.roll(corners, 1, axis=0) - corners, axis=1)
    return all(
        side.seen > LEAST_SHARE * length for side, length in zip(sides, lengths, strict=True)
    )
