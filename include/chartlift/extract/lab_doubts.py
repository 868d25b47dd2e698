"""What is doubted of a result because of the words beside its value: its unit, its test's name.

Where two engines read such a word differently, the vocabulary is asked first: there is a doubt only
where the other reading would be another unit that this value can have, or another test.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chartlift.extract.context import Token
from chartlift.extract.items import Item
from chartlift.extract.lab_rows import LabRow
from chartlift.extract.lexicon import longest_label
from chartlift.extract.numbers import NumberReading
from chartlift.extract.selection import Choice, is_plausible, needs_unit, takes_unit
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
    if _may_be_another_test(row) or (unit and _may_be_another_unit(row, choice, unit, number)):
        yield Flag.ENGINES_DISAGREE


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
