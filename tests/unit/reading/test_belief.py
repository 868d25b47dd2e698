import pytest

from chartlift.model import Box, Word
from chartlift.reading.belief import Belief, Token, settle, usual_mark

BOX = Box(0, 0, 10, 10)


def first(*texts: str, confidence: float = 0.6) -> list[Word]:
    return [Word(text=text, box=BOX, confidence=confidence, engine="tesseract") for text in texts]


def second(*texts: str, lowest: float = 0.999) -> list[Token]:
    return [Token(text, lowest, BOX) for text in texts]


def test_what_both_engines_read_is_kept_and_believed_more() -> None:
    belief = settle(first("24.6"), second("24.6"), None)
    assert not belief.second
    assert belief.confidence is not None
    assert belief.confidence > 0.95
    assert belief.other is None


def test_agreement_on_characters_takes_the_spaces_of_the_second_reading() -> None:
    belief = settle(first("2.5-7.8"), second("2.5", "-", "7.8"), None)
    assert belief.second
    assert belief.other is None


@pytest.mark.parametrize("speckled", ["U/L.", ".U/L"])
def test_a_speck_read_as_a_point_beside_a_word_is_no_disagreement(speckled: str) -> None:
    belief = settle(first("U/L"), second(speckled), None)
    assert not belief.second
    assert belief.confidence == 0.97


@pytest.mark.parametrize(
    ("misread", "printed"),
    [
        ("10°9/L", "10^9/L"),
        ("1049/L", "10^9/L"),
        ("246", "24.6"),
        ("2,317", "2,31"),
        ("HbAic", "HbA1c"),
        ("qi2h", "q12h"),
        ("LE", "L"),
        ("275.33", "≥75.33"),
    ],
)
def test_a_sure_second_reading_replaces_a_doubtful_first(misread: str, printed: str) -> None:
    belief = settle(first(misread), second(printed), None)
    assert belief.second
    assert belief.confidence is not None
    assert belief.confidence >= 0.8
    assert belief.other is None


def test_numbers_that_disagree_unsurely_are_flagged_and_keep_both_readings() -> None:
    belief = settle(first("246"), second("24.6", lowest=0.85), None)
    assert belief == Belief(second=True, confidence=0.5, other="246")


def test_a_number_the_first_engine_was_sure_of_stays_but_is_flagged() -> None:
    belief = settle(first("6%", confidence=0.93), second("á%", lowest=0.6), None)
    assert belief == Belief(second=False, confidence=0.5, other="á%")


def test_a_word_of_which_the_second_reading_is_unsure_stays_as_it_was() -> None:
    belief = settle(first("PROJECT"), second("PROVECT", lowest=0.4), None)
    assert belief == Belief(second=False, confidence=None, other="PROVECT")


def test_words_stay_apart_where_the_second_engine_lost_the_space_and_is_not_sure() -> None:
    words = first("FILE", "NUMBER")
    assert not settle(words, second("FILENUMBER", lowest=0.8), None).second
    assert settle(words, second("FILENUMB3R", lowest=0.99), None).second


def test_the_least_sure_character_of_all_tokens_decides() -> None:
    tokens = [Token("24.6", 0.999, BOX), Token("mg", 0.6, BOX)]
    belief = settle(first("246mq"), tokens, None)
    assert belief.confidence is not None
    assert belief.confidence < 0.8


@pytest.mark.parametrize("lowest", [0.7, 0.999])
def test_the_page_s_usual_decimal_mark_settles_a_point_against_a_comma(lowest: float) -> None:
    comma = settle(first("190,2"), second("190.2", lowest=lowest), ",")
    assert (comma.second, comma.other) == (False, None)
    point = settle(first("955,53"), second("955.53", lowest=lowest), ".")
    assert (point.second, point.other) == (True, None)


@pytest.mark.parametrize(("lowest", "taken"), [(0.999, True), (0.9, False)])
def test_a_point_against_a_comma_is_flagged_where_the_page_does_not_tell(
    lowest: float, taken: bool
) -> None:
    belief = settle(first("190,2"), second("190.2", lowest=lowest), None)
    assert belief == Belief(taken, 0.5, "190,2" if taken else "190.2")


@pytest.mark.parametrize(("sign", "digits"), [("t", "1"), ("|", "1"), ("%", "96")])
def test_digits_made_of_a_sign_or_a_lone_letter_are_never_trusted(sign: str, digits: str) -> None:
    assert settle(first(sign), second(digits), None) == Belief(True, 0.5, sign)


def test_a_lone_khmer_letter_becomes_the_latin_flag_it_was() -> None:
    belief = settle(first("៥", confidence=0.95), second("H"), None)
    assert belief.second
    assert belief.other is None


def test_what_a_speck_was_read_as_vanishes_and_what_says_something_stays() -> None:
    assert settle(first(":"), [], None) == Belief(second=True, confidence=None)
    assert settle(first("H"), [], None) == Belief(second=False, confidence=None)


def test_a_dash_stays_a_dash_where_the_second_reading_is_not_sure_of_its_point() -> None:
    assert not settle(first("-"), second(".", lowest=0.9), None).second


@pytest.mark.parametrize(("text", "lowest", "taken"), [("<5", 0.99, True), ("<5", 0.7, False)])
def test_what_only_the_second_engine_saw_is_taken_where_it_is_sure(
    text: str, lowest: float, taken: bool
) -> None:
    assert settle([], second(text, lowest=lowest), None).second is taken


def test_signs_that_only_the_second_engine_saw_are_never_taken() -> None:
    assert not settle([], second("•"), None).second


@pytest.mark.parametrize(
    ("texts", "mark"),
    [
        (["1,5", "2,25", "0,1", "3.5"], ","),
        (["1.5", "2.25", "0.1"], "."),
        (["1.5", "2,5", "1.5", "2,5"], None),
        (["1.5"], None),
        (["Name.", "a,b", "17"], None),
    ],
)
def test_the_usual_mark_is_the_one_most_numbers_have(texts: list[str], mark: str | None) -> None:
    assert usual_mark(texts) == mark
