"""What is doubted of a result because of the words beside its value: its unit, its test's name.

Where two engines read such a word differently, the vocabulary is asked first: there is a doubt only
where the other reading would be another unit that this value can have, or another test.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from chartlift.extract import patterns
from chartlift.extract.context import Token
from chartlift.extract.items import Item
from chartlift.extract.lab_rows import LabRow
from chartlift.extract.lexicon import guess_label, longest_label
from chartlift.extract.numbers import NumberReading, read_number
from chartlift.extract.selection import Choice, is_plausible, needs_unit, takes_unit
from chartlift.extract.text import fold_digits
from chartlift.extract.units import read_unit
from chartlift.finding import Flag


def doubts_beside(
    row: LabRow, choice: Choice, unit: Item | None, number: NumberReading | None
) -> Iterator[Flag]:
    """The doubts that the words beside a value give.

    Args:
        row: the result's row.
        choice: the test and the unit it was taken for.
        unit: the printed unit, None where none is printed.
        number: the value, None where the result is a word.
    """
    reading, specimen = row.label.reading, row.source.heading.specimen
    unknown = number is not None and (unit is None or choice.unit is None)
    if unknown and reading is not None and needs_unit(reading, specimen=specimen):
        yield Flag.UNIT_MISSING
    if row.source.doubted or _holds_two(row, number):
        yield Flag.PLACE_UNCLEAR
    if _may_be_another_test(row) or (unit and _may_be_another_unit(row, choice, unit, number)):
        yield Flag.ENGINES_DISAGREE


def _holds_two(row: LabRow, number: NumberReading | None) -> bool:
    """Whether it holds what two rows would: two values, or two ranges or names in a table."""
    tabled = row.source.result is not None
    return _two_values(row, number) or (tabled and (_two_ranges(row) or _two_names(row)))


def _two_values(row: LabRow, number: NumberReading | None) -> bool:
    """Whether the result's cell, or what stands right behind the value, is a value too."""
    grouped = patterns.GROUPED.match(fold_digits(row.source.line.text), row.value.start)
    whole = grouped and number and read_number(grouped[0]).value == number.value
    end = max(row.value.end, grouped.end() if grouped and whole else 0)
    after = [item for item in row.items if item.start >= end and item.letter not in {"F", "S"}]
    if row.source.result is None:
        after = after[:1] if row.prior is None and row.value.letter != "Q" else []
    else:
        after = [item for item in after if item.start < row.source.result[1]]
    if row.value.letter == "Q":
        return any(item.letter == "Q" and item.meaning != row.value.meaning for item in after)
    return any(item.letter == "N" for item in after)


def _two_ranges(row: LabRow) -> bool:
    """Whether two ranges stand side by side, and not both say for whom they are."""
    text = fold_digits(row.source.line.text)
    items = [item for item in row.items if item.letter not in {"U", "S"}]
    after = [item for item in items if item.start >= (row.source.result or (0, 0))[1]]
    return any(
        _is_range(one) and _is_range(other) and not (_has_sex(text, one) and _has_sex(text, other))
        for one, other in pairwise(after)
    )


def _is_range(item: Item) -> bool:
    return item.letter in {"R", "B"} and item.meaning is None


def _has_sex(text: str, item: Item) -> bool:
    match = patterns.RANGE.match(text, item.start)
    return match is not None and match["sex"] is not None


def _two_names(row: LabRow) -> bool:
    name = row.source.line.text[row.label.start : row.label.end].split()
    known = longest_label(name)
    if known is None or known[0] == len(name) or guess_label(" ".join(name)) is not None:
        return False
    others = (longest_label(name[at:]) for at in range(known[0], len(name)))
    return any(other and not set(other[1].tests) & set(known[1].tests) for other in others)


def _may_be_another_test(row: LabRow) -> bool:
    tokens = row.source.line.tokens_at(row.label.start, row.label.end)
    if not _is_disputed(tokens):
        return False
    if row.label.reading is None:
        return True
    found = longest_label(_otherwise(tokens).split())
    return found is not None and not set(found[1].tests) & set(row.label.reading.tests)


def _may_be_another_unit(
    row: LabRow, choice: Choice, unit: Item, number: NumberReading | None
) -> bool:
    tokens = row.cut(unit).tokens
    other = read_unit(_otherwise(tokens)) if _is_disputed(tokens) else None
    if other is None:
        return False
    reading = row.label.reading
    meant = takes_unit(reading.tests, other) if reading is not None else other.options[0]
    if meant is None or meant == choice.unit:
        return False
    value = number.value if number else None
    return value is None or is_plausible(choice._replace(unit=meant), value) is not False


def _is_disputed(tokens: Sequence[Token]) -> bool:
    return any(token.other is not None for token in tokens)


def _otherwise(tokens: Sequence[Token]) -> str:
    """The words as the other engine reads them."""
    return " ".join(token.text if token.other is None else token.other for token in tokens)
