"""Laboratory results: what a row's items say, with every doubt about it.

The printed value stays as it is; the printed unit selects the code; a flag that contradicts the
printed range, a value no living body has, a guessed digit or unit each ask for a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from chartlift.extract import patterns
from chartlift.extract.calendar import possible_orders
from chartlift.extract.context import FindingIds, Line, Page, evidence
from chartlift.extract.items import Item
from chartlift.extract.lab_doubts import doubts_beside
from chartlift.extract.lab_rows import LabRow, lab_rows
from chartlift.extract.numbers import Comparator, NumberReading, comparator_of, read_number
from chartlift.extract.ranges import Bounds, read_bounds, side_of
from chartlift.extract.selection import Choice, choose, coding, is_plausible, takes_unit
from chartlift.extract.text import fold_digits, unconfuse_digits
from chartlift.finding import Flag, LabResult, Note

_DOUBTED = 0.7
"""What a doubt leaves of a value's confidence."""
_FAR = 20
"""A value so many times beyond its printed range is read with another separator, if it can be."""
_SIDES = {"high": 1, "low": -1, "normal": 0}
_APART = frozenset({"urine", "stool", "csf", "arterial", "other_fluid"})
_TRIMMED = " :.=-*'\"|,;“”‘’`([{_"


class _Judged(NamedTuple):
    """A result read and compared with its range and flag."""

    value: Line
    comparator: Comparator | None
    number: NumberReading | None
    range_text: str | None
    flag: Item | None
    abnormal: bool | None
    doubted: bool
    """True where the printed flag contradicts the printed range."""
    unreadable: bool = False
    """True where something stands in the value's place that is no number."""


def find(pages: Sequence[Page]) -> tuple[LabResult, ...]:
    """The laboratory results of the pages, in reading order."""
    ids = FindingIds("lab")
    orders = possible_orders(pages)
    return tuple(
        result for page in pages for row in lab_rows(page, orders) for result in _results(row, ids)
    )


def _results(row: LabRow, ids: FindingIds) -> Iterator[LabResult]:
    unit = _unit(row)
    choice = _choice(row, unit)
    ranges = _ranges(row)
    yield _result(row, choice, unit, _judge(row, row.value, choice, ranges), ids)
    if row.prior is not None:
        earlier = row._replace(value=row.prior, prior=None)
        result = _result(earlier, choice, unit, _judge(earlier, row.prior, choice, ranges), ids)
        yield result.model_copy(update={"status": "prior", "collected": None})


def _unit(row: LabRow) -> Item | None:
    units = [item for item in row.items if item.letter == "U"]
    if row.label.reading is not None:
        tests = row.label.reading.tests
        units = [item for item in units if item.unit and takes_unit(tests, item.unit)] or units
    after = [item for item in units if item.start >= row.value.end]
    return next(iter(after or units), None)


def _choice(row: LabRow, unit: Item | None) -> Choice:
    printed = unit.unit if unit else None
    if row.label.reading is None:
        return Choice(None, printed.options[0] if printed else None, "other")
    return choose(
        row.label.reading,
        printed,
        specimen=row.source.heading.specimen,
        in_words=row.value.letter == "Q",
    )


def _ranges(row: LabRow) -> tuple[Item, ...]:
    """The items that print the reference range, side by side."""
    wanted = {"R", "B", "Q"} if row.value.letter == "Q" else {"R", "B"}
    found: list[Item] = []
    apart = False
    for item in row.items:
        if item.letter in wanted and item not in {row.value, row.prior}:
            if found and apart:
                break
            found.append(item)
            apart = False
        elif item.letter not in {"U", "S"}:
            apart = True
    return tuple(found)


def _judge(row: LabRow, item: Item, choice: Choice, ranges: tuple[Item, ...]) -> _Judged:
    text = row.source.line.text
    printed = text[ranges[0].start : ranges[-1].end] if ranges else None
    flag = _flag(row, item)
    if item.letter == "W":
        nothing = _Judged(row.cut(item), None, None, printed, flag, None, doubted=False)
        return nothing._replace(unreadable=True)
    if item.letter in {"Q", "R"}:
        abnormal = _differs(item, ranges) if flag is None else flag.meaning != "normal"
        return _Judged(row.cut(item), None, None, printed, flag, abnormal, doubted=False)
    bounds = read_bounds(printed) if printed else ()
    item, number = _number(row, item, choice, bounds)
    sign = patterns.NUMBER.match(fold_digits(text), item.start)
    comparator = comparator_of(sign["comparator"]) if sign else None
    side = None if number.value is None else side_of(number.value, comparator, bounds)
    said = _SIDES.get(flag.meaning or "") if flag else None
    doubted = side is not None and said is not None and said != side
    abnormal = (flag.meaning != "normal") if flag else (None if side is None else side != 0)
    return _Judged(row.cut(item), comparator, number, printed, flag, abnormal, doubted)


def _flag(row: LabRow, value: Item) -> Item | None:
    """The flag of a value: the first behind it, before any other value."""
    for item in row.items:
        if item.start < value.end:
            continue
        if item.letter == "F":
            return item
        if item == row.prior:
            return None
    return None


def _differs(value: Item, ranges: tuple[Item, ...]) -> bool | None:
    if value.letter == "R" or not ranges or ranges[0].meaning in {None, "none"}:
        return None
    return ranges[0].meaning != value.meaning


def _number(
    row: LabRow, item: Item, choice: Choice, bounds: tuple[Bounds, ...]
) -> tuple[Item, NumberReading]:
    """The value's number, with the group of three digits behind it where both are one number."""

    def fits(value: Decimal) -> bool | None:
        return _fits(value, choice, bounds)

    wide = _grouped(row, item)
    if wide is not None:
        whole = _read(row, wide, fits)
        alone = _read(row, item, fits)
        if _can(whole, fits) and not _can(alone, fits):
            return wide, whole
    return item, _read(row, item, fits)


def _grouped(row: LabRow, item: Item) -> Item | None:
    text = fold_digits(row.source.line.text)
    match = patterns.GROUPED.match(text, item.start)
    ends = {other.end for other in row.items}
    return item._replace(end=match.end()) if match and match.end() in ends else None


def _can(reading: NumberReading, fits: Callable[[Decimal], bool | None]) -> bool:
    return reading.value is not None and fits(reading.value) is True


def _fits(value: Decimal, choice: Choice, bounds: tuple[Bounds, ...]) -> bool | None:
    plausible = is_plausible(choice, value)
    if plausible is False or not bounds:
        return plausible
    highs = [one.high for one in bounds if one.high is not None]
    lows = [one.low for one in bounds if one.low is not None]
    above = bool(highs) and value > max(highs) * _FAR
    below = bool(lows) and value * _FAR < min(lows)
    return not (above or below)


def _read(row: LabRow, item: Item, fits: Callable[[Decimal], bool | None]) -> NumberReading:
    printed = row.cut(item).text
    folded = patterns.SIGN.sub("", fold_digits(printed))
    text = (
        patterns.SIGN.sub("", printed) if len(folded) == len(printed) else printed[-len(folded) :]
    )
    if not item.guessed:
        return read_number(text, fits=fits)
    reading = read_number(unconfuse_digits(text), fits=fits)
    return reading._replace(flags=(*reading.flags, Flag.DIGIT_SUBSTITUTION))


def _result(
    row: LabRow, choice: Choice, unit: Item | None, judged: _Judged, ids: FindingIds
) -> LabResult:
    flags = (*_doubts(choice, unit, judged), *doubts_beside(row, choice, unit, judged.number))
    proof = evidence(judged.value.tokens, row.rule.tag)
    return LabResult(
        id=ids.next(proof.page, choice.concept),
        notes=_notes(row, choice, unit, judged),
        flags=flags,
        confidence=proof.confidence * (_DOUBTED if flags else 1.0),
        evidence=proof,
        test_name=_name(row),
        value=judged.number.value if judged.number else None,
        raw_value=judged.value.text,
        comparator=judged.comparator,
        unit=choice.unit.ucum if choice.unit and unit else None,
        raw_unit=row.cut(unit).text if unit else None,
        reference_range=judged.range_text,
        abnormal=judged.abnormal,
        flag_printed=row.cut(judged.flag).text if judged.flag else None,
        specimen=_specimen(row, choice),
        section=row.source.heading.section,
        collected=row.source.collected,
        status="prior" if row.source.earlier else "current",
        code=coding(choice),
    )


def _doubts(choice: Choice, unit: Item | None, judged: _Judged) -> tuple[Flag, ...]:
    found = list(judged.number.flags) if judged.number else []
    if unit is not None and unit.unit is not None and unit.unit.substituted:
        found.append(Flag.UNIT_SUBSTITUTION)
    value = judged.number.value if judged.number else None
    if value is not None and is_plausible(choice, value) is False:
        found.append(Flag.IMPLAUSIBLE)
    if judged.unreadable:
        found.append(Flag.UNREADABLE)
    if judged.doubted:
        found.append(Flag.CROSS_CHECK)
    return tuple(found)


def _notes(row: LabRow, choice: Choice, unit: Item | None, judged: _Judged) -> tuple[Note, ...]:
    found = list(judged.number.notes) if judged.number else []
    if unit is not None and choice.unit is not None and row.cut(unit).text != choice.unit.ucum:
        found.append(Note.UNIT_SPELLING)
    if row.label.reading is not None and row.label.reading.misspelt:
        found.append(Note.NAME_SPELLING)
    return tuple(found)


def _name(row: LabRow) -> str:
    return row.source.line.text[row.label.start : row.label.end].strip(_TRIMMED)


def _specimen(row: LabRow, choice: Choice) -> str | None:
    """The specimen, where section or label name one that is not blood."""
    named = row.label.reading.specimen if row.label.reading else None
    section = row.source.heading.specimen
    known = named or (section if section in _APART else None)
    return known or ("urine" if choice.test and choice.test.specimen.startswith("urine") else None)
