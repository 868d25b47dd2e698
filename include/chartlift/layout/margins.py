"""The head and the foot of a page: what stands apart from its text above and below."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from chartlift.layout.pieces import Rect, around

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chartlift.layout.order import Block
    from chartlift.layout.pieces import Segment

FEWEST_LINES = 6
"""Lines of a page that may have a head or a foot."""
APART = 2.5
"""Gap below a head, in usual word heights, that parts it from the text; a ruling does as well."""
WIDE = 0.6
"""Share of the text's width from which a ruling parts what is above it from what is below."""


class Limits(NamedTuple):
    """How much of a page may be its head, or its foot."""

    share: float
    """Of the height of all text."""
    lines: int


HEAD, FOOT = Limits(0.22, 10), Limits(0.12, 4)


class Margins(NamedTuple):
    """How many of a page's lines, in reading order, are its head, and how many its foot."""

    header: int
    footer: int


class _Level(NamedTuple):
    """A line between the levels where it begins and ends, seen from the edge it is near."""

    start: float
    end: float
    is_table: bool


def find_margins(blocks: Sequence[Block], across: Sequence[Segment], height: float) -> Margins:
    """The head and the foot of a page.

    Args:
        blocks: the page's lines and tables in reading order, in upright pixels.
        across: its horizontal rulings.
        height: the usual height of a word.
    """
    placed = [
        (around([piece.rect for piece in line]), block.table is not None)
        for block in blocks
        for line in block.lines
    ]
    if len(placed) < FEWEST_LINES:
        return Margins(0, 0)
    text = around([rect for rect, _ in placed])
    walls = [wall.place for wall in across if wall.end - wall.start >= WIDE * text.width]
    from_top = [_Level(r.top - text.top, r.bottom - text.top, table) for r, table in placed]
    from_foot = [_Level(text.bottom - r.bottom, text.bottom - r.top, table) for r, table in placed]
    gap = APART * height
    return Margins(
        _apart(from_top, [wall - text.top for wall in walls], _scaled(HEAD, text), gap),
        _apart(from_foot[::-1], [text.bottom - wall for wall in walls], _scaled(FOOT, text), gap),
    )


def _scaled(limits: Limits, text: Rect) -> tuple[float, int]:
    return limits.share * text.height, limits.lines


def _apart(
    lines: Sequence[_Level], walls: Sequence[float], limits: tuple[float, int], gap: float
) -> int:
    """How many of the first lines the first ruling, else the first gap, parts from all others."""
    deepest, most = limits
    gapped = 0
    for count in range(1, min(most + 1, len(lines))):
        end = max(line.end for line in lines[:count])
        if lines[count - 1].is_table or end > deepest:
            break
        after = min(line.start for line in lines[count:])
        if any(end <= wall <= after for wall in walls):
            return count
        if not gapped and after - end >= gap:
            gapped = count
    return gapped
