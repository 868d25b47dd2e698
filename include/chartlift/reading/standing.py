"""Text that stands on end beside a page's level lines: stamped numbers, notes along a margin."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, cast

import numpy as np

from chartlift.ocr.protocol import TextBox
from chartlift.reading.lines import Line, read_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chartlift.model import Raster
    from chartlift.ocr.protocol import Corners, LineReader
    from chartlift.reading.clock import Clock

TALL = 2.0
"""Heights over widths from which a box, or several below each other, may hold a line on end."""
LYING, LEVEL = 1.15, 2.2
"""Widths over heights between which a box may hold a character on its side."""
TALLER = 2.0
"""The same in the usual heights of the page's lines: a figure 1 is narrow, but no taller."""
ASIDE = 0.3
"""How far its parts may stand aside of each other, in the width of the wider one."""
APART = 0.6
"""How far one may stand below the other, in the same."""
SURE = 0.8
"""Mean probability of its characters from which what is read as two stands level."""
EVEN = 0.5
"""Probability of a character from which it speaks for a reading rather than against it."""


def read_standing(
    raster: Raster, lines: Sequence[Line], reader: LineReader, clock: Clock
) -> tuple[Line, ...]:
    """The lines, with those that stand on end read along their own way where that reads better.

    What is spaced wide is found character by character: a column of them is tried as one line.

    Args:
        raster: the page, its level lines upright.
        lines: its lines, all read as if they were level.
        reader: reads Latin lines.
        clock: how long the page may take.

    Raises:
        PageTimeout: it took too long.
        EngineCrashed: the reader ended without an answer.
    """
    replaced: dict[int, tuple[Line, ...]] = {}
    for column in _columns(lines):
        box = _around([lines[n].box for n in column])
        ways = read_lines(raster, _lain_down(box), reader, clock, khmer=False)
        best = max(ways, key=lambda way: _evidence([way]), default=None)
        if best and _evidence([best]) > _evidence(lines[n] for n in column):
            replaced |= dict.fromkeys(column, ()) | {column[0]: (best,)}
    return tuple(new for n, line in enumerate(lines) for new in replaced.get(n, (line,)))


def _columns(lines: Sequence[Line]) -> list[list[int]]:
    """Lines that may together be one on end, from top to bottom, by their numbers."""
    boxes = [line.box for line in lines]
    usual = median(box.height for box in boxes) if boxes else 0.0
    narrow = [n for n, line in enumerate(lines) if _may_stand(line, usual)]
    columns: list[list[int]] = []
    for number in sorted(narrow, key=lambda n: _middle(boxes[n])[1]):
        above = next((c for c in columns if _goes_on(boxes[c[-1]], boxes[number])), None)
        if above is None:
            columns.append([number])
        else:
            above.append(number)
    return [column for column in columns if _is_tall(_around([boxes[n] for n in column]), usual)]


def _may_stand(line: Line, usual: float) -> bool:
    """Whether it is tall, or like a character on its side: wider than tall, no number."""
    if _is_tall(line.box, usual):
        return True
    lies = LYING < line.box.width / line.box.height < LEVEL
    return lies and (len(line.reading.characters) <= 1 or line.certainty < SURE)


def _is_tall(box: TextBox, usual: float) -> bool:
    return box.height > max(TALL * box.width, TALLER * usual)


def _goes_on(box: TextBox, below: TextBox) -> bool:
    wider = max(box.width, below.width)
    (x, y), (other, lower) = _middle(box), _middle(below)
    apart = lower - y - (box.height + below.height) / 2
    return abs(other - x) < ASIDE * wider and abs(apart) < APART * wider


def _middle(box: TextBox) -> tuple[float, float]:
    x, y = np.mean(box.corners, axis=0)
    return float(x), float(y)


def _around(boxes: Sequence[TextBox]) -> TextBox:
    """One box as it stands, or the upright one that holds several."""
    if len(boxes) == 1:
        return boxes[0]
    points = np.concatenate([box.corners for box in boxes])
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    return TextBox(cast("Corners", corners), min(box.score for box in boxes))


def _lain_down(box: TextBox) -> tuple[TextBox, TextBox]:
    """The box with its line running downwards, and upwards."""
    a, b, c, d = box.corners
    return TextBox((b, c, d, a), box.score), TextBox((d, a, b, c), box.score)


def _evidence(lines: Iterable[Line]) -> float:
    """How much the characters speak for a reading: many sure ones do, unsure ones do not."""
    return sum(c.probability - EVEN for line in lines for c in line.reading.characters)
