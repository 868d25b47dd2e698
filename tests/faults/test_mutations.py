"""Damaged documents: none crashes, hangs, or loses a page without a word.

A few; `python -m benchmarks.mutations` makes thousands.
"""

import pytest
from benchmarks.mutants import DAMAGES, Mutant, Original, mutant, originals
from benchmarks.mutations import CODED, FAULTS, LOST, PART, READ, outcome_of
from PIL import Image
from tests.unit.imaging.papers import Sheet, pdf, saved, typed

SEED, COUNT = 11, 64
SOUND = originals()


@pytest.mark.parametrize("number", range(COUNT))
def test_a_damaged_document_loses_no_page_without_a_word(number: int) -> None:
    outcome = outcome_of(number, mutant(SEED, number, SOUND))
    assert not any(outcome.verdict.startswith(fault) for fault in FAULTS)


def test_the_few_hold_every_type_and_every_kind_of_damage() -> None:
    drawn = [mutant(SEED, number, SOUND) for number in range(COUNT)]
    assert {one.damage for one in drawn} == set(DAMAGES)
    kinds = {"PDF", "PNG", "JPEG", "TIFF", "BMP", "HEIC"}
    assert {one.original.kind for one in drawn} == kinds


def test_the_same_seed_makes_the_same_damage() -> None:
    assert mutant(5, 17, SOUND).data == mutant(5, 17, SOUND).data
    assert mutant(5, 17, SOUND).data != mutant(6, 17, SOUND).data


THREE = Original("three.pdf", "PDF", pdf(*[Sheet(typed(["Sodium 139 mmol/L"] * 28))] * 3))


def less(*lines: int) -> bytes:
    """The same document with pages of so many lines."""
    return pdf(*[Sheet(typed(["Sodium 139 mmol/L"] * count)) for count in lines])


@pytest.mark.parametrize(
    ("data", "verdict"),
    [
        (THREE.data, READ),
        (less(28, 28), LOST),
        (less(28, 0, 28), LOST),
        (less(28, 28, 9), PART),
        (pdf(Sheet(typed()), Sheet(size=(9e3, 9e3)), Sheet(typed(["Sodium"] * 28))), PART),
        (pdf(*[Sheet(typed(["Sodium 139 mmol/L"] * 28))] * 2, Sheet(size=(9e3, 9e3))), CODED),
        (b"", "empty-file"),
        (b"Sodium 139 mmol/L", "unsupported-type"),
    ],
)
def test_the_run_tells_what_is_lost_from_what_has_a_code(data: bytes, verdict: str) -> None:
    assert outcome_of(0, Mutant(THREE, "by hand", data)).verdict == verdict


def test_a_picture_that_became_blank_is_lost() -> None:
    sound = next(one for one in SOUND if one.name == "L.png")
    blank = saved(Image.new("L", (827, 1169), 255), "PNG")
    assert outcome_of(0, Mutant(sound, "by hand", blank)).verdict == LOST
