"""Doubts of who the patient is and when it was: each is a reason, none is silent."""

from collections.abc import Mapping

import pytest
from tests.unit.extract.test_assemble import a_page, record_of

from chartlift.model import ReadPage
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


def disputed(text: str, others: Mapping[str, str]) -> ReadPage:
    """A page of which another engine read some words otherwise."""
    page = a_page(1, text)
    words = tuple(
        word.model_copy(update={"other": others.get(word.text)}) for word in page.ocr.words
    )
    return page.model_copy(update={"ocr": page.ocr.model_copy(update={"words": words})})


POTASSIUM = "Potassium 5.8 mmol/L 3.5-5.1 Jaffe\n"
GLUCOSE = "Glucose 40 mg/dL\n"


def flags_of_result(text: str, others: Mapping[str, str]) -> tuple[str, ...]:
    (result,) = record_of(disputed(text, others)).categories.lab_results
    return result.flags


def test_a_value_that_engines_read_differently_asks_a_person() -> None:
    record = record_of(disputed(POTASSIUM, {"5.8": "3.8"}))
    (result,) = record.categories.lab_results
    assert result.flags == ("engines-disagree",)
    assert reasons(record) == {(result.id, "engines-disagree")}
    assert result.confidence == 0.95, "the word's own confidence tells it already"


def test_a_unit_that_may_be_another_one_of_the_test_asks_a_person() -> None:
    assert flags_of_result(GLUCOSE, {"mg/dL": "mmol/L"}) == ("engines-disagree",)


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("Glucose 104 mg/dL", {"mg/dL": "mmol/L"}),
        ("Glucose 104 mg/dL", {"mg/dL": "mq/dL"}),
        ("Créatinine 98 µmol/L", {"µmol/L": "pmol/L"}),
        ("WBC 7.2 10^3/uL", {"10^3/uL": "10%3/uL"}),
    ],
)
def test_a_unit_whose_other_reading_cannot_be_asks_nobody(
    text: str, others: dict[str, str]
) -> None:
    assert flags_of_result(text, others) == ()


def test_a_name_that_may_be_another_test_asks_a_person() -> None:
    assert flags_of_result("LDL 3.1 mmol/L", {"LDL": "HDL"}) == ("engines-disagree",)
    assert flags_of_result("LDL 3.1 mmol/L", {"LDL": "LDI"}) == ()
    table = "Test Result Unit Reference\nOxysterol index 3.2 U 1-4\n"
    assert flags_of_result(table, {"Oxysterol": "Oxysteral"}) == ("engines-disagree",)


def test_a_disputed_word_beside_a_result_asks_nobody() -> None:
    record = record_of(disputed(POTASSIUM, {"Jaffe": "Jatte"}))
    assert record.categories.lab_results[0].flags == ()
    assert not record.review.needed


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("BP 120/80 mmHg", "120/80"),
        ("MEDICATIONS\nAspirin 81 mg once daily", "81"),
        ("MEDICATIONS\nAspirin 81 mg once daily", "Aspirin"),
        ("Allergies: penicillin", "penicillin"),
        ("DIAGNOSIS\nAcute bronchitis", "bronchitis"),
    ],
)
def test_every_kind_of_finding_tells_that_engines_disagree(text: str, word: str) -> None:
    (finding,) = record_of(disputed(text, {word: "?"})).findings()
    assert finding.flags == ("engines-disagree",)


def test_a_disagreement_is_told_beside_other_doubts_and_instead_of_low_confidence() -> None:
    sodium = flags_of_result("Sodium 1390 mmol/L 135-145", {"1390": "139"})
    assert sodium == ("implausible", "engines-disagree")

    page = disputed(POTASSIUM, {"5.8": "3.8"})
    unsure = [word.model_copy(update={"confidence": 0.5}) for word in page.ocr.words]
    page = page.model_copy(update={"ocr": page.ocr.model_copy(update={"words": tuple(unsure)})})
    (result,) = record_of(page).categories.lab_results
    assert result.flags == ("engines-disagree",)


def test_a_field_or_date_that_engines_read_differently_is_a_reason() -> None:
    assert reasons(
        record_of(disputed(FULL, {"KR-0047": "KR-0041", "20/01/2026": "29/01/2026"}))
    ) == {
        ("patient:mrn", "engines-disagree"),
        ("date:collected", "engines-disagree"),
    }


def test_a_number_without_the_unit_its_test_has_asks_a_person() -> None:
    record = read("Glucose 104 70-99\nINR 2.3 0.8-1.2\n")
    glucose, inr = record.categories.lab_results
    assert (glucose.unit, glucose.flags, inr.flags) == (None, ("unit-missing",), ())
    assert reasons(record) == {(glucose.id, "unit-missing")}
