"""Raised figures of powers of ten are read as such, and nothing else is taken for them."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from chartlift.model import Box
from chartlift.ocr.registry import load_line_reader
from chartlift.reading.powers import with_power
from chartlift.reading.strips import Strip
from chartlift.reading.tokens import Token

READER = load_line_reader("rapidocr", {})
LEVEL, SMALL = ImageFont.load_default(44), ImageFont.load_default(27)


def printed(before: str, raised: str, behind: str, read: str) -> Token:
    """A word with raised characters, as it was read at first, in the picture of its line."""
    line = Image.new("L", (420, 64), 255)
    pen, x = ImageDraw.Draw(line), 20.0
    for text, font, y in ((before, LEVEL, 4), (raised, SMALL, 2), (behind, LEVEL, 4)):
        pen.text((x, y), text, font=font, fill=10)
        x += font.getlength(text) + 2
    pixels = np.asarray(line)
    columns = np.flatnonzero((pixels < 128).any(axis=0))
    box = Box(int(columns[0]), 0, int(columns[-1]) + 1, 64)
    return Token(read, Strip(pixels, np.eye(3)), box, 0.5, 0.4, "rapidocr")


@pytest.mark.parametrize(
    ("before", "raised", "behind", "read", "power"),
    [
        ("x10", "9", "/L", "x10°/L", "⁹"),
        ("x10", "12", "/L", "x10¥/L", "¹²"),
        ("10", "6", "/L", "10%L", "⁶"),
        ("x10", "3", "/uL", "x10/uL", "³"),
    ],
)
def test_a_power_that_was_read_as_a_sign_or_not_at_all_is_read_as_figures(
    before: str, raised: str, behind: str, read: str, power: str
) -> None:
    found = with_power(printed(before, raised, behind, read), READER)

    assert found.text == before + power + behind
    assert found.confidence > 0.4


@pytest.mark.parametrize(
    ("before", "raised", "behind", "read"),
    [
        ("x109", "", "/L", "x109/L"),
        ("100", "", " mL", "100mL"),
        ("10", "", "/L", "10/L"),
        ("10", "o", "C", "10°C"),
        ("x10", "5", "/L", "x10°/L"),
        ("x10", "6", "/L", "x10%/uL"),
    ],
)
def test_a_word_that_is_no_power_of_a_count_stays_as_it_was_read(
    before: str, raised: str, behind: str, read: str
) -> None:
    token = printed(before, raised, behind, read)

    assert with_power(token, READER) is token
