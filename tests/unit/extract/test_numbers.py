"""Printed numbers, units and ranges: what they stand for, and when that cannot be said."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartlift.extract.numbers import comparator_of, read_number
from chartlift.extract.ranges import read_bounds, side_of
from chartlift.extract.text import fold_digits, label_key, unconfuse_digits
from chartlift.extract.units import read_unit
from chartlift.finding import Flag, Note


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("5.8", "5.8"),
        ("7.10", "7.10"),
        ("5,8", "5.8"),
        ("០៥,៨០", "05.80"),
        ("250 000", "250000"),
        ("1'250", "1250"),
        ("1,234.5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("1,234,567", "1234567"),
        ("0,123", "0.123"),
        ("1.015", "1.015"),
        ("-2.5", "-2.5"),
        ("+2", "2"),
    ],
)
def test_a_number_keeps_its_printed_digits(printed: str, value: str) -> None:
    assert read_number(printed).value == Decimal(value)
    if "." in value and value[0] != "0":
        assert str(read_number(printed).value) == value


def test_three_digits_behind_a_comma_may_be_decimals_or_thousands() -> None:
    reading = read_number("1,234")
    assert (reading.value, reading.flags) == (None, (Flag.AMBIGUOUS_SEPARATOR,))


@pytest.mark.parametrize(("limit", "value"), [(100, "1.234"), (-1, "1234")])
def test_what_fits_settles_the_separator(limit: int, value: str) -> None:
    reading = read_number("1,234", fits=lambda v: (v < limit) if limit > 0 else v > 100)
    assert str(reading.value) == value


def test_where_both_readings_fit_no_value_is_given() -> None:
    assert read_number("1,234", fits=lambda _: True).value is None


@pytest.mark.parametrize(
    ("printed", "notes"),
    [("5,8", {Note.DECIMAL_COMMA}), ("៥.៨", {Note.KHMER_DIGITS}), ("5.8", set())],
)
def test_what_was_done_to_a_number_is_noted(printed: str, notes: set[Note]) -> None:
    assert set(read_number(printed).notes) == notes


@pytest.mark.parametrize(("printed", "sign"), [("<", "<"), ("≤", "<="), ("=>", ">="), (None, None)])
def test_signs_of_comparison_are_four(printed: str | None, sign: str | None) -> None:
    assert comparator_of(printed) == sign


@pytest.mark.parametrize(
    ("printed", "ucum"),
    [
        ("mmol/L", "mmol/L"),
        ("MMOL/L", "mmol/L"),
        ("µmol/l", "umol/L"),
        ("10^3/uL", "10*3/uL"),
        ("x10E3/uL", "10*3/uL"),
        ("10³/µL", "10*3/uL"),
        ("10°9/L", "10*9/L"),
        ("109/L", "10*9/L"),
        ("K/uL", "10*3/uL"),
        ("mm Hg", "mm[Hg]"),
        ("(g/dL)", "g/dL"),
        ("mEq/L", "meq/L"),
        ("µIU/mL", "u[IU]/mL"),
        ("UI/L", "[IU]/L"),
        ("mL/min/1.73 m²", "mL/min/{1.73_m2}"),
    ],
)
def test_a_printed_unit_is_spelled_as_ucum(printed: str, ucum: str) -> None:
    reading = read_unit(printed)
    assert reading is not None
    assert (reading.options[0].ucum, reading.substituted) == (ucum, False)


@pytest.mark.parametrize(
    ("printed", "ucum"),
    [("mg/dI", "mg/dL"), ("xlOE3/uL", "10*3/uL"), ("pumol/L", "umol/L"), ("1049/L", "10*9/L")],
)
def test_a_unit_with_a_guessed_letter_is_doubted(printed: str, ucum: str) -> None:
    reading = read_unit(printed)
    assert reading is not None
    assert (reading.options[0].ucum, reading.substituted) == (ucum, True)


def test_giga_and_gram_are_told_apart_by_their_case_and_both_stay_possible() -> None:
    giga, gram = read_unit("G/L"), read_unit("g/L")
    assert giga is not None
    assert gram is not None
    assert [unit.ucum for unit in giga.options] == ["10*9/L", "g/L"]
    assert [unit.ucum for unit in gram.options] == ["g/L", "10*9/L"]


@pytest.mark.parametrize("printed", ["tablet", "", "12/08/2024", "Hemoglobin", "?"])
def test_what_is_no_unit_is_not_read_as_one(printed: str) -> None:
    assert read_unit(printed) is None


@pytest.mark.parametrize(
    ("printed", "value", "side"),
    [
        ("3.9-5.6", "5.8", 1),
        ("3,9 – 5,6", "3.8", -1),
        ("3.9 to 5.6", "5.6", 0),
        ("4300 to 10800", "105600", 1),
        ("150 000 - 400 000", "250000", 0),
        ("150,000 - 400,000", "100000", -1),
        ("0,900 - 1,100", "1.000", 0),
        ("< 5.2", "5.2", 1),
        ("<= 5.2", "5.2", 0),
        ("> 40", "41", 0),
        ("up to 35", "36", 1),
        ("70_105", "182", 1),
        ("M: 13-17 / F: 12-15", "11", -1),
        ("M: 13-17 / F: 12-15", "14", 0),
        ("M: 13-17 / F: 12-15", "12.5", None),
        ("Not Estab.", "5", None),
    ],
)
def test_a_value_is_judged_by_its_printed_range(printed: str, value: str, side: int | None) -> None:
    assert side_of(Decimal(value), None, read_bounds(printed)) == side


@pytest.mark.parametrize(
    ("sign", "value", "printed", "side"),
    [("<", "0.01", "< 0.04", 0), ("<", "5", "7.6-42.6", None), (">", "100", "< 50", 1)],
)
def test_a_bounded_value_is_judged_only_where_its_bound_decides(
    sign: str, value: str, printed: str, side: int | None
) -> None:
    assert side_of(Decimal(value), comparator_of(sign), read_bounds(printed)) == side


@given(st.text(max_size=60))
def test_folding_digits_keeps_every_place_and_is_idempotent(text: str) -> None:
    folded = fold_digits(text)
    assert len(folded) == len(text)
    assert fold_digits(folded) == folded
    assert len(unconfuse_digits(text)) == len(text)


@given(st.text(max_size=60))
def test_label_keys_are_stable(text: str) -> None:
    assert label_key(label_key(text)) == label_key(text)


@given(st.decimals(min_value=0, max_value=9999, places=2, allow_nan=False))
def test_any_plain_decimal_is_read_as_it_is_printed(value: Decimal) -> None:
    assert str(read_number(str(value)).value) == str(value)
    assert str(read_number(str(value).replace(".", ",")).value) == str(value)
