"""A lone vertical ruling between lines of different pitch parts a page; a table's wall does not."""

import pytest

from chartlift.layout.page import lay_out
from chartlift.model import Box, Ruling, Way, Word

WALL = 420
Words = list[tuple[str, int, int]]

MARGIN: Words = [(f"margin{n}", 100, 300 + 43 * n) for n in range(9)]
LETTER: Words = [(f"letter{n}", 500, 300 + 55 * n) for n in range(9)]
HEAD, FOOT = ("head", 100, 100), ("foot", 500, 1100)


def text(words: Words, *walls: int, start: int = 280, end: int = 1050) -> list[str]:
    read = [
        Word(text=word, box=Box(x, y, x + 160, y + 30), confidence=0.9, engine="test")
        for word, x, y in words
    ]
    rulings = [Ruling(ends=((x, start), (x, end)), horizontal=False) for x in walls]
    ordered, layout = lay_out(read, rulings, Way())
    return [" ".join(ordered[n].text for n in line.words) for line in layout.lines]


def test_the_margin_of_a_letterhead_is_read_before_the_letter() -> None:
    found = text([HEAD, *MARGIN, *LETTER, FOOT], WALL)

    letters = [word for words in (MARGIN, LETTER) for word, _, _ in words]
    assert found == ["head", *letters, "foot"]


ROWS: Words = [(word, x, y) for word, x, y in MARGIN] + [
    (f"value{n}", 500, 300 + 43 * n) for n in range(9)
]
ACROSS: Words = [*MARGIN, *LETTER, ("stamp", WALL - 80, 610)]


@pytest.mark.parametrize(
    ("words", "walls", "end"),
    [
        pytest.param(ROWS, (WALL,), 1050, id="rows go on beyond it"),
        pytest.param(ACROSS, (WALL,), 1050, id="a word stands across it"),
        pytest.param([*MARGIN, *LETTER], (WALL, 800), 1050, id="there are two"),
        pytest.param([*MARGIN, *LETTER], (WALL,), 500, id="it is short"),
    ],
)
def test_a_ruling_parts_no_page_where(words: Words, walls: tuple[int, ...], end: int) -> None:
    assert text(words, *walls, end=end) == text(words)
