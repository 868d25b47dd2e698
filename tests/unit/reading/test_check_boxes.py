"""Check boxes in a line are boxes, not figures; letters that are nearly square stay letters."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from chartlift.model import Box
from chartlift.reading.check_boxes import (
    CheckBox,
    find_check_boxes,
    with_boxes,
    without_boxes,
)
from chartlift.reading.strips import Strip
from chartlift.reading.tokens import Token

BOLD = "/usr/share/fonts/truetype/noto/NotoSansKhmer-Bold.ttf"
KHMER = "/usr/share/fonts/truetype/khmeros/KhmerOS.ttf"

BATTAMBANG = "/usr/share/fonts/truetype/khmeros/KhmerOSbattambang.ttf"
SERIF_BOLD = "/usr/share/fonts/truetype/noto/NotoSerifKhmer-Bold.ttf"
LATIN = "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf"
FIGURES = tuple("0123456789A០១២៣៤៥៦៧៨៩")


def line(text: str, boxes: dict[int, str], font: str = KHMER, blur: float = 0.0) -> Strip:
    """A line of text from 60 pixels on, and boxes of 34 pixels at some places."""
    paper = Image.new("L", (900, 80), 255)
    pen = ImageDraw.Draw(paper)
    pen.text((60, 8), text, font=ImageFont.truetype(font, 38), fill=20)
    for left, mark in boxes.items():
        pen.rectangle((left, 24, left + 34, 58), outline=20, width=3)
        if mark == "x":
            pen.line((left, 24, left + 34, 58), fill=20, width=3)
            pen.line((left, 58, left + 34, 24), fill=20, width=3)
        if mark == "dot":
            pen.ellipse((left + 9, 33, left + 25, 49), fill=20)
        if mark in FIGURES:
            face = ImageFont.truetype(font, 26)
            pen.text((left + 17, 41), mark, font=face, fill=20, anchor="mm")
    if blur:
        paper = paper.filter(ImageFilter.GaussianBlur(blur))
    return Strip(np.array(paper), np.eye(3))


@pytest.mark.parametrize("blur", [0.0, 1.2])
def test_boxes_are_found_and_whether_there_is_a_mark_in_them(blur: float) -> None:
    found = find_check_boxes(line("ជក់បារី", {12: "", 400: "x", 600: ""}, blur=blur))
    assert [one.marked for one in found] == [False, True, False]
    assert all(abs(one.box.left - at) <= 2 for one, at in zip(found, (12, 400, 600), strict=True))


@pytest.mark.parametrize("blur", [0.0, 1.2])
@pytest.mark.parametrize("mark", ["dot", *FIGURES])
def test_a_box_with_a_figure_or_a_letter_inside_is_left_to_the_readers(
    mark: str, blur: float
) -> None:
    font = LATIN if mark.isascii() else KHMER
    assert find_check_boxes(line("", {400: mark}, font, blur)) == ()


def test_a_box_with_a_pale_figure_inside_is_not_empty() -> None:
    strip = line("", {400: ""})
    strip.pixels[36:46, 415:419] = 180
    assert find_check_boxes(strip) == ()


@pytest.mark.parametrize("bled", [False, True])
@pytest.mark.parametrize("size", [16, 18, 20, 24])
@pytest.mark.parametrize("font", [KHMER, BOLD, SERIF_BOLD, BATTAMBANG])
def test_small_bold_letters_and_those_with_bled_ink_are_no_boxes(
    font: str, size: int, bled: bool
) -> None:
    paper = Image.new("L", (600, 3 * size), 255)
    face = ImageFont.truetype(font, size)
    ImageDraw.Draw(paper).text((20, size / 2), "ធ ឆ ព ត អ យ ៣ ធំ ឆ្ន", font=face, fill=0)
    picture = paper.filter(ImageFilter.MinFilter(3)) if bled else paper
    assert find_check_boxes(Strip(np.array(picture), np.eye(3))) == ()


@pytest.mark.parametrize("blur", [0.0, 1.2])
@pytest.mark.parametrize("font", [KHMER, BOLD])
@pytest.mark.parametrize("text", ["សាធន៍ មធ្យម ធំ", "០១២៣៤៥៦៧៨៩", "D O B 8 0 Q"])
def test_letters_and_figures_are_no_boxes(text: str, font: str, blur: float) -> None:
    assert find_check_boxes(line(text, {}, font, blur)) == ()


def test_a_box_that_letters_touch_is_left_to_the_engines() -> None:
    assert find_check_boxes(line("ជក់បារី", {150: ""})) == ()


def test_a_filled_square_is_no_box() -> None:
    strip = line("", {})
    strip.pixels[24:58, 100:134] = 20
    assert find_check_boxes(strip) == ()


def test_a_line_without_its_boxes_has_the_other_ink_untouched() -> None:
    with_one, without = line("ជក់បារី", {400: "x"}), line("ជក់បារី", {})
    wiped = without_boxes(with_one, find_check_boxes(with_one))
    assert np.array_equal(wiped.pixels, without.pixels)


def test_a_line_without_its_boxes_keeps_where_strokes_cross_it() -> None:
    strip = line("ជក់បារី", {400: "x"})._replace(crossed=((5, 9),))

    assert without_boxes(strip, find_check_boxes(strip)).crossed == ((5, 9),)


def test_boxes_stand_among_the_words_in_their_order() -> None:
    strip = line("", {})
    word = Token("ហឺត", strip, Box(60, 10, 200, 60), 0.9, 0.9, "tesseract")
    boxes = (
        CheckBox(Box(12, 24, 46, 58), marked=True),
        CheckBox(Box(300, 24, 334, 58), marked=False),
    )
    assert [token.text for token in with_boxes([word], strip, boxes)] == ["☒", "ហឺត", "☐"]
