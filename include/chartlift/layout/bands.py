"""Tables of which only the rows are ruled: groups of like rulings, one below the other."""

from __future__ import annotations

from bisect import bisect
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chartlift.layout.pieces import Rect, Segment
    from chartlift.layout.rulings import Rulings

LEAST_RULES, LEAST_FRAMED, LEAST_WALLS = 4, 2, 2
SAME_END = 1.5
"""How far the ends of like rulings may be apart, in usual word heights."""
LEAST_TALL, MOST_TALL = 1.2, 10.0
"""Heights of the lowest and the tallest row, in usual word heights."""
MOST_LINES = 3.2
"""Height of the tallest row, in heights of the lowest one."""


class Bands(NamedTuple):
    """Rulings that begin and end alike, a row between each two: more where one was not found."""

    left: float
    right: float
    """Between which the text of rows stands; a little more than the rulings."""
    rules: tuple[float, ...]
    """Where they stand, from top to bottom."""
    tallest: float
    """Height of the tallest row; what stands between rulings farther apart is several rows."""

    def holds(self, rect: Rect) -> bool:
        """Whether a line of text stands between the first ruling and the last, all of it."""
        y = rect.middle[1]
        across = self.left < rect.left and rect.right < self.right
        return across and self.rules[0] < y < self.rules[-1]

    def has_row(self, rect: Rect) -> bool:
        """Whether a line of text stands between two rulings that hold one row."""
        below = bisect(self.rules, rect.middle[1])
        return self.holds(rect) and self.rules[below] - self.rules[below - 1] <= self.tallest

    def between(self, upper: float, lower: float) -> bool:
        """Whether a ruling parts two heights."""
        return bisect(self.rules, upper) != bisect(self.rules, lower)


def find_bands(rulings: Sequence[Rulings], height: float) -> list[Bands]:
    """The groups of horizontal rulings that begin and end alike.

    A frame holds those that meet its walls; without walls at least four make a group.

    Args:
        rulings: those that belong to no grid, in groups that meet each other, in upright pixels.
        height: the usual height of a word.
    """
    framed = [sorted(group.across) for group in rulings if len(group.down) >= LEAST_WALLS]
    rest = (group for group in rulings if len(group.down) < LEAST_WALLS)
    loose = sorted(rule for group in rest for rule in group.across)
    groups: list[list[Segment]] = []
    for rule in loose:
        home = next((group for group in groups if _alike(group[-1], rule, height)), None)
        if home is None:
            groups.append([rule])
        else:
            home.append(rule)
    parts = [part for group in groups for part in _apart(group, height)]
    ruled = [part for part in parts if len(part) >= LEAST_RULES]
    ruled += [group for group in framed if len(group) >= LEAST_FRAMED]
    return [_bands(group, height) for group in ruled]


def _alike(upper: Segment, lower: Segment, height: float) -> bool:
    apart = max(abs(upper.start - lower.start), abs(upper.end - lower.end))
    return apart <= SAME_END * height and lower.place - upper.place <= MOST_TALL * height


def _apart(group: list[Segment], height: float) -> list[list[Segment]]:
    """The group parted where no row is so tall."""
    tallest, parts = _tallest(group, height), [group[:1]]
    for upper, lower in pairwise(group):
        if lower.place - upper.place > tallest:
            parts.append([])
        parts[-1].append(lower)
    return parts


def _bands(group: list[Segment], height: float) -> Bands:
    left = min(rule.start for rule in group) - SAME_END * height
    right = max(rule.end for rule in group) + SAME_END * height
    return Bands(left, right, tuple(rule.place for rule in group), _tallest(group, height))


def _tallest(group: list[Segment], height: float) -> float:
    heights = [lower.place - upper.place for upper, lower in pairwise(group)]
    return MOST_LINES * min((h for h in heights if h >= LEAST_TALL * height), default=height)
