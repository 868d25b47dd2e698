"""Check boxes in the picture of a line: squares that a reader of Khmer takes for figures.

A box is told by its four straight sides and its four corners, empty or with a mark inside. Where a
pen leaves the square it is no box to this module, and what was read stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from chartlift.model import Box
from chartlift.reading.strips import PAPER, Strip, ink_of
from chartlift.reading.tokens import Token

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

EMPTY, MARKED = "☐", "☒"
BY_SHAPE = "shape"
"""What stands as the engine of a box."""
SURE = 0.95
"""How far a box is believed: all of the 30 found on 80 drawn tuning pages are boxes."""
LEAST, LEAST_PIXELS = 0.15, 9
"""Its side at least, in heights of the line, and in pixels."""
SQUARE = 1.25
"""How many times as long one side may be as the other."""
EDGE, STRAIGHT = 0.1, 0.9
"""Depth in which a side's stroke stands, in sides, and share of the side that is drawn: of boxes,
sharp or blurred, from .95, of letters and figures of twelve Khmer fonts up to .90."""
CORNER, DRAWN = 0.1, 0.5
"""Side of a corner, in sides, and share of it that is ink: of boxes from .69, of letters up to .25,
the bold ធ among them, of rings none."""
WITHIN, BARE, FULL = 0.26, 0.04, 0.9
"""How far from its sides the inside begins, in sides; the share of ink under which it is empty, and
from which the square is no box."""
MARGIN = 2
"""Pixels around a box that are wiped with it."""


class CheckBox(NamedTuple):
    """One box."""

    box: Box
    """Where it stands in the strip."""
    marked: bool


def find_check_boxes(strip: Strip) -> tuple[CheckBox, ...]:
    """The check boxes of a line, left to right."""
    ink = ink_of(strip.pixels)
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    least = max(LEAST_PIXELS, LEAST * strip.height)
    found = []
    for left, top, width, height, _ in stats[1:].tolist():
        if min(width, height) < least or max(width, height) > SQUARE * min(width, height):
            continue
        part = ink[top : top + height, left : left + width]
        inside = _inside(part)
        if inside < FULL and _is_framed(part):
            box = Box(left, top, left + width, top + height)
            found.append(CheckBox(box, inside >= BARE))
    return tuple(sorted(found, key=lambda one: one.box.left))


def without_boxes(strip: Strip, boxes: Sequence[CheckBox]) -> Strip:
    """The strip with its boxes painted over as paper."""
    if not boxes:
        return strip
    pixels = strip.pixels.copy()
    paper = np.percentile(pixels, PAPER)
    for left, top, right, bottom in (one.box for one in boxes):
        across = slice(max(0, left - MARGIN), right + MARGIN)
        pixels[max(0, top - MARGIN) : bottom + MARGIN, across] = paper
    return Strip(pixels, strip.to_raster)


def with_boxes(
    tokens: Sequence[Token], strip: Strip, boxes: Sequence[CheckBox]
) -> tuple[Token, ...]:
    """The words of a strip and its boxes, left to right."""
    signs = (
        Token(MARKED if one.marked else EMPTY, strip, one.box, SURE, SURE, BY_SHAPE)
        for one in boxes
    )
    return tuple(sorted([*tokens, *signs], key=lambda token: token.box.left))


def _is_framed(part: NDArray[np.bool_]) -> bool:
    """Whether ink stands along all four sides and in the corners."""
    height, width = part.shape
    deep, wide = max(2, round(EDGE * height)), max(2, round(EDGE * width))
    sides = (part[:deep].any(axis=0), part[-deep:].any(axis=0))
    ends = (part[:, :wide].any(axis=1), part[:, -wide:].any(axis=1))
    tall, broad = max(2, round(CORNER * height)), max(2, round(CORNER * width))
    corners = (part[rows, cols] for rows in _ends(tall) for cols in _ends(broad))
    straight = all(side.mean() >= STRAIGHT for side in (*sides, *ends))
    return straight and all(corner.mean() >= DRAWN for corner in corners)


def _ends(length: int) -> tuple[slice, slice]:
    return slice(None, length), slice(-length, None)


def _inside(part: NDArray[np.bool_]) -> float:
    """The share of ink inside the sides."""
    height, width = part.shape
    down, across = round(WITHIN * height), round(WITHIN * width)
    return float(part[down : height - down, across : width - across].mean())
