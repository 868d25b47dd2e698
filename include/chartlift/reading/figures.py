"""Figures that were read for the letters they look like: `1'entrée`, `g1ucose`, `C0DE`.

Which of two readings is the word cannot be told by their shape alone: HbA1c is none in letters, and
1g is no lg. A figure gives way only where its neighbours leave no other reading.
"""

from __future__ import annotations

from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from chartlift.languages import ALL, language_data
from chartlift.reading.measures import is_unit
from chartlift.vocab import lab_tests, vital_signs

if TYPE_CHECKING:
    from collections.abc import Iterator

LOOKS = {"1": "liI", "0": "oO"}
"""The letters each figure is read for."""
LONG = 4
"""Characters from which a run that begins with a figure is rather a word."""
AMONG = 2
"""Letters on each side of a figure inside a word."""
DATED, ORDERS = "-/.", ((0, 1, 2), (1, 0, 2), (2, 1, 0))
"""What stands inside dates, and where day, month and year do."""
SHORT_YEAR, YEAR, DAYS, MONTHS = 2, 4, 31, 12
"""Figures of a year, and the last day and month."""
AROUND = " .,:;|()[]"
ELISION = "'’"
VOWELS = "aeiouyàâéèêëîïôöùûüh"


class Run(NamedTuple):
    """Letters and figures without anything between them, as two engines read them."""

    first: str
    second: str
    after: str
    """The two characters behind them, fewer at the end."""


def is_date(text: str) -> bool:
    """Whether it is a day, a month and a year in figures, in an order that papers have."""
    for mark in DATED:
        parts = text.strip(AROUND).split(mark)
        if len(parts) == len(ORDERS) and all(part.isdecimal() for part in parts):
            return any(_is_day(*(parts[place] for place in order)) for order in ORDERS)
    return False


def _is_day(day: str, month: str, year: str) -> bool:
    short = max(len(day), len(month)) <= SHORT_YEAR and len(year) in {SHORT_YEAR, YEAR}
    return short and 0 < int(day) <= DAYS and 0 < int(month) <= MONTHS


def spelt(text: str) -> str:
    """The text with the letter O of a name that papers print: a reader takes it for a figure.

    Beside figures and capitals the two look the same, as in SpO2. Shorter names look like codes.
    """
    bare = text.strip(AROUND)
    return text.replace(bare, _with_o().get(bare, bare)) if bare else text


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
        run = Run(first[at:end], second[at:end], first[end : end + 2])
        pairs = zip(run.first, run.second, strict=True)
        if inside and any(mine != its and mine.isdigit() for mine, its in pairs):
            yield run
        at = end


def _alike(mine: str, its: str) -> bool:
    return mine.casefold() == its.casefold() or its in LOOKS.get(mine, "")


def _is_spelt(run: Run) -> bool:
    if not run.second.isalpha():
        return False
    if run.first == "1":
        return run.after[:1] in ELISION and run.after[1:].isalpha()
    figures = {c for c in run.first if c.isdigit()}
    article = run.first.startswith("1") and run.second.startswith("l")
    if article and run.second.casefold() in _frequent():
        return True
    if figures == {"0"} and "".join(c for c in run.first if c.isalpha()).isupper():
        return run.first[0].isalpha() and run.first[-1].isalpha()
    return figures == {"1"} and _is_inside(run.first)


def _is_inside(text: str) -> bool:
    """Whether its figures stand among small letters: behind a word or name they may be a number.

    A single letter behind may be part of the name, as in HbA1c.
    """
    before, behind = text.split("1", 1)[0], text.rsplit("1", 1)[-1]
    if min(len(before), len(behind)) < AMONG or is_unit(behind):
        return False
    return before[1:].islower() and behind.islower()


def _begins_with_l(run: Run) -> bool:
    """Whether it is a long word of small letters whose l before a vowel was read as a 1."""
    rest = run.first[1:]
    begins = run.first.startswith("1") and len(run.first) >= LONG and rest[0] in VOWELS
    return begins and rest.islower() and rest.isalpha() and run.second.startswith("l")


@cache
def _with_o() -> dict[str, str]:
    """Names of vital signs and tests with a figure beside an O, by what they are read for."""
    signs = (name for sign in vital_signs() for name in sign.synonyms)
    tests = (name for test in lab_tests() for name in (*test.synonyms_en, *test.synonyms_fr))
    names = sorted(name for name in {*signs, *tests} if "O" in name and name.isalnum())
    mixed = (name for name in names if len(name) >= LONG and not name.isalpha())
    return {name.replace("O", "0"): name for name in mixed}


@cache
def _frequent() -> frozenset[str]:
    return frozenset(word for code in ALL for word in language_data(code).words)
