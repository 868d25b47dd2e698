"""Allergies: one table of cases, and when none are said to be known."""

import csv
from pathlib import Path

import pytest

from chartlift.extract.context import page_of_text
from chartlift.extract.extractors import allergies

CASES = Path(__file__).parents[2] / "cases" / "allergies.csv"
ROWS = list(csv.DictReader(CASES.read_text(encoding="utf-8").splitlines(keepends=True)))


def shown(text: str) -> str:
    found, none_known = allergies.find([page_of_text(text)])
    named = [f"{each.substance}{f' = {each.reaction}' if each.reaction else ''}" for each in found]
    return "none" if none_known else " | ".join(named)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"][:40])
def test_a_text_names_these_allergies_only(row: dict[str, str]) -> None:
    assert shown(row["text"]) == row["expected"]


def test_the_table_has_as_many_texts_without_an_allergy() -> None:
    assert sum(row["expected"] in {"", "none"} for row in ROWS) * 2 >= len(ROWS)


def test_a_list_below_its_heading_ends_with_the_next_heading() -> None:
    assert shown("ALLERGIES:\nPenicillin (rash)\nLatex\nCurrent medications:\nAspirin") == (
        "Penicillin = rash | Latex"
    )


def test_a_named_allergy_outweighs_that_none_is_known() -> None:
    assert shown("NKDA\nShe is allergic to latex.") == "latex"


def test_each_substance_is_named_once() -> None:
    found, none_known = allergies.find([page_of_text("Allergies: Latex, latex\nAllergic to Latex")])
    assert [each.id for each in found] == ["p1:allergy:0"]
    assert none_known is None
