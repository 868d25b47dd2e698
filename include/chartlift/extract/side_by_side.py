"""Tables that stand beside each other and were read as one: where on a row each one begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from chartlift.extract.context import Line, Row
from chartlift.extract.items import read_items, spelling
from chartlift.extract.lexicon import is_label
from chartlift.extract.text import fold_digits
from chartlift.extract.units import read_unit

_VALUES = frozenset("NBQR")
"""Letters of items that are results."""
_IN_WORDS = frozenset("Q")
"""Those that only a test has: a figure behind any word may be that of a drug."""
_KINDS = frozenset({"group", "appearance"})


class Parts(NamedTuple):
    """From which cell to which the results of a row go."""

    spans: Sequence[tuple[int, int]]
    doubted: bool = False
    """Whether there is another test's name in the row that none begins with."""


def parts_of(cells: Row, columns: Mapping[int, str]) -> Parts:
    """The parts of a row, one where no tables stand beside each other.

    Where the header names name and result again, each name's column begins one. Where it does not,
    or there is none, each test's name does that has a value right behind and stands behind one.
    """
    names = [n for n, role in sorted(columns.items()) if role == "name"]
    spans = list(pairwise([*names, len(cells)]))
    if len(spans) > 1 and all("result" in map(columns.get, range(*span)) for span in spans):
        return Parts([(0, spans[0][1]), *spans[1:]])
    named = [n for n, cell in enumerate(cells) if _is_name(cell)]
    starts = named[:1] if named and all(_is_number(cell) for cell in cells[: named[0]]) else [0]
    for n in range(starts[0] + 1, len(cells) - 1):
        unheard = not columns and starts[0] in named and _is_words(cells[n])
        values = _VALUES if n in named else _IN_WORDS if unheard else frozenset()
        if _may_begin(n, columns) and _is_value(cells[n + 1], values):
            starts += [n] if _is_over(cells[starts[-1] : n]) else []
    rest = [n for n in named[1:] if n not in starts and n - 1 not in named]
    lost = [
        n for n in rest if _may_begin(n, columns) and any(c.tokens for c in cells[n + 1 : n + 2])
    ]
    doubted = bool(lost) or any(n not in named for n in starts[1:])
    starts = starts if len(starts) > 1 else [0]
    return Parts(list(pairwise([*starts, len(cells)])), doubted)


def _may_begin(n: int, columns: Mapping[int, str]) -> bool:
    """Whether no head says that something else than a name and its value stands here."""
    return columns.get(n, "name") == "name" and columns.get(n + 1, "result") == "result"


def _is_over(cells: Row) -> bool:
    """Whether the cells before a name are another's result, or nothing."""
    if not any(cell.tokens for cell in cells):
        return True
    begins = _is_name(cells[0]) or _is_words(cells[0])
    return begins and any(_is_value(cell, _VALUES) for cell in cells[1:])


def _is_number(cell: Line) -> bool:
    """Whether a cell is empty, or numbers its row."""
    return not cell.tokens or cell.text.rstrip(".)").isdecimal()


def _is_words(cell: Line) -> bool:
    """Whether a cell may be the name of a test that the vocabulary lacks."""
    letters = {*spelling(read_items(fold_digits(cell.text)))}
    return letters - {"S"} == {"W"} and read_unit(cell.text) is None


def _is_name(cell: Line) -> bool:
    """Whether a cell is a test's name and nothing else: `Mg`, not `mg`."""
    unit = read_unit(cell.text)
    printed = unit is not None and any(cell.text in one.printed for one in unit.options)
    return not printed and is_label([token.text for token in cell.tokens])


def _is_value(cell: Line, letters: frozenset[str]) -> bool:
    return spelling(read_items(fold_digits(cell.text), kinds=_KINDS))[:1] in letters
