"""Whether a line stands where what belongs to another line stands: beside it or right below it."""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chartlift.extract.context import Line, Page
    from chartlift.model import Box, Point

_HIGHER = 0.6
"""Heights of a line that a value's middle may be above its label's: lines a row apart have 1.2."""
_LOWER = 3.0
"""Heights of a line that it may be below: lines that are set at double space have 2.4."""


def downwards(page: Page) -> Point:
    """The way from line to line on the page as it was scanned, of length 1: (0, 1) when upright.

    It is at right angles to the way from the first word to the last of the page's lines.
    """
    ends = [(line.tokens[0].box, line.tokens[-1].box) for line in page.lines if line.tokens]
    steps = [(first.center, last.center) for first, last in ends if first and last]
    across = sum(last[0] - first[0] for first, last in steps)
    along = sum(last[1] - first[1] for first, last in steps)
    length = hypot(across, along)
    return (-along / length, across / length) if length else (0.0, 1.0)


def follows(upper: Line, lower: Line, down: Point) -> bool:
    """Whether the second line stands beside the first or right below it.

    True where either has no boxes.

    Args:
        upper: the line read first.
        lower: the line read behind it.
        down: the way from line to line, as `downwards` tells it.
    """
    first = [token.box for token in upper.tokens if token.box]
    second = [token.box for token in lower.tokens if token.box]
    if not first or not second:
        return True
    height = max(_height(box, down) for box in [*first, *second])
    # The nearest words: a tilted line's ends are far apart in height.
    apart = _depth(second[0], down) - _depth(first[-1], down)
    return -_HIGHER * height <= apart <= _LOWER * height


def _height(box: Box, down: Point) -> float:
    return box.width * abs(down[0]) + box.height * abs(down[1])


def _depth(box: Box, down: Point) -> float:
    return box.center[0] * down[0] + box.center[1] * down[1]
