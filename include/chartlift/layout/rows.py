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
AMID = 0.6
"""Share of the usual distance between rows from which on a line stands below another, not amid."""


class GapCell(NamedTuple):
    """A cell: where it begins, over how many columns it goes, and its lines."""

    row: int
    column: int
    column_span: int
    rect: Rect
    lines: list[LineOfPieces]
    doubted: bool
    """Whether its row's name and values may be of two rows."""


def cells_of(table: GapTable, bands: Sequence[Bands]) -> list[GapCell]:
    """The filled cells of a table, row by row; their rectangles reach up to the next ones."""
    rows = _rows(table, bands)
    doubted = _doubted(rows, table, bands)
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
            own_lines, doubt = _lines(row, first), number in doubted
            cells.append(GapCell(number, first, last - first + 1, rect, own_lines, doubt))
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
        parted = one_row and len(rows) > 1 and _is_below(rows[-1], below, table, bands)
        if one_row and not parted and not _has_its_own(rows[-1], below, table):
            rows[-1].append(below)
        else:
            rows.append([below])
    return rows


def _is_below(
    row: list[list[Part]], below: list[Part], table: GapTable, bands: Sequence[Bands]
) -> bool:
    """Whether a line below a name fills other columns than the row so far, lower than amid a name.

    A value set in the middle of a name of two lines is half a line below the first.
    """
    filled = {part.first for line in row for part in line}
    if table.pitch is None or NAMES not in filled or _ruled_in(row[-1], below, bands):
        return False
    new = [part for part in below if part.first not in filled]
    return bool(new) and _apart(row[-1], new) >= AMID * table.pitch


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
    upper, lower = (around([part.rect for part in line]) for line in (above, below))
    home = _home(above, below, bands)
    if home is not None and home.between(upper.middle[1], lower.middle[1]):
        return False
    sparse = home is not None or 2 * min(len(above), len(below)) <= len(table.columns)
    return sparse and table.pitch is not None and _apart(above, below) < CLOSE * table.pitch


def _home(above: list[Part], below: list[Part], bands: Sequence[Bands]) -> Bands | None:
    """The row rulings that two lines stand between."""
    upper, lower = (around([part.rect for part in line]) for line in (above, below))
    return next((b for b in bands if b.holds(upper) and b.holds(lower)), None)


def _ruled_in(above: list[Part], below: list[Part], bands: Sequence[Bands]) -> bool:
    """Whether two lines stand between the same two rulings, which hold one row."""
    home = _home(above, below, bands)
    return home is not None and home.has_row(around([part.rect for part in above]))


def _doubted(
    rows: list[list[list[Part]]], table: GapTable, bands: Sequence[Bands]
) -> frozenset[int]:
    """The rows below the first whose values may be another's.

    Their values stand beside no line of the name, or a name without values stands so near above
    that it may be the first line of theirs, or theirs that of a row of its own.
    """
    doubted = set()
    for number, (above, row) in enumerate(pairwise(rows), start=1):
        near = table.pitch is not None and _apart(above[-1], row[0]) < CLOSE * table.pitch
        parted = (home := _home(above[-1], row[0], bands)) is not None and home.between(
            *(line[0].rect.middle[1] for line in (above[-1], row[0]))
        )
        late = number > 1 and near and not parted and _only_names(above)
        if late or not _is_beside(row, table, bands):
            doubted.add(number)
    return frozenset(doubted)


def _only_names(row: list[list[Part]]) -> bool:
    return all(part.first == NAMES for line in row for part in line)


def _is_beside(row: list[list[Part]], table: GapTable, bands: Sequence[Bands]) -> bool:
    """Whether the values of a row stand beside its name, or the lines of one amid the other's."""
    named, valued = _lines_with(row, NAMES), _lines_with(row, VALUES)
    if not named or not valued or _ruled_in(row[0], row[-1], bands):
        return True
    if set(named) & set(valued):
        return valued[0] >= named[0] or valued[-1] > named[-1] or not _is_far(row, table)
    return named[0] < valued[0] < named[-1] or valued[0] < named[0] < valued[-1]


def _lines_with(row: list[list[Part]], column: int) -> list[int]:
    return [n for n, line in enumerate(row) if any(part.first == column for part in line)]


def _is_far(row: list[list[Part]], table: GapTable) -> bool:
    """Whether the first line of a row is as far above its name as another row's would be."""
    levels = [part.rect.middle[1] for line in row for part in line if part.first == NAMES]
    first = row[0][0].rect.middle[1]
    return table.pitch is not None and min(levels) - first >= AMID * table.pitch


def _apart(above: list[Part], below: list[Part]) -> float:
    """Pixels from the middle of one line down to that of another."""
    upper, lower = ([piece for part in line for piece in part.pieces] for line in (above, below))
    return lines_apart(upper, lower)
