"""Text on end beside level lines is read along its own way, and nothing level is."""

from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from chartlift.model import Raster, Way
from chartlift.ocr.protocol import TextBox
from chartlift.ocr.registry import load_line_reader
from chartlift.reading.clock import Clock
from chartlift.reading.lines import read_lines
from chartlift.reading.standing import read_standing

READER = load_line_reader("rapidocr", {})
FONT = ImageFont.load_default(40)
ROWS = ("Received from the laboratory", "Name of the patient: Miller", "Signed by the physician")


def page(aside: str, quarters: int, apart: int = 0) -> Raster:
    """A page with level rows and, right of them, a text that was turned by quarters."""
    strip = Image.new("L", (600, 60), 255)
    pen = ImageDraw.Draw(strip)
    for number, sign in enumerate(aside if apart else [aside]):
        pen.text((20 + apart * number, 4), sign, font=FONT, fill=0)
    paper = np.full((800, 1200), 255, np.uint8)
    turned = np.rot90(np.asarray(strip), quarters)
    paper[100 : 100 + turned.shape[0], 1050 : 1050 + turned.shape[1]] = turned
    image = Image.fromarray(paper)
    for number, row in enumerate(ROWS):
        ImageDraw.Draw(image).text((80, 150 + 150 * number), row, font=FONT, fill=0)
    return Raster(np.array(image), 300, Way())


def upright(left: float, top: float, right: float, bottom: float) -> TextBox:
    return TextBox(((left, top), (right, top), (right, bottom), (left, bottom)), 1.0)


def texts(raster: Raster, boxes: Sequence[TextBox]) -> list[str]:
    lines = read_lines(raster, boxes, READER, Clock(60), khmer=False)
    standing = read_standing(raster, lines, READER, Clock(60))
    return ["".join(c.text for c in line.reading.characters if c.text != " ") for line in standing]


@pytest.mark.parametrize("quarters", [1, 3])
def test_a_number_that_stands_on_end_is_read_up_or_down(quarters: int) -> None:
    raster = page("92657391", quarters)
    found = texts(raster, READER.detect(raster.pixels))

    assert "92657391" in found
    assert len(found) == 1 + len(ROWS)


@pytest.mark.parametrize("quarters", [1, 3])
def test_a_number_on_end_that_was_found_figure_by_figure_is_one(quarters: int) -> None:
    raster = page("92657394", quarters, apart=34)
    rows = np.flatnonzero((raster.pixels[:, 1050:1110] < 128).any(axis=1))
    figures = [
        upright(1055.0, part[0] - 5.0, 1104.0, part[-1] + 6.0)
        for part in np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1)
    ]

    assert texts(raster, figures) == ["92657394"]


@pytest.mark.parametrize("first", [3, 43])
@pytest.mark.parametrize("pitch", [46, 55, 70])
def test_level_figures_below_each_other_stay_as_they_are(pitch: int, first: int) -> None:
    paper = Image.new("L", (1200, 800), 255)
    pen = ImageDraw.Draw(paper)
    numbers = {str(first + number) for number in range(6)}
    for number in range(6):
        pen.text((80, 150 + pitch * number), "Row of the table", font=FONT, fill=0)
        pen.text((700, 150 + pitch * number), str(first + number), font=FONT, fill=0)
    raster = Raster(np.array(paper), 300, Way())
    found = texts(raster, READER.detect(raster.pixels))

    assert numbers <= set(found)
