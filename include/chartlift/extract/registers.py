"""Pages that list many people: a ward's or a clinic's register belongs to no single patient."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from chartlift import vocab
from chartlift.extract.text import label_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chartlift.extract.context import Page, Row, Table

_HEADS = 3
"""Rows among which a table's header stands."""
_FEWEST = 2
"""People that a register lists at least; a form may have one row for its patient."""


@cache
def _heads(meaning: str) -> frozenset[str]:
    rows = (row for row in vocab.headings() if row.kind == "person" and row.meaning == meaning)
    return frozenset(label_key(term) for row in rows for term in row.printed)


def is_register(page: Page) -> bool:
    """Whether a table of the page has a column of names beside one of ages or sexes."""
    return any(_lists_people(table) for table in page.tables)


def _lists_people(table: Table) -> bool:
    for number, row in enumerate(table.rows[:_HEADS]):
        keys = [label_key(cell.text) for cell in row]
        names = [n for n, key in enumerate(keys) if key in _heads("name")]
        described = [n for n, key in enumerate(keys) if _describes(key)]
        if names and described:
            below = table.rows[number + 1 :]
            people = {_person(cells, names[0], described) for cells in below} - {None}
            return len(people) >= _FEWEST
    return False


def _describes(key: str) -> bool:
    """Whether a head names an age or a sex; on end it may be read in another order: (years) Age."""
    return key in _heads("age_sex") or bool(_heads("age_sex") & {*key.split()})


def _person(cells: Row, name: int, described: Sequence[int]) -> str | None:
    """The name in a row that has an age or a sex too; below a form's labels stand other labels."""
    key = label_key(cells[name].text)
    values = [label_key(cells[n].text) for n in described]
    told = any(len(value) == 1 or any(map(str.isdecimal, value)) for value in values)
    return key if told and any(map(str.isalpha, key)) else None
