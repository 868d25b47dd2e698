"""A reader of Latin settles what is Latin amid Khmer, and nothing else."""

import numpy as np
import pytest

from chartlift.model import Box
from chartlift.ocr.protocol import Character
from chartlift.reading.strips import Strip
from chartlift.reading.third_opinion import with_latin
from chartlift.reading.tokens import Token

REVIEWED_BELOW = 0.80
STRIP = Strip(np.full((60, 600), 255, np.uint8), np.eye(3))
START = 200.0


def settled(text: str, confidence: float, read: str, probability: float = 0.9) -> Token:
    """A word at 40 to 100 of a stretch, and what was read as Latin there and beside it."""
    token = Token(text, STRIP, Box(40, 10, 100, 50), confidence, confidence, "tesseract", "x")
    step = 60 / max(1, len(read))
    places = (START + 40 + step * (n + 0.5) for n in range(len(read)))
    there = [Character(c, probability, at) for c, at in zip(read, places, strict=True)]
    around = [Character("n", 0.9, START + 20), Character("u", 0.9, START + 130)]
    (told,) = with_latin([token], [*around[:1], *there, *around[1:]], START, "rapidocr")
    return told


def test_a_latin_letter_that_the_reader_of_latin_reads_too_is_believed() -> None:
    told = settled("A", 0.4, "A")

    assert (told.text, told.other) == ("A", None)
    assert told.confidence > REVIEWED_BELOW


def test_a_unit_read_as_khmer_figures_is_a_unit_in_doubt() -> None:
    told = settled("៣|", 0.93, "ml")

    assert (told.text, told.other, told.engine) == ("ml", "៣|", "rapidocr")
    assert told.confidence < REVIEWED_BELOW


@pytest.mark.parametrize(
    ("text", "confidence", "read", "probability"),
    [
        ("A", 0.4, "H", 0.9),
        ("១១", 0.4, "99", 0.9),
        ("11", 0.4, "11", 0.9),
        ("៣៣", 0.95, "mm", 0.9),
        ("៣|", 0.93, "ml", 0.6),
        ("៣|", 0.93, "n", 0.9),
        ("អាយុ", 0.4, "mm", 0.9),
    ],
)
def test_other_words_stay_as_they_were(
    text: str, confidence: float, read: str, probability: float
) -> None:
    told = settled(text, confidence, read, probability)

    assert (told.text, told.confidence, told.other) == (text, confidence, "x")
