"""Walls of a ruled table that were not found: told by cells that hold two columns in most rows."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from chartlift.layout.columns import find_columns
from chartlift.layout.grid import Grid, Slot
from chartlift.layout.lines import chunks, find_lines
from chartlift.layout.pieces import around

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chartlift.layout.lines import Measure
    from chartlift.layout.pieces import Piece, Rect

LEAST_ROWS = 3
"""Rows that must stand in two columns where one was found."""
MOST_ALONE = 0.4
"""Share of a column's rows that may fill only one of its two halves."""


def with_missing_walls(grid: Grid, pieces: Sequence[Piece], measure: Measure) -> Grid:
    """The grid with a wall where most cells of a column hold chunks on both sides of it.

    Args:
        grid: a ruled table.
        pieces: the words that stand in it.
        measure: what is usual among the page's words.
    """
    columns = {slot.column for slot in grid.slots if slot.column_span == 1}
    for column in sorted(columns, reverse=True):
        walls = _missing(_rows(grid, column, pieces, measure), measure.height)
        if walls:
            grid = _parted(grid, column, walls)
    return grid


def _rows(grid: Grid, column: int, pieces: Sequence[Piece], measure: Measure) -> list[list[Rect]]:
    """The chunks of each line of a column's cells."""
    cells = [slot for slot in grid.slots if (slot.column, slot.column_span) == (column, 1)]
    return [
        [around([piece.rect for piece in chunk]) for chunk in chunks(line, measure.gap)]
        for cell in cells
        for line in find_lines([piece for piece in pieces if cell.rect.holds(piece.rect)])
    ]


def _missing(rows: list[list[Rect]], height: float) -> list[float]:
    """Where walls are missing among the rows of one column."""
    both = sum(len(row) > 1 for row in rows)
    if both < max(LEAST_ROWS, (1 - MOST_ALONE) * len(rows)):
        return []
    return [(one[1] + other[0]) / 2 for one, other in pairwise(find_columns(rows, height))]


def _parted(grid: Grid, column: int, walls: Sequence[float]) -> Grid:
    slots: list[Slot] = []
    for slot in grid.slots:
        if slot.column > column:
            slots.append(slot._replace(column=slot.column + len(walls)))
        elif (slot.column, slot.column_span) == (column, 1):
            edges = [slot.rect.left, *walls, slot.rect.right]
            slots += [
                slot._replace(column=at, rect=slot.rect._replace(left=left, right=right))
                for at, (left, right) in enumerate(pairwise(edges), start=column)
            ]
        elif slot.column + slot.column_span > column:
            slots.append(slot._replace(column_span=slot.column_span + len(walls)))
        else:
            slots.append(slot)
    return Grid(grid.rect, tuple(slots))
