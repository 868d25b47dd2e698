"""Lines of text are found where they stand, and told by their script."""

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from chartlift.ocr.detection import Limits, boxes_of, network_input
from chartlift.ocr.engines import rapidocr
from chartlift.ocr.protocol import Character
from chartlift.ocr.registry import engine_defaults
from chartlift.ocr.script import foreign_stretches

KHMER_FONT = "/usr/share/fonts/truetype/khmeros/KhmerOS.ttf"
LIMITS = Limits(pixel=0.3, box=0.5, growth=1.6)


@pytest.fixture(scope="module")
def engine() -> rapidocr.RapidOcr:
    return rapidocr.create(rapidocr.Options.model_validate(engine_defaults("rapidocr")))


def paper(*lines: tuple[int, str], font: str | None = None) -> np.ndarray:
    page = Image.new("L", (900, 600), 255)
    pen = ImageDraw.Draw(page)
    for top, text in lines:
        drawn = ImageFont.truetype(font, 36) if font else ImageFont.load_default(36)
        pen.text((60, top), text, font=drawn, fill=0)
    return np.asarray(page)


def line_of(text: str, font: str | None = None) -> np.ndarray:
    """One line, cut out as a detector would."""
    page = paper((100, text), font=font)
    rows, columns = (np.flatnonzero((page < 128).any(axis=axis)) for axis in (1, 0))
    return page[rows[0] - 8 : rows[-1] + 9, columns[0] - 8 : columns[-1] + 9]


def test_a_core_is_grown_back_to_the_line_it_was_shrunk_from() -> None:
    chances = np.zeros((100, 200), np.float32)
    chances[40:50, 20:120] = 0.9

    (box,) = boxes_of(chances, (200, 400), LIMITS)

    grown = 1.6 * 100 * 10 / 110  # area over half the girth, on both sides together
    assert box.width == pytest.approx(2 * (100 + grown), abs=6)
    assert box.height == pytest.approx(2 * (10 + grown), abs=6)
    assert box.corners[0][0] < box.corners[1][0]
    assert box.corners[0][1] < box.corners[3][1]
    assert box.score == pytest.approx(0.9, abs=0.1)


def test_faint_cores_and_specks_are_no_lines() -> None:
    chances = np.zeros((100, 200), np.float32)
    chances[40:50, 20:120] = 0.4
    chances[80:82, 180:182] = 0.9

    assert boxes_of(chances, (100, 200), LIMITS) == ()


def test_the_network_gets_sides_of_whole_strides_and_never_an_enlarged_page() -> None:
    assert network_input(np.zeros((3508, 2480), np.uint8), 1280).shape == (1, 3, 1280, 896)
    assert network_input(np.zeros((50, 90), np.uint8), 1280).shape == (1, 3, 64, 96)


def test_every_line_of_a_page_is_found_in_its_place(engine: rapidocr.RapidOcr) -> None:
    page = paper((100, "Glucose 7.4 mmol/L"), (300, "Ferritin 88"))

    tops = sorted(box.corners[0][1] for box in engine.detect(page))

    assert len(tops) == 2
    assert tops[0] == pytest.approx(105, abs=12)
    assert tops[1] == pytest.approx(305, abs=12)


def test_an_empty_sheet_has_no_lines(engine: rapidocr.RapidOcr) -> None:
    assert engine.detect(np.full((600, 900), 255, np.uint8)) == ()
    assert engine.detect(np.full((2, 2), 255, np.uint8)) == ()


def test_a_latin_line_has_nothing_foreign(engine: rapidocr.RapidOcr) -> None:
    line = line_of("Haemoglobin 13.5 g/dL")

    assert engine.recognise(line).foreign == ()


def test_the_khmer_part_of_a_line_is_foreign_and_its_latin_part_is_not(
    engine: rapidocr.RapidOcr,
) -> None:
    khmer, latin = line_of("ឈ្មោះអ្នកជំងឺ", KHMER_FONT), line_of("KR-0047216")
    latin = cv2.copyMakeBorder(
        latin, 8, len(khmer) - len(latin) - 8, 0, 0, cv2.BORDER_CONSTANT, value=(255,)
    )
    line = np.concatenate([khmer, latin], axis=1)

    reading = engine.recognise(line)

    assert reading.foreign
    assert reading.foreign[0][0] < 60
    assert reading.foreign[-1][1] == pytest.approx(khmer.shape[1], abs=60)
    assert "0047216" in reading.text


def test_a_stretch_never_reaches_into_the_padding() -> None:
    features = np.ones((20, 1), np.float32)

    assert foreign_stretches(features, (1.0, 0.0), 8.0, 100) == ((0.0, 100.0),)
    assert foreign_stretches(features, (-1.0, 0.0), 8.0, 100) == ()


def characters_of(text: str, probability: float, first: float) -> tuple[Character, ...]:
    return tuple(Character(c, probability, first + 16 * n) for n, c in enumerate(text))


@pytest.mark.parametrize("text", ["39.8", "123/89 mmHg", "90%"])
def test_a_number_that_is_read_with_certainty_is_not_foreign(text: str) -> None:
    features = np.ones((60, 1), np.float32)
    read = characters_of(text, 0.99, 160.0)

    stretches = foreign_stretches(features, (1.0, 0.0), 8.0, 480, read)

    assert not any(a <= c.place < b for a, b in stretches for c in read if c.text != " ")
    assert stretches[0][0] == 0
    assert stretches[-1][1] == 480


@pytest.mark.parametrize(("probability", "weight"), [(0.6, 1.0), (0.99, 5.0)])
def test_figures_that_are_unsure_or_stand_in_clear_khmer_are_foreign(
    probability: float, weight: float
) -> None:
    features = np.ones((60, 1), np.float32)

    stretches = foreign_stretches(
        features, (weight, 0.0), 8.0, 480, characters_of("181", probability, 160.0)
    )

    assert stretches == ((0.0, 480.0),)


def test_figures_are_no_number_if_one_of_them_was_hardly_read() -> None:
    features = np.ones((60, 1), np.float32)
    read = (*characters_of("5", 0.99, 160.0), *characters_of("91", 0.3, 176.0))

    assert foreign_stretches(features, (1.0, 0.0), 8.0, 480, read) == ((0.0, 480.0),)
