"""The patient: one table of forms, and how a value is found below its label or beside it."""

import csv
from pathlib import Path

import pytest

from chartlift.extract.context import Line, Page, Token, page_of_text
from chartlift.extract.extractors import patient
from chartlift.model import Box
from chartlift.record import Patient

CASES = Path(__file__).parents[2] / "cases" / "patient.csv"
ROWS = list(csv.DictReader(CASES.read_text(encoding="utf-8").splitlines(keepends=True)))
FIELDS = ("name", "age", "birth_date", "gender", "mrn", "phone", "address")


def shown(found: Patient) -> str:
    values = ((field, getattr(found, field)) for field in FIELDS)
    return "; ".join(f"{field}={value}" for field, value in values if value is not None)


def read(text: str) -> Patient:
    return patient.find([page_of_text(text)])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"][:40])
def test_a_form_gives_the_fields_it_fills_and_nothing_else(row: dict[str, str]) -> None:
    assert shown(read(row["text"])) == row["expected"]


def test_the_table_has_as_many_texts_that_name_nobody() -> None:
    negatives = [row for row in ROWS if not row["expected"]]
    assert len(negatives) * 2 >= len(ROWS)


def line(y: int, *words: tuple[str, int]) -> Line:
    """A line of words at these places, 12 pixels a letter, 20 high."""
    return Line(
        tuple(
            Token(text, 1, 100 * y + n, None, Box(x, y, x + 12 * len(text), y + 20), 0.9, "t")
            for n, (text, x) in enumerate(words)
        )
    )


def test_a_value_may_stand_below_its_label() -> None:
    page = Page(
        1,
        (
            line(100, ("Name", 100), ("Age", 400), ("Sex", 600)),
            line(140, ("Joan", 100), ("Hart", 160), ("58", 400), ("F", 600)),
        ),
        (),
    )
    assert shown(patient.find([page])) == "name=Joan Hart; age=58 a; gender=female"


def test_a_value_ends_at_a_wide_gap() -> None:
    page = Page(1, (line(100, ("Name:", 100), ("Joan", 170), ("Hart", 230), ("STAT", 900)),), ())
    assert patient.find([page]).name == "Joan Hart"


def test_each_field_has_the_evidence_of_its_own_words() -> None:
    page = Page(1, (line(100, ("MRN:", 100), ("KR-0047", 170)),), ())
    found = patient.find([page])
    assert set(found.evidence) == {"mrn"}
    assert found.evidence["mrn"].box == Box(170, 100, 254, 120)


def test_the_phone_of_a_letterhead_is_not_the_patients() -> None:
    found = read("Phone: (555) 221-3344\n\nPatient Name: Joan Hart\nPhone: (555) 332-7788")
    assert found.phone == "(555) 332-7788"


def test_a_birth_date_whose_order_nothing_tells_follows_the_other_dates() -> None:
    american = read("Name: Joan Hart\nDOB: 04/05/1958\nCollected: 01/27/2026")
    european = read("Name: Joan Hart\nDOB: 04/05/1958\nCollected: 27/01/2026")
    assert (american.birth_date, european.birth_date) == ("1958-04-05", "1958-05-04")
