"""Pages that list many people: a ward's or a clinic's register belongs to no single patient."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from chartlift.extract.context import Line
from chartlift.extract.extractors import patient
from chartlift.extract.fields import is_field_label
from chartlift.extract.lexicon import heading_meanings
from chartlift.extract.text import label_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chartlift.extract.context import Page, Row, Table, Token

_HEADS = 3
"""Rows among which a table's header stands."""
_FEWEST = 2
"""People that a register lists at least; a form may have one row for its patient."""


@cache
def _heads(meaning: str) -> frozenset[str]:
    return frozenset(key for key, its in heading_meanings("person").items() if its == meaning)


def is_register(page: Page) -> bool:
    """Whether a table lists people, and nobody is named as the patient outside of it."""
    return any(map(_lists_people, page.tables)) and not _names_patient(without_people(page))


def without_people(page: Page) -> Page:
    """The page without its tables that list people: a family, newborns, contacts, the staff."""
    listed = _listed(page)
    lines = (Line(tuple(t for t in line.tokens if t not in listed)) for line in page.lines)
    return page._replace(
        lines=tuple(line for line in lines if line.tokens),
        tables=tuple(table for table in page.tables if not _lists_people(table)),
    )


def anybodys(page: Page) -> frozenset[int]:
    """The words that nothing says to be the patient's: all of a register, else a list of people."""
    tokens = _listed(page)
    if is_register(page):
        tokens = frozenset(token for line in page.lines for token in line.tokens) | tokens
    return frozenset(token.word for token in tokens if token.word is not None)


def _listed(page: Page) -> frozenset[Token]:
    return frozenset(
        token for table in page.tables if _lists_people(table) for token in table.tokens
    )


def _names_patient(page: Page) -> bool:
    """Whether it has a name and what else a form asks of its patient; nurses have names too."""
    said = patient.find([page])
    others = (said.mrn, said.age, said.birth_date, said.gender)
    return said.name is not None and any(other is not None for other in others)


def _lists_people(table: Table) -> bool:
    """Whether it has a column of names beside one of ages or sexes."""
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
    named = any(map(str.isalpha, key)) and not is_field_label(key)
    return key if told and named else None
