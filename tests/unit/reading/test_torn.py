"""Numbers beside Khmer that lost a figure at their decimal point are in doubt."""

import numpy as np
import pytest

from chartlift.model import Box
from chartlift.reading.strips import Strip
from chartlift.reading.tokens import Token
from chartlift.reading.torn import with_torn_in_doubt

STRIP = Strip(np.full((40, 900), 255, np.uint8), np.eye(3))
LABEL_END, DOUBT = 100, 0.8


def token(text: str, left: int, right: int, *, top: int = 0) -> Token:
    return Token(text, STRIP, Box(left, top, right, top + 20), 0.96, 0.96, "rapidocr")


LABEL = token("ទម្ងន់", 10, LABEL_END)


def doubted(latin: list[Token], khmer: list[Token]) -> list[str]:
    found = with_torn_in_doubt(latin, khmer)

    assert [word.text for word in found] == [word.text for word in (*latin, *khmer)]
    return [word.text for word in found if word.confidence < DOUBT]


@pytest.mark.parametrize("read", ["៣៥.", "១៥.", "១៥,", ".៥"])
def test_a_khmer_number_with_a_bare_mark_at_an_end_is_in_doubt(read: str) -> None:
    assert doubted([], [LABEL, token(read, 110, 150)]) == [read]


@pytest.mark.parametrize("read", [".0", "12."])
def test_a_latin_number_with_a_bare_mark_beside_khmer_is_in_doubt(read: str) -> None:
    assert doubted([token(read, 110, 150)], [LABEL]) == [read]


@pytest.mark.parametrize(
    ("latin", "khmer"), [(("99", ".៥")), (".a", "១៨"), (".m", "១៤"), (".0", "២១"), ("164", "1")]
)
def test_what_two_readers_part_though_nothing_stands_between_is_in_doubt(
    latin: str, khmer: str
) -> None:
    pair = {latin: (110, 140), khmer: (144, 170)}
    if khmer[0].isdecimal():
        pair = {khmer: (110, 140), latin: (139, 170)}

    found = doubted([token(latin, *pair[latin])], [LABEL, token(khmer, *pair[khmer])])

    assert found == [latin, khmer]


def test_numbers_with_a_space_between_stay() -> None:
    latin, khmer = token("12.5", 110, 140), token("១២", 150, 170)

    assert doubted([latin], [LABEL, khmer]) == []


def test_figures_that_one_reader_of_latin_parts_stay() -> None:
    assert doubted([token("078", 110, 140), token("312", 143, 170)], [LABEL]) == []


@pytest.mark.parametrize("read", ["1.5", "១.៥", "អាយុ.", "."])
def test_words_without_a_number_that_ends_in_a_bare_mark_stay(read: str) -> None:
    assert doubted([], [LABEL, token(read, 110, 150)]) == []


def test_the_number_of_an_entry_before_khmer_stays() -> None:
    first, below = token("1.", 10, 24, top=60), token("ផឹកទឹក", 40, 150, top=60)

    assert doubted([first], [LABEL, below]) == []


def test_the_end_of_a_latin_sentence_stays_on_a_page_with_khmer() -> None:
    assert doubted([token("of", 10, 30, top=60), token("12.", 40, 70, top=60)], [LABEL]) == []


def test_all_stay_on_a_page_without_khmer() -> None:
    assert doubted([token("12.", 10, 40), token(".5", 41, 60)], []) == []
