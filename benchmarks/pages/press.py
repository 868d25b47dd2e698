"""The parts that most charts share: how a page looks, its letterhead, footer and marks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.pages.blocks import Column, Entry, FieldLook, TableLook, table
from benchmarks.pages.matter import Matter
from benchmarks.pages.typeset import SIZE, Sheet, Style, families

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.pages.blocks import Grid

LEADING = {"eng": 1.32, "fra": 1.32, "khm": 1.85}


@dataclass
class Press:
    """A page in the making: its sheet, its words, its type and its column."""

    sheet: Sheet
    matter: Matter
    body: Style
    page: Column

    def letterhead(self) -> None:
        """The hospital, its department and how to reach it."""
        matter, column = self.matter, self.page
        align = matter.one(["left", "center", "center"])
        column.text(matter.line("hospitals"), self.body.sized(1.5, "display"), align)
        for name, share in (("departments", 0.7), ("streets", 0.6), ("phone", 0.6)):
            if matter.chance(share):
                column.text(matter.line(name), self.body.sized(0.95), align)
        if matter.chance(0.7):
            column.rule(int(matter.one([2, 4, 6])))
        column.skip(20)

    def title(self, kind: str) -> None:
        """What the page is."""
        align = self.matter.one(["left", "center"])
        self.page.text(self.matter.title(kind), self.body.sized(1.3, "display"), align)
        self.page.skip(25)

    def person(self, names: Sequence[str], look: FieldLook | None = None) -> None:
        """The fields that say whose page it is."""
        pairs = [(self.matter.label(name), self.matter.value(name)) for name in names]
        mark = self.matter.one([":", " :"]) if self.matter.language == "fra" else ":"
        chosen = look or FieldLook(
            mark=mark,
            bold_label=self.matter.chance(0.3),
            tab=float(self.matter.one([0, 0, 380])),
        )
        self.page.fields(pairs, self.body, chosen)
        self.page.skip(35)

    def heading(self, text: str) -> None:
        """A heading inside the page."""
        self.page.skip(16)
        self.page.text(text, self.body.sized(1.08, "bold"))

    def table(
        self, rows: Sequence[Sequence[Entry]], widths: Sequence[float], grid: Grid,
        *, style: Style | None = None, middle: bool = True, form: bool = False,
    ) -> None:  # fmt: skip
        """A table in this page's looks."""
        random = self.matter.random
        look = TableLook(
            grid=grid,
            thick=int(random.integers(2, 6)),
            grey=int(random.integers(0, 120)),
            pad=float(random.integers(10, 22)),
            middle=middle,
            form=form,
        )
        table(self.page, rows, widths, style or self.body, look)
        self.page.skip(30)

    def footer(self) -> None:
        """A line at the foot, of one or two parts."""
        matter, style = self.matter, self.body.sized(0.8)
        texts = matter.some(matter.words["footers"], int(matter.one([1, 2])))
        since = len(self.sheet.record.lines)
        y = SIZE[1] - float(matter.one([110, 140, 170]))
        sides = ("left", "right") if len(texts) == 2 else ("center",)
        for text, align in zip(texts, sides, strict=True):
            words = matter.fill(text).replace("|", "").split()
            self.sheet.put_aligned(words, (self.page.left, self.page.right), y, style, align)
        self.sheet.join_lines(since)

    def sign(self) -> None:
        """Who signed, and the signature's strokes."""
        matter = self.matter
        if not self.page.has_room(420):
            return
        self.page.skip(40)
        for text in matter.some(matter.words["signed"], int(matter.one([1, 2]))):
            self.page.text(matter.fill(text), self.body)
        if matter.chance(0.6):
            scribble(self.sheet, (self.page.left + 1250, self.page.y + 40), matter)

    def stamp(self) -> None:
        """A round stamp without letters, as often as not, where there is room at the foot."""
        random = self.matter.random
        radius = int(random.integers(120, 190))
        x, y = int(random.integers(1500, 2150)), self.page.y + radius * 0.9
        if not self.matter.chance(0.5) or y + radius > SIZE[1] - 240:
            return
        grey = int(random.integers(120, 170))
        pen = self.sheet.pen
        for factor, thick in ((1.0, 7), (0.66, 4)):
            r = radius * factor
            pen.ellipse((x - r, y - r, x + r, y + r), None, grey, thick)
        for angle in np.linspace(0, 2 * np.pi, 24, endpoint=False):
            inner, outer = 0.74 * radius, 0.9 * radius
            ends = [(x + r * np.cos(angle), y + r * np.sin(angle)) for r in (inner, outer)]
            pen.line(ends, grey, 9)
        pen.line((x, y - 0.4 * radius, x, y + 0.4 * radius), grey, 14)
        pen.line((x - 0.4 * radius, y, x + 0.4 * radius, y), grey, 14)


def scribble(sheet: Sheet, start: tuple[float, float], matter: Matter) -> None:
    """The strokes of a signature."""
    steps = matter.random.normal(0, 1, (9, 2)) * (40, 45) + (55, 0)
    corners = np.cumsum(np.vstack([start, steps]), axis=0)
    along = np.linspace(0, len(corners) - 1, 160)
    curve = np.stack([np.interp(along, range(len(corners)), corners[:, i]) for i in (0, 1)], axis=1)
    kernel = np.ones(13) / 13
    smooth = [np.convolve(curve[:, i], kernel, "valid") for i in (0, 1)]
    points = [tuple(point) for point in np.stack(smooth, axis=1).tolist()]
    sheet.pen.line(points, int(matter.random.integers(20, 90)), 6, joint="curve")


def new_press(
    language: str, random: np.random.Generator, *, held_out: bool, points: float, fixed: bool
) -> Press:
    """An empty page in type chosen for it; `points` is about the size of its body type.

    With `fixed` its Latin letters are all of one width.
    """
    matter = Matter(language, random)
    usable = [f for f in families("latin", held_out=held_out) if f.get("fixed") or not fixed]
    latin = matter.one(usable)["name"]
    khmer = matter.one(families("khmer", held_out=held_out))["name"]
    size = points * float(random.uniform(0.95, 1.08))
    leading = LEADING[language] * float(random.uniform(0.95, 1.12))
    body = Style(latin, khmer, size, grey=int(random.integers(0, 60)), leading=leading)
    sheet = Sheet()
    left, right = float(random.integers(150, 280)), float(random.integers(150, 280))
    page = Column(sheet, left, SIZE[0] - right, float(random.integers(120, 260)))
    return Press(sheet, matter, body, page)
