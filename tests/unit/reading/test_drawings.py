"""Seals are no lines of text; large words are, in any script."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from chartlift.model import Box
from chartlift.ocr.protocol import Character, LineReading, TextBox
from chartlift.reading.drawings import without_drawings
from chartlift.reading.lines import Line
from chartlift.reading.strips import Strip
from chartlift.reading.tokens import Token


def upright(left: float, top: float, right: float, bottom: float) -> TextBox:
    return TextBox(((left, top), (right, top), (right, bottom), (left, bottom)), 1.0)


def nobody(strips: Sequence[Strip]) -> list[tuple[Token, ...]]:
    raise AssertionError("asked though nothing looks like Khmer")


def khmer_reader(*words: tuple[str, float]) -> Callable[[Sequence[Strip]], list[tuple[Token, ...]]]:
    """Reads the same words in every strip."""

    def read(strips: Sequence[Strip]) -> list[tuple[Token, ...]]:
        box = Box(0, 0, 10, 10)
        return [tuple(Token(w, strip, box, c, c, "e") for w, c in words) for strip in strips]

    return read


def lines_with(odd: str, height: int, width: int, *, certainty: float = 0.5) -> list[Line]:
    """Six usual lines of 40 pixels, and one with another height and reading."""
    paper = Strip(np.full((40, 200), 255, np.uint8), np.eye(3))
    sure = LineReading((Character("x", 0.9, 100.0),))
    usual = [Line(upright(0, 0, 200, 40), paper, sure, ()) for _ in range(6)]
    strip = Strip(np.full((height, width), 255, np.uint8), np.eye(3))
    read = LineReading(tuple(Character(c, certainty, 10.0 + n) for n, c in enumerate(odd)))
    last = Line(upright(0, 0, width, height), strip, read, ())
    return [*usual, last]


@pytest.mark.parametrize(
    ("odd", "height", "width"), [("", 70, 100), ("m", 70, 140), ("9", 140, 150), ("C", 200, 200)]
)
def test_a_seal_is_no_line_of_text(odd: str, height: int, width: int) -> None:
    lines = lines_with(odd, height, width)

    assert without_drawings(lines, nobody) == tuple(lines[:-1])


@pytest.mark.parametrize(
    ("odd", "height", "width", "certainty"),
    [("9", 70, 70, 0.3), ("5", 40, 20, 0.3), ("", 70, 300, 0.5), ("XX", 90, 90, 0.9)],
)
def test_a_figure_by_itself_and_a_heading_are_text(
    odd: str, height: int, width: int, certainty: float
) -> None:
    lines = lines_with(odd, height, width, certainty=certainty)

    assert without_drawings(lines, nobody) == tuple(lines)


def test_of_a_page_with_few_lines_none_is_a_seal() -> None:
    lines = lines_with("", 200, 200)[-3:]

    assert without_drawings(lines, nobody) == tuple(lines)


def lines_with_khmer(odd: str) -> list[Line]:
    """The same, the odd one 113 pixels high and told Khmer."""
    *usual, last = lines_with(odd, 113, 197, certainty=0.0)
    return [*usual, last._replace(khmer=((0.0, 197.0),))]


@pytest.mark.parametrize("odd", ["", "SN", "g"])
def test_a_short_large_word_of_khmer_is_text(odd: str) -> None:
    lines = lines_with_khmer(odd)

    assert without_drawings(lines, khmer_reader(("ទឹក", 0.96))) == tuple(lines)


@pytest.mark.parametrize(
    "words", [(), (("ចព", 0.49), ("ស", 0.92)), (("៣", 0.95),), (("សីម", 0.44),)]
)
def test_a_seal_of_which_the_reader_of_khmer_makes_no_word_is_no_text(
    words: tuple[tuple[str, float], ...],
) -> None:
    lines = lines_with_khmer("")

    assert without_drawings(lines, khmer_reader(*words)) == tuple(lines[:-1])
