"""Tesseract's table of words (TSV), the same from its program and from its library."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from chartlift.model import Box
from chartlift.ocr.protocol import word_on_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chartlift.model import Raster, Word

COLUMNS = 12
"""level, page, block, paragraph, line and word; left, top, width and height; confidence, text."""
WORD_LEVEL = "5"


def words_of_table(table: str, raster: Raster, engine: str) -> Iterator[Word]:
    """The words of a table, in its order, with or without its heading line.

    Raises:
        ValueError: it is no such table.
    """
    for row in table.split("\n"):
        cells = row.split("\t")
        if len(cells) != COLUMNS or cells[0] != WORD_LEVEL:
            continue
        text = cells[-1].strip()
        if text:
            left, top, width, height = map(int, cells[6:10])
            confidence = float(cells[10])
            level = 0.0 if math.isnan(confidence) else confidence / 100
            box = Box(left, top, left + width, top + height)
            yield word_on_page(raster, text, box, level, engine)
