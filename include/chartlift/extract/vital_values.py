"""Values of vital signs: behind their labels, and in the columns of flow sheets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from chartlift import vocab
from chartlift.extract import patterns
from chartlift.extract.context import Line, Page, Table, Token
from chartlift.extract.patterns import Match
from chartlift.extract.phrases import Labels
from chartlift.extract.rules import Rule, load_rules
from chartlift.extract.text import fold_digits, label_key, unconfuse_digits
from chartlift.extract.units import kinds_of, read_unit
from chartlift.vocab import Unit, VitalSign

_SIGNS = frozenset(
    {
        "bp_panel",
        "bp_systolic",
        "bp_diastolic",
        "heart_rate",
        "resp_rate",
        "temperature",
        "spo2",
        "weight",
        "height",
        "bmi",
        "pain_nrs",
    }
)
"""The vital signs that are read; the others' labels only keep their values from being taken."""
_YIELDS = {
    "bp_systolic": "bp_part",
    "bp_diastolic": "bp_part",
    "heart_rate": "rate",
    "resp_rate": "rate",
    "weight": "size",
    "height": "size",
}
"""What a vital sign's rules yield, where that is not its own key."""


_LEAST_HEADS = 3
"""Labels of a line without values that make it the head of columns."""


class Seen(NamedTuple):
    """A value behind its label."""

    sign: VitalSign
    label: str
    line: Line
    start: int
    end: int
    match: Match
    rule: Rule
    unit: Unit | None
    raw_unit: str | None
    guessed: bool


def seen_on(page: Page) -> Iterator[Seen]:
    """The values on a page, in reading order, those of drawn flow sheets last."""
    sheets = {id(line): seen for line, seen in _sheet_lines(page.lines)}
    columned = {token for table in page.tables for token in _sheet_tokens(table)}
    for number, line in enumerate(page.lines):
        if line.tokens and line.tokens[0] in columned:
            continue
        follows = number + 1 < len(page.lines) and len(_heads(line)) < _LEAST_HEADS
        after = page.lines[number + 1] if follows else Line(())
        found = sheets.get(id(line)) or _kept(list(_behind_labels(line, after)))
        yield from found
    for table in page.tables:
        yield from _in_columns(table)


@cache
def _labels() -> tuple[Labels, dict[str, VitalSign]]:
    signs = {
        label: sign for sign in vocab.vital_signs() for label in (sign.display, *sign.synonyms)
    }
    return Labels(signs), {label_key(label): sign for label, sign in signs.items()}


@cache
def _hypothetical() -> frozenset[str]:
    rows = (row for row in vocab.row_words() if row.meaning == "hypothetical")
    return frozenset(label_key(term) for row in rows for term in row.printed)


def _rules(sign: VitalSign) -> list[Rule]:
    wanted = _YIELDS.get(sign.key, sign.key)
    return [rule for rule in load_rules("vitals") if rule.yields == wanted]


def _behind_labels(line: Line, after: Line) -> Iterator[Seen]:
    labels, signs = _labels()
    both = Line((*line.tokens, *after.tokens))
    text = fold_digits(both.text)
    for match in labels.pattern(text).finditer(text, 0, len(line.text)):
        before = label_key(text[: match.start()]).split()
        sign = signs[label_key(match[0])]
        if sign.key not in _SIGNS or (before and before[-1] in _hypothetical()):
            continue
        # Only a label at the very end of its line has its value on the next.
        whole = both if match.end() >= len(line.text.rstrip(" :.=-")) else line
        seen = _value(sign, match[0], whole, match.end(), None)
        if seen is not None:
            yield seen


def _value(sign: VitalSign, label: str, line: Line, start: int, header: Unit | None) -> Seen | None:
    text = fold_digits(line.text)
    for guessed in (False, True):
        rest = unconfuse_digits(text[start:]) if guessed else text[start:]
        for rule in _rules(sign):
            for match in rule.find(rest):
                unit, raw = _unit(sign, text, start + match.end("value"))
                between = text[start : start + match.start("value")].strip(" :.=|()")
                unit = unit or _named_unit(sign, between) or header
                at = start + match.start("value"), start + match.end("value")
                if guessed and not patterns.DIGIT.search(text[slice(*at)]):
                    return None
                return Seen(sign, label, line, *at, match, rule, unit, raw, guessed)
    return None


def _named_unit(sign: VitalSign, text: str) -> Unit | None:
    """The unit a label or a column's head names."""
    reading = read_unit(text) if text else None
    wanted = kinds_of((sign.unit_ucum, *sign.other_units))
    return next(
        (unit for unit in (reading.options if reading else ()) if unit.kind in wanted), None
    )


def _unit(sign: VitalSign, text: str, at: int) -> tuple[Unit | None, str | None]:
    """The unit printed right behind a value."""
    words = [word.end() for word in patterns.WORD.finditer(text, at, at + 24)][:3]
    for end in reversed(words):
        printed = text[at:end].strip(" .,;:)|")
        unit = _named_unit(sign, printed)
        if unit is not None:
            return unit, printed
    return None, None


def _kept(found: list[Seen]) -> list[Seen]:
    """The values that their labels bear: a short label needs its unit, a colon or company."""
    return [seen for seen in found if _is_borne(seen, len(found))]


def _is_borne(seen: Seen, company: int) -> bool:
    if _YIELDS.get(seen.sign.key) == "size" and seen.unit is None:
        return False
    if seen.raw_unit is not None or seen.sign.key == "bp_panel":
        return True
    if len(label_key(seen.label)) == 1:
        return seen.unit is not None
    colon = seen.line.text[: seen.start].rstrip().endswith((":", "="))
    return len(label_key(seen.label)) > 2 or colon or company > 1


class _Column(NamedTuple):
    sign: VitalSign
    label: str
    unit: Unit | None


def _column(text: str) -> _Column | None:
    """The vital sign that a column's head names, with the unit in its brackets."""
    labels, signs = _labels()
    match = labels.pattern(text).match(text.strip())
    if match is None or patterns.DIGIT.search(patterns.BRACKETS.sub("", text[match.end() :])):
        return None
    sign = signs[label_key(match[0])]
    rest = text.strip()[match.end() :].strip(" :()")
    if sign.key not in _SIGNS or (rest and read_unit(rest) is None):
        return None
    return _Column(sign, match[0], _named_unit(sign, rest))


def _sheet(table: Table) -> tuple[int, dict[int, _Column]] | None:
    """The header row of a flow sheet, and its columns."""
    for number, cells in enumerate(table.rows[:3]):
        columns = {n: column for n, cell in enumerate(cells) if (column := _column(cell.text))}
        others = (cell for n, cell in enumerate(cells) if n not in columns)
        valued = any(patterns.DIGIT.search(fold_digits(cell.text)) for cell in others)
        if len(columns) >= 2 and not valued and number + 1 < len(table.rows):
            return number, columns
    return None


def _sheet_tokens(table: Table) -> Iterator[Token]:
    if _sheet(table) is not None:
        yield from (token for row in table.rows for cell in row for token in cell.tokens)


def _in_columns(table: Table) -> Iterator[Seen]:
    sheet = _sheet(table)
    if sheet is None:
        return
    header, columns = sheet
    for row in table.rows[header + 1 :]:
        for number, column in columns.items():
            if row[number].tokens:
                seen = _value(column.sign, column.label, row[number], 0, column.unit)
                if seen is not None:
                    yield seen


def _sheet_lines(lines: Sequence[Line]) -> Iterator[tuple[Line, list[Seen]]]:
    """The rows of flow sheets that stand in plain lines, each with its values."""
    columns: list[_Column] = []
    for line in lines:
        heads = _heads(line)
        if len(heads) >= _LEAST_HEADS:
            columns = heads
            continue
        seen = _sheet_row(line, columns) if columns else []
        if seen:
            yield line, seen
        else:
            columns = []


def _heads(line: Line) -> list[_Column]:
    """The vital signs a header line names, in order; empty where the line holds values."""
    labels, signs = _labels()
    text = fold_digits(line.text)
    found = list(labels.pattern(text).finditer(text))
    columns = []
    for n, match in enumerate(found):
        end = found[n + 1].start() if n + 1 < len(found) else len(text)
        rest = text[match.end() : end].strip(" :()")
        sign = signs[label_key(match[0])]
        if sign.key not in _SIGNS or patterns.DIGIT.search(rest):
            return []
        columns.append(_Column(sign, match[0], _named_unit(sign, rest)))
    return columns


def _sheet_row(line: Line, columns: Sequence[_Column]) -> list[Seen]:
    text = fold_digits(line.text)
    stamp = patterns.STAMP.match(text)
    start = stamp.end() if stamp else 0
    words = list(patterns.WORD.finditer(text, start))
    if len(words) != len(columns):
        return []
    cells = [line.cut(word.start(), word.end()) for word in words]
    seen = [
        _value(column.sign, column.label, cell, 0, column.unit)
        for column, cell in zip(columns, cells, strict=True)
    ]
    # Where one value does not fit its column another was missed: all may stand one too far.
    return [one for one in seen if one is not None] if all(seen) else []
