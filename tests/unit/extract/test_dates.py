"""Dates: one table of cases, and how the order of day and month is told."""

import csv
from pathlib import Path

import pytest

from chartlift.extract.calendar import find_dates, month_first, month_number
from chartlift.extract.context import page_of_text
from chartlift.extract.extractors import dates
from chartlift.record import DateMention

CASES = Path(__file__).parents[2] / "cases" / "dates.csv"
ROWS = list(csv.DictReader(CASES.read_text(encoding="utf-8").splitlines(keepends=True)))


def read(text: str) -> tuple[DateMention, ...]:
    return dates.find([page_of_text(text)])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"][:40])
def test_a_line_gives_its_dates_in_their_roles_only(row: dict[str, str]) -> None:
    found = " | ".join(f"{date.role} {date.value}" for date in read(row["text"]))
    assert found == row["expected"]


def test_the_table_has_as_many_lines_without_a_date() -> None:
    assert sum(not row["expected"] for row in ROWS) * 2 >= len(ROWS)


def test_the_printed_date_is_kept_and_its_words_are_its_evidence() -> None:
    text = "Collected: 16/03/2026 07:40"
    (date,) = read(text)
    assert date.raw_value == "16/03/2026 07:40"
    assert date.evidence.span == (11, 27)


def test_a_date_of_the_document_settles_the_order_of_all() -> None:
    assert read("Collected: 03/04/2026\nReport date: 03/25/2026")[0].value == "2026-03-04"
    assert read("Collected: 03/04/2026\nReport date: 25/03/2026")[0].value == "2026-04-03"


def test_american_papers_put_the_month_first_and_all_others_the_day() -> None:
    assert read("Meadowbrook, CO 80555\nReport date: 03/04/2026")[0].value == "2026-03-04"
    assert read("Phnom Penh\nReport date: 03/04/2026")[0].value == "2026-04-03"


def test_where_a_document_contradicts_itself_ambiguous_dates_are_left_out() -> None:
    pages = [page_of_text("Report date: 03/04/2026\nCollected: 25/03/2026\nReceived: 03/25/2026")]
    assert month_first(pages) is None
    assert [date.role for date in dates.find(pages)] == ["collected", "received"]


def test_the_buddhist_year_is_told_in_the_common_era() -> None:
    (date,) = find_dates("ថ្ងៃទី១ ខែមករា ឆ្នាំ២៥៦៨", first_is_month=False)
    assert date.value == "2025-01-01"


def test_a_date_that_no_calendar_has_is_none() -> None:
    assert list(find_dates("31/02/2026", first_is_month=False)) == []


def test_months_are_known_in_three_languages_and_cut_short() -> None:
    assert [
        month_number(name) for name in ("Sept", "août", "AOUT", "ធ្នូ", "févr.", "Ma", "May")
    ] == [
        9,
        8,
        8,
        12,
        2,
        None,
        5,
    ]


def test_the_same_date_on_each_page_is_one() -> None:
    pages = [page_of_text("Report date: 17/03/2026"), page_of_text("Report date: 17/03/2026")]
    assert len(dates.find(pages)) == 1


def test_a_lone_date_is_the_reports_only_where_no_other_is() -> None:
    assert [date.value for date in read("17/03/2026\nReport date: 18/03/2026")] == ["2026-03-18"]
    assert [date.value for date in read("Kumru, 17/03/2026")] == ["2026-03-17"]
