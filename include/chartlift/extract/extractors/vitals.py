"""Vital signs: what the values behind their labels say, with every doubt about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from chartlift.extract.context import FindingIds, Line, Page, evidence
from chartlift.extract.numbers import read_number
from chartlift.extract.units import unit_of
from chartlift.extract.vital_sheets import heads_columns, in_columns, sheet_lines, sheet_tokens
from chartlift.extract.vital_values import Seen, behind_labels
from chartlift.finding import LOINC, Coding, Flag, Note, Vital, VitalName
from chartlift.vocab import Unit, VitalSign

_NAMES: dict[str, VitalName] = {
    "bp_panel": "blood_pressure",
    "bp_systolic": "blood_pressure",
    "bp_diastolic": "blood_pressure",
    "heart_rate": "heart_rate",
    "resp_rate": "respiratory_rate",
    "temperature": "temperature",
    "spo2": "spo2",
    "weight": "weight",
    "height": "height",
    "bmi": "bmi",
    "pain_nrs": "pain",
}
_DOUBTED = 0.7
_CENTIMETRES = 30
"""A systolic pressure below this is in centimetres of mercury: 12/8."""


def find(pages: Sequence[Page]) -> tuple[Vital, ...]:
    """The vital signs of the pages, in reading order."""
    ids = FindingIds("vital")
    return tuple(_vital(seen, ids) for page in pages for seen in _seen_on(page))


def _seen_on(page: Page) -> Iterator[Seen]:
    """The values on a page, in reading order, those of drawn flow sheets last."""
    sheets = {id(line): seen for line, seen in sheet_lines(page.lines)}
    columned = {token for table in page.tables for token in sheet_tokens(table)}
    for number, line in enumerate(page.lines):
        if line.tokens and line.tokens[0] in columned:
            continue
        follows = number + 1 < len(page.lines) and not heads_columns(line)
        after = page.lines[number + 1] if follows else Line(())
        yield from sheets.get(id(line)) or behind_labels(line, after)
    for table in page.tables:
        yield from in_columns(table)


def _vital(seen: Seen, ids: FindingIds) -> Vital:
    proof = evidence(seen.line.cut(seen.start, seen.end).tokens, seen.rule.tag)
    raw = seen.line.cut(seen.start, seen.end).text
    pair = seen.sign.key == "bp_panel"
    parts = [
        read_number(seen.match[name])
        for name in (("systolic", "diastolic") if pair else ("value",))
    ]
    values = [part.value for part in parts if part.value is not None]
    own = read_number(raw) if not pair else parts[0]
    unit, flags = _settled_unit(seen, values)
    flags += (Flag.DIGIT_SUBSTITUTION,) if seen.guessed else ()
    flags += _implausible(seen.sign, unit, values)
    flags += (Flag.PLACE_UNCLEAR,) if seen.doubted else ()
    notes = tuple(dict.fromkeys(own.notes))
    if seen.raw_unit is not None and unit is not None and seen.raw_unit != unit.ucum:
        notes += (Note.UNIT_SPELLING,)
    systolic = values[0] if pair or seen.sign.key == "bp_systolic" else None
    diastolic = values[1] if pair else values[0] if seen.sign.key == "bp_diastolic" else None
    return Vital(
        id=ids.next(proof.page, seen.sign.key.removesuffix("_panel")),
        notes=notes,
        flags=flags,
        confidence=proof.confidence * (_DOUBTED if flags else 1.0),
        evidence=proof,
        name=_NAMES[seen.sign.key],
        value=None if systolic is not None or diastolic is not None else values[0],
        raw_value=raw,
        systolic=systolic,
        diastolic=diastolic,
        unit=unit.ucum if unit else None,
        code=_coding(seen.sign) if unit else None,
    )


def _settled_unit(seen: Seen, values: Sequence[Decimal]) -> tuple[Unit | None, tuple[Flag, ...]]:
    """The unit, and a doubt where only the value tells it."""
    if seen.sign.key == "bp_panel" and values[0] < _CENTIMETRES:
        return unit_of("cm[Hg]"), () if seen.raw_unit == "cmHg" else (Flag.UNIT_INFERRED,)
    if seen.unit is not None:
        return seen.unit, ()
    if not seen.sign.other_units or seen.sign.key.startswith("bp"):
        return (unit_of(seen.sign.unit_ucum) if seen.sign.unit_ucum else None), ()
    options = (unit_of(ucum) for ucum in (seen.sign.unit_ucum, *seen.sign.other_units) if ucum)
    fitting = [unit for unit in options if unit and not _implausible(seen.sign, unit, values)]
    if len(fitting) == 1:
        return fitting[0], (Flag.UNIT_INFERRED,)
    return None, () if fitting else (Flag.IMPLAUSIBLE,)


def _implausible(sign: VitalSign, unit: Unit | None, values: Sequence[Decimal]) -> tuple[Flag, ...]:
    first = unit_of(sign.unit_ucum) if sign.unit_ucum else None
    low, high = sign.plausible_low, sign.plausible_high
    if unit is None or first is None or low is None or high is None:
        return ()
    for value in values[:1]:
        if unit.kind == "temperature_fahrenheit":
            converted = (value - 32) / Decimal("1.8")
        else:
            converted = value * unit.factor / first.factor
        if not low <= converted <= high:
            return (Flag.IMPLAUSIBLE,)
    return (Flag.IMPLAUSIBLE,) if len(values) == 2 and values[1] >= values[0] else ()


def _coding(sign: VitalSign) -> Coding | None:
    if sign.loinc is None or sign.loinc_level == "C":
        return None
    return Coding(system=LOINC, code=sign.loinc, display=sign.loinc_display)
