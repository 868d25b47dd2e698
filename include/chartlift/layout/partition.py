"""A page that one lone vertical ruling parts, as a letterhead's margin is from the letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from chartlift.layout.lines import find_lines
from chartlift.layout.pieces import Rect, around

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chartlift.layout.pieces import Piece, Segment
    from chartlift.layout.rulings import Rulings

LONG = 24
"""Heights of a word that such a ruling is long at least: it runs beside most of a letter. Between
two slips on one form, which nobody reads in a certain order, it had 18."""
FEWEST = 6
"""Lines that stand on each side of it at least."""
LEVEL = 0.25
"""Height of a word within which the middles of two lines are level."""
MOST_LEVEL = 0.7
"""Share of the fewer lines that may be level with one on the other side: a table's rows all are, of
lines with another pitch about a third."""

ABOVE, LEFT, RIGHT, BELOW = range(4)


class Partition(NamedTuple):
    """The parts of a page; without a wall it has one."""

    wall: Segment | None

    @property
    def parts(self) -> range:
        """Its parts in the order of reading."""
        return range(4 if self.wall else 1)

    def part_of(self, rect: Rect) -> int:
        """The part something stands in."""
        if self.wall is None:
            return ABOVE
        x, y = rect.middle
        if not self.wall.start <= y <= self.wall.end:
            return ABOVE if y < self.wall.start else BELOW
        return LEFT if x < self.wall.place else RIGHT


def find_partition(
    pieces: Sequence[Piece], tables: Sequence[Rect], groups: Sequence[Rulings], height: float
) -> Partition:
    """How the page is parted: by its only ruling that stands alone, with prose on both sides.

    Args:
        pieces: the words outside tables.
        tables: where the tables stand.
        groups: the rulings outside tables that meet each other.
        height: the usual height of a word.
    """
    lone = [rule for group in groups if not group.across for rule in group.down]
    walls = [rule for rule in lone if rule.end - rule.start >= LONG * height]
    if len(walls) != 1:
        return Partition(None)
    found = Partition(walls[0])
    beside = [piece for piece in pieces if found.part_of(piece.rect) in {LEFT, RIGHT}]
    if any(_crosses(rect, walls[0]) for rect in [*tables, *(piece.rect for piece in beside)]):
        return Partition(None)
    left, right = (
        [
            around([p.rect for p in line]).middle[1]
            for line in find_lines([p for p in beside if found.part_of(p.rect) == side])
        ]
        for side in (LEFT, RIGHT)
    )
    fewer, others = sorted((left, right), key=len)
    level = sum(any(abs(y - other) < LEVEL * height for other in others) for y in fewer)
    is_parted = len(fewer) >= FEWEST and level <= MOST_LEVEL * len(fewer)
    return found if is_parted else Partition(None)


def _crosses(rect: Rect, wall: Segment) -> bool:
    beside = rect.top < wall.end and rect.bottom > wall.start
    return beside and rect.left < wall.place < rect.right
