"""Halves and quarters of a tablet: ½ is read as 12 by a reader that does not know it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from chartlift.reading.belief import UNSETTLED
from chartlift.reading.strips import ink_of, tighten

if TYPE_CHECKING:
    from chartlift.reading.tokens import Token

FRACTIONS = {"12": "½", "14": "¼", "34": "¾"}
SLASHES = "/½¼¾"
END = 0.08
"""Share of the sign's width at each end that its slash does not reach."""
WIDEST = 1.25
"""Width of a fraction in heights at most; two figures on a line have 1.3 to 1.4, in narrow type
1.15."""
APART = 0.25
"""How far the first figure's foot is above the second's, and its head above the other's, at least,
in heights of the sign; figures on one line are level to .1."""


def as_fraction(token: Token) -> Token:
    """The word as a fraction, in doubt, where its first figure stands high and its second low."""
    text = "".join(sign for sign in token.text if sign not in SLASHES)
    if text not in FRACTIONS or not _is_staggered(token):
        return token
    confidence = min(token.confidence, UNSETTLED)
    # The second engine does not know it either.
    found = token._replace(text=FRACTIONS[text], lowest=1.0, confidence=confidence)
    return found._replace(other=token.text)


def _is_staggered(token: Token) -> bool:
    ink = ink_of(token.strip.pixels)
    # Measured on the ink itself: a word's box may be wider or higher than what it holds.
    left, top, right, bottom = tighten(token.box, ink)
    width, height = right - left, bottom - top
    if width > WIDEST * height:
        return False
    part = ink[top:bottom, left:right]
    end = max(1, round(END * width))
    first, last = (np.flatnonzero(side.any(axis=1)) for side in (part[:, :end], part[:, -end:]))
    if not len(first) or not len(last):
        return False
    least = APART * height
    return bool(last[-1] - first[-1] >= least and last[0] - first[0] >= least)
