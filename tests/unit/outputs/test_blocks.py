"""Blocks of lines, and what language they are in."""

from __future__ import annotations

import pytest
from tests.unit.outputs.pages import KHMER, carried, page_of, turning, words_of

from chartlift.model import Box, Language, Word
from chartlift.outputs.blocks import find_blocks, page_tag, word_tag


def texts(page_blocks: object) -> list[list[list[str]]]:
    return [
        [[word.text for word in line.words] for line in block.lines]
        for block in page_blocks  # type: ignore[attr-defined]  # a tuple of blocks
    ]


def moved(lines: list[list[Word]], down: int) -> list[list[Word]]:
    return [
        [
            word.model_copy(
                update={"box": Box(*(e + down * (n % 2) for n, e in enumerate(word.box)))}
            )
            for word in line
        ]
        for line in lines
    ]


@pytest.mark.parametrize("degrees", [0, 3, 90, 180, 270])
def test_a_wide_gap_ends_a_block_whatever_way_the_page_is_turned(degrees: float) -> None:
    near, far = words_of([["a", "b"], ["c"]]), words_of([["d"]])
    lines = [near[0], *moved(near[1:], -40), *moved(far, 400)]
    blocks = find_blocks(page_of(carried(lines, turning(degrees))))
    assert texts(blocks) == [[["a", "b"], ["c"]], [["d"]]]


def test_a_table_is_a_block_of_its_own_and_no_word_is_lost() -> None:
    lines = moved(words_of([["a"], ["b", "c"], ["d", "e"], ["f"]]), 0)
    blocks = find_blocks(page_of(lines, table_rows=range(1, 3)))
    assert texts(blocks) == [[["a"]], [["b", "c"], ["d", "e"]], [["f"]]]
    assert [block.is_table for block in blocks] == [False, True, False]


@pytest.mark.parametrize(("degrees", "angle"), [(0, 0), (-7, 7), (2, -2), (90, -90), (180, 180)])
def test_a_lines_angle_counts_counter_clockwise(degrees: float, angle: float) -> None:
    (block, *_) = find_blocks(page_of(carried(words_of(), turning(degrees))))
    assert abs(block.lines[0].angle) == pytest.approx(abs(angle), abs=0.2)
    if abs(angle) != 180:
        assert block.lines[0].angle == pytest.approx(angle, abs=0.2)


@pytest.mark.parametrize(
    ("languages", "tag"),
    [(("khm", "eng"), "en"), (("khm",), "km"), (("fra",), "fr"), ((), None)],
)
def test_a_page_is_in_its_latin_language_and_khmer_words_say_so_themselves(
    languages: tuple[Language, ...], tag: str | None
) -> None:
    page = page_of(words_of([[KHMER, "HbA1c", "5.8"]]), languages=languages)
    assert page_tag(page) == tag
    assert [word_tag(word) for word in page.ocr.words] == ["km", None, None]
