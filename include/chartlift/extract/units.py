"""Reading a printed unit: which UCUM units its letters can stand for."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import NamedTuple

from chartlift import vocab
from chartlift.extract import patterns
from chartlift.extract.text import fold_digits
from chartlift.vocab import Unit

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹μ,", "0123456789u.")
_LOOKALIKES = str.maketrans({"i": "1", "l": "1", "|": "1", "o": "0", "q": "g"})

LONGEST = 6
"""Most words one printed unit has."""


class UnitReading(NamedTuple):
    """The units a spelling can stand for, most likely first, and whether a letter was guessed."""

    options: tuple[Unit, ...]
    substituted: bool


def _key(printed: str) -> str:
    text = patterns.ZERO_WIDTH.sub("", fold_digits(printed)).translate(_SUPERSCRIPTS)
    text = text.replace(" ", "").rstrip(".,;:")
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1]
    return patterns.POWER.sub(r"10*\1", text)


def _confusable(key: str) -> str:
    """A key without what scans lose or confuse: the slash, a tail of µ, letters like digits."""
    text = patterns.GUESSED_POWER.sub(r"10*\1", key)
    text = text.lower().replace("rn", "m").replace("pu", "u").translate(_LOOKALIKES)
    return patterns.POWER.sub(r"10*\1", text).replace("/", "")


@cache
def _spellings() -> tuple[dict[str, tuple[Unit, ...]], ...]:
    exact: dict[str, tuple[Unit, ...]] = {}
    lower: dict[str, tuple[Unit, ...]] = {}
    confusable: dict[str, tuple[Unit, ...]] = {}
    for unit in vocab.units():
        for printed in unit.printed:
            key = _key(printed)
            for index, spelling in (
                (exact, key),
                (lower, key.lower()),
                (confusable, _confusable(key)),
            ):
                if unit not in index.get(spelling, ()):
                    index[spelling] = (*index.get(spelling, ()), unit)
    return exact, lower, confusable


@lru_cache(maxsize=16384)
def read_unit(printed: str) -> UnitReading | None:
    """What a printed unit stands for; None where it is no unit that is known."""
    exact, lower, confusable = _spellings()
    key = _key(printed)
    if not key:
        return None
    options = lower.get(key.lower(), ())
    if options:
        first = exact.get(key, ())
        return UnitReading((*first, *(u for u in options if u not in first)), substituted=False)
    guessed = confusable.get(_confusable(key), ()) if len(key) > 2 else ()
    return UnitReading(guessed, substituted=True) if guessed else None


@cache
def unit_of(ucum: str) -> Unit | None:
    """The unit of this UCUM code."""
    return next((unit for unit in vocab.units() if unit.ucum == ucum), None)


def kinds_of(ucums: Iterable[str | None]) -> frozenset[str]:
    """What the units measure; unknown codes and None are left out."""
    found = (unit_of(ucum) for ucum in ucums if ucum is not None)
    return frozenset(unit.kind for unit in found if unit is not None)
