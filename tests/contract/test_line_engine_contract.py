"""What every engine of single lines promises: those that find lines, and those that read them."""

from collections.abc import Callable
from importlib import import_module

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont, features
from tests.unit.reading.drawn import PROSE, Pixels, prose_page

from chartlift.errors import MissingProgram, MissingWeights
from chartlift.ocr.protocol import LineDetector, LineRecogniser
from chartlift.ocr.registry import (
    engine_defaults,
    engine_fix,
    engine_names,
    engine_versions,
    load_recogniser,
)

KHMER_FONT = "/usr/share/fonts/truetype/khmeros/KhmerOS.ttf"
PRINTED = {"khmer_ocr_ocm": ("ក្រសួងសុខាភិបាល", KHMER_FONT)}
"""What an engine reads, where that is not print in Latin letters."""
HANDWRITING = {"trocr"}


def _engines(method: str) -> list[str]:
    modules = {name: import_module(f"chartlift.ocr.engines.{name}") for name in engine_names()}
    return [
        name
        for name, module in modules.items()
        if any(hasattr(kind, method) for kind in vars(module).values() if isinstance(kind, type))
    ]


def _load(name: str) -> LineRecogniser:
    try:
        return load_recogniser(name, {})
    except (MissingProgram, MissingWeights) as error:
        pytest.skip(f"{error.code} {error.subject}: {engine_fix(name)}")


@pytest.fixture(scope="module", params=_engines("detect"))
def detector(request: pytest.FixtureRequest) -> LineDetector:
    engine = _load(request.param)
    assert hasattr(engine, "detect")
    return engine


@pytest.fixture(scope="module", params=_engines("recognise"))
def recogniser(request: pytest.FixtureRequest) -> LineRecogniser:
    return _load(request.param)


def _draw(text: str, font: str | None) -> Pixels:
    drawn = ImageFont.truetype(font, 40) if font else ImageFont.load_default(40)
    left, top, right, bottom = drawn.getbbox(text)
    picture = Image.new("L", (round(right - left) + 24, round(bottom - top) + 16), 255)
    ImageDraw.Draw(picture).text((12 - left, 8 - top), text, fill=0, font=drawn)
    return np.asarray(picture)


@pytest.fixture
def line(recogniser: LineRecogniser) -> tuple[str, Pixels]:
    """A printed line of the engine's script, and its picture."""
    text, font = PRINTED.get(recogniser.name, ("The result is normal 13.5 mg", None))
    if font and not features.check("raqm"):
        pytest.skip("Khmer cannot be drawn here: Pillow has no libraqm")
    return text, _draw(text, font)


def test_each_printed_line_is_found_where_it_stands(detector: LineDetector) -> None:
    page = prose_page()[:520]
    boxes = detector.detect(page)
    for number in range(len(PROSE)):
        middle = 150 + round(number * 44 * 1.8) + 22
        mine = [b for b in boxes if b.corners[0][1] < middle < b.corners[3][1]]
        assert sum(box.width for box in mine) > 0.9 * _inked(page[middle - 22 : middle + 22])
    assert all(0 < box.score <= 1 for box in boxes)


def _inked(rows: Pixels) -> int:
    columns = np.flatnonzero((rows < 128).any(axis=0))
    return int(columns[-1] - columns[0])


def test_corners_run_clockwise_from_the_top_left(detector: LineDetector) -> None:
    for box in detector.detect(prose_page()[:300]):
        a, b, c, d = box.corners
        assert a[0] < b[0]
        assert d[0] < c[0]
        assert a[1] < d[1]
        assert b[1] < c[1]


def test_the_same_pixels_give_the_same_lines(detector: LineDetector) -> None:
    page = prose_page()[:300]
    assert detector.detect(page) == detector.detect(page)


def test_a_blank_page_and_a_tiny_one_have_no_lines(detector: LineDetector) -> None:
    assert detector.detect(np.full((400, 500), 255, np.uint8)) == ()
    assert detector.detect(np.full((2, 2), 0, np.uint8)) == ()


def test_a_printed_line_is_read_as_it_stands(
    recogniser: LineRecogniser, line: tuple[str, Pixels]
) -> None:
    if recogniser.name in HANDWRITING:
        pytest.skip("it reads handwriting")
    assert recogniser.recognise(line[1]).text.replace(" ", "") == line[0].replace(" ", "")


def test_characters_say_how_surely_and_where_from_left_to_right(
    recogniser: LineRecogniser, line: tuple[str, Pixels]
) -> None:
    characters = recogniser.recognise(line[1]).characters
    places = [character.place for character in characters]
    assert places == sorted(places)
    assert all(0 <= place <= line[1].shape[1] for place in places)
    assert all(0 <= character.probability <= 1 for character in characters)


def test_the_same_pixels_give_the_same_reading(
    recogniser: LineRecogniser, line: tuple[str, Pixels]
) -> None:
    assert recogniser.recognise(line[1]) == recogniser.recognise(line[1])


@pytest.mark.parametrize("shape", [(40, 200), (1, 1), (2, 300), (300, 4)])
def test_empty_paper_of_any_size_holds_no_characters(
    recogniser: LineRecogniser, shape: tuple[int, int]
) -> None:
    assert recogniser.recognise(np.full(shape, 255, np.uint8)).characters == ()


@pytest.mark.parametrize("name", engine_names())
def test_an_engine_tells_its_versions_or_what_is_missing(name: str) -> None:
    told = _told(lambda: engine_versions(name, {}, ("khm",)))
    assert all(isinstance(value, str) and value for value in told.values())
    assert not any(value.startswith("/") for value in told.values())


@pytest.mark.parametrize("name", engine_names())
def test_every_engine_says_how_to_get_it(name: str) -> None:
    assert len(engine_fix(name)) > 10
    assert "fix" not in engine_defaults(name)


@pytest.mark.parametrize("name", sorted({*_engines("recognise"), *_engines("detect")}))
def test_a_gpu_is_used_where_it_is_asked_for_or_said_to_be_missing(name: str) -> None:
    assert engine_defaults(name)["device"] == "cpu"

    def read() -> dict[str, str]:
        engine = load_recogniser(name, {"device": "cuda"})
        reading = engine.recognise(_draw("13.5 mg", None))
        return {"read": reading.text}

    told = _told(read)
    assert told.get("read") or told["missing"]


def _told(ask: Callable[[], dict[str, str]]) -> dict[str, str]:
    """What was answered, or which part is missing."""
    try:
        return ask()
    except (MissingProgram, MissingWeights) as error:
        return {"missing": error.subject or ""}
