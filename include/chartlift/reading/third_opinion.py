"""What the reader of Latin read where the readers of Khmer are in doubt: a letter, or a unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chartlift.reading.belief import has_digit
from chartlift.reading.khmer_words import AGREED, DOUBTED, NAMED
from chartlift.reading.measures import is_unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chartlift.ocr.protocol import Character
    from chartlift.reading.tokens import Token

SURE = 0.75
"""Mean probability from which a unit of measure is taken for what was read as Khmer figures."""
AROUND = 0.1
"""How far from a word's box its characters may stand, in heights of the line."""
STRANGE = "|!()[]{}*/\\«»‹›"
"""What is read beside figures where there are none."""


def with_latin(
    tokens: Sequence[Token], characters: Sequence[Character], start: float, engine: str
) -> tuple[Token, ...]:
    """The words of a Khmer stretch, the Latin ones believed where a third engine reads them too.

    Figures with odd signs, or in doubt, for which it reads a unit of measure, are that unit, in
    doubt.

    Args:
        tokens: the stretch's words.
        characters: what the reader of Latin read in the whole line.
        start: where in the line the stretch begins, in pixels.
        engine: the reader's name.
    """
    return tuple(_settled(token, characters, start, engine) for token in tokens)


def _settled(token: Token, characters: Sequence[Character], start: float, engine: str) -> Token:
    slack, box = AROUND * token.strip.height, token.box
    left, right = start + box.left - slack, start + box.right + slack
    there = [c for c in characters if left <= c.place <= right]
    text = "".join(c.text for c in there).strip()
    doubted = token.confidence < DOUBTED
    if doubted and text == token.text and text.isascii() and text.isalpha():
        return token._replace(confidence=AGREED, other=None)
    odd = has_digit(token.text) and (doubted or any(sign in token.text for sign in STRANGE))
    if odd and is_unit(text) and sum(c.probability for c in there) >= SURE * len(there):
        return token._replace(text=text, confidence=NAMED, engine=engine, other=token.text)
    return token
