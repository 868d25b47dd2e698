"""The answer of a line recogniser that gives one column of probabilities every few pixels.

Method: Graves et al., "Connectionist temporal classification" (ICML 2006), the likeliest path.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from chartlift.ocr.protocol import Character

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

BLANK = 0
"""The class that stands between two characters."""


def decode(
    chances: NDArray[np.float32], characters: Sequence[str], step: float
) -> tuple[Character, ...]:
    """The likeliest character of each column, repetitions and blanks left out.

    Args:
        chances: probabilities of shape (columns, classes); class 0 is the blank.
        characters: what each class stands for.
        step: pixels between two columns, in the line's own picture.
    """
    best = chances.argmax(axis=1)
    edges = np.flatnonzero(np.diff(best, prepend=-1, append=-1))
    starts, numbers = edges[:-1], best[edges[:-1]]
    highest = np.maximum.reduceat(chances.max(axis=1), starts)
    places = (starts + edges[1:]) / 2 * step
    return tuple(
        Character(characters[number], round(chance, 4), place)
        for number, chance, place in zip(
            numbers.tolist(), highest.tolist(), places.tolist(), strict=True
        )
        if number != BLANK
    )
