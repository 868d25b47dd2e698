"""Reading order: from top to bottom, and column by column where the page has columns."""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from chartlift.layout.lines import LineOfPieces, chunks
from chartlift.layout.pieces import Rect, around

if TYPE_CHECKING:
    from chartlift.layout.page import DraftTable


class Block(NamedTuple):
    """A line or a table, which the reading order never breaks."""

    rect: Rect
    lines: list[LineOfPieces]
    table: DraftTable | None


MIDDLE = 0.3, 0.7
"""Where a gutter may stand, in shares of the text's width."""
LEAST_WIDE = 6
"""Wide chunks that a column must hold on its side of the gutter."""
WIDE = 0.6
"""Share of its column that a wide chunk fills: prose does, the entries of a form do not."""
CHUNK_GAP = 0.9, 2.0
"""Space that breaks a line into chunks, in usual word heights: the least and the most."""
SPACES = 1.7
"""The same in the page's usual spaces: those of typewriting are as wide as its letters are high."""
BESIDE = 0.15
"""Share of the taller one's height in which two lines must overlap to stand beside each other."""


def in_reading_order(blocks: list[Block], height: float) -> list[Block]:
    """The blocks in the order a person reads them.

    A gutter makes two columns only where at least six lines of prose stand on each side of it;
    what crosses it (titles, wide tables) parts the page into an above and a below.
    """
    ordered = _across_then_down(blocks)
    least, most = (share * height for share in CHUNK_GAP)
    gap = min(max(least, SPACES * _usual_space(ordered)), most)
    gutter = find_gutter(_chunk_rects(ordered, gap), height)
    if gutter is None:
        return ordered
    result: list[Block] = []
    left: list[Block] = []
    right: list[Block] = []
    for block in ordered:
        sides = _part(block, gutter, gap)
        if sides is None:
            result += [*_columns(left, right, height), block]
            left, right = [], []
        else:
            left += sides[0]
            right += sides[1]
    return result + _columns(left, right, height)


def _columns(left: list[Block], right: list[Block], height: float) -> list[Block]:
    """Two columns one after the other; what stands apart below both comes last."""
    body, after = _split_below(left, max((b.rect.bottom for b in right), default=0.0), height)
    return [*body, *right, *after]


def _split_below(
    left: list[Block], bottom: float, height: float
) -> tuple[list[Block], list[Block]]:
    """The left column's blocks up to the first gap below `bottom`, and those after it."""
    pitches = [b.rect.top - a.rect.top for a, b in pairwise(left)]
    usual = sorted(pitches)[len(pitches) // 2] if pitches else 0.0
    for index, pitch in enumerate(pitches, start=1):
        if left[index].rect.top > bottom and pitch > usual + 0.4 * height:
            return left[:index], left[index:]
    return left, []


def _across_then_down(blocks: list[Block]) -> list[Block]:
    """The blocks from top to bottom, and from left to right where they stand beside each other.

    What is filled in stands a little above its label's line: the label comes first.
    """
    ordered: list[Block] = []
    for block in sorted(blocks, key=lambda block: (block.rect.middle[1], block.rect.left)):
        place = len(ordered)
        while place and _right_beside(ordered[place - 1].rect, block.rect):
            place -= 1
        ordered.insert(place, block)
    return ordered


def _right_beside(rect: Rect, other: Rect) -> bool:
    """Whether a line stands right of another, and hardly higher or lower."""
    shared = min(rect.bottom, other.bottom) - max(rect.top, other.top)
    return rect.left >= other.right and shared > BESIDE * max(rect.height, other.height)


def _usual_space(blocks: list[Block]) -> float:
    """The median space between two words of a line; 0 where there are none."""
    spaces = [
        after.rect.left - before.rect.right
        for block in blocks
        if block.table is None
        for line in block.lines
        for before, after in pairwise(line)
    ]
    return median(spaces) if spaces else 0.0


def find_gutter(parts: list[Rect], height: float) -> float | None:
    """Where the gap between two columns of prose stands; None where there are no two columns.

    Args:
        parts: the pieces of lines, broken at wide gaps.
        height: the usual height of a word.
    """
    if len(parts) < 2 * LEAST_WIDE:
        return None
    whole = around(parts)
    low, high = (whole.left + share * whole.width for share in MIDDLE)
    places = [rect.right + 0.4 * height for rect in parts if low <= rect.right <= high]
    gutters = [place for place in places if _is_gutter(place, parts, whole, height)]
    if not gutters:
        return None
    best = min(gutters, key=lambda place: (_crossing(place, parts), place))
    return (best + min(rect.left for rect in parts if rect.left >= best)) / 2


def _crossing(place: float, parts: list[Rect]) -> int:
    return sum(rect.left < place < rect.right for rect in parts)


def _is_gutter(place: float, parts: list[Rect], whole: Rect, height: float) -> bool:
    left = [rect for rect in parts if rect.right <= place]
    right = [rect for rect in parts if rect.left >= place + 0.2 * height]
    if len(left) + len(right) < 0.8 * len(parts):
        return False
    wide_left = [rect for rect in left if rect.width >= WIDE * (place - whole.left)]
    wide_right = [rect for rect in right if rect.width >= WIDE * (whole.right - place)]
    return min(len(wide_left), len(wide_right)) >= LEAST_WIDE


def _chunk_rects(blocks: list[Block], gap: float) -> list[Rect]:
    return [
        around([piece.rect for piece in chunk])
        for block in blocks
        if block.table is None
        for line in block.lines
        for chunk in chunks(line, gap)
    ]


def _part(block: Block, gutter: float, gap: float) -> tuple[list[Block], list[Block]] | None:
    """The block's left and right parts; None where it crosses the gutter."""
    if block.rect.right <= gutter:
        return [block], []
    if block.rect.left >= gutter:
        return [], [block]
    if block.table is not None:
        return None
    sides: tuple[list[Block], list[Block]] = ([], [])
    for chunk in chunks(block.lines[0], gap):
        rect = around([piece.rect for piece in chunk])
        if rect.left < gutter < rect.right:
            return None
        sides[rect.left >= gutter].append(Block(rect, [chunk], None))
    return sides
