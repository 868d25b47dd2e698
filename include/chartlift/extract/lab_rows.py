"""Rows of laboratory results: a label, and behind it items that a rule spells as a result.

A value is never guessed: a row that no rule of `data/rules/labs.toml` spells is left alone, and a
name the vocabulary lacks counts only inside a recognised table of results.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from chartlift import vocab
from chartlift.extract import patterns
from chartlift.extract.context import Line, Page
from chartlift.extract.items import Item, read_items, spelling
from chartlift.extract.lexicon import LabelReading, guess_label, is_label, longest_label
from chartlift.extract.nearness import downwards, follows
from chartlift.extract.numbers import read_number
from chartlift.extract.rules import Rule, load_rules
from chartlift.extract.selection import may_be, takes_unit
from chartlift.extract.tables import ResultRow, result_rows
from chartlift.extract.text import fold_digits, label_key
from chartlift.model import Point

_LABEL_REACH = 120
"""Most characters of a label that begins inside a row."""


class Label(NamedTuple):
    """A row's label: where it ends, and what it can mean; no reading for an unknown test."""

    start: int
    end: int
    reading: LabelReading | None


class LabRow(NamedTuple):
    """A row that a rule spells."""

    source: ResultRow
    label: Label
    items: tuple[Item, ...]
    value: Item
    prior: Item | None
    rule: Rule

    def cut(self, item: Item) -> Line:
        """The words of one of its items."""
        return self.source.line.cut(item.start, item.end)


def lab_rows(page: Page, orders: Sequence[bool]) -> Iterator[LabRow]:
    """The rows of a page that are results, in reading order.

    Args:
        page: the page.
        orders: in which orders day and month may stand, True for the month first.
    """
    for source in _joined(tuple(result_rows(page, orders)), downwards(page)):
        yield from _rows(source)


def _joined(rows: Sequence[ResultRow], down: Point) -> Iterator[ResultRow]:
    """The rows, a label alone on its line joined with the line of its result below.

    In doubt where that line stands elsewhere on the paper.
    """
    held: ResultRow | None = None
    for row in rows:
        if held is not None and not row.tabled and _begins_with_value(row.line.text):
            line = Line((*held.line.tokens, *row.line.tokens))
            doubted = held.doubted or row.doubted or not follows(held.line, row.line, down)
            held = held._replace(line=line, doubted=doubted)
            continue
        if held is not None:
            yield held
        held = (
            row if not row.tabled and is_label([token.text for token in row.line.tokens]) else None
        )
        if held is None:
            yield row
    if held is not None:
        yield held


def _begins_with_value(text: str) -> bool:
    letters = spelling(read_items(fold_digits(text)))
    return letters.lstrip("S")[:1] in {"N", "B", "R"} and "W" not in letters


def _rows(source: ResultRow) -> list[LabRow]:
    text = fold_digits(source.line.text)
    first = _first_label(source, text)
    if first is not None:
        row = _spelled(source, text, first, _row_rules(source))
        if row is None and source.tabled and first.reading is not None:
            row = _unreadable(source, text, first)
        if row is not None or source.tabled:
            return [row] if row is not None else []
    rows = [row for label in _labels(source.line) if (row := _inline(source, text, label))]
    return rows if len(rows) >= 2 else [row for row in rows if row.rule.id != "labs.list"]


def _unreadable(source: ResultRow, text: str, label: Label) -> LabRow | None:
    """The row of a known test whose value is there, has a digit, and is no number."""
    [rule] = (rule for rule in load_rules("labs") if rule.yields == "unreadable")
    if source.result is None:
        row = _spelled(source, text, label, [rule])
        value = row.value if row else None
    else:
        start, end = max(source.result[0], label.end), min(source.result[1], len(text))
        inside = read_items(text[:end], start)
        value = Item("W", start, end) if set(spelling(inside)) - {"D", "S"} else None
        row = value and LabRow(source, label, read_items(text, end), value, None, rule)
    if row is None or value is None or not patterns.DIGIT.search(text[value.start : value.end]):
        return None
    return row


def _row_rules(source: ResultRow) -> Sequence[Rule]:
    allowed = {"row", "cells"} if source.tabled else {"row"}
    return [rule for rule in load_rules("labs") if rule.yields in allowed]


def _inline(source: ResultRow, text: str, label: Label) -> LabRow | None:
    """A result inside a sentence or a list."""
    before = label_key(text[: label.start]).split()
    if before and before[-1] in _hypothetical():
        return None
    rules = [rule for rule in load_rules("labs") if rule.yields == "inline"]
    return _spelled(source, text, label, rules)


@cache
def _hypothetical() -> frozenset[str]:
    rows = (row for row in vocab.row_words() if row.meaning == "hypothetical")
    return frozenset(label_key(term) for row in rows for term in row.printed)


def _first_label(source: ResultRow, text: str) -> Label | None:
    """The label that a row begins with."""
    bullet = patterns.BULLET.match(text)
    tokens = source.line.tokens[1 if bullet and bullet.end() == len(_word(source, 0)) else 0 :]
    skipped = len(source.line.tokens) - len(tokens)
    start = sum(len(_word(source, n)) + 1 for n in range(skipped))
    words = [token.text for token in tokens]
    known = longest_label(words)
    end = start + len(" ".join(words[: known[0]])) if known else start
    if source.name is not None and source.name > end:
        end = max(end, _end_of_name(source, text, start))
        name = text[start:end].strip()
        reading = known[1] if known and known[0] == len(name.split()) else None
        return Label(start, end, reading or _reading(name) or (known[1] if known else None))
    if known is not None:
        return Label(start, end, known[1])
    return _unknown(source, text, start)


def _word(source: ResultRow, number: int) -> str:
    return source.line.tokens[number].text if number < len(source.line.tokens) else ""


def _end_of_name(source: ResultRow, text: str, start: int) -> int:
    """Where the name's cell ends; before a value that a merged cell holds too."""
    end = source.name or 0
    if source.result is not None and source.result[0] < source.result[1]:
        return end
    items = read_items(text[:end], start)
    value = next((item for item in items if item.letter in {"N", "B", "Q"}), None)
    return value.start if value is not None and value.start > start else end


def _reading(name: str) -> LabelReading | None:
    words = name.split()
    found = longest_label(words)
    if found is not None and found[0] == len(words):
        return found[1]
    return guess_label(name)


def _unknown(source: ResultRow, text: str, start: int) -> Label | None:
    """A label that is misread, or a test that only its table makes one."""
    items = read_items(text, start)
    at = next((n for n, item in enumerate(items) if item.letter in {"N", "B", "Q", "R"}), None)
    if at is None or at == 0:
        return None
    name = text[start : items[at].start].strip(" :.=-*'\"([|")
    if not patterns.LETTERS.search(name) or len(name.split()) > 7:
        return None
    end = start + len(name)
    reading = guess_label(name)
    if reading is not None:
        return Label(start, end, reading)
    measured = {item.letter for item in items[at:]} >= {"N", "R"}
    return Label(start, end, None) if source.tabled and measured and ":" not in name else None


def _labels(line: Line) -> Iterator[Label]:
    """The labels inside a line, none overlapping."""
    at = 0
    words = [token.text for token in line.tokens]
    starts = [sum(len(word) + 1 for word in words[:n]) for n in range(len(words))]
    while at < len(words):
        found = longest_label(words[at:])
        if found is None:
            at += 1
            continue
        count, reading = found
        # Blood, Sugar, Colour: words of any sentence. They are labels where their row begins.
        if any(test.category != "UA" for test in reading.tests):
            yield Label(starts[at], starts[at] + len(" ".join(words[at : at + count])), reading)
        at += count


def _spelled(source: ResultRow, text: str, label: Label, rules: Sequence[Rule]) -> LabRow | None:
    categories = {test.key for test in label.reading.tests} if label.reading else set()
    kinds = {"group"} if categories & {"abo", "abo_rh"} else set()
    kinds |= {"appearance"} if categories & {"u_color", "u_appearance"} else set()
    items = read_items(
        text,
        label.end,
        kinds=frozenset(kinds),
        stops=lambda at: source.result is None and _stops(text, at),
    )
    prior = None
    if source.prior is not None:
        earlier = [item for item in items if item.start >= source.prior]
        prior = next((item for item in earlier if item.letter in {"N", "B", "Q"}), None)
        items = items[: len(items) - len(earlier)]
    letters = spelling(items)
    for rule in rules:
        for match in rule.find(letters):
            groups = match.groupdict()
            value = items[match.start("value")]
            beside = items[match.start("prior")] if groups.get("prior") else None
            row = LabRow(source, label, items, value, prior or beside, rule)
            if _belongs(row):
                return row
    return None


def _stops(text: str, at: int) -> bool:
    """Whether another test's label begins here; in a table, columns part the tests."""
    words = text[at : at + _LABEL_REACH].split(" ")
    starts_token = at == 0 or text[at - 1] == " "
    return starts_token and longest_label(words) is not None


def _belongs(row: LabRow) -> bool:
    """Whether label and items can be one result."""
    column = row.source.result
    if column is not None and column[0] < column[1] and not _within(row.value, column):
        return False
    if column is not None and column[0] == column[1] and row.value.start >= column[1]:
        return False
    if row.label.reading is None:
        return True
    units = [item for item in row.items if item.letter == "U"]
    fits = [item for item in units if item.unit and takes_unit(row.label.reading.tests, item.unit)]
    ranged = any(item.letter == "R" for item in row.items)
    if units and not fits and not (ranged or row.source.tabled):
        return False
    return row.rule.id not in {"labs.bare", "labs.list"} or _is_bare_result(row)


def _is_bare_result(row: LabRow) -> bool:
    """Whether a label and a number alone can be a result: a value a body has, in some unit."""
    name = label_key(row.source.line.text[row.label.start : row.label.end])
    value = read_number(row.cut(row.value).text.lstrip("<>=≤≥ ")).value
    if (len(name) == 1 and row.rule.id == "labs.bare") or value is None or row.value.guessed:
        return False
    return row.label.reading is not None and may_be(row.label.reading.tests, value)


def _within(item: Item, part: tuple[int, int]) -> bool:
    return part[0] <= item.start < part[1]
