"""Laboratory rows: one table of cases, and the promises that no table can show."""

import csv
from pathlib import Path

import pytest

from chartlift.extract.context import Line, Page, Table, Token, page_of_text
from chartlift.extract.extractors import labs
from chartlift.finding import Flag, LabResult
from chartlift.model import Box

CASES = Path(__file__).parents[2] / "cases" / "labs.csv"
ROWS = list(csv.DictReader(CASES.read_text(encoding="utf-8").splitlines(keepends=True)))


def shown(result: LabResult) -> str:
    value = "?" if result.flags and result.value is None else (result.value or result.raw_value)
    if result.value is not None:
        value = f"{result.comparator or ''}{result.value}"
    abnormal = {True: "abnormal", False: "normal", None: ""}[result.abnormal]
    status = "prior" if result.status == "prior" else ""
    parts = (
        f"{result.test_name} = {value}",
        result.unit or "-",
        result.code.code if result.code else "-",
        result.flag_printed or "",
        abnormal,
        status,
        *result.flags,
    )
    return " ".join(part for part in parts if part)


def read(text: str) -> tuple[LabResult, ...]:
    return labs.find([page_of_text(text)])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"][:40])
def test_a_row_gives_what_it_says_and_nothing_else(row: dict[str, str]) -> None:
    assert " ; ".join(shown(result) for result in read(row["text"])) == row["expected"]


def test_the_table_has_as_many_rows_that_are_no_result() -> None:
    negatives = [row for row in ROWS if not row["expected"]]
    assert len(negatives) * 2 >= len(ROWS)


def table_page(*rows: tuple[str, ...], heading: str | None = None) -> Page:
    """A page with one table; each word has a box of its own, a row 40 pixels down."""
    words = 0
    lines, cells = [], []
    if heading is not None:
        lines.append(Line((Token(heading, 1, 900, None, Box(50, 0, 300, 20), 0.9, "t"),)))
    for y, row in enumerate(rows, 1):
        line, grid = [], []
        for x, text in enumerate(row):
            tokens = []
            for n, word in enumerate(text.split()):
                left = 100 + 300 * x + 40 * n
                box = Box(left, 40 * y, left + 35, 40 * y + 20)
                tokens.append(Token(word, 1, words, None, box, 0.9, "t"))
                words += 1
            grid.append(Line(tuple(tokens)))
            line += tokens
        cells.append(tuple(grid))
        lines.append(Line(tuple(line)))
    return Page(1, tuple(lines), (Table(tuple(cells)),))


@pytest.mark.parametrize(
    "order",
    [
        ("Test", "Result", "Flag", "Unit", "Reference range"),
        ("Analyse", "Unité", "Valeurs de référence", "Résultat", "Alerte"),
        ("តេស្ត / Test", "លទ្ធផល / Result", "Flag", "ឯកតា / Unit", "តម្លៃធម្មតា / Normal range"),
    ],
)
def test_columns_are_told_by_their_heads_in_any_order_and_language(order: tuple[str, ...]) -> None:
    roles = {"Test": "Potassium", "Analyse": "Potassium", "តេស្ត / Test": "Potassium"}
    by_head = roles | {
        "Result": "5.8",
        "Résultat": "5.8",
        "លទ្ធផល / Result": "5.8",
        "Flag": "H",
        "Alerte": "H",
        "Unit": "mmol/L",
        "Unité": "mmol/L",
        "ឯកតា / Unit": "mmol/L",
        "Reference range": "3.5 - 5.1",
        "Valeurs de référence": "3.5 - 5.1",
        "តម្លៃធម្មតា / Normal range": "3.5 - 5.1",
    }
    page = table_page(order, tuple(by_head[head] for head in order))
    (result,) = labs.find([page])
    assert (str(result.value), result.unit, result.reference_range) == (
        "5.8",
        "mmol/L",
        "3.5 - 5.1",
    )
    assert (result.flag_printed, result.abnormal) == ("H", True)


def test_evidence_is_the_box_of_the_value_itself() -> None:
    page = table_page(("Test", "Result", "Unit"), ("Fasting glucose", "7.8", "mmol/L"))
    (result,) = labs.find([page])
    assert result.evidence.box == Box(400, 80, 435, 100)
    assert result.evidence.words == (5,)
    assert result.evidence.rule == "labs.row/1"


def test_a_test_that_the_vocabulary_lacks_counts_inside_a_table_of_results_without_a_code() -> None:
    head = ("Test", "Result", "Unit", "Reference range")
    page = table_page(head, ("Zonulin serum", "42", "ng/mL", "10 - 60"))
    (result,) = labs.find([page])
    assert (result.test_name, str(result.value), result.code) == ("Zonulin serum", "42", None)


def test_a_table_of_drugs_gives_no_result() -> None:
    head = ("Medication", "Dose", "Frequency", "Qty")
    page = table_page(head, ("Iron", "65 mg", "daily", "30"), ("Folic acid", "5 mg", "daily", "30"))
    assert labs.find([page]) == ()


def test_a_pending_result_takes_no_number_from_its_range() -> None:
    head = ("Test", "Result", "Unit", "Reference range")
    page = table_page(head, ("Potassium", "", "mmol/L", "3.5 - 5.1"))
    assert labs.find([page]) == ()


@pytest.mark.parametrize("cell", ["7A", "5.8.1", "1?.4"])
def test_a_value_that_cannot_be_read_is_kept_as_read_and_doubted(cell: str) -> None:
    head = ("Test", "Result", "Unit", "Reference range")
    page = table_page(head, ("HbA1c", cell, "%", "4.0 - 5.6"), ("Sodium", "139", "mmol/L", ""))
    unread, other = labs.find([page])
    assert (unread.test_name, unread.value, unread.raw_value) == ("HbA1c", None, cell)
    assert unread.flags == (Flag.UNREADABLE,)
    assert (unread.raw_unit, unread.reference_range, unread.abnormal) == ("%", "4.0 - 5.6", None)
    assert str(other.value) == "139"


@pytest.mark.parametrize("cell", ["pending", "to follow", "-", "12/05/2026"])
def test_a_cell_without_a_value_is_no_result(cell: str) -> None:
    head = ("Test", "Result", "Unit", "Reference range")
    assert labs.find([table_page(head, ("HbA1c", cell, "%", "4.0 - 5.6"))]) == ()


def test_an_unknown_name_with_an_unreadable_value_is_no_result() -> None:
    head = ("Test", "Result", "Unit", "Reference range")
    assert labs.find([table_page(head, ("Sample no", "7A", "", ""))]) == ()


def test_a_value_that_cannot_be_read_is_kept_below_a_line_of_heads_too() -> None:
    text = "Test Result Unit Reference range\nHbA1c 7A % 4.0 - 5.6\nSodium 139 mmol/L 135 - 145"
    unread, _ = labs.find([page_of_text(text)])
    assert (unread.value, unread.raw_value, unread.flags) == (None, "7A", (Flag.UNREADABLE,))


def test_a_cell_that_holds_name_and_value_gives_both() -> None:
    head = ("Test", "Result", "Unit", "Reference range")
    page = table_page(head, ("Potassium 5.8", "", "mmol/L", "3.5 - 5.1"))
    (result,) = labs.find([page])
    assert (result.test_name, str(result.value)) == ("Potassium", "5.8")


def test_a_flag_stuck_to_its_value_is_read_apart() -> None:
    page = table_page(("Test", "Result", "Unit"), ("Potassium", "5.8H", "mmol/L"))
    (result,) = labs.find([page])
    assert (result.raw_value, result.flag_printed, result.abnormal) == ("5.8", "H", True)


def test_a_unit_split_in_two_words_is_one_unit() -> None:
    page = table_page(("Test", "Result", "Unit"), ("WBC", "6.2", "x10^3 /uL"))
    (result,) = labs.find([page])
    assert (result.unit, result.raw_unit) == ("10*3/uL", "x10^3 /uL")


def test_an_earlier_result_is_marked_as_such() -> None:
    head = ("Test", "Result", "Unit", "Reference range", "Previous result")
    page = table_page(head, ("Potassium", "5.8", "mmol/L", "3.5 - 5.1", "4.9"))
    assert [(str(r.value), r.status) for r in labs.find([page])] == [
        ("5.8", "current"),
        ("4.9", "prior"),
    ]


def test_a_speck_beside_a_sections_heading_leaves_it_a_heading() -> None:
    page = table_page(
        ("Test", "Result", "Unit"),
        ("HAEMATOLOGY", "", ""),
        ("Hemoglobin", "13.6", "g/dL"),
        ("BIOCHEMISTRY", "", ":"),
        ("Creatinine", "0.90", "mg/dL"),
    )
    assert [result.section for result in labs.find([page])] == ["HAEMATOLOGY", "BIOCHEMISTRY"]


def test_the_section_above_a_table_says_what_was_examined() -> None:
    page = table_page(("Test", "Result"), ("Protein", "Negative"), heading="URINALYSIS")
    (result,) = labs.find([page])
    assert (result.section, result.specimen) == ("URINALYSIS", "urine")
    assert result.code is not None
    assert result.code.code == "20454-5"


def test_the_printed_digits_of_a_value_are_kept() -> None:
    (result,) = read("Potassium 4.60 mmol/L 3.50 - 5.10")
    assert str(result.value) == "4.60"


def test_a_doubted_value_has_less_confidence_than_its_words() -> None:
    (result,) = read("Sodium 1390 mmol/L 135-145")
    assert result.confidence < result.evidence.confidence


HEADS = ("Test", "Result", "Unit", "Reference range")


@pytest.mark.parametrize(
    "row",
    [
        ("AST", "145 35", "U/L", "10-40"),
        ("HIV HBsAg", "Negative", "", ""),
        ("C-reactive protein", "2.6", "mg/L", "< 5.0 30-400"),
        ("Malaria", "Negative Positive", "", ""),
    ],
)
def test_a_row_that_holds_what_two_rows_would_is_doubted(row: tuple[str, ...]) -> None:
    (result,) = labs.find([table_page(HEADS, row)])
    assert Flag.PLACE_UNCLEAR in result.flags


@pytest.mark.parametrize(
    "row",
    [
        ("ALAT (TGP)", "35", "U/L", "7-56"),
        ("Hemoglobin", "12.5", "g/dL", "M: 13-17 F: 12-15"),
        ("Platelets", "150 000", "/uL", "150 000-400 000"),
        ("Blood culture", "No growth after 48 hours", "", ""),
    ],
)
def test_a_row_whose_cells_hold_one_thing_each_is_not_doubted(row: tuple[str, ...]) -> None:
    (result,) = labs.find([table_page(HEADS, row)])
    assert Flag.PLACE_UNCLEAR not in result.flags


def test_a_row_that_the_layout_doubts_is_doubted() -> None:
    page = table_page(HEADS, ("AST", "145", "U/L", "10-40"), ("ALT", "35", "U/L", "7-56"))
    (table,) = page.tables
    doubted = page._replace(tables=(table._replace(doubted=frozenset({1})),))
    assert [result.flags for result in labs.find([doubted])] == [(Flag.PLACE_UNCLEAR,), ()]


def test_fields_above_the_header_of_a_table_are_no_results() -> None:
    page = table_page(("Bed:", "17", "", ""), HEADS, ("AST", "35", "U/L", "10-40"))
    assert [result.test_name for result in labs.find([page])] == ["AST"]
