"""Figures that were read for the letters they look like: `1'entrée`, `Té1`, `BI0`.

Which of two readings is the word cannot be told by their shape alone: HbA1c is none in letters, and
1g is no lg. A figure gives way only where its neighbours leave no other reading.
"""

from __future__ import annotations

from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from chartlift.languages import ALL, language_data

if TYPE_CHECKING:
    from collections.abc import Iterator

LOOKS = {"1": "liI", "0": "oO"}
"""The letters each figure is read for."""
SHORTEST = 3
"""Characters from which a run's other letters say what the figure is."""
ELISION = "'’"
VOWELS = "aeiouyàâéèêëîïôöùûüh"


class Run(NamedTuple):
    """Letters and figures without anything between them, as two engines read them."""

    first: str
    second: str
    after: str
    """The character behind them, empty at the end."""


def is_word_of(first: str, second: str) -> bool:
    """Whether the second reading is the word that the first one has figures in."""
    told = list(_differing(first, second))
    return bool(told) and all(map(_is_spelt, told))


def may_be_word_of(first: str, second: str) -> bool:
    """Whether it likely is, though a number before the word would look the same."""
    told = list(_differing(first, second))
    return bool(told) and all(_is_spelt(run) or _begins_with_l(run) for run in told)


def _differing(first: str, second: str) -> Iterator[Run]:
    """The runs the two differ in; none where they differ in more than figures for letters."""
    if len(first) != len(second) or not all(map(_alike, first, second)):
        return
    at = 0
    for inside, group in groupby(first, str.isalnum):
        end = at + len(list(group))
        run = Run(first[at:end], second[at:end], first[end : end + 1])
        pairs = zip(run.first, run.second, strict=True)
        if inside and any(mine != its and mine.isdigit() for mine, its in pairs):
            yield run
        at = end


def _alike(mine: str, its: str) -> bool:
    return mine.casefold() == its.casefold() or its in LOOKS.get(mine, "")


def _is_spelt(run: Run) -> bool:
    if not run.second.isalpha():
        return False
    if run.first == "1" and run.after in ELISION and run.after:
        return True
    figures = {c for c in run.first if c.isdigit()}
    letters = "".join(c for c in run.first if c.isalpha())
    named = run.second.casefold() in _frequent()
    capitals = figures == {"0"} and letters.isupper()
    small = figures == {"1"} and letters[1:].islower() and not run.first.startswith("1")
    return named or (len(run.second) >= SHORTEST and (capitals or small))


def _begins_with_l(run: Run) -> bool:
    """Whether it is a long word of small letters whose l before a vowel was read as a 1."""
    rest = run.first[1:]
    begins = run.first.startswith("1") and len(run.first) > SHORTEST and rest[0] in VOWELS
    return begins and rest.islower() and rest.isalpha() and run.second.startswith("l")


@cache
def _frequent() -> frozenset[str]:
    return frozenset(word for code in ALL for word in language_data(code).words)
