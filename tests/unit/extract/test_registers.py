"""A page that lists many people is no patient's."""

import pytest
from tests.unit.extract.test_labs import table_page

from chartlift.extract.context import Line, Page, page_of_text
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
        (("Name", "Age"), ("Joan Hart", "45"), ("Address", "12 Mill Street")),
    ],
    ids=["one person", "results", "drugs", "a form", "a form's grid"],
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


FORM = "Patient name: Joan Hart\nMRN: KR-0047\nSex: F  Age: 45 years"
LISTS = {
    "family": (
        ("Name", "Relation", "Age"),
        ("Peter Novak", "husband", "61"),
        ("Ann", "aunt", "70"),
    ),
    "newborns": (("Name", "Sex", "Weight"), ("One", "F", "2.1 kg"), ("Two", "M", "2.3 kg")),
    "staff": (("Name", "Role", "Sex"), ("Dr Lind", "surgeon", "M"), ("Ms Roe", "nurse", "F")),
}


def below(text: str, page: Page) -> Page:
    """The page below lines of text."""
    lines = (
        Line(tuple(token._replace(word=1000 + 100 * y + x) for x, token in enumerate(line.tokens)))
        for y, line in enumerate(page_of_text(text).lines)
    )
    return page._replace(lines=(*lines, *page.lines))


@pytest.mark.parametrize("name", LISTS)
def test_a_patients_form_with_a_list_of_people_stays_the_patients(name: str) -> None:
    page = below(FORM, table_page(*LISTS[name]))

    told = tell_apart([page])

    said = told.first
    assert (said.name, said.mrn, said.gender, said.age) == (
        "Joan Hart",
        "KR-0047",
        "female",
        "45 a",
    )
    assert (told.of_page, told.reasons) == ({1: 0}, ())


def test_a_name_alone_above_a_register_makes_it_no_patients() -> None:
    assert is_register(below("Name: Ann Lind", table_page(*REGISTER)))


def test_what_a_list_on_a_patients_form_says_goes_to_a_person_and_nothing_else_does() -> None:
    page = below(f"{FORM}\nSodium 139 mmol/L", table_page(*REGISTER))
    found = with_doubts([page], labs.find([page]), 0.8)

    assert [(one.test_name, one.flags) for one in found] == [
        ("Sodium", ()),
        ("Glucose", (Flag.CROSS_CHECK,)),
        ("Glucose", (Flag.CROSS_CHECK,)),
    ]
