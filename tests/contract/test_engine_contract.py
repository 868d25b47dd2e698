"""What every engine that reads whole pages promises, whichever program does the work."""

from importlib import import_module

import numpy as np
import pytest
from tests.unit.reading.drawn import COLUMNS, TABLE_TOP, lab_page, prose_page, raster, tilted

from chartlift.errors import MissingProgram, PageTimeout
from chartlift.imaging.raster import rotate, turn
from chartlift.ocr.protocol import OcrEngine
from chartlift.ocr.registry import engine_names, load_engine

AS_ITSELF = {"tesseract": {"resident": False}}
"""Options with which an engine does the work itself."""


def _page_engines() -> list[str]:
    modules = {name: import_module(f"chartlift.ocr.engines.{name}") for name in engine_names()}
    return [name for name, module in modules.items() if getattr(module, "READS_PAGES", False)]


@pytest.fixture(scope="module", params=_page_engines())
def engine(request: pytest.FixtureRequest) -> OcrEngine:
    try:
        return load_engine(request.param, AS_ITSELF.get(request.param, {}))
    except MissingProgram as error:
        pytest.skip(str(error))


def test_it_reads_a_clean_page(engine: OcrEngine) -> None:
    text = " ".join(word.text for word in engine.read(raster(prose_page()), ("eng",)))

    assert "The patient was seen in the ward" in text


def test_every_word_says_who_read_it_where_and_how_surely(engine: OcrEngine) -> None:
    page = lab_page(ruled=False)

    words = engine.read(raster(page), ("eng",))

    assert {word.engine for word in words} == {engine.name}
    assert all(0 <= word.confidence <= 1 for word in words)
    assert all(word.text.strip() == word.text and word.text for word in words)
    for word in words:
        assert 0 <= word.box.left < word.box.right <= page.shape[1]
        assert 0 <= word.box.top < word.box.bottom <= page.shape[0]


def test_the_same_pixels_give_the_same_words(engine: OcrEngine) -> None:
    page = raster(lab_page(ruled=False))

    assert engine.read(page, ("eng",)) == engine.read(page, ("eng",))


def test_boxes_are_in_pixels_of_the_original_page(engine: OcrEngine) -> None:
    clean = lab_page(ruled=False)
    upside_down = turn(raster(np.rot90(clean, 2)), 180)

    upright = {word.text: word for word in engine.read(raster(clean), ("eng",))}
    turned = {word.text: word for word in engine.read(upside_down, ("eng",))}

    height, width = clean.shape
    box, other = upright["Hemoglobin"].box, turned["Hemoglobin"].box
    assert (width - other.right, height - other.bottom) == pytest.approx(box[:2], abs=2)
    assert COLUMNS[0] < box.left < COLUMNS[1]
    assert box.top > TABLE_TOP


def test_a_word_on_a_tilted_page_carries_its_corners(engine: OcrEngine) -> None:
    level = rotate(raster(tilted(prose_page(), 5.0)), -5.0)

    long_words = [word for word in engine.read(level, ("eng",)) if len(word.text) > 5]

    assert long_words
    assert all(word.quad is not None for word in long_words)


def test_a_blank_page_and_a_tiny_one_have_no_words(engine: OcrEngine) -> None:
    assert engine.read(raster(np.full((600, 500), 255, np.uint8)), ("eng",)) == ()
    assert engine.read(raster(np.full((2, 2), 0, np.uint8)), ("eng",)) == ()


def test_a_page_that_takes_too_long_is_a_time_out(engine: OcrEngine) -> None:
    with pytest.raises(PageTimeout):
        engine.read(raster(np.tile(prose_page(), (3, 2))), ("eng",), seconds=0.05)
