"""Which words of a page are worth a second reading, and where they stand in its raster."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from chartlift.geometry import carry, inverse
from chartlift.languages import script_letters
from chartlift.layout.lines import usual_height
from chartlift.layout.pieces import Rect, around, upright_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chartlift.model import Box, Cell, Homography, PageLayout, Table, Word

NUMBERS_BELOW = 0.95
"""Confidence under which what holds a digit is read again: a lost point costs none."""
TWOS_BELOW = 0.98
"""The same for what begins with a 2: Tesseract reads a sign of at-least as one."""
RUN_GAP = 1.2
"""Widest space inside a run of doubtful words, in usual word heights."""
TORN, TORN_NUMBER = 0.15, 0.45
"""Widest space between two pieces of one word and of one number, in usual word heights."""
IN_NUMBERS = ",.-<>≤≥"
SPACE, SPACE_NUMBER = 0.6, 1.2
"""Narrowest space that parts two words and two numbers for certain, in usual word heights."""
ABOVE = 0.2
"""Paper a run takes along above and below, in usual word heights."""
WALL = 0.12
"""What is left out along a cell's rulings, in usual word heights."""
BAR = "|"
LONE_LETTER = 2
"""Most code points of a word that may be a Latin flag read as a Khmer letter."""
LATIN_CELLS = 3
"""Cells in Latin script that a column must hold to count as Latin."""


class Doubtful(NamedTuple):
    """A stretch of one line that is to be read again."""

    words: tuple[int, ...]
    """Indices into the page's words, left to right."""
    rect: Rect
    """Where it stands, in pixels of the raster, with paper above and below."""
    reach: tuple[float, float]
    """How far to the left and right its ink may go on: to its neighbours, or its cell's walls."""
    height: float
    """The usual height of the page's words."""
    in_table: bool
    breaks: tuple[float, ...] = ()
    """Where its words are parted by much paper, in pixels of the raster."""


class Sheet(NamedTuple):
    """A page's words as they stand in the raster."""

    words: Sequence[Word]
    rects: list[Rect]
    height: float
    """The usual height of a word."""
    doubted: list[bool]


def find_doubtful(
    words: Sequence[Word], layout: PageLayout, to_page: Homography, *, below: float
) -> list[Doubtful]:
    """The stretches to read again, the most important first: tables, then numbers, then words.

    A stretch never leaves its cell or bridges a wide gap, and never holds a Khmer word, except
    for a lone Khmer letter in a column that is Latin otherwise: a flag misread.

    Args:
        words: the page's words, as the layout counts them.
        layout: its lines and tables.
        to_page: leads from the raster to the page.
        below: confidence under which a word is doubtful.
    """
    pieces = upright_words(words, to_page)
    doubted = [is_doubtful(word, below) for word in words]
    sheet = Sheet(words, [piece.rect for piece in pieces], usual_height(pieces), doubted)
    found: list[Doubtful] = []
    for table in layout.tables:
        for index in lone_letters(words, table):
            doubted[index] = True
        for cell in table.cells:
            found += _in_cell(sheet, cell, level_rect(cell.box, to_page), ruled=table.ruled)
    tabled = {index for table in layout.tables for cell in table.cells for index in cell.words}
    for line in layout.lines:
        rest = [index for index in line.words if index not in tabled]
        found += _runs(sheet, rest, in_table=False)
    return sorted(found, key=lambda doubtful: _importance(doubtful, words))


def is_doubtful(word: Word, below: float) -> bool:
    """Whether a word is worth a second reading for itself; a number is held to a higher limit.

    A bar is always doubtful: the rulings are gone, so it is more likely a capital I.
    """
    if word.text == BAR:
        return True
    text, limit = word.text, below
    if any(c.isdigit() for c in text):
        limit = max(below, TWOS_BELOW if text[0] == "2" and len(text) > 1 else NUMBERS_BELOW)
    return word.confidence < limit and not is_khmer(text)


def is_khmer(text: str) -> bool:
    """Whether any of it is Khmer."""
    return script_letters([text])["khm"] > 0


def lone_letters(words: Sequence[Word], table: Table) -> set[int]:
    """Words of at most two Khmer characters that stand alone in a cell of a Latin column."""
    columns: dict[int, list[Cell]] = {}
    for cell in table.cells:
        if cell.words:
            columns.setdefault(cell.column, []).append(cell)
    found: set[int] = set()
    for cells in columns.values():
        texts = {cell.words: "".join(words[index].text for index in cell.words) for cell in cells}
        khmer = {key for key, text in texts.items() if is_khmer(text)}
        lone = {key[0] for key in khmer if len(texts[key]) <= LONE_LETTER and len(key) == 1}
        if len(texts) - len(khmer) >= max(LATIN_CELLS, len(lone) + 1):
            found |= lone
    return found


def level_rect(box: Box, to_page: Homography) -> Rect:
    """The upright rectangle of the raster around which the box was drawn on the page.

    A box drawn around a tilted rectangle is larger than it; this leads back to its own size.
    """
    x, y = carry(inverse(to_page), np.array([box.center], dtype=np.float64))[0]
    turned = np.abs(to_page[:2, :2] / to_page[2, 2])
    width, height = np.abs(np.linalg.solve(turned, np.array([box.width, box.height], np.float64)))
    return Rect(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def _in_cell(sheet: Sheet, cell: Cell, wall: Rect, *, ruled: bool) -> Iterator[Doubtful]:
    """The cell's lines that hold a doubtful word, whole where nothing Khmer stands in them."""
    inset = WALL * sheet.height
    inner = Rect(wall.left + inset, wall.top + inset, wall.right - inset, wall.bottom - inset)
    walls = inner.left, inner.right
    for line in _cell_lines(sheet, cell):
        kept = any(is_khmer(sheet.words[i].text) and not sheet.doubted[i] for i in line)
        if kept or not ruled:
            yield from _runs(sheet, line, in_table=True)
        elif any(sheet.doubted[index] for index in line):
            rect = _taller(sheet, line)
            whole = Rect(
                walls[0], max(rect.top, inner.top), walls[1], min(rect.bottom, inner.bottom)
            )
            breaks = _breaks(sheet, line)
            yield Doubtful(tuple(line), whole, walls, sheet.height, True, breaks)


def _cell_lines(sheet: Sheet, cell: Cell) -> list[list[int]]:
    """The words of a cell, line by line."""
    lines: list[list[int]] = []
    for index in cell.words:
        if not lines or _begins_line(sheet.rects[lines[-1][-1]], sheet.rects[index]):
            lines.append([])
        lines[-1].append(index)
    return lines


def _begins_line(before: Rect, rect: Rect) -> bool:
    """Whether a word stands left of the one before it, or below it."""
    shared = min(before.bottom, rect.bottom) - max(before.top, rect.top)
    return rect.left < before.left or shared <= 0


def _runs(sheet: Sheet, line: list[int], *, in_table: bool) -> Iterator[Doubtful]:
    """The longest runs of doubtful neighbours that hold a letter or a digit.

    A word that touches a doubtful one is doubtful with it: a number may be torn in two.
    """
    doubted = {
        index
        for block in _blocks(sheet, line)
        if any(sheet.doubted[index] for index in block)
        for index in block
        if sheet.doubted[index] or not is_khmer(sheet.words[index].text)
    }
    for part in _parts(sheet, line, RUN_GAP):
        taken = doubted - _beside_khmer(sheet, part)
        for wanted, indices in groupby(part, key=taken.__contains__):
            run = list(indices)
            if wanted and any(c.isalnum() for i in run for c in sheet.words[i].text):
                rect, breaks = _taller(sheet, run), _breaks(sheet, run)
                reach = _reach(sheet, rect)
                yield Doubtful(tuple(run), rect, reach, sheet.height, in_table, breaks)


def _beside_khmer(sheet: Sheet, part: list[int]) -> set[int]:
    """The words of a Khmer phrase without a Latin letter: their digits may be Khmer, misread."""
    if not any(is_khmer(sheet.words[i].text) and not sheet.doubted[i] for i in part):
        return set()
    return {i for i in part if not any(c.isascii() and c.isalpha() for c in sheet.words[i].text)}


def _blocks(sheet: Sheet, line: list[int]) -> Iterator[list[int]]:
    """A line's words, those together that may be pieces of one word."""
    block: list[int] = []
    for index in line:
        if block and not _is_torn(sheet, block[-1], index):
            yield block
            block = []
        block.append(index)
    yield block


def _is_torn(sheet: Sheet, left: int, right: int) -> bool:
    number = _in_number(sheet, left, right)
    return _gap(sheet, left, right) <= (TORN_NUMBER if number else TORN)


def _gap(sheet: Sheet, left: int, right: int) -> float:
    """The space between two words, in usual word heights."""
    return (sheet.rects[right].left - sheet.rects[left].right) / sheet.height


def _in_number(sheet: Sheet, left: int, right: int) -> bool:
    """Whether two words may be pieces of one number, by the characters that face each other."""
    facing = sheet.words[left].text[-1:] + sheet.words[right].text[:1]
    return all(c.isdigit() or c in IN_NUMBERS for c in facing)


def _parts(sheet: Sheet, line: list[int], gap: float) -> Iterator[list[int]]:
    """A line's words, broken where the space between two is wider than so many word heights."""
    part: list[int] = []
    for index in line:
        edge = sheet.rects[part[-1]].right if part else -np.inf
        if part and sheet.rects[index].left - edge > gap * sheet.height:
            yield part
            part = []
        part.append(index)
    yield part


def _breaks(sheet: Sheet, run: list[int]) -> tuple[float, ...]:
    """The middles of the wide spaces between the run's words, none inside a number."""
    return tuple(
        (sheet.rects[left].right + sheet.rects[right].left) / 2
        for left, right in pairwise(run)
        if _gap(sheet, left, right) >= (SPACE_NUMBER if _in_number(sheet, left, right) else SPACE)
    )


def _taller(sheet: Sheet, run: list[int]) -> Rect:
    """The run's rectangle with some paper above and below."""
    left, top, right, bottom = around([sheet.rects[index] for index in run])
    margin = ABOVE * sheet.height
    return Rect(left, top - margin, right, bottom + margin)


def _reach(sheet: Sheet, rect: Rect) -> tuple[float, float]:
    """Where the words end and begin that stand left and right of a rectangle, on its level."""
    left, top, right, bottom = np.array(sheet.rects, dtype=np.float64).T
    middle = (left + right) / 2
    level = np.minimum(bottom, rect.bottom) - np.maximum(top, rect.top) > ABOVE * sheet.height
    before, after = right[level & (middle < rect.left)], left[level & (middle > rect.right)]
    return float(before.max(initial=-np.inf)), float(after.min(initial=np.inf))


def _importance(doubtful: Doubtful, words: Sequence[Word]) -> tuple[bool, bool, float]:
    texts = [words[index] for index in doubtful.words]
    digits = any(c.isdigit() for word in texts for c in word.text)
    lowest = min(word.confidence for word in texts)
    return not doubtful.in_table, not digits, lowest
