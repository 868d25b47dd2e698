"""Which way a page stands: told by its lines, and turned where it lies on its side or its head."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from chartlift.imaging.raster import turn
from chartlift.reading.look import sureness
from chartlift.reading.stack import read_stack
from chartlift.reading.strips import Strip, cut_strip

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chartlift.model import Language, Raster
    from chartlift.ocr.protocol import LineReader, LineReading, OcrEngine, TextBox
    from chartlift.reading.clock import Clock

TALL = 1.5
"""Heights over widths from which a box stands for a line on its side."""
SAMPLE = 4
"""Lines that are read to tell a page's head."""
LONGEST = 9.0
"""Heights of a line of the sample; the rest of a longer one is left out."""
SURE = 0.88
"""Mean probability of the sample's characters from which the page certainly stands upright."""
CLEAR = 0.10
"""How much surer the one way must be than the other."""


class Standing(NamedTuple):
    """A page that stands upright, and its lines."""

    raster: Raster
    boxes: tuple[TextBox, ...]


def stand_up(
    raster: Raster, reader: LineReader, engine: OcrEngine, tried: Sequence[Language], clock: Clock
) -> Standing:
    """The page turned so that its lines run from left to right and its letters stand.

    Args:
        raster: the page.
        reader: finds the lines, and reads Latin ones.
        engine: asked where the reader's answer is unclear.
        tried: the languages it is asked to read.
        clock: how long the page may take.

    Raises:
        PageTimeout: it took too long.
        EngineCrashed: an engine ended without an answer.
        MissingLanguage: the engine has no data for a language.
    """
    boxes = reader.detect(raster.pixels)
    if lies_on_its_side(boxes):
        raster = turn(raster, 90)
        boxes = reader.detect(raster.pixels)
    strips = list(_sample(raster, boxes))
    upright, head = _sureness(strips, reader)
    if abs(head - upright) < CLEAR and upright < SURE:
        both = (strips, _turned(strips))
        asked = [read_stack(s, raster.dpi, engine, tried, seconds=clock.left()) for s in both]
        upright, head = (sureness(list(chain(*tokens))) for tokens in asked)
    if head <= upright:
        return Standing(raster, boxes)
    raster = turn(raster, 180)
    return Standing(raster, reader.detect(raster.pixels))


def lies_on_its_side(boxes: Sequence[TextBox]) -> bool:
    """Whether most of the text runs up or down."""
    tall = sum(box.width * box.height for box in boxes if box.height > TALL * box.width)
    wide = sum(box.width * box.height for box in boxes if box.width > TALL * box.height)
    return tall > wide


def _sureness(strips: Sequence[Strip], reader: LineReader) -> tuple[float, float]:
    """How surely a sample is read as it stands, and turned upside down, 0.0-1.0."""
    upright = _mean(reader.recognise(strip.pixels) for strip in strips)
    if upright >= SURE:
        return upright, 0.0
    return upright, _mean(reader.recognise(strip.pixels) for strip in _turned(strips))


def _turned(strips: Sequence[Strip]) -> list[Strip]:
    return [Strip(np.ascontiguousarray(np.rot90(s.pixels, 2)), s.to_raster) for s in strips]


def _sample(raster: Raster, boxes: Sequence[TextBox]) -> Iterator[Strip]:
    """The starts of the longest lines."""
    for box in sorted(boxes, key=lambda box: -box.width / max(box.height, 1.0))[:SAMPLE]:
        strip = cut_strip(raster, box)
        if strip is not None:
            yield strip.columns(0, LONGEST * strip.height)


def _mean(readings: Iterator[LineReading]) -> float:
    """Mean probability of all characters."""
    chances = [c.probability for reading in readings for c in reading.characters]
    return sum(chances) / len(chances) if chances else 0.0
