import numpy as np
from tests.unit.reading.drawn import Pixels, noisy, prose_page, raster

from chartlift.imaging.ink import glyphs, ink_mask
from chartlift.model import Box, Word
from chartlift.reading.segment import page_score


def words_on(pixels: Pixels, confidence: float) -> list[Word]:
    """A word on each letter of the page, from top to bottom."""
    found = glyphs(ink_mask(pixels))
    words = [
        Word(
            text="o",
            box=Box(int(left) - 2, int(top) - 2, int(left + width) + 2, int(top + height) + 2),
            confidence=confidence,
            engine="test",
        )
        for left, top, width, height, _ in zip(*found, strict=True)
    ]
    return sorted(words, key=lambda word: word.box.top)


def test_the_score_of_a_page_read_whole_is_the_confidence_of_its_words() -> None:
    page = prose_page()

    score = page_score(raster(page), words_on(page, 0.9))

    assert score is not None
    assert 0.87 < score <= 0.9


def test_text_that_was_missed_lowers_the_score_of_words_that_are_sure() -> None:
    page = prose_page()
    words = words_on(page, 1.0)

    score = page_score(raster(page), words[: len(words) // 3])

    assert score is not None
    assert 0.2 < score < 0.5


def test_a_page_of_which_nothing_was_read_scores_nothing() -> None:
    assert page_score(raster(prose_page()), ()) == 0.0


def test_a_bare_page_has_no_score() -> None:
    assert page_score(raster(noisy(np.full((1200, 900), 245, np.uint8), 3)), ()) is None
