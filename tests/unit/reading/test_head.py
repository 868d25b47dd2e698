"""A page's head is told by the lines its reader knows, where there are enough of them."""

import numpy as np
import pytest
from numpy.typing import NDArray

from chartlift.ocr.protocol import Character, LineReading, TextBox
from chartlift.reading.lines import Line
from chartlift.reading.strips import Strip
from chartlift.reading.upright import stands_on_its_head

HEIGHT = 40


class Asked(Exception):
    """A line was read once more."""


class Tired:
    """A reader that reads nothing twice."""

    name = "tired"

    def detect(self, _: NDArray[np.uint8]) -> tuple[TextBox, ...]:
        raise Asked

    def recognise(self, _: NDArray[np.uint8]) -> LineReading:
        raise Asked


def line(length: int, probability: float, *, khmer: bool = False) -> Line:
    width = length * 20
    box = TextBox(((0.0, 0.0), (width, 0.0), (width, HEIGHT), (0.0, HEIGHT)), 1.0)
    reading = LineReading(tuple(Character("a", probability, 20.0 * n) for n in range(length)))
    strip = Strip(np.full((HEIGHT, width), 255, np.uint8), np.eye(3))
    return Line(box, strip, reading, ((0.0, float(width)),) if khmer else ())


def is_sure(*lines: Line) -> bool:
    """Whether the page is called upright without another look."""
    try:
        return not stands_on_its_head(lines, Tired(), lambda _: 0.0)
    except Asked:
        return False


KHMER = [line(60, 0.5, khmer=True) for _ in range(4)]


def test_a_khmer_page_whose_latin_lines_read_well_stands_upright() -> None:
    assert is_sure(*KHMER, line(14, 0.99), line(12, 0.98))


@pytest.mark.parametrize(
    "latin",
    [[], [line(10, 0.99), line(8, 0.99)], [line(14, 0.81), line(12, 0.81)]],
    ids=["none", "too few", "badly read"],
)
def test_it_is_looked_at_again_where_its_latin_lines_say_too_little(latin: list[Line]) -> None:
    assert not is_sure(*KHMER, *latin)


def test_figures_that_read_well_on_their_heads_do_not_speak_for_the_longest_latin_lines() -> None:
    assert not is_sure(
        *KHMER, *(line(8, 0.7) for _ in range(4)), *(line(2, 1.0) for _ in range(60))
    )
