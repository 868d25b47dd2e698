"""What is believed where a place was read twice, by two engines.

The engines' scales are never compared. Each confidence given here is how often such a reading was
right on pages with a known truth (docs/adr/0003-rereading.md), told by the second engine's least
sure character. Where the first engine was in doubt and the two disagree, it is nearly always the
wrong one: the second reading is kept, at a confidence that sends it to a person unless it is sure.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chartlift.model import Box, Word

Scale = tuple[tuple[float, float], ...]
"""From which probability of the least sure character on, which confidence."""

AGREED: Scale = ((0.95, 0.97), (0.80, 0.92), (0.0, 0.75))
NUMBER: Scale = ((0.99, 0.92), (0.95, 0.82), (0.0, 0.50))
WORD: Scale = ((0.95, 0.95), (0.90, 0.90), (0.70, 0.70), (0.0, 0.60))
TAKEN_WORD = 0.50
"""Probability from which a second reading without digits is taken at all."""
TAKEN_SIGN = 0.95
"""The same for signs without a letter or digit: a dash is easily read as a point."""
NEW = 0.90
"""Probability from which something the first engine did not see is taken."""
DOUBTED = 0.80
"""Confidence under which the reading that was not taken is kept beside the other."""
MARKS = ",."
MOSTLY = 3
"""How many times as often as the other a decimal mark must stand on a page to be its usual one."""


class Token(NamedTuple):
    """A word of the second reading."""

    text: str
    lowest: float
    """Probability of its least sure character."""
    box: Box
    """In pixels of the raster."""


class Belief(NamedTuple):
    """What is believed of one place: the words of one of its readings."""

    second: bool
    """Whether it is the second reading's words."""
    confidence: float | None
    """None where the words keep their own."""
    other: str | None = None
    """The reading that was not taken, where neither is trusted."""


DROPPED = Belief(second=True, confidence=None)
UNCHANGED = Belief(second=False, confidence=None)


def settle(words: Sequence[Word], tokens: Sequence[Token], mark: str | None) -> Belief:
    """What is believed of two readings of one place.

    Args:
        words: the first reading; none where it saw nothing.
        tokens: the second reading; none where it saw nothing.
        mark: the page's usual decimal mark, where it is known.
    """
    first, second = (" ".join(part.text for part in parts) for parts in (words, tokens))
    if not tokens:
        return UNCHANGED if _says(first) else DROPPED
    lowest = min(token.lowest for token in tokens)
    if not words:
        return _new(second, lowest)
    if _bare(first) == _bare(second):
        return Belief(first != second, _on(AGREED, lowest))
    if _one_mark(first) == _one_mark(second) and _marks(first + " " + second):
        return _by_mark(first, second, mark, lowest)
    return _disagreeing(first, second, lowest)


def usual_mark(texts: Iterable[str]) -> str | None:
    """The decimal mark that most numbers have; None where it is unclear."""
    marks = [mark for text in texts for mark in _marks(text)]
    points, commas = marks.count("."), marks.count(",")
    if max(points, commas) < MOSTLY * max(1, min(points, commas)):
        return None
    return "." if points > commas else ","


def _new(second: str, lowest: float) -> Belief:
    if lowest < NEW or not _says(second):
        return UNCHANGED
    return Belief(True, _on(NUMBER if _has_digit(second) else WORD, lowest))


def _by_mark(first: str, second: str, mark: str | None, lowest: float) -> Belief:
    """Readings that differ in points and commas alone: the page's usual mark decides."""
    fits = [mark is not None and set(_marks(text)) == {mark} for text in (first, second)]
    if fits[0] == fits[1]:
        return Belief(True, _on(NUMBER, 0.0), first)
    return Belief(fits[1], _on(AGREED, lowest))


def _disagreeing(first: str, second: str, lowest: float) -> Belief:
    number = _has_digit(first + second)
    least = TAKEN_WORD if _says(first + second) else TAKEN_SIGN
    if not number and lowest < least:
        return Belief(False, None, second if _says(second) else None)
    if len(first) == len(second) == 1 and _has_digit(first) != _has_digit(second):
        lowest = 0.0
    confidence = _on(NUMBER if number else WORD, lowest)
    return Belief(True, confidence, first if confidence < DOUBTED else None)


def _on(scale: Scale, lowest: float) -> float:
    return next(confidence for least, confidence in scale if lowest >= least)


def _says(text: str) -> bool:
    """Whether there is a letter or digit in it, not only what specks are read as."""
    return any(character.isalnum() for character in text)


def _has_digit(text: str) -> bool:
    """Whether a digit as the second engine knows it, none of Khmer, is in it."""
    return any("0" <= character <= "9" for character in text)


def _bare(text: str) -> str:
    return text.replace(" ", "")


def _one_mark(text: str) -> str:
    return _bare(text).replace(MARKS[0], MARKS[1])


def _marks(text: str) -> list[str]:
    """The points and commas between two digits."""
    return [
        mark
        for (before, mark), (_, after) in pairwise(pairwise(text))
        if mark in MARKS and before.isdigit() and after.isdigit()
    ]
