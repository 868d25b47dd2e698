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
"""From which value on, which other value."""

AGREED: Scale = ((0.95, 0.97), (0.80, 0.95), (0.50, 0.90), (0.0, 0.70))
NUMBER: Scale = ((0.99, 0.95), (0.95, 0.87), (0.90, 0.70), (0.0, 0.50))
WORD: Scale = ((0.95, 0.95), (0.90, 0.90), (0.70, 0.75), (0.0, 0.60))
"""Confidence of a second reading by its least sure character."""
TAKE_NUMBER: Scale = ((0.90, 0.95), (0.80, 0.80), (0.0, 0.0))
TAKE_WORD: Scale = ((0.80, 0.70), (0.0, 0.50))
"""How sure the second reading's least sure character must be for it to be taken where the first
engine, on its own scale, was as sure as that."""
TAKE_SIGN = 0.95
"""The same for signs without a letter or digit: a dash is easily read as a point."""
TAKE_FROM_SIGN = 0.80
"""The same for what the first engine read as mere signs, as it reads specks and strokes."""
TAKE_GLUED = 0.90
"""The same for words that the second engine read without the space between them."""
TAKE_NEW = 0.90
"""The same for what the first engine did not see."""
TAKE_MARK = 0.99
"""The same for another decimal mark, which the second engine easily misreads."""
UNSURE = 0.50
"""Confidence of a number that is kept though the second engine read another."""
DOUBTED = 0.80
"""Confidence under which the reading that was not taken is kept beside the other."""
SPECK = "."
"""What the second engine reads a speck beside a word as."""
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
    number = _has_digit(first + second)
    glued = not number and len(tokens) < len(words)
    seen = min(word.confidence for word in words)
    alike = _bare(first) == _bare(second)
    if alike or _bare(first) == _bare(second).strip(SPECK):
        apart = alike and first != second and not glued
        return Belief(apart, max(seen, _on(AGREED, lowest)))
    if _one_mark(first) == _one_mark(second) and _marks(first + " " + second):
        return _by_mark(first, second, mark, lowest)
    needed = max(_needed(first, second, seen), TAKE_GLUED if glued else 0.0)
    if lowest < needed:
        return Belief(False, UNSURE if number else None, second if _says(second) else None)
    return _taken(first, second, lowest)


def usual_mark(texts: Iterable[str]) -> str | None:
    """The decimal mark that most numbers have; None where it is unclear."""
    marks = [mark for text in texts for mark in _marks(text)]
    points, commas = marks.count("."), marks.count(",")
    if max(points, commas) < MOSTLY * max(1, min(points, commas)):
        return None
    return "." if points > commas else ","


def _taken(first: str, second: str, lowest: float) -> Belief:
    """The second reading, with the first beside it where it is in doubt itself."""
    if _has_digit(second) and not _has_digit(first) and (len(first) == 1 or not _says(first)):
        lowest = 0.0  # an arrow becomes a 1, a percent sign 96
    confidence = _on(NUMBER if _has_digit(first + second) else WORD, lowest)
    return Belief(True, confidence, first if confidence < DOUBTED else None)


def _new(second: str, lowest: float) -> Belief:
    if lowest < TAKE_NEW or not _says(second):
        return UNCHANGED
    return Belief(True, _on(NUMBER if _has_digit(second) else WORD, lowest))


def _by_mark(first: str, second: str, mark: str | None, lowest: float) -> Belief:
    """Readings that differ in points and commas alone: the page's usual mark decides."""
    fits = [mark is not None and set(_marks(text)) == {mark} for text in (first, second)]
    if fits[0] != fits[1]:
        return Belief(fits[1], _on(AGREED, lowest))
    taken = lowest >= TAKE_MARK
    return Belief(taken, UNSURE, first if taken else second)


def _needed(first: str, second: str, seen: float) -> float:
    """How sure the second of two disagreeing readings must be to be taken."""
    if not _says(first):
        return TAKE_FROM_SIGN if _says(second) else TAKE_SIGN
    return _on(TAKE_NUMBER if _has_digit(first + second) else TAKE_WORD, seen)


def _on(scale: Scale, value: float) -> float:
    return next(result for least, result in scale if value >= least)


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
