"""Rulings that meet each other, without the streaks that scanners and fax machines leave."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from chartlift.layout.joining import root_of, unite

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chartlift.layout.pieces import Segment

OVERHANG = 10
"""How far a table's wall may stand out above or below its rulings by itself, in slacks."""


class Rulings(NamedTuple):
    """Rulings of a page, or some of them that meet each other."""

    across: list[Segment]
    down: list[Segment]


def connected(across: Sequence[Segment], down: Sequence[Segment], slack: float) -> list[Rulings]:
    """Groups of rulings that meet each other; one that meets no other is a group by itself.

    Vertical ones that stand out of their group alone are left out: a streak crosses a table, its
    walls end together.

    Args:
        across: the horizontal rulings, in upright pixels.
        down: the vertical ones.
        slack: pixels by which lines that should meet may miss each other.
    """
    groups = _groups(across, down, slack)
    streaks = [line for group in groups for line in group.down if _is_streak(line, group, slack)]
    if not streaks:
        return groups
    return connected(across, [line for line in down if line not in streaks], slack)


def _groups(across: Sequence[Segment], down: Sequence[Segment], slack: float) -> list[Rulings]:
    lines = list(across) + list(down)
    parent = list(range(len(lines)))
    for (i, a), (j, d) in product(enumerate(across), enumerate(down, start=len(across))):
        meets_across = a.start - slack <= d.place <= a.end + slack
        meets_down = d.start - slack <= a.place <= d.end + slack
        if meets_across and meets_down:
            unite(parent, i, j)
    groups: dict[int, Rulings] = {}
    for index, line in enumerate(lines):
        group = groups.setdefault(root_of(parent, index), Rulings([], []))
        group[index >= len(across)].append(line)
    return list(groups.values())


def _is_streak(line: Segment, group: Rulings, slack: float) -> bool:
    if not group.across:
        return False
    others = [other for other in group.down if other is not line]
    top, bottom = (pick(a.place for a in group.across) for pick in (min, max))
    above = min([top, *(other.start for other in others)]) - line.start
    below = line.end - max([bottom, *(other.end for other in others)])
    return max(above, below) > OVERHANG * slack
