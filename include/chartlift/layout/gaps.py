"""Borderless tables: rows of chunks that stand below each other in columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from chartlift.layout.lines import LineOfPieces, chunks
from chartlift.layout.pieces import Rect, around

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAST_ROWS = 3
LEAST_COLUMNS = 3
COLUMN_GAP = 0.9
"""Free space between two columns, in usual word heights."""
ROW_GAP = 3.0
"""Free space between two rows above which a table ends, in usual word heights."""

Span = tuple[float, float]


class GapTable(NamedTuple):
    """A borderless table: its rows as lines of words, and where its columns lie."""

    first: int
    """Index of its first line among the lines it was found in."""
    rows: list[list[LineOfPieces]]
    """For each row its chunks, from left to right."""
    columns: list[Span]

    def column_of(self, chunk: LineOfPieces) -> int:
        """The column a chunk stands in."""
        middle = around([piece.rect for piece in chunk]).middle[0]
        return next(i for i, (_, right) in enumerate(self.columns) if middle <= right)


def find_gap_tables(lines: Sequence[LineOfPieces], height: float) -> list[GapTable]:
    """The runs of lines whose chunks keep to three or more columns; cautious on purpose.

    Args:
        lines: the lines of a page or column, from top to bottom.
        height: the usual height of a word there, in upright pixels.
    """
    broken = [chunks(line, COLUMN_GAP * height) for line in lines]
    tables, at = [], 0
    while at < len(broken):
        table = _grow(broken, at, height)
        if len(table.rows) >= LEAST_ROWS and len(table.columns) >= LEAST_COLUMNS:
            tables.append(table)
            at += len(table.rows)
        else:
            at += 1
    return tables


def _grow(broken: list[list[LineOfPieces]], first: int, height: float) -> GapTable:
    """The longest table that begins at a line; a row may leave columns empty, never bridge two."""
    rows = [broken[first]]
    columns = _merge([], broken[first], height)
    for row in broken[first + 1 :]:
        if len(row) < 2 or _rect(row).top - _rect(rows[-1]).bottom > ROW_GAP * height:
            break
        wider = _merge(columns, row, height)
        if len(wider) < max(len(columns), LEAST_COLUMNS):
            break
        rows.append(row)
        columns = wider
    return GapTable(first, rows, columns)


def _merge(columns: list[Span], row: list[LineOfPieces], height: float) -> list[Span]:
    rects = [around([piece.rect for piece in chunk]) for chunk in row]
    spans = sorted([*columns, *((rect.left, rect.right) for rect in rects)])
    merged: list[Span] = []
    for left, right in spans:
        if merged and left - merged[-1][1] < COLUMN_GAP * height * 0.6:
            merged[-1] = (merged[-1][0], max(right, merged[-1][1]))
        else:
            merged.append((left, right))
    return merged


def _rect(row: list[LineOfPieces]) -> Rect:
    return around([piece.rect for chunk in row for piece in chunk])
