"""Pages that list many people: a ward's or a clinic's register belongs to no single patient."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from chartlift import vocab
from chartlift.extract.text import label_key

if TYPE_CHECKING:
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
        column = _names_column(row)
        if column is not None:
            below = [label_key(cells[column].text) for cells in table.rows[number + 1 :]]
            people = {name for name in below if any(sign.isalpha() for sign in name)}
            return len(people) >= _FEWEST
    return False


def _names_column(row: Row) -> int | None:
    keys = [label_key(cell.text) for cell in row]
    # A head on end may be read in another order: (years) Age.
    described = any(key in _heads("age_sex") or _heads("age_sex") & {*key.split()} for key in keys)
    return next((n for n, key in enumerate(keys) if described and key in _heads("name")), None)
