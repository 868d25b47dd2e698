"""Diagnoses: one table of cases, and where lists and sentences end."""

import csv
from pathlib import Path

import pytest

from chartlift.extract.context import page_of_text
from chartlift.extract.extractors import diagnoses
from chartlift.finding import Diagnosis

CASES = Path(__file__).parents[2] / "cases" / "diagnoses.csv"
ROWS = list(csv.DictReader(CASES.read_text(encoding="utf-8").splitlines(keepends=True)))


def read(text: str) -> tuple[Diagnosis, ...]:
    return diagnoses.find([page_of_text(text)])


def texts(text: str) -> list[str]:
    return [diagnosis.text for diagnosis in read(text)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"][:40])
def test_a_text_names_these_diagnoses_only(row: dict[str, str]) -> None:
    found = " | ".join(f"{each.certainty} {each.text}" for each in read(row["text"]))
    assert found == row["expected"]


def test_the_table_has_as_many_texts_without_a_diagnosis() -> None:
    assert sum(not row["expected"] for row in ROWS) * 2 >= len(ROWS)


def test_a_list_below_its_heading_ends_with_the_next_heading() -> None:
    assert texts("Diagnoses\n1. Pneumonia\n2. Gout\nHospital course\nShe went home.") == [
        "Pneumonia",
        "Gout",
    ]


def test_a_diagnosis_on_its_headings_line_is_not_gone_on_by_other_lines() -> None:
    assert texts("Diagnosis: Gout\nPort Ellick") == ["Gout"]
    assert texts("Diagnosis: Gout,\nAsthma") == ["Gout", "Asthma"]


def test_a_sentence_that_runs_over_two_lines_is_one() -> None:
    assert texts("there is no evidence of\npulmonary tuberculosis. He left.") == [
        "pulmonary tuberculosis"
    ]


def test_a_problem_that_is_only_mentioned_is_no_diagnosis() -> None:
    assert texts("Advice on diabetes and foot care was given to her.") == []


def test_the_same_diagnosis_is_named_once_and_ids_count_up() -> None:
    found = read("Diagnoses\n1. Gout\n2. gout\n3. Asthma")
    assert [(each.id, each.text) for each in found] == [("p1:dx:0", "Gout"), ("p1:dx:1", "Asthma")]


def test_evidence_holds_the_diagnosis_without_its_label() -> None:
    (found,) = read("Diagnosis: suspected dengue")
    assert found.evidence.span == (21, 27)
    assert found.evidence.rule.startswith("dx.uncertain/")


def test_prose_below_a_heading_is_read_as_prose() -> None:
    assert texts(
        "IMPRESSION:\nThe heart is normal and there is no evidence of valvular\ndisease."
    ) == ["valvular disease"]
