"""How a page's own words stand on it: level, on their side or on their head."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chartlift.model import Box, Word

Quarters = Literal[0, 90, 180, 270]

TOLD_BY = 3
"""Characters from which a word is longer than it is high."""
ON_ITS_HEAD = 0.8
"""Share of the steps along lines that lead to the left on a page that stands on its head; a form
whose entries are written right to left has steps to the right inside them."""


def turn_of(words: Sequence[Word]) -> Quarters:
    """Degrees clockwise by which the page is turned for its words to stand upright.

    Args:
        words: the page's words in the order of its text, boxes in pixels of the page.
    """
    shapes = [word.box.height > word.box.width for word in words if len(word.text) >= TOLD_BY]
    standing = 2 * sum(shapes) > len(shapes)
    steps = [step for a, b in pairwise(words) if (step := _step(a.box, b.box, standing))]
    backwards = sum(step < 0 for step in steps)
    if standing:
        return 90 if 2 * backwards > len(steps) else 270
    return 180 if backwards > ON_ITS_HEAD * len(steps) else 0


def _step(box: Box, after: Box, standing: bool) -> float:
    """How far a line goes on from one word to the next; 0 where they are not on one line."""
    if standing:
        shared = min(box.right, after.right) - max(box.left, after.left)
        thick = min(box.width, after.width)
        on = after.center[1] - box.center[1]
    else:
        shared = min(box.bottom, after.bottom) - max(box.top, after.top)
        thick = min(box.height, after.height)
        on = after.center[0] - box.center[0]
    return on if 2 * shared > thick else 0.0
