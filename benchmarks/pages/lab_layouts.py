"""Layouts of laboratory reports: tables of every kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.pages.blocks import Entry

if TYPE_CHECKING:
    from benchmarks.pages.blocks import Grid
    from benchmarks.pages.matter import LabRow
    from benchmarks.pages.press import Press

WHO = ("name", "mrn", "age", "sex", "seen", "doctor")
LAB_WHO = ("name", "mrn", "born", "sex", "collected", "specimen", "doctor", "ward")


def lab_table(press: Press, grid: Grid) -> None:
    """A laboratory report of one table, in sections where it is ruled."""
    matter = press.matter
    press.letterhead()
    press.title("lab")
    press.person(LAB_WHO if matter.chance(0.5) else WHO)
    heads = matter.words["columns"]["lab"]
    number = matter.one(["left", "right", "center"])
    rows = [[Entry(head, bold=True, shade=232 if grid == "full" else 255) for head in heads]]
    for section in matter.some(matter.words["sections"]["names"], int(matter.one([2, 3, 3]))):
        if grid in {"full", "rows"}:
            rows.append([Entry(section, bold=True, columns=5)])
        rows += [
            lab_entries(row, number) for row in matter.lab_rows(int(matter.random.integers(5, 11)))
        ]
    press.table(rows, (30, 13, 9, 17, 22), grid)
    press.sign()


def lab_entries(row: LabRow, number: str) -> list[Entry]:
    """A result as the cells of its row, the number set to this side."""
    aligns = ("left", number, "center", "left", "left")
    bold = (False, bool(row.flag), bool(row.flag), False, False)
    return [
        Entry(text, align, strong) for text, align, strong in zip(row, aligns, bold, strict=True)
    ]


def lab_wrapped(press: Press) -> None:
    """A ruled report whose sections are cells over several rows and whose remarks wrap."""
    matter = press.matter
    press.letterhead()
    press.title("lab")
    press.person(WHO)
    columns = matter.words["columns"]
    heads = [columns["section"], *(columns["lab"][i] for i in (0, 1, 3)), columns["comment"]]
    rows = [[Entry(head, "center", bold=True) for head in heads]]
    for section in matter.some(matter.words["sections"]["names"], 3):
        results = [matter.lab_row(t) for t in matter.some(matter.words["sections"]["tests"], 4)]
        for index, row in enumerate(results):
            remark = matter.fill(matter.one(matter.words["sections"]["comments"]))
            first = [Entry(section, "center", bold=True, rows=len(results))] if index == 0 else []
            said = remark if matter.chance(0.6) else ""
            rows.append(
                [*first, Entry(row.test), Entry(row.result, "right"), Entry(row.unit), Entry(said)]
            )
    press.table(rows, (19, 22, 11, 16, 26), "full")
    press.sign()


def lab_cumulative(press: Press) -> None:
    """Results of several days side by side: mostly numbers."""
    matter = press.matter
    press.letterhead()
    press.title("cumulative")
    press.person(WHO[:4])
    days = int(matter.one([4, 5, 6]))
    heads = [matter.words["columns"]["lab"][i] for i in (0, 3)]
    rows = [[Entry(head, bold=True) for head in heads]]
    rows[0] += [Entry(matter.short_day(), "center", bold=True) for _ in range(days)]
    for test in matter.some(matter.words["sections"]["tests"], int(matter.random.integers(12, 22))):
        results = [matter.lab_row(test) for _ in range(days)]
        shown = [Entry(row.result if matter.chance(0.85) else "", "right") for row in results]
        rows.append([Entry(test[0]), Entry(test[1]), *shown])
    press.table(rows, (26, 16, *(11,) * days), matter.one(["full", "none", "zebra", "rows"]))


def lab_two_tables(press: Press) -> None:
    """Two small tables one below the other, of other columns, with a remark between them."""
    matter = press.matter
    press.letterhead()
    press.person(WHO)
    heads = matter.words["columns"]["lab"]
    for kinds in ((0, 1, 3), (0, 1, 4)):
        press.heading(matter.one(matter.words["sections"]["names"]))
        rows = [[Entry(heads[i], bold=True) for i in kinds]]
        rows += [
            [Entry(row[i], "right" if i == 1 else "left") for i in kinds]
            for row in matter.lab_rows(int(matter.random.integers(4, 9)))
        ]
        press.table(rows, (30, 14, 22), matter.one(["full", "outer", "rows"]))
        press.page.text(matter.paragraph(1), press.body)
    press.sign()
