"""A page that lists many people is no patient's."""

import pytest
from tests.unit.extract.test_labs import table_page

from chartlift.extract.context import Page, page_of_text
from chartlift.extract.doubts import with_doubts
from chartlift.extract.extractors import labs
from chartlift.extract.registers import is_register
from chartlift.extract.subjects import tell_apart
from chartlift.finding import Flag

REGISTER = (
    ("No.", "Name", "Sex", "Age", "Test", "Result"),
    ("1", "Joan Hart", "F", "45", "Glucose", "5.8 mmol/L"),
    ("2", "Peter Novak", "M", "61", "Glucose", "7.1 mmol/L"),
)


@pytest.mark.parametrize(
    "heads",
    [REGISTER[0], ("N°", "Nom et prénoms", "Sexe", "(ans) Âge"), ("ល.រ", "ឈ្មោះ", "ភេទ", "អាយុ")],
)
def test_a_table_of_people_is_a_register(heads: tuple[str, ...]) -> None:
    rows = [row[: len(heads)] for row in REGISTER[1:]]

    assert is_register(table_page(heads, *rows))


@pytest.mark.parametrize(
    "rows",
    [
        REGISTER[:2],
        (("Test", "Result"), ("Glucose", "5.8"), ("Urea", "7.1")),
        (("Name", "Dose"), ("Aspirin", "75 mg"), ("Ramipril", "5 mg")),
        (("Name", "Joan Hart", "Age", "45"), ("Ward", "B", "Sex", "F"), ("Bed", "4", "Phone", "0")),
    ],
    ids=["one person", "results", "drugs", "a form"],
)
def test_another_table_is_none(rows: tuple[tuple[str, ...], ...]) -> None:
    assert not is_register(table_page(*rows))


def test_the_first_person_of_a_register_is_not_the_patient() -> None:
    page = table_page(*REGISTER)

    told = tell_apart([page])

    assert told.first.name is None
    assert told.of_page == {1: 1}
    assert {reason.finding for reason in told.reasons} == {"patient:mrn", "patient:name"}


def test_a_register_among_a_patients_pages_takes_none_of_them() -> None:
    named = page_of_text("Patient Name: Joan Hart\nMRN: KR-0047")._replace(number=2)
    more = page_of_text("Thank you")._replace(number=3)
    pages: list[Page] = [table_page(*REGISTER), named, more]

    told = tell_apart(pages)

    assert told.of_page == {1: 1, 2: 0, 3: 0}
    assert told.first.name == "Joan Hart"


def test_what_a_register_says_goes_to_a_person() -> None:
    page = table_page(*REGISTER)
    found = with_doubts([page], labs.find([page]), 0.8)

    assert found
    assert all(Flag.CROSS_CHECK in finding.flags for finding in found)
