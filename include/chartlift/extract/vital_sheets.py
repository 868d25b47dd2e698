"""Values of vital signs in the columns of flow sheets: in drawn tables, and in plain lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from chartlift.extract import patterns
from chartlift.extract.context import Line, Table, Token
from chartlift.extract.text import fold_digits, label_key
from chartlift.extract.units import read_unit
from chartlift.extract.vital_values import (
    SIGNS,
    Seen,
    labels_of_signs,
    named_unit,
    rules_of,
    value_behind,
)
from chartlift.vocab import Unit, VitalSign

_LEAST_HEADS = 3
"""Labels of a line without values that make it the head of columns."""


class _Column(NamedTuple):
    sign: VitalSign
    label: str
    unit: Unit | None


def _column(text: str) -> _Column | None:
    """The vital sign that a column's head names, with the unit in its brackets."""
    labels, signs = labels_of_signs()
    match = labels.pattern(text).match(text.strip())
    if match is None or patterns.DIGIT.search(patterns.BRACKETS.sub("", text[match.end() :])):
        return None
    sign = signs[label_key(match[0])]
    rest = text.strip()[match.end() :].strip(" :()")
    if sign.key not in SIGNS or (rest and read_unit(rest) is None):
        return None
    return _Column(sign, match[0], named_unit(sign, rest))


def _sheet(table: Table) -> tuple[int, dict[int, _Column]] | None:
    """The header row of a flow sheet, and its columns."""
    for number, cells in enumerate(table.rows[:3]):
        columns = {n: column for n, cell in enumerate(cells) if (column := _column(cell.text))}
        others = (cell for n, cell in enumerate(cells) if n not in columns)
        valued = any(patterns.DIGIT.search(fold_digits(cell.text)) for cell in others)
        if len(columns) >= 2 and not valued and number + 1 < len(table.rows):
            return number, columns
    return None


def sheet_tokens(table: Table) -> Iterator[Token]:
    """The words of a table that is a flow sheet."""
    if _sheet(table) is not None:
        yield from table.tokens


def in_columns(table: Table) -> Iterator[Seen]:
    """The values of a table that is a flow sheet."""
    sheet = _sheet(table)
    if sheet is None:
        return
    header, columns = sheet
    for row in table.rows[header + 1 :]:
        for number, column in columns.items():
            if row[number].tokens:
                seen = _in_column(row[number], column)
                if seen is not None:
                    yield seen


def sheet_lines(lines: Sequence[Line]) -> Iterator[tuple[Line, list[Seen]]]:
    """The rows of flow sheets that stand in plain lines, each with its values.

    A row that cannot be read does not end its sheet, a line of words without a time does.
    """
    columns: list[_Column] = []
    for line in lines:
        heads = _heads(line)
        if len(heads) >= _LEAST_HEADS:
            columns = heads
            continue
        seen = _sheet_row(line, columns) if columns else []
        if seen:
            yield line, seen
        elif _has_letters(line.text) and not patterns.STAMP.match(fold_digits(line.text)):
            columns = []


def heads_columns(line: Line) -> bool:
    """Whether a line is the head of a flow sheet's columns."""
    return len(_heads(line)) >= _LEAST_HEADS


def _heads(line: Line) -> list[_Column]:
    """The vital signs a header line names, in order; empty where the line holds values."""
    labels, signs = labels_of_signs()
    text = fold_digits(line.text)
    found = list(labels.pattern(text).finditer(text))
    columns = []
    for n, match in enumerate(found):
        end = found[n + 1].start() if n + 1 < len(found) else len(text)
        rest = text[match.end() : end].strip(" :()")
        sign = signs[label_key(match[0])]
        if sign.key not in SIGNS or patterns.DIGIT.search(rest):
            return []
        columns.append(_Column(sign, match[0], named_unit(sign, rest)))
    return columns


def _sheet_row(line: Line, columns: Sequence[_Column]) -> list[Seen]:
    """The values of a row; a cell of dashes or a word is a missed value of its own column.

    There are none where one stands in another's place, and where cells are missing only those
    that no other column could hold.
    """
    text = fold_digits(line.text)
    stamp = patterns.STAMP.match(text)
    cells = _cells(line, stamp.end() if stamp else 0)
    if labels_of_signs()[0].pattern(text).search(text):
        return []
    if len(cells) != len(columns):
        return _unmistakable(cells, columns)
    seen = [_in_column(cell, column) for cell, column in zip(cells, columns, strict=True)]
    found = [one for one in seen if one is not None]
    others = [fold_digits(cell.text) for cell, one in zip(cells, seen, strict=True) if one is None]
    spoken = sum(_has_letters(other) for other in others)
    if spoken > len(found) or any(_takers(other, columns) for other in others):
        return []
    figured = any(patterns.DIGIT.search(other) for other in others)
    doubted = figured or (stamp is None and seen[0] is None)
    return [one._replace(doubted=doubted) for one in found]


def _cells(line: Line, start: int) -> list[Line]:
    """The words of a row, a unit with the value before it."""
    spans: list[tuple[int, int]] = []
    for word in patterns.WORD.finditer(line.text, start):
        if spans and not patterns.DIGIT.search(fold_digits(word[0])) and read_unit(word[0]):
            spans[-1] = (spans[-1][0], word.end())
        else:
            spans.append(word.span())
    return [line.cut(*span) for span in spans]


def _unmistakable(cells: Sequence[Line], columns: Sequence[_Column]) -> list[Seen]:
    """Of a row that lacks cells, at most half of them, the values of one column only; in doubt."""
    texts = [fold_digits(cell.text) for cell in cells]
    if not len(columns) <= 2 * len(cells) < 2 * len(columns) or any(map(_has_letters, texts)):
        return []
    taken = [(cell, _takers(text, columns)) for cell, text in zip(cells, texts, strict=True)]
    seen = [_in_column(cell, takers[0]) for cell, takers in taken if len(takers) == 1]
    return [one._replace(doubted=True) for one in seen if one is not None]


def _in_column(cell: Line, column: _Column) -> Seen | None:
    return value_behind(column.sign, column.label, cell, 0, column.unit)


def _has_letters(text: str) -> bool:
    return any(character.isalpha() for character in text)


def _takers(text: str, columns: Sequence[_Column]) -> list[_Column]:
    """The columns that all of a cell is a value of."""
    return [
        column
        for column in columns
        if any(
            match["value"] == text for rule in rules_of(column.sign) for match in rule.find(text)
        )
    ]
