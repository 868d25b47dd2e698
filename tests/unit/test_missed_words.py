"""Words that were missed on a page never give a row of a table another row's value in silence."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, NamedTuple

import pytest
from benchmarks.metrics import bare, fold
from benchmarks.pages.drawing import TUNING_SEEDS, draw_page, layout_of

from chartlift.extract.context import page_of
from chartlift.extract.extractors import labs
from chartlift.imaging.rulings import find_strokes, rulings_of
from chartlift.layout.page import lay_out
from chartlift.model import Box, OcrPage, Raster, ReadPage, Way, Word

if TYPE_CHECKING:
    from benchmarks.pages.truth import Page, TrueCell

    from chartlift.finding import LabResult

TABLES = ("lab_lines", "lab_borderless", "lab_zebra", "lab_two_tables", "small_print", "dot_matrix")
OPEN = ("lab_borderless", "lab_zebra", "dot_matrix")
"""Layouts without rulings: their rows may stand closer than usual."""
SEEDS = [seed for seed in TUNING_SEEDS[:108] if layout_of(seed) in TABLES]
TRIALS = 3
MISSED = 0.5
"""Share of the cells of two neighbouring rows that are missed."""
CLOSER, WIDER = -0.13, 0.08
"""How much nearer and farther rows stand than usual, as shares of their height."""

Place = tuple[int, int]
"""A table of the page, and a row of it."""


class Printed(NamedTuple):
    """A word, and the row it is of."""

    word: Word
    row: Place | None
    column: int


def _home(page: Page, box: tuple[float, ...]) -> tuple[Place | None, int]:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    for number, table in enumerate(page.tables):
        for cell in table.cells:
            left, top, right, bottom = cell.box
            if left <= x <= right and top <= y <= bottom:
                return (number, cell.row), cell.column
    return None, 0


def _printed(page: Page) -> list[Printed]:
    found = []
    for true in page.words:
        left, top, right, bottom = (round(value) for value in true.box)
        box = Box(left, top, right, bottom)
        word = Word(text=true.text, box=box, confidence=0.99, engine="drawn")
        found.append(Printed(word, *_home(page, true.box)))
    return found


def _cells(page: Page, row: Place) -> list[TrueCell]:
    return [cell for cell in page.tables[row[0]].cells if cell.row == row[1]]


def _moved(page: Page, printed: list[Printed], random: Random) -> list[Printed]:
    """The page with rows that stand nearer and farther than they were drawn."""
    shift, shifts = 0.0, {}
    for row in sorted({one.row for one in printed if one.row is not None}):
        low = min(cell.box[3] - cell.box[1] for cell in _cells(page, row))
        shift += random.uniform(CLOSER, WIDER) * low
        shifts[row] = round(shift)
    moved = []
    for one in printed:
        by, (left, top, right, bottom) = shifts.get(one.row, 0), one.word.box
        box = Box(left, top + by, right, bottom + by)
        moved.append(one._replace(word=one.word.model_copy(update={"box": box})))
    return moved


def _kept(printed: list[Printed], random: Random) -> list[Printed]:
    """What is left where cells of two neighbouring rows are missed."""
    table, row = random.choice(sorted({one.row for one in printed if one.row is not None}))
    near = {(table, row), (table, row + 1)}
    cells = sorted({(one.row, one.column) for one in printed if one.row in near})
    missed = {cell for cell in cells if random.random() < MISSED}
    return [one for one in printed if (one.row, one.column) not in missed]


def _results(page: Page, printed: list[Printed]) -> list[tuple[LabResult, list[str]]]:
    """Each result without a doubt, with the cells of the row that its value stands in."""
    raster = Raster(page.pixels, page.dpi, Way())
    rulings = rulings_of(raster, find_strokes(raster))
    words, layout = lay_out([one.word for one in printed], rulings, Way())
    height, width = page.pixels.shape
    ocr = OcrPage(number=1, width=width, height=height, dpi=300, source="ocr", engine="drawn")
    read = ReadPage(ocr=ocr.model_copy(update={"words": words}), layout=layout)
    rows = {id(one.word): one.row for one in printed}
    found = []
    for result in labs.find((page_of(read),)):
        row = rows[id(words[(result.evidence.words or ())[0]])]
        if row is not None and not result.flags:
            found.append((result, [bare(fold(cell.text)) for cell in _cells(page, row)]))
    return found


def _is_wrong(result: LabResult, cells: list[str]) -> bool:
    """Whether its name, unit, range or flag stands in no cell of the row its value stands in."""
    said = [result.test_name, result.raw_unit, result.flag_printed]
    said += (result.reference_range or "").split()
    return any(text and not any(bare(fold(text)) in cell for cell in cells) for text in said)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_missed_word_never_gives_a_row_another_rows_value_unflagged(seed: int) -> None:
    page = draw_page(seed)
    printed = _printed(page)
    for trial in range(TRIALS):
        random = Random(f"{seed}-{trial}")
        placed = _moved(page, printed, random) if page.layout in OPEN else printed
        for result, cells in _results(page, _kept(placed, random)):
            assert not _is_wrong(result, cells), (page.name, trial)


def test_the_property_has_results_to_look_at() -> None:
    page = draw_page(SEEDS[0])
    assert len(_results(page, _printed(page))) >= 10
