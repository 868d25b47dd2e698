"""What is believed of Khmer words that were read by one engine or by two."""

import numpy as np
import pytest

from chartlift.model import Box
from chartlift.reading.khmer_words import (
    believed_alone,
    parted,
    settle,
    side_by_side,
    with_crossed_in_doubt,
)
from chartlift.reading.strips import Strip
from chartlift.reading.tokens import Token

REVIEWED_BELOW = 0.80
STRIP = Strip(np.full((60, 600), 255, np.uint8), np.eye(3))
BOX = Box(0, 10, 100, 50)
NAME, PATIENT = "ឈ្មោះ", "អ្នកជំងឺមិនមានប្រវត្តិ"


def word(text: str, confidence: float, box: Box = BOX) -> Token:
    return Token(text, STRIP, box, confidence, confidence, "tesseract")


def test_the_second_reading_is_parted_where_the_words_of_the_first_end() -> None:
    assert parted(["ថ្ងៃទី", "២៥", "ខែ"], "ថ្ងៃទី២៦ខែ") == ("ថ្ងៃទី", "២៦", "ខែ")
    assert parted(["ក", "ខ"], "") == ("", "")
    assert "".join(parted(["ABC", "DEF"], "xxxxx")) == "xxxxx"


def test_words_that_both_engines_read_alike_are_believed_however_unsure_the_first_was() -> None:
    (settled,) = settle([word(PATIENT, 0.04)], PATIENT, "second")

    assert settled.confidence > REVIEWED_BELOW
    assert settled.other is None


def test_each_word_is_settled_by_itself() -> None:
    first, second = settle([word(NAME, 0.5), word("សសសសស", 0.2)], NAME + "រលវ", "second")

    assert first.text == NAME
    assert first.confidence > REVIEWED_BELOW
    assert second.confidence < REVIEWED_BELOW
    assert second.other


def test_an_unsure_phrase_takes_the_one_sign_that_the_second_engine_reads_otherwise() -> None:
    read, better = PATIENT[:-1], PATIENT

    (settled,) = settle([word(read, 0.7)], better, "second")

    assert settled.text == better
    assert settled.engine == "second"


def test_a_sure_word_keeps_its_reading() -> None:
    (settled,) = settle([word(NAME, 0.96)], "ឈ្មេះ", "second")

    assert settled.text == NAME
    assert settled.confidence > REVIEWED_BELOW


@pytest.mark.parametrize("confidence", [0.95, 0.88, 0.5])
def test_digits_that_two_engines_read_otherwise_go_to_a_person_with_both_readings(
    confidence: float,
) -> None:
    (settled,) = settle([word("ទី២៥", confidence)], "ទី២៦", "second")

    assert settled.confidence < REVIEWED_BELOW
    assert (settled.text, settled.other) == ("ទី២៥", "ទី២៦")


def test_a_letter_is_taken_where_the_first_engine_saw_none_and_stays_in_doubt() -> None:
    (settled,) = settle([word("*", 0.4)], "A", "second")

    assert settled.text == "A"
    assert settled.confidence < REVIEWED_BELOW


def test_trust_in_a_single_reading_never_falls_as_the_engine_gets_surer() -> None:
    levels = [believed_alone([word(NAME, step / 100)])[0].confidence for step in range(101)]

    assert levels == sorted(levels)
    assert levels[0] < REVIEWED_BELOW < levels[-1]


def test_signs_under_letters_are_no_words_of_their_own() -> None:
    letters, sign = word(NAME, 0.9), word("1", 0.9, Box(30, 46, 36, 56))

    assert side_by_side([letters, sign]) == (letters,)


def test_a_comma_between_two_words_stays() -> None:
    tokens = word("ក", 0.9, Box(0, 10, 40, 50)), word(",", 0.9, Box(42, 44, 46, 52))

    assert side_by_side(tokens) == tokens


def test_a_box_ends_where_the_next_word_begins() -> None:
    wide, next_one = word("ក", 0.9, Box(0, 10, 300, 50)), word("ខ", 0.9, Box(120, 10, 200, 50))

    first, second = side_by_side([next_one, wide])

    assert (first.text, first.box.right) == ("ក", 120)
    assert second == next_one


def test_a_strip_without_words_has_none() -> None:
    assert side_by_side([]) == ()


@pytest.mark.parametrize(("first", "second"), [("អាសយដ្ឋាន", "អាសយដ្ឋាក"), ("អាសយដ្ឋាក", "អាសយដ្ឋាន")])
def test_of_two_readings_nearly_alike_the_one_that_papers_print_is_believed(
    first: str, second: str
) -> None:
    (settled,) = settle([word(first, 0.7)], second, "second")

    assert settled.text == "អាសយដ្ឋាន"
    assert settled.confidence > REVIEWED_BELOW
    assert settled.other is None


@pytest.mark.parametrize(
    ("first", "confidence", "second"),
    [
        ("៤៥ឆ្នាំ", 0.97, "ឆ្នាំ"),
        ("១ឆ្នាំ", 0.8, "ឆ្នាំ"),
        ("អវិជ្ជមាន់", 0.99, "វិជ្ជមាន"),
        ("អវិជ្ជមាន់", 0.7, "វិជ្ជមាន"),
        ("ប្រុស់", 0.97, "ស្រី"),
        ("មិនទាប", 0.97, "ទាប"),
        ("ទាប", 0.7, "មិនទាប"),
        ("ឆ្នាំ", 0.7, "៤៥ឆ្នាំ"),
    ],
)
def test_a_word_that_papers_print_does_not_silence_a_reading_that_says_more_or_something_else(
    first: str, confidence: float, second: str
) -> None:
    (settled,) = settle([word(first, confidence)], second, "second")

    assert (settled.text, settled.other) == (first, second)
    assert settled.confidence < REVIEWED_BELOW


@pytest.mark.parametrize("confidence", [0.97, 0.7])
def test_a_word_that_papers_print_keeps_its_trust_where_the_other_reads_something_odd(
    confidence: float,
) -> None:
    (settled,) = settle([word("ឆ្នាំ", confidence)], "ធ្ា", "second")

    assert settled.text == "ឆ្នាំ"
    assert settled.confidence > REVIEWED_BELOW


@pytest.mark.parametrize("confidence", [0.5, 0.7, 0.88, 0.97])
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("អវិជ្ជមាន", "វិជ្ជមាន"),
        ("វិជ្ជមាន", "អវិជ្ជមាន"),
        ("វិជ្ជមាន", "អវិជ្ជមាព"),
        ("អវិជ្ជមាព", "វិជ្ជមាន"),
        ("ខ្ពស់", "ទាប"),
        ("គ្មានអាឡែស៊ី", "មានអាឡែស៊ី"),
        ("មានប្រវត្តិ", "មិនមានប្រវត្តិ"),
    ],
)
def test_readings_that_say_the_opposite_go_to_a_person_with_both_however_sure(
    first: str, second: str, confidence: float
) -> None:
    (settled,) = settle([word(first, confidence)], second, "second")

    assert (settled.text, settled.other) == (first, second)
    assert settled.confidence < REVIEWED_BELOW


def test_a_result_that_both_engines_read_alike_is_believed() -> None:
    (settled,) = settle([word("អវិជ្ជមាន", 0.5)], "អវិជ្ជមាន", "second")

    assert settled.confidence > REVIEWED_BELOW


@pytest.mark.parametrize(("read", "name"), [("5០", "WBC"), ("៣0/៨-", "mg/dL")])
def test_a_test_or_unit_that_the_second_engine_reads_is_no_khmer_figure(
    read: str, name: str
) -> None:
    (settled,) = settle([word(read, 0.5)], name, "second")

    assert (settled.text, settled.other) == (name, read)
    assert settled.confidence < REVIEWED_BELOW


def test_words_beside_ink_that_was_wiped_with_a_stroke_are_in_doubt() -> None:
    strip = Strip(np.full((50, 400), 255, np.uint8), np.eye(3), ((103, 130),))
    boxes = (Box(60, 0, 100, 40), Box(132, 0, 180, 40), Box(190, 0, 240, 40))
    words = [
        word(text, 0.96, box)._replace(strip=strip) for text, box in zip("៥៦៧", boxes, strict=True)
    ]

    found = with_crossed_in_doubt(words)

    assert [one.text for one in found] == ["៥", "៦", "៧"]
    assert [one.confidence < 0.8 for one in found] == [True, True, False]
