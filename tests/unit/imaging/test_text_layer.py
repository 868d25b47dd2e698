from pathlib import Path

import pypdfium2
import pytest
from tests.unit.imaging.papers import LINES, Sheet, pdf, split_bytes, typed

from chartlift.imaging.pictures import TextWord
from chartlift.imaging.text_characters import Char, Room, steps_back
from chartlift.imaging.text_layer import PageText, is_trusted
from chartlift.model import Word
from chartlift.reading.recognise import read_text_layer

HELVETICA = {" ": 0.278, ".": 0.278, "/": 0.278, "k": 0.5, "m": 0.833, "M": 0.833, "Y": 0.667}
DIGIT = 0.556
ON_ITS_HEAD = b"-1 0 0 -1 595 842 cm "


def words_of(sheet: Sheet, folder: Path) -> tuple[Word, ...] | None:
    (page,) = split_bytes(pdf(sheet), folder).pages
    return page.words


def lettered(text: str, x: float, y: float) -> bytes:
    """A content stream that puts every letter in its place by itself, in 11 points."""
    shown = b""
    for letter in text:
        if letter != " ":
            shown += b"BT /F1 11 Tf %.2f %.2f Td (%s) Tj ET " % (x, y, letter.encode())
        x += 11 * HELVETICA.get(letter, DIGIT)
    return shown


def test_words_of_narrow_columns_set_letter_by_letter_stay_whole(tmp_path: Path) -> None:
    # PDFium takes the few columns for lines that run downwards, and ends a line behind each letter.
    left = ["010203", "30/01/2019", "18.2 kg"]
    right = ["7730419", "5Y 3M", "12/7 123456"]
    content = b"".join(
        lettered(text, x, 60 - 14 * row)
        for x, column in ((8, left), (230, right))
        for row, text in enumerate(column)
    )

    words = words_of(Sheet(content, size=(312, 79)), tmp_path)

    expected = " ".join(left + right).split()
    assert sorted(word.text for word in words or ()) == sorted(expected)


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_a_turned_page_is_read_line_by_line(rotate: int, tmp_path: Path) -> None:
    (page,) = split_bytes(pdf(Sheet(typed(), rotate=rotate)), tmp_path).pages

    read = read_text_layer(page)

    assert read.text == "\n".join(LINES)
    assert (rotate + read.ocr.rotation) % 360 == 0


def test_words_drawn_on_their_head_are_left_to_the_picture(tmp_path: Path) -> None:
    # PDFium spells them backwards: 2024 as 4202.
    assert words_of(Sheet(ON_ITS_HEAD + typed()), tmp_path) is None


def letter(text: str, room: Room) -> Char:
    return Char(text, (0, 0, 1, 1), room, is_level=True, level=0)


def test_a_khmer_letter_that_steps_back_is_told() -> None:
    before = letter("ក", (20, 0, 30, 20))

    assert steps_back(before, letter("អ", (8, -4, 12, 2)))
    assert not steps_back(before, letter("អ", (32, 0, 42, 20)))
    assert not steps_back(before, letter("េ", (8, 0, 12, 20)))
    # The next line begins at the left too.
    assert not steps_back(before, letter("អ", (0, -30, 10, -10)))


@pytest.mark.parametrize(("repeated", "trusted"), [(0, True), (1, False)])
def test_khmer_whose_syllables_stand_twice_is_left_to_the_picture(
    repeated: int, *, trusted: bool
) -> None:
    words = tuple(TextWord("អ្នកជំងឺ", (0, 0, 9, 9)) for _ in range(8))
    page = pypdfium2.PdfDocument(pdf(Sheet(typed())))[0]

    assert is_trusted(page, PageText(words, (0,) * 8, 0, repeated), ()) is trusted
