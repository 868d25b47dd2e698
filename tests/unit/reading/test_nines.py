"""Figures beside Khmer that are made of nines alone may be Khmer ones."""

import numpy as np
import pytest

from chartlift.model import Box
from chartlift.reading.nines import nines_beside_khmer
from chartlift.reading.strips import Strip
from chartlift.reading.tokens import Token

STRIP = Strip(np.full((40, 900), 255, np.uint8), np.eye(3))


def token(text: str, left: int, *, top: int = 0) -> Token:
    return Token(text, STRIP, Box(left, top, left + 60, top + 40), 0.99, 0.99, "rapidocr")


KHMER = [token("ចំនួន", 0), token("២", 400)]


@pytest.mark.parametrize(("read", "printed"), [("90", "១០"), ("9", "១"), ("99", "១១")])
def test_nines_beside_khmer_are_in_doubt_with_the_khmer_figures_as_the_other_reading(
    read: str, printed: str
) -> None:
    (found,) = nines_beside_khmer([token(read, 80)], KHMER)

    assert (found.text, found.other) == (read, printed)
    assert found.confidence < 0.5


@pytest.mark.parametrize("read", ["19", "90%", "9.0", "09", "95", "", "៩"])
def test_other_figures_beside_khmer_stay_as_they_were_read(read: str) -> None:
    word = token(read, 80)

    assert nines_beside_khmer([word], KHMER) == (word,)


def test_nines_away_from_khmer_stay() -> None:
    apart, below = token("90", 200), token("90", 80, top=60)

    assert nines_beside_khmer([apart, below], KHMER) == (apart, below)


def test_nines_stay_on_a_page_without_khmer_figures() -> None:
    word = token("90", 80)

    assert nines_beside_khmer([word], KHMER[:1]) == (word,)
