import numpy as np
import pytest
from tests.unit.reading.drawn import lab_page, page_image, png, tilted

from chartlift.geometry import identity
from chartlift.layout.page import lay_out
from chartlift.layout.pieces import Rect
from chartlift.model import Box, PageLayout, Raster, Word
from chartlift.ocr.engines import rapidocr
from chartlift.ocr.protocol import Character, LineReading, LineRecogniser
from chartlift.ocr.registry import engine_defaults
from chartlift.reading import reread
from chartlift.reading.belief import Token
from chartlift.reading.cutout import Cutout
from chartlift.reading.prepare import prepare_page
from chartlift.reading.recognise import read_page
from chartlift.reading.reread import pair_up, read_again, split_tokens
from chartlift.settings import load_settings


class Fixed:
    """A recogniser that reads the same text everywhere, its characters evenly spaced."""

    name = "fixed"

    def __init__(self, text: str, probability: float = 0.999) -> None:
        self.text, self.probability, self.lines = text, probability, 0

    def recognise(self, line: np.ndarray) -> LineReading:
        self.lines += 1
        step = line.shape[1] / len(self.text)
        return LineReading(
            tuple(
                Character(text, self.probability, (place + 0.5) * step)
                for place, text in enumerate(self.text)
            )
        )


def recogniser() -> LineRecogniser:
    return rapidocr.create(rapidocr.Options.model_validate(engine_defaults("rapidocr")))


def line_of(*words: tuple[str, float]) -> tuple[tuple[Word, ...], PageLayout, Raster]:
    """A line of words, a black block for each, and its layout."""
    pixels = np.full((200, 1000), 255, np.uint8)
    found = []
    for number, (text, confidence) in enumerate(words):
        box = Box(50 + 200 * number, 80, 150 + 200 * number, 110)
        pixels[box.top : box.bottom, box.left : box.right] = 0
        found.append(Word(text=text, box=box, confidence=confidence, engine="tesseract"))
    ordered, layout = lay_out(found, (), identity())
    return ordered, layout, Raster(pixels, 300, identity())


def again(recogniser: LineRecogniser, *words: tuple[str, float]) -> dict[str, Word]:
    return {word.text: word for word in read_again(*line_of(*words), recogniser, below=0.9)}


def test_a_word_that_is_taken_says_which_engine_read_it_and_where_it_stands() -> None:
    found = again(Fixed("24.6"), ("Result", 0.95), ("246", 0.6))
    assert set(found) == {"Result", "24.6"}
    assert found["24.6"].engine == "fixed"
    assert found["24.6"].box == Box(250, 80, 350, 110)
    assert found["24.6"].confidence >= 0.8


def test_a_word_both_engines_read_keeps_its_engine_and_gains_confidence() -> None:
    found = again(Fixed("24.6"), ("24.6", 0.6))
    assert found["24.6"].engine == "tesseract"
    assert found["24.6"].confidence > 0.9


def test_numbers_neither_engine_is_sure_of_keep_the_other_reading_beside_them() -> None:
    found = again(Fixed("24.6", 0.8), ("246", 0.6))
    assert found["24.6"].other == "246"
    assert found["24.6"].confidence < 0.8


def test_sure_words_and_khmer_words_come_back_untouched() -> None:
    words, layout, raster = line_of(("Result", 0.95), ("ថ្នាំ", 0.3))
    fixed = Fixed("x")
    assert read_again(words, layout, raster, fixed, below=0.9) == words
    assert fixed.lines == 0


def test_a_page_full_of_doubt_is_read_again_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reread, "MOST", 2)
    fixed = Fixed("12")
    words = read_again(*line_of(("a", 0.1), ("1", 0.1), ("b", 0.1), ("2", 0.1)), fixed, below=0.9)
    assert fixed.lines == 2
    assert [word.text for word in words if word.engine == "tesseract"] == ["a", "b"]


def test_spaces_and_breaks_part_a_reading_into_words_with_the_box_of_their_ink() -> None:
    ink = np.zeros((30, 100), np.bool_)
    ink[5:25, 2:28] = ink[10:20, 40:60] = ink[5:25, 72:98] = True
    cutout = Cutout(np.full((30, 100), 255, np.uint8), ink, 1000, 500, (65.0,))
    characters = [("1", 10), ("2", 20), (" ", 35), ("-", 50), ("7", 80), ("8", 90)]
    reading = LineReading(tuple(Character(text, 0.9, place) for text, place in characters))
    tokens = split_tokens(reading, cutout)
    assert [(token.text, token.box) for token in tokens] == [
        ("12", Box(1002, 505, 1028, 525)),
        ("-", Box(1040, 510, 1060, 520)),
        ("78", Box(1072, 505, 1098, 525)),
    ]
    assert split_tokens(LineReading(()), cutout) == []


def test_words_and_tokens_are_paired_by_where_they_stand() -> None:
    rects = [Rect(0, 0, 20, 10), Rect(22, 0, 40, 10), Rect(60, 0, 80, 10)]
    joined, alone = Token("2.31", 0.9, Box(0, 0, 40, 10)), Token("x", 0.9, Box(100, 0, 120, 10))
    places = {place.words: place.tokens for place in pair_up((0, 1, 2), rects, (joined, alone))}
    assert places == {(0, 1): (joined,), (2,): (), (): (alone,)}


MISREAD = {"13.1": "131", "g/dL": "gidt", "4.3": "43", "1.12": "1l2", "3.5": "35", "5.1": "51"}


@pytest.mark.parametrize("degrees", [0.0, 1.7])
def test_misread_cells_of_a_ruled_table_are_read_right_the_second_time(degrees: float) -> None:
    pixels = tilted(lab_page(), degrees) if degrees else lab_page()
    page = page_image(pixels, 300)
    settings = load_settings({"profile": "fast", "ocr_fallback_engine": "none"})
    raster, prepared = prepare_page(page, png(pixels), profile="fast")
    read = read_page(page, raster, prepared, settings=settings)
    spoilt = tuple(
        word.model_copy(update={"text": MISREAD[word.text], "confidence": 0.6})
        if word.text in MISREAD
        else word
        for word in read.ocr.words
    )
    assert spoilt != read.ocr.words
    mended = read_again(spoilt, read.layout, raster, recogniser(), below=0.9)
    words, _ = lay_out(mended, prepared.rulings, raster.to_page)
    assert [word.text for word in words] == [word.text for word in read.ocr.words]
    assert all(word.confidence >= 0.8 for word in words if word.engine == "rapidocr")
