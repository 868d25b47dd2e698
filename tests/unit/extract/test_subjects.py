"""Whose pages these are: two people in one document are never taken for one."""

from datetime import UTC, datetime

import pytest
from tests.unit.extract.test_assemble import a_page, record_of

from chartlift.extract.assemble import extract_text
from chartlift.record import Record
from chartlift.settings import load_settings

RESULT = "LABORATORY RESULTS\n{who}\nPotassium 5.8 H mmol/L 3.5-5.1\n"
JOAN = "Patient Name: Joan Hart\nMRN: KR-0047 DOB: 14/08/1967 Sex: F"
OTHER = "Patient Name: Dara Chan\nMRN: KR-0052 DOB: 23/02/1990 Sex: M"


def two_pages(first: str, second: str, *more: str) -> Record:
    pages = enumerate((first, second, *more), 1)
    return record_of(*(a_page(n, RESULT.format(who=who)) for n, who in pages))


def owners(record: Record) -> list[tuple[tuple[int, ...], int | None]]:
    return [(segment.pages, segment.patient) for segment in record.segments]


def doubted(record: Record) -> set[str | None]:
    return {reason.finding for reason in record.review.reasons if reason.code == "cross-check"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (JOAN, OTHER),
        (JOAN, "Patient Name: Dara Chan\nDOB: 23/02/1990"),
        (JOAN, "Patient Name: Dara Chan"),
        (JOAN, "Patient Name: Joan Hart\nMRN: KR-0052"),
        (JOAN, "MRN: KR-0052"),
        ("Patient Name: Joan Hart\nSex: F", "Patient Name: Dara Chan\nSex: M"),
    ],
)
def test_a_page_that_names_another_patient_is_not_given_to_the_first(
    first: str, second: str
) -> None:
    record = two_pages(first, second)
    assert owners(record) == [((1,), 0), ((2,), 1)]
    assert doubted(record) == {"patient:mrn", "patient:name"}
    assert record.patient.name == "Joan Hart"


@pytest.mark.parametrize(
    "second",
    [
        JOAN,
        "Thank you",
        "Patient Name: HART, Joan\nDOB: 14/08/1967",
        "Patient Name: Joan Hant\nMRN: KR-OO47",
        "Patient Name: ចាន់ សុភា",
        "Sex: F",
    ],
)
def test_a_page_of_the_same_patient_asks_nobody(second: str) -> None:
    record = two_pages(JOAN, second)
    assert owners(record) == [((1, 2), 0)]
    assert not record.review.needed


def test_pages_without_a_name_go_on_with_the_patient_before() -> None:
    record = two_pages(JOAN, "Thank you", OTHER, "Sex: M", JOAN, "Thank you")
    assert owners(record) == [((1, 2), 0), ((3, 4), 1), ((5, 6), 0)]


def test_another_patients_details_are_not_the_firsts() -> None:
    record = two_pages("Patient Name: Joan Hart\nMRN: KR-0047", OTHER)
    assert (record.patient.mrn, record.patient.birth_date) == ("KR-0047", None)


def test_a_number_that_differs_where_name_and_birth_date_agree_is_doubted_and_stays() -> None:
    record = two_pages(JOAN, JOAN.replace("KR-0047", "KR-0041"))
    assert owners(record) == [((1, 2), 0)]
    assert doubted(record) == {"patient:mrn", "patient:name"}


def test_a_name_that_differs_where_the_number_agrees_is_doubted_and_stays() -> None:
    record = two_pages(JOAN, "Patient Name: Dara Chan\nMRN: KR-0047")
    assert owners(record) == [((1, 2), 0)]
    assert doubted(record) == {"patient:mrn", "patient:name"}


def test_a_birth_date_that_differs_on_another_page_is_doubted() -> None:
    record = two_pages(JOAN, JOAN.replace("1967", "1961"))
    assert doubted(record) == {"patient:birth_date"}


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ("MRN: KR-0052", "patient:mrn"),
        ("Patient Name: Dara Chan", "patient:name"),
        ("DOB: 23/02/1990", "patient:birth_date"),
        ("Sex: M", "patient:gender"),
    ],
)
def test_two_values_of_one_field_on_one_page_are_doubted(more: str, field: str) -> None:
    text = RESULT.format(who=f"{JOAN}\n{more}")
    record = extract_text(text, settings=load_settings(), extracted_at=datetime.now(UTC))
    assert doubted(record) == {field}


def test_two_kinds_of_number_on_one_page_do_not_contradict_each_other() -> None:
    text = RESULT.format(who=f"{JOAN}\nReg. No: 2026-118")
    record = extract_text(text, settings=load_settings(), extracted_at=datetime.now(UTC))
    assert doubted(record) == set()


def test_a_time_of_collection_is_not_another_patients() -> None:
    record = two_pages(f"{JOAN}\nCollected: 20/01/2026 07:30", OTHER)
    results = record.categories.lab_results
    assert [one.collected for one in results] == ["2026-01-20T07:30", None]
