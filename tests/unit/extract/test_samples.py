"""What a report says was examined holds for its rows."""

import pytest

from chartlift.extract.context import page_of_text
from chartlift.extract.extractors import labs
from chartlift.extract.samples import sample_of


@pytest.mark.parametrize(
    ("text", "sample"),
    [
        ("Specimen URINE, MID-STREAM Lab no. M24-10938", "urine"),
        ("Patient: A. Miller Sample type: CSF", "csf"),
        ("Nature du prélèvement : Urines", "urine"),
        ("សំណាក៖ ទឹកនោម", "urine"),
        ("Specimen: Serum", "blood"),
        ("Sample: Serum, urine", None),
        ("Sample: blood, and urine", None),
        ("Specimen: Urine sent for culture", None),
        ("Prélèvement urines non reçu", None),
        ("Prélèvement : urines de 24 heures", "urine"),
        ("Sample: 12/05/2024 Urine", "urine"),
        ("Sample not received: urine", None),
        ("Sample pending - urine", None),
        ("Prélèvement : 17/05/2024", None),
        ("blood sample and urine were sent", None),
    ],
)
def test_a_line_says_what_was_examined_only_beside_its_label(text: str, sample: str | None) -> None:
    assert sample_of(text) == sample


def codes(*lines: str) -> list[str | None]:
    found = labs.find([page_of_text("\n".join(lines))])
    return [result.code.code if result.code else None for result in found]


@pytest.mark.parametrize("section", ["MICROSCOPY", "CULTURE", "Biochemistry"])
def test_a_count_of_urine_is_none_of_blood(section: str) -> None:
    row = "White cells > 200 × 10^6/L"

    assert codes(section, row) == ["6690-2"]
    assert codes("Specimen: Urine", section, row) == [None]


def test_blood_named_below_urine_is_blood_again() -> None:
    row = "White cells 7.2 × 10^9/L"

    assert codes("Specimen: Urine", row, "Specimen: EDTA", row) == [None, "6690-2"]
    assert codes("Specimen: Urine", "Haematology", row) == ["6690-2"]


def test_urine_named_above_finds_the_tests_of_urine() -> None:
    assert codes("Sample: Urine", "Glucose Negative") != codes("Glucose Negative")


def test_what_a_section_says_was_examined_ends_with_it() -> None:
    urine = ("URINALYSIS", "Specimen: Urine", "Protein Negative")
    row = "Glucose 5.6 mmol/L"

    assert codes(*urine, "BIOCHEMISTRY", row)[-1:] == codes("BIOCHEMISTRY", row) != [None]
    assert codes("Specimen: CSF", "HAEMATOLOGY", "BIOCHEMISTRY", row) != codes("BIOCHEMISTRY", row)
