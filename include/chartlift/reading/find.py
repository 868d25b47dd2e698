"""Where a page's lines are: looked for where there is ink."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from chartlift.imaging.ink import ink_mask, shrink
from chartlift.model import Box

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from chartlift.model import Raster
    from chartlift.ocr.protocol import LineReader, TextBox

SEARCH_PIXELS = 1200
FAINT_BELOW_PAPER = 0.9
"""Share of the paper's level under which a pixel may be of the faintest print."""
LARGE_PIXELS = 2400
"""Longer side from which a picture is shrunk to half or less by any reader of lines."""
MOST_INKED = 0.7
"""Share of a picture's longer side from which it is taken whole."""
RIM = 0.02
"""Paper left around the ink, in shares of the picture's longer side."""


def find_text(raster: Raster, reader: LineReader) -> tuple[TextBox, ...]:
    """The lines of a page, in pixels of the raster and in no certain order.

    The reader shrinks what it is given to a certain size: a receipt on a sheet of A4 would be
    looked at with letters too small to be found. Where most of the picture is inked it is taken
    whole: letters larger than usual are found no better.

    Raises:
        EngineCrashed: the reader ended without an answer.
    """
    area, longest = inked_area(raster.pixels), max(raster.pixels.shape)
    if longest < LARGE_PIXELS or max(area.width, area.height) > MOST_INKED * longest:
        return reader.detect(raster.pixels)
    left, top, right, bottom = area
    part = np.ascontiguousarray(raster.pixels[top:bottom, left:right])
    return tuple(box.moved(left, top) for box in reader.detect(part))


def inked_area(pixels: NDArray[np.uint8]) -> Box:
    """The part of a picture outside of which there is bare paper; all of it where none is bare."""
    height, width = pixels.shape
    small, factor = shrink(pixels, SEARCH_PIXELS)
    mask = ink_mask(small, FAINT_BELOW_PAPER)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return Box(0, 0, width, height)
    rim = round(RIM * max(height, width))
    return Box(
        max(0, int(columns[0] / factor) - rim),
        max(0, int(rows[0] / factor) - rim),
        min(width, int((columns[-1] + 1) / factor) + rim),
        min(height, int((rows[-1] + 1) / factor) + rim),
    )
