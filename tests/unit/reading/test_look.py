import numpy as np
import pytest
from tests.unit.reading.drawn import Pixels, lab_page, prose_page, raster

from chartlift.model import Box, Word
from chartlift.ocr.registry import load_engine
from chartlift.reading.clock import Clock
from chartlift.reading.look import cut_strip, look_at, sureness, tell_languages
from chartlift.reading.recognise import engine_options
from chartlift.settings import load_settings

BOX = Box(0, 0, 10, 10)


def _words(*texts: str, confidence: float = 0.9) -> list[Word]:
    return [Word(text=text, box=BOX, confidence=confidence, engine="test") for text in texts]


@pytest.mark.parametrize(
    ("words", "languages"),
    [
        (_words("Patient", "name", "blood", "count"), ("eng",)),
        (_words("Nom", "du", "patient", "né", "le"), ("fra",)),
        (_words("ឈ្មោះ", "អាយុ", "Glucose"), ("khm", "eng")),
        (_words("WBC", "11.8", "MCV"), None),
        ([], None),
    ],
)
def test_the_words_of_a_first_reading_tell_the_language(
    words: list[Word], languages: tuple[str, ...] | None
) -> None:
    assert tell_languages(words) == languages


def test_khmer_that_was_hardly_read_is_noise() -> None:
    noise = _words("ឈ្មោះអាយុ", confidence=0.2)

    assert tell_languages([*noise, *_words("the", "blood")]) == ("eng",)


def test_a_long_word_weighs_more_than_a_short_one() -> None:
    words = [*_words("abcdefghi", confidence=1.0), *_words("a", confidence=0.0)]

    assert sureness(words) == pytest.approx(0.9)
    assert sureness([]) == 0.0


@pytest.mark.parametrize(("pixels", "turned"), [(lab_page(), False), (prose_page(), False)])
@pytest.mark.parametrize("upside_down", [False, True])
def test_a_page_on_its_head_is_told_from_an_upright_one(
    pixels: Pixels, turned: bool, upside_down: bool
) -> None:
    engine = load_engine("tesseract", engine_options(load_settings()))
    page = raster(np.rot90(pixels, 2) if upside_down else pixels)

    look = look_at(page, engine, ("eng",), Clock(60))

    assert look.upside_down is upside_down


def test_the_strip_is_a_small_part_of_the_page() -> None:
    page = raster(prose_page([f"line {n} of a long page of text" for n in range(14)]))

    strip = cut_strip(page)

    assert strip is not None
    assert strip.pixels.shape[0] < 0.5 * page.pixels.shape[0]


def test_lines_that_cannot_be_told_apart_still_give_a_strip() -> None:
    leaning = np.full((1600, 1200), 255, np.uint8)
    for n in range(40, 1500, 60):
        for x in range(100, 1100):
            leaning[n + x // 12, x] = 0

    strip = cut_strip(raster(leaning))

    assert strip is not None
    assert strip.pixels.shape[1] in {400, 1200}


def test_a_blank_page_has_no_strip() -> None:
    assert cut_strip(raster(np.full((900, 700), 255, np.uint8))) is None
