"""How a page's own words stand on it: level, on their side or on their head."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from chartlift.model import Box

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chartlift.model import Word

Quarters = Literal[0, 90, 180, 270]

TOLD_BY = 3
"""Characters from which a word is longer than it is high."""
ROW_OF_CELLS = 3
"""Words far apart in one line from which it is a row of a table."""
ROWS_OF_TABLE = 2
"""Rows of cells that no foot of a page makes up: "Printed by A    12/03    page 1 of 2" is one."""
ON_ITS_HEAD = 0.8
"""Share of the steps along lines that lead to the left on a page that stands on its head; a form
whose entries are written right to left has steps to the right inside them."""


def turn_of(words: Sequence[Word]) -> Quarters:
    """Degrees clockwise by which the page is turned for its words to stand upright.

    Args:
        words: the page's words in the order of its text, boxes in pixels of the page.
    """
    standing = _stands([word.box for word in words if len(word.text) >= TOLD_BY])
    steps = [step for a, b in pairwise(words) if (step := _step(a.box, b.box, standing))]
    backwards = sum(step < 0 for step in steps)
    if standing:
        return 90 if 2 * backwards > len(steps) else 270
    return 180 if backwards > ON_ITS_HEAD * len(steps) else 0


def _stands(boxes: Iterable[Box]) -> bool:
    """Whether most of what is printed stands on end, and not just in the margin of a table."""
    level: list[Box] = []
    on_end: list[Box] = []
    for box in boxes:
        if box.height > box.width:
            on_end.append(Box(box.top, box.left, box.bottom, box.right))
        else:
            level.append(box)
    if _print(on_end) <= _print(level):
        return False
    rows = _rows_of_cells(level)
    return rows < ROWS_OF_TABLE or rows <= _rows_of_cells(on_end)


def _print(boxes: Iterable[Box]) -> int:
    return sum(box.width * box.height for box in boxes)


def _rows_of_cells(boxes: Sequence[Box]) -> int:
    """How many rows of a table level words make up: cells are as far apart as print is high."""
    rows: list[list[Box]] = []
    for box in sorted(boxes, key=lambda box: box.center[1]):
        if rows and rows[-1][-1].center[1] > box.top:
            rows[-1].append(box)
        else:
            rows.append([box])
    gaps = (sum(b.left - a.right > a.height for a, b in pairwise(sorted(row))) for row in rows)
    return sum(count + 1 >= ROW_OF_CELLS for count in gaps)


def _step(box: Box, after: Box, standing: bool) -> float:
    """How far a line goes on from one word to the next; 0 where they are not on one line."""
    if standing:
        shared = min(box.right, after.right) - max(box.left, after.left)
        thick = min(box.width, after.width)
        on = after.center[1] - box.center[1]
    else:
        shared = min(box.bottom, after.bottom) - max(box.top, after.top)
        thick = min(box.height, after.height)
        on = after.center[0] - box.center[0]
    return on if 2 * shared > thick else 0.0
