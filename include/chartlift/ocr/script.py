"""Where a line stands in a script that its recogniser does not know.

A recogniser of Latin lines reads Khmer as Latin gibberish, and with some confidence. But what its
network makes of each column, before the characters are chosen, tells the two scripts apart: a
weight for each feature and a constant (logistic regression, `benchmarks/script_weights.py`).

Figures amid Khmer are too narrow for that: there the characters decide. A recogniser that reads
Khmer as figures is not sure of all of them; what it reads as a number with certainty is one, and a
unit of measure behind it is one too.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from chartlift.vocab import units

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from chartlift.ocr.protocol import Character

AROUND = 2
"""Columns on each side over which the verdicts are averaged; 5 of 8 pixels are one letter."""
FIGURES, MARKS = frozenset("0123456789"), frozenset(".,/:-%")
HALF = 1.5
"""Columns that half a figure takes."""
SUREST, LEAST = 0.93, 0.45
"""Probability of a number's surest and least sure character from which it may stand amid Khmer."""
LONG, SUREST_LONG = 3, 0.90
"""Characters from which the surest one of a number may be less sure, and its probability then."""
STRANGE = 2.0
"""Mean of its columns' sums from which it is Khmer nevertheless."""
STRANGE_UNIT = 5.0
"""The same of a unit of two characters or more: few are read behind a number by chance."""
LETTER, SPELT = 0.80, 0.70
"""Probability from which a letter behind a number is its unit, and mean of a longer unit's."""


def foreign_stretches(
    features: NDArray[np.float32],
    weights: Sequence[float] | NDArray[np.float32],
    step: float,
    width: int,
    characters: Sequence[Character] = (),
) -> tuple[tuple[float, float], ...]:
    """The stretches of a line that are in the unknown script, in pixels from its left edge.

    Args:
        features: what the network made of each column, shape (columns, features).
        weights: one for each feature, and the constant; positive sums are the unknown script.
        step: pixels between two columns.
        width: the line's own width in pixels; columns beyond it are padding.
        characters: what was read in the line.
    """
    columns = max(1, min(len(features), math.ceil(width / step)))
    signs = features[:columns] @ np.asarray(weights[:-1], dtype=np.float32) + weights[-1]
    padded = signs.take(np.arange(-AROUND, columns + AROUND), mode="clip")
    around = np.full(2 * AROUND + 1, 1 / (2 * AROUND + 1), dtype=np.float32)
    smooth = np.convolve(padded, around, mode="valid")
    if not (smooth > 0).any():
        return ()
    alone = smooth.copy()
    for inside, limit in _certain_columns(characters, step):
        if smooth[inside].size and smooth[inside].mean() < limit:
            alone[inside] = -1
    edges = np.flatnonzero(np.diff(alone > 0, prepend=False, append=False))
    return tuple(
        (float(start * step), float(min(end * step, width)))
        for start, end in zip(edges[::2], edges[1::2], strict=True)
    )


def _certain_columns(characters: Sequence[Character], step: float) -> Iterator[tuple[slice, float]]:
    """The columns of numbers and units that were read with certainty, and when they are Khmer."""
    places = np.array([character.place / step for character in characters])
    middles = np.concatenate(([-np.inf], (places[1:] + places[:-1]) / 2, [np.inf]))
    for start, end, limit in _numbers(characters):
        left = max(0.0, middles[start], places[start] - HALF)
        right = min(middles[end], places[end - 1] + HALF)
        yield slice(math.floor(left), math.ceil(right)), limit


def _numbers(characters: Sequence[Character]) -> Iterator[tuple[int, int, float]]:
    """From which character to which (exclusive) numbers were read with certainty, and units."""
    place = 0
    while place < len(characters):
        end = _number_end(characters, place)
        chances = [c.probability for c in characters[place:end]]
        surest = SUREST if len(chances) < LONG else SUREST_LONG
        if chances and max(chances) >= surest and min(chances) >= LEAST:
            yield place, end, STRANGE
            behind = end + [c.text for c in characters[end : end + 1]].count(" ")
            unit = _unit_end(characters, behind)
            if unit > behind:
                yield behind, unit, STRANGE_UNIT if unit > behind + 1 else STRANGE
        place = max(end, place + 1)


def _number_end(characters: Sequence[Character], start: int) -> int:
    """Where a number that begins there ends; the same place where none begins."""
    end = start
    while end < len(characters) and characters[end].text in FIGURES | MARKS:
        end += 1
        if characters[start].text not in FIGURES:
            return start
    while end > start and characters[end - 1].text in MARKS - {"%"}:
        end -= 1
    return end


def _unit_end(characters: Sequence[Character], start: int) -> int:
    """Where a unit of measure that begins there ends, the longest; there where none does."""
    text = "".join(c.text for c in characters[start : start + _longest()]).casefold()
    for end in range(len(text), 0, -1):
        chances = [c.probability for c in characters[start : start + end]]
        sure = sum(chances) / end >= (SPELT if end > 1 else LETTER)
        if sure and text[:end] in _spellings():
            return start + end
    return start


@cache
def _spellings() -> frozenset[str]:
    return frozenset(text.casefold() for unit in units() for text in unit.printed)


@cache
def _longest() -> int:
    return max(map(len, _spellings()))
