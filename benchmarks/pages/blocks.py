"""What pages are put together from: headings, prose, fields and tables, from the top down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from benchmarks.pages.truth import TrueCell, TrueTable
from benchmarks.pages.typeset import BREAK, SIZE, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.pages.truth import Box
    from benchmarks.pages.typeset import Align, Sheet, Style

Grid = Literal["full", "rows", "outer", "none", "zebra"]


@dataclass
class Column:
    """A part of the page's width that is filled from the top down."""

    sheet: Sheet
    left: float
    right: float
    y: float
    """Where the next block begins."""
    bottom: float = SIZE[1] - 260.0

    @property
    def width(self) -> float:
        """Pixels from left to right."""
        return self.right - self.left

    def has_room(self, height: float) -> bool:
        """Whether so many pixels are left."""
        return self.y + height <= self.bottom

    def skip(self, pixels: float) -> None:
        """Leaves free space."""
        self.y += pixels

    def text(self, text: str, style: Style, align: Align = "left", *, indent: float = 0) -> None:
        """A wrapped paragraph; what has no room any more is left out."""
        for line in wrap(text, self.width - indent, style):
            if not self.has_room(style.line):
                return
            self.y += style.line
            baseline = self.y - style.line * 0.28
            self.sheet.put_aligned(line, (self.left + indent, self.right), baseline, style, align)

    def item(self, mark: str, text: str, style: Style) -> None:
        """A list's item: its mark, and a paragraph indented beside it."""
        if not self.has_room(style.line * len(wrap(text, self.width, style))):
            return
        indent = style.points * 7
        since = len(self.sheet.record.lines)
        self.sheet.put([mark], self.left, self.y + style.line * 0.72, style)
        before = len(self.sheet.record.lines)
        self.text(text, style, indent=indent)
        if len(self.sheet.record.lines) > before:
            first = self.sheet.record.lines[before]
            for lines in (self.sheet.record.lines, self.sheet.record.rows):
                lines[since : before + 1] = [(*lines[since], *first)]

    def rule(self, thick: int = 3, grey: int = 30) -> None:
        """A line across."""
        self.y += 14
        self.sheet.pen.line((self.left, self.y, self.right, self.y), grey, thick)
        self.y += 14

    def fields(self, pairs: Sequence[tuple[str, str]], style: Style, look: FieldLook) -> None:
        """Labels with their values, so many side by side, row by row."""
        step = self.width / look.across
        for start in range(0, len(pairs), look.across):
            if not self.has_room(style.line):
                return
            since = len(self.sheet.record.lines)
            baseline = self.y + style.line * 0.75
            for index, pair in enumerate(pairs[start : start + look.across]):
                left = self.left + index * step
                self._field(pair, (left, left + step - 40), baseline, style, look)
            self.sheet.join_lines(since)
            self.y += style.line * look.spread

    def _field(
        self, pair: tuple[str, str], span: tuple[float, float], baseline: float, style: Style,
        look: FieldLook,
    ) -> None:  # fmt: skip
        label, value = (
            (text.replace(BREAK, "").split()) for text in (pair[0] + look.mark, pair[1])
        )
        label_style = style.sized(1.0, "bold" if look.bold_label else "regular")
        self.sheet.put(label, span[0], baseline, label_style)
        gap = style.points * 1.6
        x = span[0] + self.sheet.measure(label, label_style) + gap
        if look.tab and x < span[0] + look.tab:
            x = span[0] + look.tab
        if look.leader:
            self._leader(x, span[1], baseline, look.leader)
        if look.leader == "line":
            x += gap
        room = span[1] - x
        value_style = style
        while self.sheet.measure(value, value_style) > room and len(value) > 1:
            value = value[:-1]
        self.sheet.put(value, x, baseline - (4 if look.leader else 0), value_style)

    def _leader(self, left: float, right: float, baseline: float, kind: str) -> None:
        pen, y = self.sheet.pen, baseline + 8
        if kind == "line":
            pen.line((left, y, right, y), 60, 2)
        else:
            x = left
            while x < right:
                pen.ellipse((x, y - 2, x + 3, y + 1), 60)
                x += 13


@dataclass(frozen=True)
class FieldLook:
    """How fields are set."""

    across: int = 2
    mark: str = ":"
    leader: str = ""
    """`dots` or `line` under the values, or nothing."""
    bold_label: bool = False
    tab: float = 0.0
    """Where values begin at the earliest, in pixels from their label's left."""
    spread: float = 1.25


class Entry(NamedTuple):
    """A cell to be printed."""

    text: str
    align: Align = "left"
    bold: bool = False
    columns: int = 1
    rows: int = 1
    shade: int = 255

    def style(self, style: Style) -> Style:
        """What the cell is set in."""
        return style.sized(1.0, "bold" if self.bold else "regular")


@dataclass(frozen=True)
class TableLook:
    """How a table is set; lengths are pixels."""

    grid: Grid = "full"
    thick: int = 3
    grey: int = 20
    pad: float = 14
    middle: bool = True
    """Whether cells stand in the middle of their row's height, or at its top."""
    form: bool = False
    """A form's boxes: no table whose cells are counted."""


def table(
    column: Column, rows: Sequence[Sequence[Entry]], widths: Sequence[float], style: Style,
    look: TableLook,
) -> None:  # fmt: skip
    """Prints a table over the column's whole width; rows that have no room are left out.

    A cell that spans rows stands in its first row's list alone.
    """
    total = sum(widths)
    edges = [column.left + column.width * sum(widths[:i]) / total for i in range(len(widths) + 1)]
    placed = _place(rows, len(widths))
    heights = _heights(placed, len(rows), edges, style, look)
    tops = [column.y]
    for height in heights:
        if tops[-1] + height > column.bottom:
            break
        tops.append(tops[-1] + height)
    shown = [p for p in placed if p.row + p.entry.rows < len(tops)]
    _draw(column.sheet, shown, (edges, tops), style, look)
    column.y = tops[-1]


class Placed(NamedTuple):
    """A cell and where it begins."""

    row: int
    column: int
    entry: Entry


def _place(rows: Sequence[Sequence[Entry]], across: int) -> list[Placed]:
    taken: set[tuple[int, int]] = set()
    placed = []
    for row, entries in enumerate(rows):
        free = (c for c in range(across) if (row, c) not in taken)
        at = next(free, 0)
        for entry in entries:
            while (row, at) in taken:
                at += 1
            placed.append(Placed(row, at, entry))
            taken |= {(row + r, at + c) for r in range(entry.rows) for c in range(entry.columns)}
            at += entry.columns
    return placed


def _heights(
    placed: list[Placed], count: int, edges: list[float], style: Style, look: TableLook
) -> list[float]:
    heights = [style.line + look.pad] * count
    for row, at, entry in placed:
        width = edges[at + entry.columns] - edges[at] - 2 * look.pad
        needed = len(wrap(entry.text, width, entry.style(style))) * style.line
        if entry.rows == 1:
            heights[row] = max(heights[row], needed + look.pad)
    return heights


def _draw(
    sheet: Sheet, placed: list[Placed], grid: tuple[list[float], list[float]], style: Style,
    look: TableLook,
) -> None:  # fmt: skip
    edges, tops = grid
    since = len(sheet.record.rows)
    boxes = [
        (edges[at], tops[row], edges[at + entry.columns], tops[row + entry.rows])
        for row, at, entry in placed
    ]
    cells = []
    for (row, at, entry), box in zip(placed, boxes, strict=True):
        shade = 228 if look.grid == "zebra" and row % 2 == 0 else entry.shade
        if shade < 255:
            sheet.pen.rectangle(box, shade)
        text = _print_cell(sheet, entry, box, style, look)
        cells.append(TrueCell(row, at, entry.rows, entry.columns, text, box))
    _rule(sheet, boxes, grid, look)
    sheet.order_rows(since)
    if not look.form:
        sheet.record.tables.append(TrueTable(look.grid == "full", tuple(cells)))


def _print_cell(sheet: Sheet, entry: Entry, box: Box, style: Style, look: TableLook) -> str:
    set_in = entry.style(style)
    left, right = box[0] + look.pad, box[2] - look.pad
    lines = wrap(entry.text, right - left, set_in)
    free = box[3] - box[1] - len(lines) * set_in.line
    top = box[1] + (free / 2 if look.middle else look.pad / 2)
    for number, line in enumerate(lines):
        baseline = top + (number + 0.74) * set_in.line
        sheet.put_aligned(line, (left, right), baseline, set_in, entry.align)
    return " ".join(" ".join(line) for line in lines)


def _rule(
    sheet: Sheet, boxes: list[Box], grid: tuple[list[float], list[float]], look: TableLook
) -> None:
    edges, tops = grid
    whole = (edges[0], tops[0], edges[-1], tops[-1])
    if look.grid == "full":
        for box in boxes:
            sheet.pen.rectangle(box, None, look.grey, look.thick)
    if look.grid in {"full", "outer"}:
        sheet.pen.rectangle(whole, None, look.grey, look.thick)
    if look.grid == "outer":
        sheet.pen.line((edges[0], tops[1], edges[-1], tops[1]), look.grey, look.thick)
    if look.grid == "rows":
        for y in tops:
            sheet.pen.line((edges[0], y, edges[-1], y), look.grey, look.thick)
