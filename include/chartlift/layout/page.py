"""A page's layout: lines in reading order, tables, and every word in exactly one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from chartlift.geometry import carry_box
from chartlift.layout.bands import Bands, find_bands
from chartlift.layout.gaps import GapTable, find_gap_tables
from chartlift.layout.grid import Grid, find_grids
from chartlift.layout.lines import (
    LineOfPieces,
    chunks,
    find_lines,
    measure_lines,
    usual_height,
)
from chartlift.layout.margins import find_margins
from chartlift.layout.order import Block, in_reading_order
from chartlift.layout.pieces import Piece, Rect, around, upright_rulings, upright_words
from chartlift.layout.rows import cells_of
from chartlift.layout.rulings import Rulings, connected
from chartlift.layout.walls import with_missing_walls
from chartlift.model import Box, Cell, Line, PageLayout, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chartlift.layout.lines import Measure
    from chartlift.model import Ruling, Way, Word

MOST_CELL_LINES = 3
"""A table row whose cells hold at most so many lines is one line of the page's text."""
MOST_CUT = 0.2
"""Share of the lines on a grid's level that its outer walls may run through: of 42 grids on 163
tuning pages one cuts any, a signature's strokes 5 of 11."""
STANDS = 2.0
"""How many times taller than wide, and than the usual word, a word is that stands on end."""
LEAST_STANDING = 3
"""Characters of such a word: brackets are tall too."""


DraftCell = tuple[tuple[int, int, int, int], Rect, list[LineOfPieces]]
"""A cell's row, column, and how many of each it spans; its rectangle; its lines."""


class DraftTable(NamedTuple):
    """A table whose cells hold indices into the words as they came."""

    rect: Rect
    ruled: bool
    cells: list[DraftCell]
    doubted: frozenset[int] = frozenset()


def lay_out(
    words: Sequence[Word], rulings: Sequence[Ruling], to_page: Way
) -> tuple[tuple[Word, ...], PageLayout]:
    """The words put in reading order, and the layout whose indices point into that order.

    Args:
        words: the page's words, in any order, in pixels of the original page.
        rulings: its ruling lines, in pixels of the original page.
        to_page: leads from the upright page to the original one; only its turn, tilt and scale
            matter.
    """
    pieces = upright_words(words, to_page)
    height = usual_height(pieces)
    across, down = upright_rulings(rulings, to_page)
    groups = connected(across, down, max(4.0, 0.3 * height))
    ruled, rest = _ruled_tables(pieces, groups, height)
    free = [group for group in groups if not any(_crosses(group, table.rect) for table in ruled)]
    blocks = [Block(table.rect, _table_lines(table), table) for table in ruled]
    standing = [piece for piece in rest if _stands_on_end(piece, words, height)]
    blocks += [_standing_block(piece, height) for piece in standing]
    level = [piece for piece in rest if piece not in standing]
    blocks += _text_blocks(level, find_bands(free, height))
    ordered = in_reading_order(blocks, height)
    order = [piece.number for block in ordered for line in block.lines for piece in line]
    place = {index: position for position, index in enumerate(order)}
    sorted_words = tuple(words[index] for index in order)
    lines = tuple(_line(line, words, place) for block in ordered for line in block.lines)
    drafts = [block.table for block in ordered if isinstance(block.table, DraftTable)]
    tables = tuple(_table(draft, place, to_page) for draft in drafts)
    header, footer = find_margins(ordered, across, height)
    return sorted_words, PageLayout(lines=lines, tables=tables, header=header, footer=footer)


def _ruled_tables(
    pieces: list[Piece], groups: list[Rulings], height: float
) -> tuple[list[DraftTable], list[Piece]]:
    tables: list[DraftTable] = []
    rest, grids = pieces, find_grids(groups, max(4.0, 0.3 * height))
    lines = find_lines(pieces) if grids else []
    measure = measure_lines(lines)
    for grid in grids:
        if _cuts_print(grid.rect, lines, measure):
            continue
        inside = [piece for piece in rest if grid.rect.holds(piece.rect)]
        draft = _fill(with_missing_walls(grid, inside, measure), inside)
        if sum(bool(lines) for _, _, lines in draft.cells) >= 2:
            tables.append(draft)
            taken = {piece.number for piece in inside}
            rest = [piece for piece in rest if piece.number not in taken]
    return tables, rest


def _cuts_print(rect: Rect, lines: list[LineOfPieces], measure: Measure) -> bool:
    """Whether the outer walls of a grid run through print: a signature's strokes do."""
    held, cut, half = 0, 0, measure.height / 2
    for line in lines:
        for chunk in chunks(line, measure.gap):
            printed = around([piece.rect for piece in chunk])
            if rect.top <= printed.middle[1] <= rect.bottom:
                held += printed.right > rect.left and printed.left < rect.right
                cut += any(
                    printed.left + half < wall < printed.right - half
                    for wall in (rect.left, rect.right)
                )
    return cut > MOST_CUT * held


def _fill(grid: Grid, inside: list[Piece]) -> DraftTable:
    held: list[list[Piece]] = [[] for _ in grid.slots]
    for piece in inside:
        home = next(i for i, slot in enumerate(grid.slots) if slot.rect.holds(piece.rect))
        held[home].append(piece)
    cells = [
        ((slot.row, slot.column, slot.row_span, slot.column_span), slot.rect, find_lines(own))
        for slot, own in zip(grid.slots, held, strict=True)
    ]
    doubted = frozenset(
        row for row in {place[0] for place, _, _ in cells} if _is_uneven(row, cells)
    )
    return DraftTable(grid.rect, True, cells, doubted)


def _is_uneven(row: int, cells: Sequence[DraftCell]) -> bool:
    """Whether one cell's text ends above where another's begins: a ruling was missed there."""
    rects = [
        around([piece.rect for line in lines for piece in line])
        for (at, _, row_span, _), _, lines in cells
        if at == row and row_span == 1 and lines
    ]
    return bool(rects) and min(r.bottom for r in rects) < max(r.top for r in rects)


def _crosses(group: Rulings, rect: Rect) -> bool:
    return any(
        rect.top <= rule.place <= rect.bottom and rule.start < rect.right and rule.end > rect.left
        for rule in group.across
    )


def _text_blocks(pieces: list[Piece], bands: list[Bands]) -> list[Block]:
    """The words outside ruled tables: tables without column lines, every other line by itself."""
    lines = find_lines(pieces)
    blocks, at = [], 0
    for found in find_gap_tables(lines, measure_lines(lines), bands):
        blocks += [_line_block(line) for line in lines[at : found.first]]
        draft = _gap_draft(found, bands)
        end = found.first + len(found.lines)
        blocks.append(Block(draft.rect, lines[found.first : end], draft))
        at = end
    return blocks + [_line_block(line) for line in lines[at:]]


def _stands_on_end(piece: Piece, words: Sequence[Word], height: float) -> bool:
    rect, letters = piece.rect, len(words[piece.number].text)
    return letters >= LEAST_STANDING and rect.height > STANDS * max(rect.width, height)


def _standing_block(piece: Piece, height: float) -> Block:
    """A word on end, whose place among the lines is that of its middle."""
    left, _, right, _ = piece.rect
    middle = piece.rect.middle[1]
    return Block(Rect(left, middle - height / 4, right, middle + height / 4), [[piece]], None)


def _line_block(line: LineOfPieces) -> Block:
    return Block(around([piece.rect for piece in line]), [line], None)


def _gap_draft(found: GapTable, bands: list[Bands]) -> DraftTable:
    filled = cells_of(found, bands)
    cells = [((c.row, c.column, 1, c.column_span), c.rect, c.lines) for c in filled]
    doubted = frozenset(cell.row for cell in filled if cell.doubted)
    return DraftTable(around([rect for _, rect, _ in cells]), False, cells, doubted)


def _table_lines(table: DraftTable) -> list[LineOfPieces]:
    """A table's text row by row; where cells hold paragraphs, cell by cell.

    A row with cells that are merged over columns is one of a form's boxes, each with its label:
    it is read across, line by line.
    """
    rows: dict[int, list[list[LineOfPieces]]] = {}
    boxes: set[int] = set()
    for (row, _, _, columns), _, lines in table.cells:
        rows.setdefault(row, []).append(lines)
        boxes.update([row] if columns > 1 else ())
    text: list[LineOfPieces] = []
    for row, cells in sorted(rows.items()):
        lines = [line for cell in cells for line in cell]
        if max(map(len, cells)) > MOST_CELL_LINES:
            text += lines
        elif row in boxes:
            text += find_lines([piece for line in lines for piece in line])
        else:
            text.append([piece for line in lines for piece in line])
    return [line for line in text if line]


def _line(line: LineOfPieces, words: Sequence[Word], place: dict[int, int]) -> Line:
    box = words[line[0].number].box
    for piece in line[1:]:
        box = box.union(words[piece.number].box)
    return Line(words=tuple(place[piece.number] for piece in line), box=box)


def _table(draft: DraftTable, place: dict[int, int], to_page: Way) -> Table:
    cells = tuple(
        Cell(
            row=row,
            column=column,
            row_span=row_span,
            column_span=column_span,
            box=_on_page(rect, to_page),
            words=tuple(place[piece.number] for line in lines for piece in line),
        )
        for (row, column, row_span, column_span), rect, lines in draft.cells
    )
    box, doubted = _on_page(draft.rect, to_page), tuple(sorted(draft.doubted))
    return Table(box=box, ruled=draft.ruled, cells=cells, doubted=doubted)


def _on_page(rect: Rect, to_page: Way) -> Box:
    return carry_box(to_page, Box(*(round(value) for value in rect)))[0]
