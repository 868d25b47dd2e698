"""Doubts of who the patient is and when it was: each is a reason, none is silent."""

import pytest
from tests.unit.extract.test_assemble import a_page, record_of

from chartlift.record import Record

FULL = (
    "Patient Name: Joan Hart\nMRN: KR-0047 DOB: 14/08/1967 Sex: F\nAge: 58 years\n"
    "Phone: 012 555 0147\nAddress: Street 12, Kumru Town\n"
    "Collected: 20/01/2026\nReport date: 21/01/2026\nReceived: 20/01/2026\n"
)


def reasons(record: Record) -> set[tuple[str | None, str]]:
    return {(reason.finding, reason.code) for reason in record.review.reasons}


def read(text: str) -> Record:
    return record_of(a_page(1, text))


def test_each_field_and_each_used_date_of_low_confidence_is_a_reason() -> None:
    fields = ("name", "mrn", "birth_date", "gender", "age", "phone", "address")
    wanted = {(f"patient:{field}", "low-confidence") for field in fields}
    wanted |= {(f"date:{role}", "low-confidence") for role in ("collected", "report")}
    assert reasons(record_of(a_page(1, FULL, confidence=0.6))) == wanted


def test_a_clear_page_gives_no_reason() -> None:
    assert reasons(read(FULL)) == set()


def test_days_and_months_in_an_order_that_nothing_tells_are_a_reason() -> None:
    record = read("Patient Name: Joan Hart\nDOB: 04/05/1967\nReport date: 03/04/2026")
    assert record.possible_report_date == "2026-04-03", "the assumption itself stays"
    assert reasons(record) == {
        ("patient:birth_date", "ambiguous-date"),
        ("date:report", "ambiguous-date"),
    }


@pytest.mark.parametrize(
    "text",
    [
        "Report date: 03/04/2026\nCollected: 27/03/2026",
        "Report date: 03/04/2026\nMeadowbrook, CO 80555",
        "Report date: 03/04/2026\nPhnom Penh",
        "Report date: 03/04/2026\nTel. 012 555 014",
        "Report date: 03/04/2026\nឈ្មោះ: ចាន់ សុភា",
        "Date du rapport : 03/04/2026\nNom : Hart\nRésultats des analyses de laboratoire",
        "Report date: 04/04/2026",
        "Report date: 3 April 2026",
        "Report date: 2026-04-03",
    ],
)
def test_an_order_that_is_told_or_does_not_matter_asks_nobody(text: str) -> None:
    assert reasons(read(text)) == set()


def test_a_role_with_two_dates_gives_no_date_of_the_report() -> None:
    record = read("Report date: 21/01/2026\nReport date: 23/01/2026\nDate of visit: 20/01/2026")
    assert record.possible_report_date is None
    assert read("Report date: 21/01/2026").possible_report_date == "2026-01-21"
