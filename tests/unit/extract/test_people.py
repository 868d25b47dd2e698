"""People and facilities: tables of cases, and who is the document's doctor."""

import csv
from pathlib import Path

import pytest

from chartlift.extract.context import Line, Page, Token, page_of_text
from chartlift.extract.extractors import people
from chartlift.model import Box

FOLDER = Path(__file__).parents[2] / "cases"


def rows_of(name: str) -> list[dict[str, str]]:
    text = (FOLDER / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(keepends=True)))


PEOPLE, FACILITIES = rows_of("people"), rows_of("facilities")


def read(text: str) -> people.Found:
    return people.find([page_of_text(text)])


@pytest.mark.parametrize("row", PEOPLE, ids=lambda row: row["text"][:40])
def test_a_line_names_these_people_only(row: dict[str, str]) -> None:
    found = " | ".join(f"{person.role} {person.name}" for person in read(row["text"]).people)
    assert found == row["expected"]


@pytest.mark.parametrize("row", FACILITIES, ids=lambda row: row["text"][:40])
def test_a_letterhead_names_this_facility(row: dict[str, str]) -> None:
    assert (read(row["text"]).facility or "") == row["expected"]


def test_the_tables_have_as_many_lines_without_a_name() -> None:
    for rows in (PEOPLE, FACILITIES):
        assert sum(not row["expected"] for row in rows) * 2 >= len(rows)


def test_who_requested_is_the_doctor_before_who_signed() -> None:
    assert read("Reviewed by: Dr. Ana Costa\nRequested by: Dr. Lim Dararith").doctor == (
        "Dr. Lim Dararith"
    )
    assert read("Dear colleague,\nDr. Ana Costa").doctor == "Dr. Ana Costa"


def test_who_is_written_to_is_never_the_doctor() -> None:
    assert read("To: Dr. Ana Costa\nThank you").doctor is None


def test_a_person_named_twice_keeps_the_nearest_role() -> None:
    found = read("ATTN: Dr. Ana Costa\nRequested by: Dr. Ana Costa")
    assert [(person.role, person.name) for person in found.people] == [
        ("requester", "Dr. Ana Costa")
    ]


def test_a_latin_letterhead_goes_before_a_khmer_one() -> None:
    assert read("មន្ទីរពេទ្យបង្អែកគំរូ\nKumru Referral Hospital").facility == "Kumru Referral Hospital"


def test_a_wide_gap_on_the_page_ends_a_name() -> None:
    words = [
        ("Requested", 0),
        ("by:", 110),
        ("Dr.", 200),
        ("Lim", 240),
        ("Dara", 290),
        ("Fasting", 700),
    ]
    tokens = tuple(
        Token(word, 1, n, None, Box(left, 0, left + 45, 20), 0.9, "t")
        for n, (word, left) in enumerate(words)
    )
    (person,) = people.find([Page(1, (Line(tokens),), ())]).people
    assert person.name == "Dr. Lim Dara"
    assert person.evidence.words == (2, 3, 4)


def test_doctors_on_the_letterhead_of_a_long_page_did_not_sign_it() -> None:
    lines = ["Kumru Clinic", "Dr. Ana Costa", *["It rained."] * 12, "Dr. Lim Dara"]
    found = read("\n".join(lines))
    assert [(person.role, person.name) for person in found.people] == [
        ("other", "Dr. Ana Costa"),
        ("author", "Dr. Lim Dara"),
    ]
    assert found.doctor == "Dr. Lim Dara"


def test_a_clinic_after_a_label_is_nobody() -> None:
    assert read("FROM: Lakeside Orthopedic Clinic").people == ()


def test_a_title_alone_behind_a_label_is_nobody() -> None:
    page = page_of_text("Approved By: Director Market Research (to 250 copies)")
    assert people.find([page]).people == ()
