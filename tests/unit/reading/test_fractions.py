"""A half is no twelve: figures that are not level are a fraction, and in doubt."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from chartlift.model import Box
from chartlift.reading.fractions import as_fraction
from chartlift.reading.strips import Strip
from chartlift.reading.tokens import Token

LARGE, SMALL = ImageFont.load_default(44), ImageFont.load_default(26)


def token(image: Image.Image, read: str) -> Token:
    pixels = np.asarray(image)
    rows, columns = (np.flatnonzero((pixels < 128).any(axis=axis)) for axis in (1, 0))
    box = Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
    return Token(read, Strip(pixels, np.eye(3)), box, 0.99, 0.88, "rapidocr")


@pytest.mark.parametrize(
    ("first", "second", "read", "fraction"),
    [("1", "2", "12", "½"), ("1", "4", "1/4", "¼"), ("3", "4", "34", "¾"), ("1", "2", "1½2", "½")],
)
def test_figures_that_are_not_level_are_a_fraction_in_doubt(
    first: str, second: str, read: str, fraction: str
) -> None:
    image = Image.new("L", (120, 70), 255)
    pen = ImageDraw.Draw(image)
    pen.text((20, 4), first, font=SMALL, fill=0)
    pen.text((52, 26), second, font=SMALL, fill=0)
    pen.line((36, 54, 54, 10), fill=0, width=3)

    found = as_fraction(token(image, read))

    assert (found.text, found.other) == (fraction, read)
    assert found.confidence < 0.8


@pytest.mark.parametrize("read", ["12", "14", "34"])
def test_level_figures_stay_a_number(read: str) -> None:
    image = Image.new("L", (120, 70), 255)
    ImageDraw.Draw(image).text((20, 6), read, font=LARGE, fill=0)
    number = token(image, read)

    assert as_fraction(number) is number


@pytest.mark.parametrize("read", ["12", "14", "34"])
def test_a_number_in_a_box_higher_than_its_ink_stays_a_number(read: str) -> None:
    image = Image.new("L", (120, 100), 255)
    ImageDraw.Draw(image).text((20, 20), read, font=LARGE, fill=0)
    number = token(image, read)
    left, top, right, bottom = number.box

    for slack in (2, top):
        loose = number._replace(box=Box(left, top - slack, right, bottom))
        assert as_fraction(loose) is loose
