"""Khmer figures that a reader of Latin is sure of: ១ and ០ look like 9 and 0."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chartlift.reading.belief import has_khmer_digit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chartlift.model import Box
    from chartlift.reading.tokens import Token

LATIN = "90"
KHMER = str.maketrans(LATIN, "១០")
LATIN_ALL_THE_SAME = 0.20
"""How often such figures beside Khmer are 9 and 0, on a page that has Khmer figures: 1 of 5 on 115
drawn tuning pages, 3 were Khmer, one was no figure. Two engines were sure of 90 for ១០."""
BESIDE = 1.5
"""How far Khmer stands from them at most, in their heights: there .2 to 1.2, other Khmer from 6."""
LEVEL = 0.4
"""Share of their height on which it stands at least."""


def nines_beside_khmer(tokens: Sequence[Token], khmer: Sequence[Token]) -> tuple[Token, ...]:
    """The words, figures that may be Khmer ones in doubt, with those as the other reading.

    Args:
        tokens: the page's words outside its Khmer stretches.
        khmer: those inside.
    """
    if not any(has_khmer_digit(token.text) for token in khmer):
        return tuple(tokens)
    places = [token.place for token in khmer]
    return tuple(_as_khmer(token, places) for token in tokens)


def _as_khmer(token: Token, places: Sequence[Box]) -> Token:
    nines = token.text.startswith("9") and not token.text.strip(LATIN)
    if not nines or not any(is_beside(token.place, place) for place in places):
        return token
    confidence = min(token.confidence, LATIN_ALL_THE_SAME)
    return token._replace(confidence=confidence, other=token.text.translate(KHMER))


def is_beside(box: Box, other: Box) -> bool:
    """Whether another word stands on the same level, near one, left or right."""
    level = min(box.bottom, other.bottom) - max(box.top, other.top)
    gap = max(other.left - box.right, box.left - other.right)
    return level >= LEVEL * box.height and gap <= BESIDE * box.height
