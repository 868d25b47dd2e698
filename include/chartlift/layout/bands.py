"""Tables of which only the rows are ruled: groups of like rulings, one below the other."""

from __future__ import annotations

from bisect import bisect
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chartlift.layout.pieces import Rect, Segment
    from chartlift.layout.rulings import Rulings

LEAST_RULES, LEAST_FRAMED = 4, 2
SAME_END = 1.5
"""How far the ends of like rulings may be apart, in usual word heights."""
MOST_TALL = 10.0
"""Height of the tallest row, in usual word heights."""


class Bands(NamedTuple):
    """Rulings that begin and end alike; between each two stands one row, or more where one in
    between was not found."""

    left: float
    right: float
    rules: tuple[float, ...]
    """Where they stand, from top to bottom."""

    def holds(self, rect: Rect) -> bool:
        """Whether a line of text stands between the first ruling and the last."""
        x, y = rect.middle
        return self.left < x < self.right and self.rules[0] < y < self.rules[-1]

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
    framed = [sorted(group.across) for group in rulings if group.across and group.down]
    loose = sorted(rule for group in rulings if not group.down for rule in group.across)
    groups: list[list[Segment]] = []
    for rule in loose:
        for group in groups:
            if _alike(group[-1], rule, height):
                group.append(rule)
                break
        else:
            groups.append([rule])
    ruled = [group for group in groups if len(group) >= LEAST_RULES]
    ruled += [group for group in framed if len(group) >= LEAST_FRAMED]
    return [_bands(group) for group in ruled]


def _alike(upper: Segment, lower: Segment, height: float) -> bool:
    apart = max(abs(upper.start - lower.start), abs(upper.end - lower.end))
    return apart <= SAME_END * height and lower.place - upper.place <= MOST_TALL * height


def _bands(group: list[Segment]) -> Bands:
    left, right = min(rule.start for rule in group), max(rule.end for rule in group)
    return Bands(left, right, tuple(rule.place for rule in group))
