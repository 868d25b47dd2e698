"""Vital signs: one table of cases, flow sheets, and the promises that no table can show."""

import csv
from pathlib import Path

import pytest

from chartlift.extract.context import Line, Page, Table, Token, page_of_text
from chartlift.extract.extractors import vitals
from chartlift.finding import Flag, Note, Vital
from chartlift.model import Box

CASES = Path(__file__).parents[2] / "cases" / "vitals.csv"
ROWS = list(csv.DictReader(CASES.read_text(encoding="utf-8").splitlines(keepends=True)))


def shown(vital: Vital) -> str:
    pair = f"{vital.systolic or '-'}/{vital.diastolic or '-'}"
    value = pair if vital.value is None else str(vital.value)
    code = vital.code.code if vital.code else "-"
    return " ".join((f"{vital.name} = {value}", vital.unit or "-", code, *vital.flags))


def read(text: str) -> tuple[Vital, ...]:
    return vitals.find([page_of_text(text)])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"][:40])
def test_a_line_gives_the_vital_signs_it_states_and_nothing_else(row: dict[str, str]) -> None:
    assert " ; ".join(shown(vital) for vital in read(row["text"])) == row["expected"]


def test_the_table_has_as_many_lines_that_state_none() -> None:
    negatives = [row for row in ROWS if not row["expected"]]
    assert len(negatives) * 2 >= len(ROWS)


def sheet(*rows: tuple[str, ...]) -> Page:
    """A page with one drawn table, one word a cell."""
    lines, cells = [], []
    for y, row in enumerate(rows):
        tokens = [
            Token(
                text, 1, 10 * y + x, None, Box(100 * x, 40 * y, 100 * x + 60, 40 * y + 20), 0.9, "t"
            )
            for x, text in enumerate(row)
        ]
        cells.append(tuple(Line((token,)) for token in tokens))
        lines.append(Line(tuple(tokens)))
    return Page(1, tuple(lines), (Table(tuple(cells)),))


def test_a_drawn_flow_sheet_is_read_by_its_columns() -> None:
    page = sheet(("Time", "HR", "BP"), ("08:00", "92", "138/88"), ("14:00", "88", "132/84"))
    assert [shown(vital) for vital in vitals.find([page])] == [
        "heart_rate = 92 /min 8867-4",
        "blood_pressure = 138/88 mm[Hg] 85354-9",
        "heart_rate = 88 /min 8867-4",
        "blood_pressure = 132/84 mm[Hg] 85354-9",
    ]


def test_a_flow_sheet_with_a_head_that_ends_in_a_digit_is_read_by_its_columns() -> None:
    page = sheet(("Time", "HR", "RR", "SpO2"), ("08:00", "92", "18", "97"))
    assert [vital.name for vital in vitals.find([page])] == [
        "heart_rate",
        "respiratory_rate",
        "spo2",
    ]


@pytest.mark.parametrize("missed", ["12-07-2026 120/80 92 18 97", "92 37.1 18 97 5/10"])
def test_a_line_below_heads_whose_values_do_not_all_fit_gives_none_of_them(missed: str) -> None:
    heads = "BP HR Temp RR SpO2"
    whole = read(f"{heads}\n08:00 120/80 92 37.1 18 97")
    assert [vital.raw_value for vital in whole] == ["120/80", "92", "37.1", "18", "97"]
    assert read(f"{heads}\n{missed}") == ()


def test_a_value_that_no_unit_of_its_sign_makes_plausible_is_doubted() -> None:
    page = sheet(("Time", "Temp", "HR"), ("08:00", "14", "92"))
    (temperature, _) = vitals.find([page])
    assert (temperature.unit, temperature.flags) == (None, (Flag.IMPLAUSIBLE,))


def test_a_table_of_labels_and_values_is_no_flow_sheet() -> None:
    page = sheet(("BP", "138/84", "HR", "104"), ("RR", "22", "SpO2", "97"))
    names = [vital.name for vital in vitals.find([page])]
    assert names == ["blood_pressure", "heart_rate", "respiratory_rate", "spo2"]


def test_evidence_is_the_box_of_the_value_itself() -> None:
    page = sheet(("Time", "HR", "BP"), ("08:00", "92", "138/88"))
    first = vitals.find([page])[0]
    assert first.evidence.box == Box(100, 40, 160, 60)
    assert first.evidence.rule == "rate.value/1"


def test_ids_count_the_signs_of_one_kind_on_a_page() -> None:
    found = read("BP 120/80 mmHg\nBP 130/85 mmHg\nPulse: 80 bpm")
    assert [vital.id for vital in found] == [
        "p1:vital:bp:0",
        "p1:vital:bp:1",
        "p1:vital:heart_rate:0",
    ]


def test_a_decimal_comma_and_khmer_digits_are_noted_and_the_print_is_kept() -> None:
    (vital,) = read("កម្តៅ៖ ៣៧,២ °C")
    assert (str(vital.value), vital.raw_value) == ("37.2", "៣៧,២")
    assert {Note.DECIMAL_COMMA, Note.KHMER_DIGITS} <= set(vital.notes)
