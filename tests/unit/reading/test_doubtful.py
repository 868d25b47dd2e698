import numpy as np
import pytest

from chartlift.geometry import carry_box, identity
from chartlift.layout.page import lay_out
from chartlift.model import Box, PageLayout, Ruling, Word
from chartlift.reading.doubtful import Doubtful, find_doubtful, level_rect

COLUMNS = (100, 400, 500, 700, 900)
ROW = 60


def word(text: str, left: int, top: int = 100, confidence: float = 0.5, width: int = 0) -> Word:
    box = Box(left, top, left + (width or 16 * len(text)), top + 30)
    return Word(text=text, box=box, confidence=confidence, engine="tesseract")


def doubtful(*words: Word) -> list[tuple[str, ...]]:
    """The texts of the stretches found, with nothing but these words on the page."""
    return texts(words, ())


def texts(words: tuple[Word, ...], rulings: tuple[Ruling, ...]) -> list[tuple[str, ...]]:
    ordered, layout = lay_out(words, rulings, identity())
    return [tuple(ordered[i].text for i in found.words) for found in find(ordered, layout)]


def find(words: tuple[Word, ...], layout: PageLayout) -> list[Doubtful]:
    return find_doubtful(words, layout, identity(), below=0.9)


def table(rows: list[list[Word]]) -> tuple[tuple[Word, ...], tuple[Ruling, ...]]:
    """Words of a ruled table of four columns, moved into its cells row by row."""
    words = []
    for number, row in enumerate(rows):
        for cell in row:
            down = 110 + number * ROW - cell.box.top
            box = Box(cell.box.left, cell.box.top + down, cell.box.right, cell.box.bottom + down)
            words.append(cell.model_copy(update={"box": box}))
    bottom = 95 + ROW * len(rows)
    across = [
        Ruling(box=Box(100, 95 + ROW * n, 900, 98 + ROW * n), horizontal=True)
        for n in range(len(rows) + 1)
    ]
    down = [Ruling(box=Box(x, 95, x + 3, bottom), horizontal=False) for x in COLUMNS]
    return tuple(words), (*across, *down)


def test_sure_words_are_left_alone_and_doubtful_neighbours_read_together() -> None:
    line = word("Take", 100, confidence=0.96), word("qi2h", 180), word("tb", 260)
    assert doubtful(*line) == [("qi2h", "tb")]


def test_a_number_is_held_to_a_higher_limit_than_a_word() -> None:
    assert doubtful(word("tablet", 100, confidence=0.92)) == []
    assert doubtful(word("74", 100, confidence=0.92)) == [("74",)]


def test_what_may_be_a_sign_of_at_least_misread_is_held_to_a_still_higher_limit() -> None:
    assert doubtful(word("275.33", 100, confidence=0.96)) == [("275.33",)]
    assert doubtful(word("175.33", 100, confidence=0.96)) == []


def test_a_run_never_bridges_a_wide_gap() -> None:
    assert doubtful(word("qi2h", 100), word("BlD", 300)) == [("qi2h",), ("BlD",)]


def test_a_piece_torn_off_a_doubtful_number_is_read_with_it() -> None:
    pieces = word("986,", 100, width=50), word("24", 160, confidence=0.99)
    assert doubtful(*pieces) == [("986,", "24")]


def test_signs_alone_on_a_line_are_not_worth_a_second_reading() -> None:
    assert doubtful(word(":", 100)) == []


def test_khmer_words_are_never_given_away_nor_read_with_their_latin_neighbours() -> None:
    line = word("ថ្នាំ", 100), word("qi2h", 190), word("ថ្ងៃ", 270)
    assert doubtful(*line) == [("qi2h",)]
    (found,) = find(line, lay_out(line, (), identity())[1])
    assert line[0].box.right <= found.reach[0]
    assert found.reach[1] <= line[2].box.left


def test_digits_in_a_khmer_phrase_are_left_alone_they_may_be_khmer_digits_misread() -> None:
    assert doubtful(word("លេប", 100), word("9", 170), word("គ្រាប់", 210)) == []


def test_a_doubtful_word_has_its_whole_cell_read_and_nothing_of_the_next() -> None:
    rows = [
        [word("Test", 110, confidence=0.96), word("Result", 410, confidence=0.96)],
        [word("CRP", 110, confidence=0.96), word("24", 410), word("6", 450, confidence=0.99)],
        [word("ALT", 110, confidence=0.96), word("31", 410, confidence=0.99)],
    ]
    words, rulings = table(rows)
    assert texts(words, rulings) == [("24", "6")]
    ordered, layout = lay_out(words, rulings, identity())
    (found,) = find(ordered, layout)
    assert 400 < found.rect.left < 410
    assert 490 < found.rect.right < 500


def flags(*column: str) -> list[tuple[str, ...]]:
    rows = [
        [word("AST", 110, confidence=0.96), word(flag, 510, confidence=0.96)] for flag in column
    ]
    return texts(*table(rows))


def test_a_lone_khmer_letter_in_a_latin_column_is_doubtful_however_sure_it_looks() -> None:
    assert flags("H", "L", "H", "៥") == [("៥",)]


@pytest.mark.parametrize("column", [("៥", "៣", "H", "H"), ("H", "L", "H", "ថ្នាំ"), ("H", "៥")])
def test_khmer_in_a_column_that_is_not_latin_is_left_alone(column: tuple[str, ...]) -> None:
    assert flags(*column) == []


def test_tables_and_numbers_come_first() -> None:
    rows = [[word("Test", 110), word("13.1", 410)], [word("ALT", 110, confidence=0.96)]]
    inside, rulings = table([*rows, [word("31", 110, confidence=0.99)]])
    found = texts((*inside, word("words", 100, 400), word("12", 100, 460)), rulings)
    assert found == [("13.1",), ("Test",), ("12",), ("words",)]


@pytest.mark.parametrize("degrees", [0.0, 2.0, -5.0, 90.0])
def test_a_tilted_cell_keeps_its_own_size(degrees: float) -> None:
    radians = np.radians(degrees)
    cosine, sine = np.cos(radians), np.sin(radians)
    to_page = np.array([[cosine, -sine, 900], [sine, cosine, 300], [0, 0, 1.0]])
    on_page, _ = carry_box(to_page, Box(100, 200, 700, 260))
    assert level_rect(on_page, to_page) == pytest.approx((100, 200, 700, 260), abs=2.5)
