"""Numbers beside Khmer that lost a figure: where two readers part one, neither may have read it.

A Khmer figure behind a decimal point is easily left to a reader of Latin, or to none.
"""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, NamedTuple

from chartlift.reading.nines import is_beside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chartlift.model import Box
    from chartlift.reading.tokens import Token

MARKS = frozenset(".,")
TORN = 0.20
"""How far such words are believed at most: of nine such numbers in four Khmer fonts one was right;
54 drawn tuning pages have none."""
TOUCH = 0.3
"""Paper up to which two words are one, in heights of the lower: points stand up to .24 from their
figures, words from .4 on."""
LEVEL = 0.4
"""Share of that height on which both stand at least."""


class Part(NamedTuple):
    """What may be a part of a number."""

    number: int
    """Which of the words it is."""
    text: str
    place: Box
    is_khmer: bool
    """Whether it stands in a Khmer stretch."""


def with_torn_in_doubt(latin: Sequence[Token], khmer: Sequence[Token]) -> tuple[Token, ...]:
    """All words, in doubt those that are numbers with a bare mark at an end, or part of another.

    What touches such a mark is in doubt as well. Away from Khmer all stay as they were read.

    Args:
        latin: the page's words outside its Khmer stretches.
        khmer: those inside.
    """
    words, count = (*latin, *khmer), len(latin)
    if not khmer:
        return words
    places = [token.place for token in words]
    parts = [
        Part(number, token.text, places[number], number >= count)
        for number, token in enumerate(words)
        if _may_be_part(token.text)
    ]
    amid = {
        part.number
        for part in parts
        if part.is_khmer or any(is_beside(part.place, place) for place in places[count:])
    }
    torn = {p.number for p in parts if p.number in amid and _is_bare(p, places)}
    for left, right in permutations(parts, 2):
        both = {left.number, right.number}
        if both & amid and _is_joint(left, right) and _touch(left.place, right.place):
            torn |= both
    return tuple(
        token._replace(confidence=min(token.confidence, TORN)) if number in torn else token
        for number, token in enumerate(words)
    )


def _may_be_part(text: str) -> bool:
    return any(c.isdecimal() for c in text) or text[:1] in MARKS or text[-1:] in MARKS


def _is_bare(part: Part, places: Sequence[Box]) -> bool:
    """Whether it is a number with a mark at an end of it; the number of a list's entry is whole."""
    text = part.text
    if text[:1] in MARKS and text[1:2].isdecimal():
        return True
    return (
        text[-1:] in MARKS
        and text[-2:-1].isdecimal()
        and (part.is_khmer or any(_is_left_of(place, part.place) for place in places))
    )


def _is_joint(left: Part, right: Part) -> bool:
    """Whether two words are one number, if nothing parts them, and not of one reading."""
    ends = left.text[-1:], right.text[:1]
    if not any(end.isdecimal() for end in ends):
        return False
    if all(end.isdecimal() for end in ends):
        return left.is_khmer != right.is_khmer
    return ends[0] in MARKS or ends[1] in MARKS


def _touch(left: Box, right: Box) -> bool:
    gap = right.left - left.right
    return _is_left_of(left, right) and gap <= TOUCH * min(left.height, right.height)


def _is_left_of(box: Box, other: Box) -> bool:
    level = min(box.bottom, other.bottom) - max(box.top, other.top)
    return box.left < other.left and level >= LEVEL * min(box.height, other.height)
