"""The layouts: each is a function that fills a page, and its name stands in the truth."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from benchmarks.pages.blocks import Column, Entry, FieldLook
from benchmarks.pages.lab_layouts import (
    WHO,
    lab_cumulative,
    lab_entries,
    lab_table,
    lab_two_tables,
    lab_wrapped,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.pages.press import Press

    Layout = Callable[[Press], None]


def prescription_table(press: Press) -> None:
    """A prescription whose doses stand in columns for the times of day."""
    matter = press.matter
    press.letterhead()
    press.title("prescription")
    press.person((*WHO, "diagnosis"), FieldLook(across=2, mark=":"))
    heads = matter.words["columns"]["drug"]
    rows = [[Entry(head, "center", bold=True) for head in heads]]
    drugs = matter.words["drugs"]
    for number, drug in enumerate(
        matter.some(drugs["names"], int(matter.random.integers(3, 8))), 1
    ):
        slots = [Entry(matter.one(["1", "1", "2", "-", "-", "1/2"]), "center") for _ in range(4)]
        name = f"{drug} {matter.one(drugs['forms'])}"
        rows.append([
            Entry(str(number), "center"), Entry(name), Entry(matter.one(drugs["strengths"])),
            *slots, Entry(str(matter.random.integers(3, 31)), "center"),
            Entry(matter.one(drugs["instructions"])),
        ])  # fmt: skip
    small = press.body.sized(0.88)
    press.table(
        rows, (6, 25, 14, 13, 13, 13, 13, 10, 21), matter.one(["full", "full", "rows"]), style=small
    )
    press.page.text(matter.paragraph(1), press.body)
    press.sign()


def prescription_lines(press: Press) -> None:
    """A prescription of numbered drugs with their directions below."""
    matter, drugs = press.matter, press.matter.words["drugs"]
    press.letterhead()
    press.title("prescription")
    press.person(
        WHO, FieldLook(across=int(matter.one([1, 2])), leader=matter.one(["", "dots", "line"]))
    )
    for number, drug in enumerate(
        matter.some(drugs["names"], int(matter.random.integers(3, 8))), 1
    ):
        strength, form = matter.one(drugs["strengths"]), matter.one(drugs["forms"])
        press.page.item(f"{number}.", f"{drug} {strength} {form}", press.body.sized(1.0, "bold"))
        press.page.text(matter.line("sigs", "drugs"), press.body, indent=press.body.points * 7)
        press.page.skip(18)
    press.sign()


def discharge(press: Press) -> None:
    """Headings with prose and lists."""
    matter = press.matter
    press.letterhead()
    press.title("discharge")
    press.person((*WHO, "admitted", "discharged"))
    for heading in matter.some(
        matter.words["prose"]["headings"], int(matter.random.integers(3, 6))
    ):
        press.heading(heading)
        if matter.chance(0.35):
            mark = matter.one(["-", "number"])
            for number, text in enumerate(matter.some(matter.words["prose"]["items"], 4), 1):
                shown = f"{number}." if mark == "number" else mark
                press.page.item(shown, matter.fill(text), press.body)
        else:
            press.page.text(matter.paragraph(int(matter.random.integers(3, 7))), press.body)
    press.sign()


def two_columns(press: Press) -> None:
    """Prose in two columns below one heading."""
    matter, page = press.matter, press.page
    press.letterhead()
    press.title("leaflet")
    gutter = float(matter.random.integers(70, 150))
    middle, top = (page.left + page.right) / 2, page.y
    if matter.chance(0.3):
        press.sheet.pen.line((middle, top, middle, page.bottom), 120, 2)
    for left, right in ((page.left, middle - gutter / 2), (middle + gutter / 2, page.right)):
        press.page = Column(press.sheet, left, right, top, page.bottom)
        for heading in matter.some(matter.words["prose"]["headings"], 3):
            if press.page.has_room(press.body.line * 4):
                press.heading(heading)
                press.page.text(matter.paragraph(int(matter.random.integers(4, 8))), press.body)
    press.page = page
    page.y = page.bottom


def letter(press: Press) -> None:
    """A letter: letterhead, date, prose, signature."""
    matter = press.matter
    press.letterhead()
    press.page.text(matter.long_date(), press.body, matter.one(["left", "right"]))
    press.page.skip(40)
    for name in ("doctor", "departments", "streets"):
        press.page.text(matter.line(name), press.body)
    press.page.skip(40)
    press.title("letter")
    press.page.text(matter.line("greetings", "prose"), press.body)
    for _ in range(int(matter.random.integers(2, 4))):
        press.page.skip(24)
        press.page.text(matter.paragraph(int(matter.random.integers(3, 6))), press.body)
    press.page.skip(30)
    press.page.text(matter.line("closings", "prose"), press.body)
    press.sign()


def form_lines(press: Press) -> None:
    """A form: labels, dotted or ruled leaders, filled values, options to tick."""
    matter = press.matter
    press.letterhead()
    press.title("form")
    names = list(matter.words["labels"])
    order = matter.random.permutation(len(names))[: int(matter.random.integers(14, 21))]
    look = FieldLook(
        across=int(matter.one([1, 2, 2])), leader=matter.one(["dots", "line", "line"]), spread=1.5
    )
    press.person([names[int(i)] for i in order], look)
    _options(press)
    press.page.text(matter.paragraph(2), press.body)
    press.sign()


def _options(press: Press) -> None:
    """Boxes to tick, each before what it stands for; the boxes are no text."""
    matter, page = press.matter, press.page
    x, since = page.left, len(press.sheet.record.lines)
    side, baseline = press.body.points * 3.2, page.y + press.body.line * 0.75
    for option in matter.some(matter.words["prose"]["options"], 5):
        words = option.split()
        if x + side + 30 + press.sheet.measure(words, press.body) > page.right:
            break
        box = (x, baseline - side, x + side, baseline)
        press.sheet.pen.rectangle(box, None, 30, 3)
        if matter.chance(0.4):
            press.sheet.pen.line(box, 30, 4)
            press.sheet.pen.line((box[0], box[3], box[2], box[1]), 30, 4)
        press.sheet.put(words, x + side + 18, baseline, press.body)
        x += side + 70 + press.sheet.measure(words, press.body)
    press.sheet.join_lines(since)
    page.y = baseline + press.body.line


def form_boxed(press: Press) -> None:
    """A form of ruled boxes, a label and its value in neighbouring ones."""
    matter = press.matter
    press.letterhead()
    press.title("form")
    names = list(matter.words["labels"])
    order = [names[int(i)] for i in matter.random.permutation(len(names))[:16]]
    rows = []
    for left, right in zip(order[::2], order[1::2], strict=True):
        entries = [
            (Entry(matter.label(n), shade=240), Entry(matter.value(n), bold=True))
            for n in (left, right)
        ]
        rows.append([entry for pair in entries for entry in pair])
    press.table(rows, (20, 28, 20, 28), "full", form=True)
    press.heading(matter.one(matter.words["prose"]["headings"]))
    press.page.text(matter.paragraph(3), press.body)
    press.sign()


def imaging(press: Press) -> None:
    """An imaging report: short headed paragraphs."""
    matter = press.matter
    press.letterhead()
    press.title("imaging")
    press.person(WHO)
    for heading in matter.words["prose"]["imaging_headings"]:
        press.heading(heading)
        press.page.text(matter.paragraph(int(matter.random.integers(2, 5))), press.body)
    press.sign()


def vitals_chart(press: Press) -> None:
    """Vital signs by date and time in a table, and the nurse's notes."""
    matter, pick = press.matter, press.matter.random.integers
    press.letterhead()
    press.title("vitals")
    press.person((*WHO[:4], "weight", "height"))
    rows = [[Entry(head, "center", bold=True) for head in matter.words["columns"]["vitals"]]]
    day = matter.day()
    for hour in range(int(pick(7, 19))):
        day = matter.day() if matter.chance(0.2) else day
        shown = (
            day, f"{hour:02d}:{matter.one(['00', '30', '15'])}", f"{pick(95, 180)}/{pick(50, 110)}",
            str(pick(52, 128)), matter.number(36, 40, 1), str(pick(12, 31)), str(pick(84, 101)),
            f"{pick(0, 11)}/10",
        )  # fmt: skip
        rows.append([Entry(text, "center") for text in shown])
    press.table(
        rows, (17, 11, 17, 14, 15, 11, 15, 11), matter.one(["full", "none", "rows", "zebra"])
    )
    press.page.text(matter.paragraph(2), press.body)
    press.sign()


def small_print(press: Press) -> None:
    """Terms in small type, and a small table below them."""
    matter = press.matter
    press.letterhead()
    press.title("small")
    for number in range(1, int(matter.random.integers(4, 7))):
        text = matter.paragraph(int(matter.random.integers(3, 6)))
        press.page.item(f"{number}.", text, press.body)
        press.page.skip(14)
    heads = matter.words["columns"]["lab"]
    rows = [[Entry(head, bold=True) for head in heads]]
    rows += [lab_entries(row, "right") for row in matter.lab_rows(6)]
    press.table(rows, (30, 13, 9, 17, 22), matter.one(["full", "rows", "none"]))
    press.sign()


LAYOUTS: dict[str, Layout] = {
    "lab_ruled": partial(lab_table, grid="full"),
    "lab_lines": partial(lab_table, grid="rows"),
    "lab_borderless": partial(lab_table, grid="none"),
    "lab_zebra": partial(lab_table, grid="zebra"),
    "lab_wrapped": lab_wrapped,
    "lab_cumulative": lab_cumulative,
    "lab_two_tables": lab_two_tables,
    "prescription_table": prescription_table,
    "prescription_lines": prescription_lines,
    "discharge": discharge,
    "two_columns": two_columns,
    "letter": letter,
    "form_lines": form_lines,
    "form_boxed": form_boxed,
    "imaging": imaging,
    "vitals_chart": vitals_chart,
    "small_print": small_print,
    "dot_matrix": partial(lab_table, grid="none"),
}
