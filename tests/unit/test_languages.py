import pytest

from chartlift.languages import ALL, language_data, script_letters, word_votes


@pytest.mark.parametrize("code", ALL)
def test_every_language_has_a_data_file(code: str) -> None:
    assert language_data(code).name  # type: ignore[arg-type]  # a parameter is a plain string


def test_khmer_letters_are_counted_and_latin_ones_are_not() -> None:
    assert script_letters(["ឈ្មោះ៖", "Paracetamol", "500"])["khm"] == 6


def test_french_words_vote_for_french_and_english_ones_for_english() -> None:
    assert word_votes(["Nom", ":", "prélèvement", "du", "sang"]) == {"eng": 0, "fra": 4}
    assert word_votes(["Name:", "blood", "count", "Reported"]) == {"eng": 4, "fra": 0}


def test_no_word_votes_for_two_languages() -> None:
    assert not language_data("eng").words & language_data("fra").words
