"""A word of a line is of one script: no letter of it is left on the other side."""

import pytest

from chartlift.ocr.protocol import Character
from chartlift.reading.whole_words import with_whole_words

HEIGHT, STEP = 60.0, 20.0
Stretches = tuple[tuple[float, float], ...]


def characters(text: str, chances: dict[int, float] | float = 0.99) -> list[Character]:
    """One every 20 pixels, the first at 10; their probabilities by place, else certain."""
    told = chances if isinstance(chances, dict) else dict.fromkeys(range(len(text)), chances)
    return [Character(c, told.get(n, 0.99), 10 + n * STEP) for n, c in enumerate(text)]


def khmer(text: str, stretches: Stretches, chances: dict[int, float] | float = 0.99) -> str:
    """The characters of a line that are Khmer in the end, the others as points."""
    read = characters(text, chances)
    found = with_whole_words(stretches, read, (), HEIGHT)
    return "".join(
        c.text if any(start <= c.place < end for start, end in found) and c.text != " " else "."
        for c in read
    )


def test_the_last_letter_of_a_khmer_word_is_no_figure_by_itself() -> None:
    assert khmer("mnuig9: 20-11", ((0, 105),), {1: 0.6, 4: 0.8, 5: 0.9}) == "mnuig9......."


def test_the_first_letters_of_a_latin_word_are_not_khmer() -> None:
    assert khmer("nga Penicillin", ((0, 125),), {0: 0.6, 1: 0.5}) == "nga..........."


@pytest.mark.parametrize("text", ["kg9", "°C9"])
def test_a_unit_stays_latin_before_a_khmer_full_stop(text: str) -> None:
    assert khmer(text, ((40, 60),), {2: 0.3}) == "..9"


def test_a_sure_number_stays_latin_before_khmer_that_touches_it() -> None:
    assert khmer("48ng", ((40, 80),), {2: 0.6, 3: 0.5}) == "..ng"


def test_an_unsure_figure_at_the_edge_of_khmer_belongs_to_it() -> None:
    assert khmer("159:", ((0, 25),), {0: 0.8, 1: 0.6, 2: 0.9}) == "159."


def test_the_short_name_of_a_test_is_latin_whatever_its_columns_say() -> None:
    assert khmer("ngs WBC 8.4", ((0, 140),), {0: 0.5, 4: 0.8, 5: 0.75, 6: 0.9}) == "ngs........"


@pytest.mark.parametrize(("text", "left"), [("5 L nga", "....nga"), ("5 g nga", "..g.nga")])
def test_only_a_capital_by_itself_behind_latin_is_latin(text: str, left: str) -> None:
    assert khmer(text, ((30, 140),), {4: 0.5, 5: 0.6}) == left


@pytest.mark.parametrize(("text", "chances"), [("nga wBC 8", 0.9), ("nga Ibuprofen", 0.85)])
def test_a_name_read_with_some_doubt_is_latin_where_its_columns_say_khmer(
    text: str, chances: float
) -> None:
    assert khmer(text, ((0, 125),), chances) == "nga".ljust(len(text), ".")


@pytest.mark.parametrize(("figure", "left"), [(0.7, "ngi.9:..."), (0.97, "ngi......")])
def test_a_doubtful_figure_between_khmer_and_a_colon_is_its_last_letter(
    figure: float, left: str
) -> None:
    found = khmer("ngi 9: 20", ((0, 70),), {0: 0.5, 1: 0.6, 4: figure})

    assert found.replace(":", ".") == left.replace(":", ".")


def test_the_last_letter_is_read_with_its_word() -> None:
    read = characters("ngi 9: 20", {0: 0.5, 1: 0.6, 4: 0.7})

    assert len(with_whole_words(((0, 55),), read, (), HEIGHT)) == 1


def test_a_line_without_khmer_has_none() -> None:
    assert with_whole_words((), characters("nga"), (), HEIGHT) == ()


def test_paper_parts_words_where_no_space_was_read() -> None:
    read = characters("ngaHb", {0: 0.5, 1: 0.5, 2: 0.5, 3: 0.8, 4: 0.7})
    assert with_whole_words(((0, 60),), read, ((50, 75),), HEIGHT) == ((0, 60),)
