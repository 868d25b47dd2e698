"""The rows of a table without column lines: wrapped cells joined, each cell in its place."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from chartlift.layout.gaps import CLOSE, GapTable
from chartlift.layout.lines import lines_apart
from chartlift.layout.pieces import Rect, around

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chartlift.layout.bands import Bands
    from chartlift.layout.columns import Part
    from chartlift.layout.lines import LineOfPieces

NAMES, VALUES = 0, 1
"""The columns that tell rows apart: what each row is of, and what stands beside it."""
BETWEEN = 0.25
"""How far from either line of a wrapped name a cell set in the middle stands, as a share of the
distance between the two."""


class GapCell(NamedTuple):
    """A cell: where it begins, over how many columns it goes, and its lines."""

    row: int
    column: int
    column_span: int
    rect: Rect
    lines: list[LineOfPieces]


def cells_of(table: GapTable, bands: Sequence[Bands]) -> list[GapCell]:
    """The filled cells of a table, row by row; their rectangles reach up to the next ones."""
    rows = _rows(table, bands)
    rects = [around([part.rect for line in row for part in line]) for row in rows]
    levels = _borders([(rect.top, rect.bottom) for rect in rects])
    edges = _borders(table.columns)
    cells = []
    for number, row in enumerate(rows):
        parts = sorted((part for line in row for part in line), key=lambda part: part.first)
        for first in sorted({part.first for part in parts}):
            own = [part for part in parts if part.first == first]
            after = [part.first for part in parts if part.first > first]
            last = min(max(part.last for part in own), min(after, default=len(edges)) - 1)
            place = Rect(edges[first], levels[number], edges[last + 1], levels[number + 1])
            rect = around([place, *(part.rect for part in own)])
            cells.append(GapCell(number, first, last - first + 1, rect, _lines(row, first)))
    return cells


def _lines(row: list[list[Part]], first: int) -> list[LineOfPieces]:
    """The lines of the cell that begins in a column."""
    lines = [
        [piece for part in line if part.first == first for piece in part.pieces] for line in row
    ]
    return [line for line in lines if line]


def _borders(spans: Sequence[tuple[float, float]]) -> list[float]:
    """Where spans that follow each other end, halfway to the next; the outer ones where they do."""
    inner = [(one[1] + other[0]) / 2 for one, other in pairwise(spans)]
    return [spans[0][0], *inner, spans[-1][1]]


def _rows(table: GapTable, bands: Sequence[Bands]) -> list[list[list[Part]]]:
    rows = [[table.lines[0]]]
    for above, below in pairwise(table.lines):
        one_row = _one_row(above, below, table, bands) and not _is_named(rows[-1], below)
        if one_row and not _has_its_own(rows[-1], below, table):
            rows[-1].append(below)
        else:
            rows.append([below])
    return rows


def _is_named(row: list[list[Part]], below: list[Part]) -> bool:
    """Whether a line has a name and cells of its own: in doubt no row gets another one's value."""
    parts = [part for line in [*row, below] for part in line]
    upper = [part.rect.middle[1] for line in row for part in line if part.first == NAMES]
    lower = [part.rect.middle[1] for part in below if part.first == NAMES]
    if not upper or not lower or len(lower) == len(below):
        return False
    margin = BETWEEN * (min(lower) - max(upper))
    levels = [part.rect.middle[1] for part in parts if part.first == VALUES]
    return not levels or not all(
        max(upper) + margin < level < min(lower) - margin for level in levels
    )


def _has_its_own(row: list[list[Part]], below: list[Part], table: GapTable) -> bool:
    """Whether a line stands a row's distance below another that a stray sign joins it to."""
    if table.pitch is None:
        return False
    nearest = [
        min(lines_apart(part.pieces, lower.pieces) for part in above)
        for lower in below
        if (above := [part for line in row for part in line if part.first == lower.first])
    ]
    return max(nearest, default=0.0) >= CLOSE * table.pitch


def _one_row(above: list[Part], below: list[Part], table: GapTable, bands: Sequence[Bands]) -> bool:
    upper, lower = _whole(above), _whole(below)
    apart = lines_apart(upper, lower)
    ends = around([piece.rect for piece in upper]), around([piece.rect for piece in lower])
    home = next((b for b in bands if b.holds(ends[0]) and b.holds(ends[1])), None)
    if home is not None and home.between(ends[0].middle[1], ends[1].middle[1]):
        return False
    sparse = home is not None or 2 * min(len(above), len(below)) <= len(table.columns)
    return sparse and table.pitch is not None and apart < CLOSE * table.pitch


def _whole(line: list[Part]) -> LineOfPieces:
    return [piece for part in line for piece in part.pieces]
