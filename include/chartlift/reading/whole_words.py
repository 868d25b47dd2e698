"""Words of a line that are Khmer in part only, as their columns have it: a word is of one script.

Columns tell scripts by what stands around them, and so not to the letter: the last letter of a
Khmer word is left as a Latin figure, the first ones of a Latin word are taken for Khmer. A word
that both scripts share is Latin where all of it is read with certainty, else Khmer. Measured on
26,400 letters and figures of known script (80 drawn tuning pages): Khmer ones left to Latin 205
before, 102 after; Latin ones left to Khmer 85 before, 59 after.
"""

from __future__ import annotations

import math
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from chartlift.reading.measures import is_unit
from chartlift.vocab import lab_tests

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chartlift.ocr.protocol import Character

Stretch = tuple[float, float]

BETWEEN = frozenset(" :;.,()/-[]=+*!|'\"")
"""What stands between words."""
GAP = 0.35
"""Paper that parts words where no space was read, in heights of the line."""
CERTAIN, LEAST = 0.94, 0.97
"""Mean probability of its characters from which a shared word is Latin, and that of the least sure
one of a short word of small letters."""
SHORT, LONG = 3, 5
"""Characters from which such a word may be Latin, and from which it is not short."""
MOSTLY, LIKELY = 0.34, 0.80
"""Share of its characters in Khmer columns up to which a long word is Latin, and its mean
probability then; that of a unit of measure too."""
COVERED = 0.2
"""Share of its characters in Khmer columns from which a word that is not Latin is Khmer."""
FIGURES = 0.95
"""Probability from which each figure of a number stays Latin though Khmer touches it."""
NAMED = 0.75
"""Mean probability from which the short name of a test is one, though its columns say Khmer."""
LAST = 0.90
"""Probability under which what stands by itself before a colon is the last letter of the Khmer word
before it, where a space was read that is not there."""
LONE, BESIDE = 0.96, 1.5
"""Probability from which a capital by itself behind Latin is Latin, and how near it must be, in
heights of the line."""
HALF, REST = 0.25, 0.3
"""Half a letter, and what is left of a stretch at least, in heights of the line."""


class Word(NamedTuple):
    """Characters without space between them."""

    characters: tuple[Character, ...]
    left: float
    right: float
    is_labelled: bool
    """Whether it is one character with a colon behind it."""

    @property
    def text(self) -> str:
        """What was read."""
        return "".join(c.text for c in self.characters)

    @property
    def certainty(self) -> float:
        """Mean probability of its characters."""
        return sum(c.probability for c in self.characters) / len(self.characters)


def with_whole_words(
    stretches: Sequence[Stretch],
    characters: Sequence[Character],
    gaps: Sequence[Stretch],
    height: float,
) -> tuple[Stretch, ...]:
    """The Khmer stretches of a line, with no word of letters both inside and outside of them.

    Args:
        stretches: what of the line is Khmer by its columns.
        characters: what was read in it as Latin.
        gaps: where there is no ink.
        height: of the line, in pixels.
    """
    if not stretches:
        return ()
    khmer, latin = list(stretches), []
    before: Character | None = None
    end = -math.inf
    for word in _words(characters, gaps, height):
        inside = [_is_in(c, stretches) for c in word.characters]
        if all(inside) and (_is_name(word) or _is_lone(word, before, BESIDE * height)):
            latin.append((word.left, word.right))
        elif any(inside) and not all(inside):
            if _is_name(word) or _is_latin(word, sum(inside)):
                latin.append((word.left, word.right))
            elif not _stands_alone(word, inside):
                khmer.append((word.left, word.right))
        elif word.is_labelled and word.certainty < LAST and word.left - end < height:
            khmer.append((end, word.right))
        end = word.characters[-1].place if inside[-1] else -math.inf
        before = word.characters[-1] if not inside[-1] else None
    return tuple(_without(_joined(khmer), latin, REST * height))


def _words(
    characters: Sequence[Character], gaps: Sequence[Stretch], height: float
) -> Iterator[Word]:
    wide = [(a + b) / 2 for a, b in gaps if b - a >= GAP * height]
    told = [c for c in characters if c.text]

    def key(character: Character) -> tuple[bool, int]:
        return character.text in BETWEEN, sum(at < character.place for at in wide)

    place = 0
    for (is_between, _), group in groupby(told, key):
        part = tuple(group)
        first, last = place, place + len(part) - 1
        place = last + 1
        if is_between:
            continue
        left, right = part[0].place - HALF * height, part[-1].place + HALF * height
        if first:
            left = max(left, (told[first - 1].place + part[0].place) / 2)
        if place < len(told):
            right = min(right, (told[place].place + part[-1].place) / 2)
        colon = len(part) == 1 and [c.text for c in told[place : place + 1]] == [":"]
        yield Word(part, left, right, colon)


def _is_in(character: Character, stretches: Sequence[Stretch]) -> bool:
    return any(start <= character.place < end for start, end in stretches)


def _is_latin(word: Word, inside: int) -> bool:
    length, least = len(word.characters), min(c.probability for c in word.characters)
    likely = (length >= LONG and inside <= MOSTLY * length) or is_unit(word.text)
    if likely and word.certainty >= LIKELY:
        return True
    whole = length >= LONG or word.text.isupper() or least >= LEAST
    return length >= SHORT and word.certainty >= CERTAIN and whole


def _is_name(word: Word) -> bool:
    """Whether it is the short name of a test, as in WBC."""
    capitals = word.text.upper() if word.text[1:].isupper() else word.text
    return word.certainty >= NAMED and capitals in short_names()


def _is_lone(word: Word, before: Character | None, near: float) -> bool:
    """Whether it is a capital by itself close behind Latin, as in Vitamin C or 1.5 L."""
    first = word.characters[0]
    beside = before is not None and first.place - before.place < near
    lone = len(word.characters) == 1 and word.text.isupper()
    return beside and lone and first.probability >= LONE


def _stands_alone(word: Word, inside: Sequence[bool]) -> bool:
    """Whether what is outside of Khmer in it is Latin by itself: a unit, a number, most of it.

    One figure alone is a number before Khmer, but rather a Khmer letter behind it.
    """
    outside = [c for c, hidden in zip(word.characters, inside, strict=True) if not hidden]
    text = "".join(c.text for c in outside)
    figures = text.rstrip("%")
    least = min(c.probability for c in outside)
    several = len(text) > 1 or not inside[0]
    number = several and figures.isdigit() and least >= FIGURES
    sure = len(text) >= SHORT and least >= LEAST
    return sum(inside) < COVERED * len(inside) or is_unit(text) or number or sure


def _joined(stretches: Sequence[Stretch]) -> list[Stretch]:
    joined: list[Stretch] = []
    for start, end in sorted(stretches):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _without(stretches: Sequence[Stretch], parts: Sequence[Stretch], least: float) -> list[Stretch]:
    """The stretches without some parts; of one that is parted no rest narrower than the least."""
    left = list(stretches)
    for start, end in parts:
        left = [
            piece
            for a, b in left
            for piece in ([(a, b)] if end <= a or start >= b else [(a, start), (end, b)])
            if (end <= a or start >= b) or piece[1] - piece[0] > least
        ]
    return left


@cache
def short_names() -> frozenset[str]:
    """Names of three letters and figures or more, two of them capitals, that tests have."""
    names = (name for test in lab_tests() for name in (*test.synonyms_en, *test.synonyms_fr))
    return frozenset(
        name
        for name in names
        if len(name) >= SHORT and name.isalnum() and name.isascii() and _capitals(name) > 1
    )


def _capitals(name: str) -> int:
    return sum(character.isupper() for character in name)
