"""Drug names in a text, and the ATC code that a name, a route and a strength select."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Annotated, NamedTuple

from pydantic import Field
from rapidfuzz import fuzz, process

from chartlift.extract.phrases import fold_letters
from chartlift.finding import ATC, Coding
from chartlift.frozen import Frozen
from chartlift.vocab import Terms, load_table

_LONGEST_NAME = 8
_SHORTEST_GUESS = 5
_GUESS_SCORE, _GUESS_MARGIN = 88, 5
_MASS = (" mg", " g", " mcg")
_SHORT = 4
"""An abbreviation of up to so many letters counts in capitals only."""


class Drug(Frozen):
    """A drug as it is named, and a code; where routes or strengths stand, it is for these only."""

    name: str
    synonyms: Terms
    brands: Terms
    atc: Annotated[str, Field(pattern=r"^[A-V]\d\d[A-Z]{2}\d\d$")] | None
    routes: Terms
    strengths: Terms


class Mention(NamedTuple):
    """A drug's name in a text; `drug` is its name in the vocabulary."""

    start: int
    end: int
    drug: str | None
    guessed: bool = False
    """Whether the vocabulary's name is only close to what stands there."""


class _Word(NamedTuple):
    text: str
    start: int
    end: int


@cache
def _rows() -> dict[str, tuple[Drug, ...]]:
    rows: dict[str, tuple[Drug, ...]] = {}
    for row in load_table("drugs", Drug):
        rows[row.name] = (*rows.get(row.name, ()), row)
    return rows


@cache
def _index() -> dict[str, tuple[str, bool]]:
    """Folded name to the drug's name, and whether it counts in capitals only."""
    index: dict[str, tuple[str, bool]] = {}
    for row in load_table("drugs", Drug):
        for name in (row.name, *row.synonyms, *row.brands):
            capitals = len(name) <= _SHORT and name.upper() == name
            index[_key(name)] = (row.name, capitals)
    return index


@cache
def _guessable() -> tuple[str, ...]:
    return tuple(key for key in _index() if " " not in key and len(key) >= _SHORTEST_GUESS)


def _key(name: str) -> str:
    folded = fold_letters(name)
    if folded.isalnum():
        return folded
    return " ".join(word.text for word in words_of(name))


def words_of(text: str) -> tuple[_Word, ...]:
    """The words of a text in lower case without accents, and where each stands."""
    folded = fold_letters(text)
    words, start = [], None
    for at, character in enumerate(f"{folded} "):
        if character.isalnum():
            start = at if start is None else start
        elif start is not None:
            words.append(_Word(folded[start:at], start, at))
            start = None
    return tuple(words)


def find_names(text: str) -> Iterator[Mention]:
    """The drug names of the vocabulary in a text, left to right, the longest first."""
    words, at = words_of(text), 0
    while at < len(words):
        for count in range(min(_LONGEST_NAME, len(words) - at), 0, -1):
            start, end = words[at].start, words[at + count - 1].end
            found = _index().get(" ".join(word.text for word in words[at : at + count]))
            if found and (not found[1] or text[start:end].isupper()):
                yield Mention(start, end, found[0])
                at += count
                break
        else:
            at += 1


def guess_name(printed: str) -> str | None:
    """The one drug whose name is nearly what is printed; None where two are as near."""
    key = _key(printed)
    if len(key) < _SHORTEST_GUESS:
        return None
    near = process.extract(
        key, _guessable(), scorer=fuzz.ratio, score_cutoff=_GUESS_SCORE - 8, limit=6
    )
    if not near or near[0][1] < _GUESS_SCORE:
        return None
    if abs(len(near[0][0]) - len(key)) > 1:
        return None  # a name that is cut short may be another's beginning
    best = _index()[near[0][0]][0]
    others = [score for name, score, _ in near if _index()[name][0] != best]
    return best if not others or near[0][1] - others[0] >= _GUESS_MARGIN else None


def code_of(drug: str, *, route: str | None, strength: str | None) -> Coding | None:
    """The ATC code of a drug given this way; None where more than one could be meant.

    Args:
        drug: its name in the vocabulary.
        route: key of the route that is printed or that the form implies.
        strength: as normalised.
    """
    rows = [row for row in _rows()[drug] if row.atc and _fits(row, route, strength)]
    codes = {row.atc for row in rows}
    return Coding(system=ATC, code=str(rows[0].atc), display=drug) if len(codes) == 1 else None


def _fits(row: Drug, route: str | None, strength: str | None) -> bool:
    if row.strengths and strength not in row.strengths:
        return False
    if not row.routes:
        return True
    if route is None:
        return "oral" in row.routes and strength is not None and strength.endswith(_MASS)
    return route in row.routes
