"""Seals and emblems that were found as lines of text, told from short large words."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from chartlift.languages import script_letters
from chartlift.reading.lines import is_short, may_tell

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chartlift.reading.lines import Line
    from chartlift.reading.strips import Strip
    from chartlift.reading.tokens import Token

TALL, HUGE, STOUT, USUAL = 1.5, 3.0, 2.5, 5
"""Heights of the page's usual line from which, and widths over heights under which a line with so
few characters as a speck is part of a seal or an emblem: of 20 on 80 drawn pages none is text. What
may be a result or its flag must be huge. Lines from which on a page has a usual height."""
SURE, FEWEST = 0.6, 2
"""Confidence of a word, and its Khmer letters, from which what looks like a seal and like Khmer is
text: of the five large headings of 64 that do all have such a word, from .90; of the three seals on
30 drawn pages that do none has, the surest .49."""


def without_drawings(
    lines: Sequence[Line], read: Callable[[Sequence[Strip]], Sequence[Sequence[Token]]]
) -> tuple[Line, ...]:
    """The lines without seals and emblems, of which a reader makes a figure or nothing.

    Args:
        lines: all lines of a page.
        read: reads as Khmer those that look like a seal and like Khmer; not asked without any.
    """
    usual = median(line.box.height for line in lines) if len(lines) >= USUAL else np.inf
    drawn = [n for n, line in enumerate(lines) if _is_drawing(line, usual)]
    asked = [n for n in drawn if lines[n].khmer]
    answers = read([lines[n].strip for n in asked]) if asked else ()
    words = {n for n, tokens in zip(asked, answers, strict=True) if any(map(_is_word, tokens))}
    return tuple(line for n, line in enumerate(lines) if n not in drawn or n in words)


def _is_drawing(line: Line, usual: float) -> bool:
    tall = line.box.height > (HUGE if may_tell(line) else TALL) * usual
    return tall and line.box.width < STOUT * line.box.height and is_short(line)


def _is_word(token: Token) -> bool:
    return token.confidence >= SURE and script_letters([token.text])["khm"] >= FEWEST
