import numpy as np
from tests.unit.reading.drawn import lab_page, prose_page, raster, tilted

from chartlift.imaging.raster import rotate
from chartlift.model import Word
from chartlift.ocr.registry import load_engine
from chartlift.reading.clock import Clock
from chartlift.reading.second_size import find_cuttings, read_smaller

ENGINE = load_engine("tesseract", {})


def _doubted(words: tuple[Word, ...], *texts: str) -> tuple[Word, ...]:
    """The words, some of them misread with little confidence."""
    bad = {"text": "~~", "confidence": 0.1}
    return tuple(word.model_copy(update=bad) if word.text in texts else word for word in words)


def test_a_misread_word_is_read_again_at_its_place() -> None:
    page = rotate(raster(tilted(lab_page(ruled=False), 3.0)), -3.0)
    words = ENGINE.read(page, ("eng",))

    again = read_smaller(page, _doubted(words, "Hemoglobin", "139"), ENGINE, ("eng",), Clock(60))

    for text in ("Hemoglobin", "139"):
        (before,) = (word for word in words if word.text == text)
        (after,) = (word for word in again if word.text == text)
        assert np.abs(np.array(after.box) - np.array(before.box)).max() <= 8
        assert (after.quad is None) == (before.quad is None)


def test_a_page_without_doubt_is_not_read_again() -> None:
    page = raster(prose_page())
    sure = tuple(
        word.model_copy(update={"confidence": 0.97}) for word in ENGINE.read(page, ("eng",))
    )

    assert read_smaller(page, sure, ENGINE, ("eng",), Clock(0.001)) == sure


def test_a_reading_that_is_no_surer_changes_nothing() -> None:
    page = raster(np.full((300, 900), 255, np.uint8))
    words = _doubted(ENGINE.read(raster(prose_page()[:300, :900]), ("eng",)), "patient")

    assert read_smaller(page, words, ENGINE, ("eng",), Clock(60)) == words


def test_doubtful_neighbours_are_cut_out_together_and_others_apart() -> None:
    page = raster(prose_page())
    words = ENGINE.read(page, ("eng",))
    texts = [word.text for word in words]
    at = texts.index("patient")
    doubted = tuple(
        word.model_copy(update={"confidence": 0.2 if n in {at, at + 1, at + 12} else 0.95})
        for n, word in enumerate(words)
    )

    assert [cutting.words for cutting in find_cuttings(page, doubted)] == [
        (at, at + 1),
        (at + 12,),
    ]
