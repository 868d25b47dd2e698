"""Tables without column lines: lines of chunks that stand below each other in columns."""

from __future__ import annotations

from itertools import pairwise, product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from chartlift.layout.columns import Part, Span, apart, find_columns, part_line, strain
from chartlift.layout.lines import LineOfPieces, Measure, chunks, lines_apart
from chartlift.layout.pieces import Rect, around

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chartlift.layout.bands import Bands

LEAST_ROWS = 3
LEAST_COLUMNS = 3
ROW_GAP = 3.0
"""Free space between two rows above which a table ends, in usual word heights."""
MOST_ODD = 2
"""Lines that do not keep to the columns, headings say, that may stand between two rows."""
MOST_LOOSE = 6
"""Lines of wrapped cells and headings that may stand between two rows."""
SETTLED = 3
"""Rows after which a table is known well enough to take in a row of which two cells touch."""
SEAM = 1.35
"""Share of the usual distance between rows from which on another table may begin."""
STRAIN = 3
"""How many well-placed cells one counts for that is not."""
ALIGNED = 0.6
"""How far a chunk may stand from the edge or the middle of its column, in usual word heights."""
CLOSE = 0.9
"""Share of the usual distance between rows below which a line goes on with the row above it."""
LOW = 0.3
"""The share of the distances between full rows that are less than the usual one: where lines
between them were no rows, others are too large."""
EVEN = 1.2
"""The same, up to which a line above the first row may be one more row."""


class GapTable(NamedTuple):
    """A table without column lines, its words by line and column."""

    first: int
    """Index of its first line among the lines it was found in."""
    lines: list[list[Part]]
    columns: list[Span]
    pitch: float | None
    """Usual distance between the middles of two rows; None where no two full rows follow."""


def find_gap_tables(
    lines: Sequence[LineOfPieces], measure: Measure, bands: Sequence[Bands] = ()
) -> list[GapTable]:
    """The runs of lines whose chunks keep to three or more columns; cautious on purpose.

    Args:
        lines: the lines of a page or column, from top to bottom.
        measure: what is usual among their words.
        bands: the row rulings of tables; a table reaches as far as they do.
    """
    return _search(Text(lines, measure, bands), (0, len(lines)))


class Text(NamedTuple):
    """What tables are looked for in."""

    lines: Sequence[LineOfPieces]
    measure: Measure
    bands: Sequence[Bands]


def _search(text: Text, within: tuple[int, int]) -> list[GapTable]:
    """The tables among some lines: the best one first, then those above and below it."""
    best: _Growth | None = None
    at = within[0]
    while at < within[1]:
        growth = _Growth(text, within)
        at = growth.grow(at)
        if growth.is_table() and (best is None or growth.worth > best.worth):
            best = growth
    if best is None:
        return []
    table = best.table()
    above = _search(text, (within[0], table.first))
    return [*above, table, *_search(text, (table.first + len(table.lines), within[1]))]


class _Growth:
    """One table while it grows, line by line."""

    def __init__(self, text: Text, within: tuple[int, int]) -> None:
        self.lines, self.measure, self.bands = text
        self.within = within
        self.rows: dict[int, list[Rect]] = {}
        """What stands in the columns of each line that is a row, or begins one."""
        self.columns: list[Span] = []
        self.strained = 0
        """Cells that touch another one, or stand in two parts."""
        self.odd: int | None = None
        """The first row with such cells: another table may begin with it."""

    def grow(self, first: int) -> int:
        """Takes in all rows from a full one on; returns where the next table may begin."""
        if len(self._chunks(first)) < LEAST_COLUMNS:
            return first + 1
        self.start = first
        self._take(first)
        self.end = self._down(first)
        if not self.is_table():
            return first + 1
        return self.end if self.odd is None else self.odd

    def is_table(self) -> bool:
        """Whether there are rows and columns enough."""
        full = sum(len(row) >= LEAST_COLUMNS for row in self.rows.values())
        return (
            len(self.columns) >= LEAST_COLUMNS
            and len(self.rows) >= LEAST_ROWS
            and full >= LEAST_ROWS - 1
        )

    @property
    def worth(self) -> int:
        """Grows with the cells that are filled as they should be."""
        return sum(map(len, self.rows.values())) - STRAIN * self.strained

    def table(self) -> GapTable:
        """What has grown, with the first and last lines of wrapped cells."""
        pitch = self._pitch()
        start, end = self._up(pitch), self._tail(pitch)
        return GapTable(start, [self._parts(n) for n in range(start, end)], self.columns, pitch)

    def _down(self, first: int) -> int:
        """Takes in the rows below; returns the line after the last one."""
        home, end, odd = self._home(first), first + 1, 0
        for at in range(first + 1, self.within[1]):
            if self._home(at) is not home or self._far(at - 1, at) or self._is_seam(at):
                break
            if self._is_row(at):
                self._take(at)
                end, odd = at + 1, 0
            elif home is not None and home.has_row(_rect(self.lines[at])):
                end = at + 1
            else:
                odd += not self._keeps(at)
                if odd > MOST_ODD or at - end >= MOST_LOOSE:
                    break
        return end

    def _is_seam(self, at: int) -> bool:
        """Whether another table may begin here: after more space, not in the same columns."""
        pitch = self._pitch()
        wide = pitch is not None and self._step(at - 1, at) > SEAM * pitch
        return wide and not self._keeps(at)

    def _up(self, pitch: float | None) -> int:
        """The first line of the table: rows and lines of wrapped heads above its first full row."""
        start = self.start
        while more := self._more(start, -1, pitch):
            start -= more
        return start

    def _tail(self, pitch: float | None) -> int:
        """The line after the table's last one: its last row may be wrapped."""
        end = self.end
        while more := self._more(end - 1, 1, pitch):
            end += more
        return end

    def _more(self, edge: int, step: int, pitch: float | None) -> int:
        """How many lines above or below a table's edge belong to it: a row, or what wraps."""
        at, home = edge + step, self._home(self.start)
        if pitch is None or not self._may_hold(at):
            return 0
        if self._home(at) is home is not None and home.has_row(_rect(self.lines[at])):
            return 1
        close = 1
        while self._may_hold(at + close * step) and self._near(
            at + close * step, step, CLOSE * pitch
        ):
            close += 1
        row = self._is_wrapped_row([at + step * n for n in range(close)])
        if row and self._near(at, step, EVEN * pitch):
            return close
        return int(self._keeps(at) and self._near(at, step, CLOSE * pitch))

    def _may_hold(self, at: int) -> bool:
        """Whether a line may be of this table: it is of no other one."""
        inside = self.within[0] <= at < self.within[1]
        return inside and self._home(at) in {None, self._home(self.start)}

    def _near(self, at: int, step: int, most: float) -> bool:
        return self._step(*sorted((at - step, at))) < most

    def _is_wrapped_row(self, lines: list[int]) -> bool:
        """Whether lines that stand close together fill several columns, each where it belongs."""
        filled = {part.first for at in lines for part in self._parts(at)}
        placed = all(self._keeps(at) or self._is_row(at, most=0) for at in lines)
        return placed and len(filled) > 1

    def _is_row(self, at: int, most: int | None = None) -> bool:
        """Whether a line of several chunks stands in the columns found so far.

        Some `most` of its cells may touch others: where none is given, one in a settled table.
        """
        if most is None:
            most = int(len(self.rows) >= SETTLED)
        if len(self._chunks(at)) < 2:
            return False
        parts = self._parts(at)
        placed = [part for part in parts if not part.loose]
        if len(parts) >= LEAST_COLUMNS:
            return len(placed) > 1 and strain(placed) <= most
        return strain(placed) == 0 and self._keeps(at)

    def _keeps(self, at: int) -> bool:
        """Whether each chunk of a line stands in one column and is set to a side of it."""
        return all(part.first == part.last and self._is_aligned(part) for part in self._parts(at))

    def _is_aligned(self, part: Part) -> bool:
        others = [
            rect
            for row in self.rows.values()
            for rect in row
            if _stands(rect, self.columns[part.first])
        ]
        edges = np.array([(r.left, r.right, r.middle[0]) for r in others]).reshape(-1, 3)
        own = np.array([part.rect.left, part.rect.right, part.rect.middle[0]])
        if not len(edges):
            return False
        return bool(np.abs(np.median(edges, axis=0) - own).min() <= ALIGNED * self.measure.height)

    def _take(self, at: int) -> None:
        if self.rows:
            parts = self._parts(at)
            more = strain([part for part in parts if not part.loose])
            self.strained += more
            if more and self.odd is None:
                self.odd = at
            self.rows[at] = apart([part.rect for part in parts], self.measure.height)
        else:
            self.rows[at] = [around([p.rect for p in chunk]) for chunk in self._chunks(at)]
        self.columns = find_columns(list(self.rows.values()), self.measure.height)

    def _pitch(self) -> float | None:
        """Usual distance between two rows that follow each other and fill half of the columns."""
        steps = [
            self._apart(one, other)
            for one, other in pairwise(self.rows)
            if other == one + 1
            and min(len(self.rows[one]), len(self.rows[other])) * 2 >= len(self.columns)
        ]
        return float(np.quantile(steps, LOW, method="lower")) if steps else None

    def _apart(self, one: int, other: int) -> float:
        return lines_apart(self.lines[one], self.lines[other])

    def _step(self, one: int, other: int) -> float:
        """Pixels from one line to the next where they are nearest: a wrapped cell's first line."""
        return min(
            (
                lower.rect.middle[1] - upper.rect.middle[1]
                for upper, lower in product(self.lines[one], self.lines[other])
                if _stands(upper.rect, (lower.rect.left, lower.rect.right))
            ),
            default=self._apart(one, other),
        )

    def _far(self, one: int, other: int) -> bool:
        space = _rect(self.lines[other]).top - _rect(self.lines[one]).bottom
        return space > ROW_GAP * self.measure.height and self._home(other) is None

    def _home(self, at: int) -> Bands | None:
        return next((bands for bands in self.bands if bands.holds(_rect(self.lines[at]))), None)

    def _parts(self, at: int) -> list[Part]:
        return part_line(self.lines[at], self.columns, self.measure)

    def _chunks(self, at: int) -> list[LineOfPieces]:
        return chunks(self.lines[at], self.measure.gap)


def _stands(rect: Rect, column: Span) -> bool:
    return column[0] < rect.right and rect.left < column[1]


def _rect(pieces: LineOfPieces) -> Rect:
    return around([piece.rect for piece in pieces])
