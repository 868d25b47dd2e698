"""Which test a row means, once its label, unit, specimen and kind of result are known.

The printed unit selects the code: glucose in mg/dL and in mmol/L are two tests to LOINC. Where
more than one test remains, or the unit is none of the test's, there is no code.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from chartlift.extract.lexicon import LabelReading
from chartlift.extract.units import UnitReading, kinds_of, unit_of
from chartlift.finding import LOINC, Coding
from chartlift.vocab import LabTest, Unit

_UNITLESS = frozenset({"{ratio}", "{INR}", "[pH]", None})
_BLOOD = frozenset({"blood", "serum", "coagulation", "bank"})
_APART = ("urine", "stool", "sputum", "resp", "art")


class Choice(NamedTuple):
    """What is known of a row's test."""

    test: LabTest | None
    """The test; None where none, or more than one, fits."""
    unit: Unit | None
    concept: str
    """Stands in the finding's id."""


def _specimen(test: LabTest) -> str:
    first = test.specimen.split()[0]
    return first if first in _APART else "blood"


def _in_specimen(tests: Sequence[LabTest], specimen: str | None) -> list[LabTest]:
    if specimen in {"micro", None}:
        # Arterial blood is never assumed: its section has to say so.
        tests = [test for test in tests if _specimen(test) != "art"]
        blood = [test for test in tests if _specimen(test) == "blood"]
        return blood if specimen is None and blood else list(tests)
    wanted = {"blood"} if specimen in _BLOOD else {specimen, {"arterial": "art"}.get(specimen)}
    return [test for test in tests if _specimen(test) in wanted]


def _takes(test: LabTest, unit: Unit) -> bool:
    if unit.ucum in test.other_printed_units:
        return True
    return unit.kind in kinds_of((test.unit1_ucum, test.unit2_ucum, *test.other_printed_units))


def takes_unit(tests: Sequence[LabTest], reading: UnitReading) -> Unit | None:
    """The unit the letters mean for one of these tests; None where it is none of theirs."""
    for unit in reading.options:
        if any(_takes(test, unit) for test in tests):
            return unit
    return None


def choose(
    label: LabelReading, unit: UnitReading | None, *, specimen: str | None, in_words: bool
) -> Choice:
    """The test a row means.

    Args:
        label: what the row's label can mean.
        unit: the printed unit, None where none is printed.
        specimen: what the section examines, None where that is not said.
        in_words: whether the result is a word (Negative, ++) and no number.
    """
    tests = _in_specimen(label.tests, label.specimen or specimen)
    kept = [test for test in tests if (test.value_type != "Qn") == in_words]
    known = takes_unit(kept or label.tests, unit) if unit is not None else None
    if known is not None:
        kept = [test for test in kept if _takes(test, known)]
    elif unit is not None:
        kept = []
    elif not in_words and len(kept) > 1:
        kept = [test for test in kept if test.unit1_ucum in _UNITLESS]
    test = kept[0] if len(kept) == 1 else None
    keys = [candidate.key for candidate in (kept or tests or label.tests)]
    first = unit.options[0] if unit is not None and not known else known
    return Choice(test, first, test.key if test else keys[0])


def needs_unit(label: LabelReading, *, specimen: str | None) -> bool:
    """Whether a number under this label says nothing without its unit.

    False where it can be a test without a unit (a ratio, pH, INR, specific gravity).

    Args:
        label: what the row's label can mean.
        specimen: what the section examines, None where that is not said.
    """
    tests = _in_specimen(label.tests, label.specimen or specimen) or label.tests
    measured = [test for test in tests if test.value_type == "Qn"] or tests
    return all(test.unit1_ucum not in _UNITLESS for test in measured)


def coding(choice: Choice) -> Coding | None:
    """The verified code of test and unit; None where there is none."""
    test, unit = choice.test, choice.unit
    if test is None or test.emit_code == "no" or test.loinc1 is None:
        return None
    if unit is not None and unit.kind in kinds_of((test.unit2_ucum,)):
        return _loinc(test.loinc2, test.loinc2_display) if test.loinc2_level != "C" else None
    if unit is None and test.value_type == "Qn" and test.unit1_ucum not in _UNITLESS:
        return None
    return _loinc(test.loinc1, test.loinc1_display)


def _loinc(code: str | None, display: str | None) -> Coding | None:
    return Coding(system=LOINC, code=code, display=display) if code is not None else None


def is_plausible(choice: Choice, value: Decimal) -> bool | None:
    """Whether a living body can have this value; None where the vocabulary cannot tell."""
    test = choice.test
    low, high = (test.plausible_low_unit1, test.plausible_high_unit1) if test else (None, None)
    converted = _in_first_unit(test, choice.unit, value) if test else None
    if converted is None or low is None or high is None:
        return None
    return low <= converted <= high


def may_be(tests: Sequence[LabTest], value: Decimal) -> bool:
    """Whether one of the tests can have this value in one of its units."""
    for test in tests:
        for ucum in (test.unit1_ucum, test.unit2_ucum, *test.other_printed_units):
            unit = unit_of(ucum) if ucum else None
            if is_plausible(Choice(test, unit, test.key), value):
                return True
    return False


def _in_first_unit(test: LabTest, unit: Unit | None, value: Decimal) -> Decimal | None:
    first = unit_of(test.unit1_ucum) if test.unit1_ucum else None
    second = unit_of(test.unit2_ucum) if test.unit2_ucum else None
    if unit is None:
        return value if test.unit1_ucum in _UNITLESS else None
    if first is not None and (unit.kind == first.kind or unit.ucum in test.other_printed_units):
        return value * unit.factor / first.factor if unit.kind == first.kind else value
    if second is None or unit.kind != second.kind or test.factor_unit1_to_unit2 is None:
        return None
    in_second = value * unit.factor / second.factor
    if test.factor_unit1_to_unit2 == "ifcc":  # an affine rule: IFCC = 10.929 x (NGSP - 2.15)
        return in_second / Decimal("10.929") + Decimal("2.15")
    return in_second / Decimal(test.factor_unit1_to_unit2)
