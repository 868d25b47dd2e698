"""Which way a page stands: told by its lines, and turned where it lies on its side or its head."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from chartlift.imaging.raster import turn
from chartlift.reading.find import find_text
from chartlift.reading.strips import Strip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from chartlift.model import Raster
    from chartlift.ocr.protocol import LineReader, LineReading, TextBox
    from chartlift.reading.lines import Line

TALL = 1.5
"""Heights over widths from which a box stands for a line on its side."""
SAMPLE = 4
"""Lines that are read to tell a page's head."""
LONGEST = 9.0
"""Heights of a line of the sample; the rest of a longer one is left out."""
SURE = 0.88
"""Mean probability of the sample's characters from which the page certainly stands upright."""
TOLD = 4
"""Characters from which their mean probability tells anything."""
READ = 0.5
"""How sure another engine must be of a page on its head, where this reader cannot tell."""
ENOUGH, CERTAIN = 24, 0.92
"""Characters of the lines without another script, and their mean probability, from which the page
certainly stands upright though its longest lines are in that script."""
CLEAR = 0.10
"""How much surer the one way must be than the other."""
STRANGE = 0.5
"""Share of the sample's width in another script from which the reader cannot tell: it may be surer
of Khmer on its head."""


def find_level_lines(raster: Raster, reader: LineReader) -> tuple[Raster, tuple[TextBox, ...]]:
    """The page turned so that its lines run from left to right, and where they stand.

    Its letters may stand on their heads still.

    Raises:
        EngineCrashed: the reader ended without an answer.
    """
    boxes = find_text(raster, reader)
    if not lies_on_its_side(boxes):
        return raster, boxes
    level = turn(raster, 90)
    return level, find_text(level, reader)


def lies_on_its_side(boxes: Sequence[TextBox]) -> bool:
    """Whether most of the text runs up or down."""
    tall = sum(box.width * box.height for box in boxes if box.height > TALL * box.width)
    wide = sum(box.width * box.height for box in boxes if box.width > TALL * box.height)
    return tall > wide


def stands_on_its_head(
    lines: Sequence[Line], reader: LineReader, ask: Callable[[Sequence[Strip]], float]
) -> bool:
    """Whether the longest lines read better upside down.

    Args:
        lines: the page's lines, as they were read.
        reader: reads Latin lines.
        ask: how sure another engine is of strips, where the reader's answer is unclear.

    Raises:
        EngineCrashed: the reader ended without an answer.
    """
    sample = _longest(lines)
    if not sample or _mean(line.reading for line in sample) >= SURE or _reads_well(lines):
        return False
    strips = [line.strip.columns(0, LONGEST * line.strip.height) for line in sample]
    turned = [Strip(np.ascontiguousarray(np.rot90(s.pixels, 2)), s.to_raster) for s in strips]
    read, other = ([reader.recognise(strip.pixels) for strip in some] for some in (strips, turned))
    upright, head = _mean(read), _mean(other)
    clear = abs(head - upright) >= CLEAR and _foreign(read, strips) < STRANGE
    if sum(len(reading.characters) for reading in other) >= TOLD and (head >= SURE or clear):
        return head > upright
    asked = ask(turned)
    return asked >= READ and asked > ask(strips)


def _longest(lines: Iterable[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: -line.strip.width / line.strip.height)[:SAMPLE]


def _reads_well(lines: Sequence[Line]) -> bool:
    """Whether what is in the reader's own script is enough, and read as it is on no head."""
    own = [line for line in lines if not line.khmer]
    if sum(len(line.reading.characters) for line in own) < ENOUGH:
        return False
    return (
        _mean(line.reading for line in own) >= CERTAIN
        and _mean(line.reading for line in _longest(own)) >= SURE
    )


def _foreign(readings: Sequence[LineReading], strips: Sequence[Strip]) -> float:
    """The share of the strips' width that is, or may be, in a script the reader does not know."""
    told = [reading.foreign for reading in readings if reading.foreign is not None]
    if len(told) < len(readings):
        return 1.0
    foreign = sum(end - start for stretches in told for start, end in stretches)
    return foreign / max(1, sum(strip.width for strip in strips))


def _mean(readings: Iterable[LineReading]) -> float:
    """Mean probability of all characters."""
    chances = [c.probability for reading in readings for c in reading.characters]
    return sum(chances) / len(chances) if chances else 0.0
