"""Rows of results: what stands on one row of a table or on one line, and under which headings.

A table's columns are told by its header row, in any order and in English, French or Khmer; its
cells are put in the order name, result, flag, unit, range, so that all rows read alike. Lines
outside tables are rows too; those under a header line may name tests the vocabulary lacks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from chartlift.extract import patterns
from chartlift.extract.context import Line, Page, Row, Table, Token
from chartlift.extract.dated_columns import DatedColumns, dated_columns, is_day
from chartlift.extract.lexicon import heading_meanings
from chartlift.extract.samples import sample_of
from chartlift.extract.side_by_side import parts_of
from chartlift.extract.text import fold_digits, label_key

_ORDER = ("name", "result", "flag", "unit", "range", "other", "prior")
_LINES_WITHOUT_RESULT = 3
"""A header line holds until so many lines without a number have passed."""
_HEADS = 3
"""Rows among which a table's header stands."""
_BLOOD = "blood"
_OF_ANY_SAMPLE = ("micro", "serum")
"""Sections named by a way to examine: cultures and chemistry are made of urine too."""


class Heading(NamedTuple):
    """What stands above a row."""

    section: str | None = None
    """The section's heading, as printed."""
    specimen: str | None = None
    """What the section examines: blood, serum, urine, stool ...; None where it does not say."""


class ResultRow(NamedTuple):
    """One row that may hold a result."""

    line: Line
    heading: Heading
    name: int | None
    """Characters of `line.text` that are the name's cell; None where there are no cells."""
    result: tuple[int, int] | None
    """Characters of `line.text` that are the result's cell; None where no column is told."""
    prior: int | None
    """Where in `line.text` the cell of an earlier result begins; it is the last."""
    tabled: bool
    """True inside a table of results: a name the vocabulary lacks is a test all the same."""
    doubted: bool = False
    """Whether its name and its values may be of two rows."""
    collected: str | None = None
    """The day that the head of the result's column is."""
    earlier: bool = False
    """Whether another column of the table has a later day."""


Columns = dict[int, str]
"""Role of each column that a header names."""


def _section(text: str) -> Heading | None:
    """What a section's heading says; None where the line is none."""
    known = heading_meanings("section")
    parts = [text]
    if not patterns.DIGIT.search(text) and len(text.split()) <= 10:
        parts += patterns.HEADING_PARTS.split(text)
    for part in parts:
        if label_key(part) in known:
            return Heading(part.strip(" :.-–—=*#|"), known[label_key(part)])
    return None


def _roles(cells: Sequence[Line]) -> Columns:
    roles = ((n, _role(cell.text)) for n, cell in enumerate(cells))
    return {n: role for n, role in roles if role is not None}


def _role(head: str) -> str | None:
    """The role a column's head names, whole or in one of two languages: តេស្ត / Test."""
    known = heading_meanings("column")
    parts = (head, *patterns.HEADING_PARTS.split(head))
    return next((known[label_key(part)] for part in parts if label_key(part) in known), None)


def _with_result(roles: Columns, cells: Row) -> Columns:
    """The roles; a head that is misread right of the name's is the result's, among three known."""
    names = [n for n, role in roles.items() if role == "name"]
    if "result" in roles.values() or len(names) != 1 or len(set(roles.values())) < 3:
        return roles
    beside = names[0] + 1
    told = beside in roles or beside >= len(cells) or is_day(cells[beside])
    return roles if told else {**roles, beside: "result"}


def _is_header(roles: Sequence[str]) -> bool:
    found = set(roles)
    return "result" in found and bool(found & {"name", "unit", "range", "flag"})


def _is_foreign(cells: Sequence[Line]) -> bool:
    """Whether a header row is that of another table: drugs, vital signs, prices."""
    foreign = heading_meanings("foreign")
    return sum(label_key(cell.text) in foreign for cell in cells) >= 2


def _is_header_line(line: Line) -> bool:
    """Whether a line of plain text is the header of a table of results."""
    known = heading_meanings("column")
    words = [token.text for token in line.tokens]
    roles, at, unknown = [], 0, 0
    while at < len(words):
        for count in range(min(4, len(words) - at), 0, -1):
            role = known.get(label_key(" ".join(words[at : at + count])))
            if role is not None:
                roles.append(role)
                at += count
                break
        else:
            unknown += 1
            at += 1
    return _is_header(roles) and len(roles) >= 3 and unknown <= 1


def result_rows(page: Page, orders: Sequence[bool]) -> Iterator[ResultRow]:
    """The rows of a page in reading order, each under its headings; table rows come once.

    Where columns are days, a row comes once for each of them, the latest first; `orders` are those
    in which day and month may stand, True for the month first.
    """
    place = {
        token.word: (number, row)
        for number, table in enumerate(page.tables)
        for row, cells in enumerate(table.rows)
        for cell in cells
        for token in cell.tokens
    }
    reader = _Reader(page.tables, orders)
    for line in page.lines:
        where = place.get(line.tokens[0].word) if line.tokens else None
        yield from reader.read_line(line) if where is None else reader.read_table(*where)


def result_tokens(page: Page) -> frozenset[Token]:
    """The words of the tables whose header says that they hold results."""
    return frozenset(token for table in page.tables if _columns(table)[1] for token in table.tokens)


class _Reader:
    """Goes down a page and keeps what stands above."""

    def __init__(self, tables: Sequence[Table], orders: Sequence[bool]) -> None:
        self._tables = tables
        self._columns = [_columns(table) for table in tables]
        self._dated = [_dated(table, orders) for table in tables]
        self._done: set[tuple[int, int]] = set()
        self._heading = Heading()
        self._sample: str | None = None
        self._in_section = False
        self._patience = 0

    def read_line(self, line: Line) -> Iterator[ResultRow]:
        self._look_for_sample(line.text)
        heading = _section(line.text)
        if heading is not None:
            self._open(heading)
        elif _is_header_line(line):
            self._patience = _LINES_WITHOUT_RESULT
        else:
            self._count(line)
            yield ResultRow(line, self._heading, None, None, None, self._patience > 0)

    def _open(self, heading: Heading) -> None:
        """Begins a section; one named by a way to examine is of the sample in the page's head."""
        if self._sample is not None and heading.specimen in _OF_ANY_SAMPLE:
            heading = heading._replace(specimen=self._sample)
        self._heading = heading
        self._in_section = True

    def _look_for_sample(self, text: str) -> None:
        """Keeps a sample that is named: above all sections for the page, else for its section."""
        sample = sample_of(text)
        if sample is not None:
            # Blood is what is taken for granted.
            specimen = None if sample == _BLOOD else sample
            self._heading = self._heading._replace(specimen=specimen)
            if not self._in_section:
                self._sample = specimen

    def _count(self, line: Line) -> None:
        if patterns.DIGIT.search(fold_digits(line.text)) and self._patience > 0:
            self._patience = _LINES_WITHOUT_RESULT
        else:
            self._patience = max(self._patience - 1, 0)

    def read_table(self, number: int, row: int) -> Iterator[ResultRow]:
        if self._columns[number][1] is None or (number, row) in self._done:
            return
        self._done.add((number, row))
        cells = self._tables[number].rows[row]
        self._look_for_sample(" ".join(cell.text for cell in cells))
        # A speck read as a point or colon does not fill a cell.
        filled = [cell for cell in cells if any(sign.isalnum() for sign in cell.text)]
        if len(filled) == 1 and (heading := _section(filled[0].text)) is not None:
            self._open(heading)
        elif filled and not _is_header([*_with_result(_roles(cells), cells).values()]):
            for found in self._results(number, row):
                doubted = found.doubted or row in self._tables[number].doubted
                yield found._replace(doubted=doubted)

    def _results(self, number: int, row: int) -> Iterator[ResultRow]:
        """The results of a row: one, or those of tables that stand as one, or one of each day."""
        cells, dated = self._tables[number].rows[row], self._dated[number]
        if dated is not None and row > dated.header:
            yield from _of_days(cells, dated, self._heading)
            return
        header, columns = self._columns[number]
        known = columns or {} if row > header else {}
        parts = parts_of(cells, known)
        for start, end in parts.spans:
            roles = {n - start: role for n, role in known.items() if start <= n < end}
            told = roles if "result" in roles.values() else {}
            yield _table_row(cells[start:end], told, self._heading)._replace(doubted=parts.doubted)


def _columns(table: Table) -> tuple[int, Columns | None]:
    """The header's row, and the roles of a table's columns.

    The roles are empty where no header tells them, None for another table.
    """
    for number, cells in enumerate(table.rows[:_HEADS]):
        roles = _with_result(_roles(cells), cells)
        if _is_header([*roles.values()]):
            return number, roles
        if _is_foreign(cells):
            return number, None
    return 0, {}


def _dated(table: Table, orders: Sequence[bool]) -> DatedColumns | None:
    """The columns of days of a table of results; None where a head names the results."""
    if _columns(table)[1] != {}:
        return None
    for number, cells in enumerate(table.rows[:_HEADS]):
        roles = _roles(cells)
        if [*roles.values()].count("name") == 1 and "result" not in roles.values():
            found = dated_columns(table.rows, number, roles, orders)
            if found is not None:
                return found
    return None


def _of_days(cells: Row, dated: DatedColumns, heading: Heading) -> Iterator[ResultRow]:
    for day in sorted(dated.days, key=lambda n: n != dated.newest):
        others = dated.days.keys() - {day}
        kept = tuple(Line(()) if n in others else cell for n, cell in enumerate(cells))
        if cells[day].tokens:
            row = _table_row(kept, {**dated.roles, day: "result"}, heading)
            collected, earlier = dated.days[day], day != dated.newest
            yield row._replace(collected=collected, earlier=earlier)


def _table_row(cells: Row, columns: Columns, heading: Heading) -> ResultRow:
    if not columns:
        line = Line(tuple(token for cell in cells for token in cell.tokens))
        return ResultRow(line, heading, None, None, None, tabled=False)
    roles = {n: columns.get(n, "other") for n in range(len(cells))}
    ordered = [(role, cells[n]) for role in _ORDER for n in roles if roles[n] == role]
    parts = [(role, cell) for role, cell in ordered if cell.tokens]
    line = Line(tuple(token for _, cell in parts for token in cell.tokens))
    name = sum(len(cell.text) + 1 for role, cell in parts if role == "name")
    length = sum(len(cell.text) + 1 for role, cell in parts if role == "result")
    before = sum(len(cell.text) + 1 for role, cell in parts if role != "prior")
    prior = before if before < len(line.text) else None
    return ResultRow(line, heading, name, (name, name + length), prior, tabled=True)
