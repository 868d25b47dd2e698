"""A read page as the blocks, lines and words that hOCR and ALTO are made of."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import groupby
from statistics import median
from typing import NamedTuple

from chartlift.languages import ALL, language_data, script_letters
from chartlift.model import Box, Language, PageLayout, ReadPage, Word


class PrintedLine(NamedTuple):
    """The words of one line, in reading order."""

    words: tuple[Word, ...]

    @property
    def box(self) -> Box:
        """The box around its words."""
        return around([word.box for word in self.words])

    @property
    def angle(self) -> float:
        """Degrees, counter-clockwise, by which its words are turned on the page; 0.0 where level.

        From -180 to 180: 90 is text that runs from the bottom of the page to its top.
        """
        angles = [_angle(word) for word in self.words]
        return round(median(angles), 2)


class Part(StrEnum):
    """Where on its page a block stands."""

    HEADER = "header"
    BODY = "body"
    FOOTER = "footer"


class PrintedBlock(NamedTuple):
    """Lines that stand together, in reading order."""

    lines: tuple[PrintedLine, ...]
    is_table: bool
    part: Part

    @property
    def box(self) -> Box:
        """The box around its lines."""
        return around([line.box for line in self.lines])


def find_blocks(page: ReadPage) -> tuple[PrintedBlock, ...]:
    """The page's words in blocks, in reading order; a table is a block of its own.

    Elsewhere a block ends where the next line stands further off than a line is high, whatever
    way the page is turned. Every word of the layout's lines is in exactly one block.
    """
    homes = {
        number: place
        for place, table in enumerate(page.layout.tables)
        for cell in table.cells
        for number in cell.words
    }
    placed = [
        (homes.get(line.words[0]), _part(number, page.layout), line)
        for number, line in enumerate(page.layout.lines)
    ]
    blocks: list[PrintedBlock] = []
    for (table, part), members in groupby(placed, lambda found: found[:2]):
        lines = [PrintedLine(tuple(page.ocr.words[i] for i in line.words)) for *_, line in members]
        groups = [lines] if table is not None else _paragraphs(lines)
        blocks += [PrintedBlock(tuple(group), table is not None, part) for group in groups]
    return tuple(blocks)


def _part(number: int, layout: PageLayout) -> Part:
    if number < layout.header:
        return Part.HEADER
    return Part.FOOTER if number >= len(layout.lines) - layout.footer else Part.BODY


def _paragraphs(lines: Sequence[PrintedLine]) -> Iterator[list[PrintedLine]]:
    group: list[PrintedLine] = []
    for line in lines:
        if group and _gap(group[-1].box, line.box) > _height(line):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _gap(one: Box, other: Box) -> int:
    across = max(one.left, other.left) - min(one.right, other.right)
    down = max(one.top, other.top) - min(one.bottom, other.bottom)
    return max(across, down)


def _height(line: PrintedLine) -> float:
    # The shorter side: a line that runs up the page is as high as its words are wide there.
    return median(min(word.box.width, word.box.height) for word in line.words)


def _angle(word: Word) -> float:
    if word.quad is None:
        return 0.0
    start, end = word.quad[0], word.quad[1]
    return math.degrees(math.atan2(start[1] - end[1], end[0] - start[0]))


def around(boxes: Sequence[Box]) -> Box:
    """The smallest box that holds them all; there is at least one."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return Box(min(lefts), min(tops), max(rights), max(bottoms))


def page_tag(page: ReadPage) -> str | None:
    """The BCP 47 tag of the language the page is mostly in; None where it was not told.

    Of languages in Latin script and others the Latin one: a word in a script of its own has its
    own tag (`word_tag`).
    """
    latin = [code for code in page.ocr.languages if not language_data(code).script]
    chosen = [*latin, *page.ocr.languages]
    return language_data(chosen[0]).tag if chosen else None


def word_tag(word: Word) -> str | None:
    """The BCP 47 tag of a word in a script of its own language alone; None for any other."""
    own: dict[Language, int] = script_letters([word.text])
    found = [code for code in ALL if own.get(code)]
    return language_data(found[0]).tag if found else None
