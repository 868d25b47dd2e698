"""Which way up a page lies: quarter turns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from chartlift.imaging.raster import turn
from chartlift.imaging.skew import CLEAR_PEAK, find_lines, letters, text_ink

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from chartlift.imaging.ink import Glyphs
    from chartlift.model import Raster

SMALLEST = 4
"""Pixels of the longer side of a piece of ink, in the small picture, that may be a letter."""
FEWEST_LETTERS = 20
CLEAR_LEAN = 0.2
"""How many more letters must have their neighbour on one side than on the other, as a share."""
LEVEL_CLARITY = 20.0
"""Clarity of lines that run across from which a page certainly lies on no side: of the columns of
93 pages none had more than 15.5."""


def turn_upright(raster: Raster) -> Raster:
    """Turns a page that lies on its side by a quarter, so that its lines run across.

    A letter's nearest neighbour is in its own line. Where letters are too few, or blurred into
    each other, the lines themselves decide. Whether the page then stands on its head is told by
    reading it.
    """
    lean = _lean(letters(raster).pieces, text_ink(raster).shape)
    if lean is None or abs(lean) < CLEAR_LEAN:
        return turn(raster, 90) if _runs_down(raster) else raster
    return turn(raster, 90) if lean < 0 else raster


def _lean(pieces: Glyphs, shape: tuple[int, ...]) -> float | None:
    """1 where each letter's neighbour is beside it, -1 where it is below; None for few letters."""
    sides = np.maximum(pieces.width, pieces.height)
    left, top, width, height = np.array(pieces[:4])[:, sides >= SMALLEST]
    if len(left) < FEWEST_LETTERS:
        return None
    reach = round(float(np.median(np.maximum(width, height))))
    boxes = _filled(np.array([left, top, width, height]), shape, reach + 1)
    beside, below = (np.full(len(left), reach + 1) for _ in range(2))
    middle, center = top + height // 2, left + width // 2
    for distance in range(reach, 0, -1):
        beside[boxes[middle, left + width - 1 + distance]] = distance
        below[boxes[top + height - 1 + distance, center]] = distance
    across, down = int((beside < below).sum()), int((below < beside).sum())
    return (across - down) / (across + down) if across + down >= FEWEST_LETTERS else None


def _filled(boxes: NDArray[np.int32], shape: tuple[int, ...], margin: int) -> NDArray[np.bool_]:
    """Where the boxes (left, top, width, height) are, with a margin at the right and below."""
    inside = np.zeros((shape[0] + margin, shape[1] + margin), np.bool_)
    for left, top, width, height in boxes.T:
        inside[top : top + height, left : left + width] = True
    return inside


def _runs_down(raster: Raster) -> bool:
    """Whether rows of ink stand out more clearly down the page than across it."""
    mask = text_ink(raster)
    across = find_lines(mask)
    if across.clarity > LEVEL_CLARITY:
        return False
    along = find_lines(np.ascontiguousarray(np.rot90(mask)))
    # Not by sharpness: a table's columns stand out as sharply, but hardly less when tilted.
    return along.clarity > across.clarity * CLEAR_PEAK
