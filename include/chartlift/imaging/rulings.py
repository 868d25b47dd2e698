"""The ruling lines of forms and tables: found, kept as a grid, and taken out of the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from chartlift.geometry import carry_box
from chartlift.imaging.ink import INK_BELOW_PAPER, ink_mask
from chartlift.imaging.raster import with_pixels
from chartlift.model import Box, Ruling

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from chartlift.imaging.ink import Mask
    from chartlift.model import Raster

LEAST_INCHES = 0.33
"""Ink that runs straight for so long is a ruling, and no letter's stroke."""
MOST_THICK_INCHES = 0.05
LEAST_ASPECT = 8
LEAST_SOLID = 0.87
"""Share of a ruling's length that is ink; the strokes of a line of letters, joined, stay below."""


class Stroke(NamedTuple):
    """A ruling as it stands in the raster, and its ink there."""

    box: Box
    horizontal: bool
    ink: Mask
    """Shape of the box, nonzero where the ruling is."""


def find_strokes(raster: Raster) -> tuple[Stroke, ...]:
    """The straight lines of a level page, in raster pixels, horizontal ones first."""
    mask = ink_mask(raster.pixels)
    length = max(12, round(raster.dpi * LEAST_INCHES))
    thick = max(3, round(raster.dpi * MOST_THICK_INCHES))
    across = _strokes(mask, length, thick)
    down = _strokes(np.ascontiguousarray(mask.T), length, thick)
    return tuple(Stroke(box, True, ink) for box, ink in across) + tuple(
        Stroke(Box(box.top, box.left, box.bottom, box.right), False, ink.T) for box, ink in down
    )


def _strokes(mask: Mask, length: int, thick: int) -> list[tuple[Box, Mask]]:
    # A jagged or slightly tilted line breaks into runs: joined over small gaps, and taken one
    # pixel fatter, it is one run again.
    fat = cv2.dilate(mask, np.ones((3, 1), np.uint8))
    joined = cv2.morphologyEx(fat, cv2.MORPH_CLOSE, np.ones((1, max(3, length // 12)), np.uint8))
    runs = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    found = []
    for index in range(1, count):
        left, top, width, height, area = (int(value) for value in stats[index])
        # A line that still leans a little fills a box taller than it is thick.
        if area / width > thick + 2 or width < LEAST_ASPECT * area / width or height > 4 * thick:
            continue
        part = labels[top : top + height, left : left + width] == index
        inked = (mask[top : top + height, left : left + width] > 0) & part
        if inked.any(axis=0).mean() < LEAST_SOLID:
            continue
        found.append((Box(left, top, left + width, top + height), part.astype(np.uint8)))
    return found


def rulings_of(raster: Raster, strokes: tuple[Stroke, ...]) -> tuple[Ruling, ...]:
    """The strokes as thin boxes in pixels of the original page."""
    return tuple(
        Ruling(box=carry_box(raster.to_page, stroke.box)[0], horizontal=stroke.horizontal)
        for stroke in strokes
    )


def remove_rulings(raster: Raster) -> Raster:
    """Takes ruling lines out of the picture and leaves the letters that cross them."""
    strokes = find_strokes(raster)
    return erase(raster, strokes) if strokes else raster


def erase(raster: Raster, strokes: tuple[Stroke, ...]) -> Raster:
    """Fills the strokes with the paper beside them, except where a letter crosses."""
    pixels = raster.pixels.copy()
    for stroke in strokes:
        left, top = stroke.box.left, stroke.box.top
        if stroke.horizontal:
            _erase_across(pixels, left, top, stroke.ink)
        else:
            _erase_across(pixels.T, top, left, stroke.ink.T)
    return with_pixels(raster, pixels)


def _erase_across(pixels: NDArray[np.uint8], left: int, top: int, ink: Mask) -> None:
    """Erases one horizontal stroke in place; `pixels` may be a transposed view."""
    margin = 3
    height, width = ink.shape
    above, below = max(0, top - margin), min(pixels.shape[0], top + height + margin)
    window = pixels[above:below, left : left + width]
    line = np.zeros(window.shape, np.uint8)
    line[top - above : top - above + height] = ink
    line = cv2.dilate(line, np.ones((3, 1), np.uint8)).astype(np.uint8)
    paper = int(np.percentile(window[line == 0], 80)) if (line == 0).any() else 255
    letters = np.where((line == 0) & (window < paper * INK_BELOW_PAPER), 255, 0).astype(np.uint8)
    thickness = int((line > 0).sum(axis=0).max())
    crossing = cv2.morphologyEx(letters, cv2.MORPH_CLOSE, np.ones((thickness + 2, 1), np.uint8))
    window[(line > 0) & (crossing == 0)] = paper
