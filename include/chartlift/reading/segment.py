"""Which shape of text a page is read as: one block, or columns the engine finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from chartlift.geometry import lead_back
from chartlift.imaging.ink import glyphs, text_height
from chartlift.imaging.skew import text_ink
from chartlift.layout.order import find_gutter
from chartlift.layout.pieces import Rect
from chartlift.ocr.protocol import Shape
from chartlift.reading.look import sureness

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chartlift.model import Language, Raster, Word
    from chartlift.ocr.protocol import OcrEngine
    from chartlift.reading.clock import Clock

LEAST_INK = 200
"""Pixels of ink, on a picture 1200 pixels long, under which a page without words is bare: six or
seven letters."""


def read_best(
    raster: Raster,
    engine: OcrEngine,
    languages: Sequence[Language],
    clock: Clock,
    *,
    again_below: float,
) -> tuple[Word, ...]:
    """The page's words, read in the shape it shows; below that score in the other shape too."""
    shape = shape_of(raster)
    words = engine.read(raster, languages, shape=shape, seconds=clock.left())
    score = page_score(raster, words)
    if score is None or score >= again_below:
        return words
    other = Shape.COLUMNS if shape is Shape.BLOCK else Shape.BLOCK
    again = engine.read(raster, languages, shape=other, seconds=clock.left())
    return again if (page_score(raster, again) or 0.0) > score else words


def shape_of(raster: Raster) -> Shape:
    """Columns where two columns of prose stand side by side, else one block.

    One block keeps the rows of tables together, which an engine's own search for columns breaks.
    """
    ink = text_ink(raster)
    height = text_height(glyphs(ink), raster.dpi)
    if height is None:
        return Shape.BLOCK
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, round(height)), np.uint8))
    found = glyphs(joined.astype(np.uint8))
    parts = [
        Rect(float(left), float(top), float(left + width), float(top + tall))
        for left, top, width, tall, _ in zip(*found, strict=True)
        if tall < 4 * height
    ]
    return Shape.BLOCK if find_gutter(parts, height) is None else Shape.COLUMNS


def page_score(raster: Raster, words: Sequence[Word]) -> float | None:
    """How well a page was read, 0.0-1.0: its words' confidence times its ink's coverage.

    Confidence alone cannot see text that was missed. None for a bare page.
    """
    if not words and cv2.countNonZero(text_ink(raster)) < LEAST_INK:
        return None
    return round(sureness(words) * ink_coverage(raster, words), 4)


def ink_coverage(raster: Raster, words: Sequence[Word]) -> float:
    """Share of the letters' ink that lies inside the words' boxes; 1 where there is no ink."""
    ink = text_ink(raster)
    total = cv2.countNonZero(ink)
    if total == 0:
        return 1.0
    covered = np.zeros_like(ink)
    factor = ink.shape[1] / raster.pixels.shape[1]
    corners = np.array([word.quad or _corners(word) for word in words], np.float64)
    points = lead_back(raster.to_page, corners.reshape(-1, 2)).reshape(-1, 4, 2)
    for quad in np.round(points * factor).astype(np.int32):
        cv2.fillConvexPoly(covered, quad, (255,))
    return cv2.countNonZero(cv2.bitwise_and(ink, covered)) / total


def _corners(word: Word) -> tuple[tuple[float, float], ...]:
    left, top, right, bottom = word.box
    return (left, top), (right, top), (right, bottom), (left, bottom)
