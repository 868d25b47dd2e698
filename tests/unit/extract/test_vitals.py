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


def test_a_line_below_heads_with_a_value_in_anothers_place_gives_none() -> None:
    heads = "BP HR Temp RR SpO2"
    whole = read(f"{heads}\n08:00 120/80 92 37.1 18 97")
    assert [vital.raw_value for vital in whole] == ["120/80", "92", "37.1", "18", "97"]
    assert read(f"{heads}\n92 37.1 18 97 5/10") == ()


@pytest.mark.parametrize(
    ("short", "sure"),
    [
        ("12-07-2026 120/80 92 18 97", ["120/80"]),
        ("08:00 92 37.1 18 97", ["37.1"]),
        ("120/80 92 18 97 96 95", []),
        ("120/80", []),
        ("120/80 given again", []),
    ],
)
def test_of_a_row_that_lacks_cells_only_what_no_other_column_could_hold_is_read_in_doubt(
    short: str, sure: list[str]
) -> None:
    found = read(f"BP HR Temp RR SpO2\n{short}")
    assert [vital.raw_value for vital in found] == sure
    assert all(Flag.PLACE_UNCLEAR in vital.flags for vital in found)


def test_a_unit_apart_from_its_value_is_no_cell_of_a_sheet() -> None:
    found = read("BP Pulse Temp SpO2\n118/76 mmHg 90/min 37.0 °C 97 %")
    assert [(vital.raw_value, vital.unit) for vital in found] == [
        ("118/76", "mm[Hg]"),
        ("90", "/min"),
        ("37.0", "Cel"),
        ("97", "%"),
    ]
    assert not any(vital.flags for vital in found)


@pytest.mark.parametrize("nothing", ["-", "?", "...", "refused"])
def test_a_cell_that_is_no_value_is_missed_in_its_own_column_only(nothing: str) -> None:
    heads = "Time BP Pulse Temp SpO2"
    found = read(f"{heads}\n12:00 118/76 {nothing} 37.0 97\n16:00 120/80 90 37.1 {nothing}")
    assert [(vital.name, vital.raw_value) for vital in found] == [
        ("blood_pressure", "118/76"),
        ("temperature", "37.0"),
        ("spo2", "97"),
        ("blood_pressure", "120/80"),
        ("heart_rate", "90"),
        ("temperature", "37.1"),
    ]
    assert not any(Flag.PLACE_UNCLEAR in vital.flags for vital in found)


def test_a_row_whose_cell_cannot_be_read_is_doubted() -> None:
    found = read("BP Pulse Temp SpO2\n118/76 90 3a7.0 97")
    assert [vital.raw_value for vital in found] == ["118/76", "90", "97"]
    assert all(Flag.PLACE_UNCLEAR in vital.flags for vital in found)


@pytest.mark.parametrize(
    "lost", ["12:00 118/76", "12:00 asleep", "12:00 90 118/76 37.0 97", "- - - -"]
)
def test_a_row_that_cannot_be_read_does_not_end_its_sheet(lost: str) -> None:
    rows = f"Time BP Pulse Temp SpO2\n{lost}\n16:00 120/80 90 37.1 98"
    assert [vital.raw_value for vital in read(rows)] == ["120/80", "90", "37.1", "98"]


@pytest.mark.parametrize(
    "prose", ["Patient stable at 97", "Paracetamol 500 mg daily", "Seen on ward 97"]
)
def test_a_line_of_words_below_a_sheet_is_none_of_its_rows_and_ends_it(prose: str) -> None:
    rows = f"BP Pulse Temp SpO2\n{prose}\n120/80 90 37.1 98"
    assert read(rows) == ()


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
