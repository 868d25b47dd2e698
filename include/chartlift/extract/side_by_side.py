"""Tables that stand beside each other and were read as one: where on a row each one begins."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from chartlift.extract import patterns
from chartlift.extract.context import Row
from chartlift.extract.lexicon import is_label


def parts_of(cells: Row, columns: Mapping[int, str]) -> list[tuple[int, int]]:
    """From which cell to which a row's results go: tables may stand beside each other as one.

    Where the header names name and result again, each name's column begins one; without roles each
    cell that is a test's name behind a cell with a figure does, where the row begins with a name.
    """
    if columns:
        starts = [n for n, role in sorted(columns.items()) if role == "name"]
    else:
        named = [
            n for n, cell in enumerate(cells) if is_label([token.text for token in cell.tokens])
        ]
        starts = [n for n in named if n == 0 or patterns.DIGIT.search(cells[n - 1].text)]
    parts = list(pairwise([*starts, len(cells)]))
    complete = all("result" in [columns.get(n) for n in range(*part)] for part in parts)
    if len(parts) < 2 or (columns and not complete) or (not columns and starts[0] != 0):
        return [(0, len(cells))]
    return [(0, parts[0][1]), *parts[1:]]
