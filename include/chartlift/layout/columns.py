"""Columns that no ruling draws: told by what most rows of a table leave free."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from chartlift.layout.lines import LineOfPieces, chunks
from chartlift.layout.pieces import Rect, around

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from chartlift.layout.lines import Measure

LEAST_FREE = 0.35
"""Free space between two columns that most rows keep, in usual word heights."""
MOST_CROSSING = 10
"""Of so many rows one may cross the space between two columns."""
FEW = 2
"""A head that stands beside its column: so many times as many rows fill the column."""
TOUCH = 0.3
"""How far a chunk must reach into a column to stand in it, in usual word heights."""
BEGINS = 0.6
"""How far from its column's edge a word may begin a cell, in usual word heights."""
LEAST_CUT = 0.25
"""Space at which a chunk may be cut where a column begins, in usual word heights."""
OVERLAP = 0.5
"""How far the boxes of words of two columns may overlap, in usual word heights."""

Span = tuple[float, float]


class Part(NamedTuple):
    """What of a line stands in one column, or in several where it has no gap between them."""

    first: int
    last: int
    pieces: LineOfPieces
    loose: bool = False
    """Whether it stands in no column, but beside `first`."""

    @property
    def rect(self) -> Rect:
        """Around its words."""
        return around([piece.rect for piece in self.pieces])


def find_columns(rows: Sequence[Sequence[Rect]], height: float) -> list[Span]:
    """The columns that rows of chunks keep to, from left to right.

    Where one row in ten or fewer crosses the space between two columns it stays a space. What
    lies in such a space alone is a column too, unless it does so once and below the first row.

    Args:
        rows: the chunks of each row, from top to bottom.
        height: the usual height of a word.
    """
    rects = [rect for row in rows for rect in row]
    cores = _joined(_covered(rects, len(rows) // MOST_CROSSING), LEAST_FREE * height)
    alone = [not (shared > 0).any() for shared in _all_shared(rects, cores)]
    loose = [
        (rect.left, rect.right) for rect, is_alone in zip(rects, alone, strict=True) if is_alone
    ]
    heads = [(rect.left, rect.right) for rect in rows[0]]
    for span in _joined(sorted(loose), LEAST_FREE * height):
        members = sum(_shared(one, span) > 0 for one in loose)
        if members > 1 or any(_shared(head, span) > 0 for head in heads if head in loose):
            cores.append(span)
    return _with_heads(_joined(sorted(cores), LEAST_FREE * height), rows)


def apart(row: Sequence[Rect], height: float) -> list[Rect]:
    """The cells of a row trimmed to leave free what two columns must: boxes may be inexact."""
    trimmed = list(row)
    for index, (one, other) in enumerate(pairwise(row)):
        middle, half = (one.right + other.left) / 2, LEAST_FREE * height / 2
        if other.left - one.right < 2 * half:
            trimmed[index] = trimmed[index]._replace(right=max(middle - half, one.left))
            trimmed[index + 1] = other._replace(left=min(middle + half, other.right))
    return trimmed


def _with_heads(columns: list[Span], rows: Sequence[Sequence[Rect]]) -> list[Span]:
    """The columns, a head set to another side than what is below it joined with that.

    The two are never filled in one row, and few stand below such a head.
    """
    filled = [set(_all_shared(row, columns).argmax(axis=1).tolist()) for row in rows]
    merged: list[Span] = []
    joined = True
    for index, column in enumerate(columns):
        joined = not joined and _are_one(index - 1, index, filled)
        if joined:
            merged[-1] = (merged[-1][0], column[1])
        else:
            merged.append(column)
    return merged


def _are_one(one: int, other: int, filled: Sequence[set[int]]) -> bool:
    """Whether one of two columns is the head of the other."""
    counts = [sum(column in row for row in filled) for column in (one, other)]
    heads = [column in filled[0] for column in (one, other)]
    never_both = not any({one, other} <= row for row in filled)
    head, body = counts if heads[0] else reversed(counts)
    return never_both and heads[0] != heads[1] and (head == 1 or head * FEW <= body)


def _all_shared(rects: Sequence[Rect], spans: Sequence[Span]) -> NDArray[np.float64]:
    """What each rectangle shares with each span, shape (rectangles, spans)."""
    sides = np.array([(rect.left, rect.right) for rect in rects]).reshape(-1, 2)
    edges = np.array(spans, dtype=np.float64).reshape(-1, 2)
    low = np.maximum(sides[:, :1], edges[:, 0])
    high = np.minimum(sides[:, 1:], edges[:, 1])
    shared: NDArray[np.float64] = high - low
    return shared


def _covered(rects: Sequence[Rect], most: int) -> list[Span]:
    """Where more than so many rectangles lie above each other."""
    edges = sorted([(rect.left, 1) for rect in rects] + [(rect.right, -1) for rect in rects])
    spans, depth, start = [], 0, 0.0
    for place, step in edges:
        if step > 0 and depth == most:
            start = place
        if step < 0 and depth == most + 1:
            spans.append((start, place))
        depth += step
    return spans


def _joined(spans: list[Span], least: float) -> list[Span]:
    """The spans, those less than `least` apart taken as one."""
    joined: list[Span] = []
    for left, right in spans:
        if joined and left - joined[-1][1] < least:
            joined[-1] = (joined[-1][0], max(right, joined[-1][1]))
        else:
            joined.append((left, right))
    return joined


def part_line(line: LineOfPieces, columns: Sequence[Span], measure: Measure) -> list[Part]:
    """The line's chunks by column; one that stands in several is cut where it has a gap.

    A line of one chunk is a heading or goes on with a cell: it is not cut.
    """
    whole = chunks(line, measure.gap)
    if len(whole) > 1:
        stand = [_placed(chunk, columns, measure) for chunk in whole]
        taken = [{c for p in stand if p is not part for c in _columns_of(p)} for part in stand]
        whole = [
            pieces
            for part, others in zip(stand, taken, strict=True)
            for pieces in _cut(part, columns, others, measure.height)
        ]
    return [_placed(pieces, columns, measure) for pieces in whole]


def _columns_of(part: Part) -> range:
    return range(0) if part.loose else range(part.first, part.last + 1)


def _placed(pieces: LineOfPieces, columns: Sequence[Span], measure: Measure) -> Part:
    """Words in the columns they reach into."""
    rect = around([piece.rect for piece in pieces])
    shared = [_shared((rect.left, rect.right), column) for column in columns]
    touched = [
        index
        for index, width in enumerate(shared)
        if width > min(TOUCH * measure.height, 0.5 * (columns[index][1] - columns[index][0]))
    ]
    if not touched:
        nearest = max(range(len(columns)), key=shared.__getitem__)
        return Part(nearest, nearest, pieces, loose=True)
    return Part(touched[0], touched[-1], pieces)


def _cut(part: Part, columns: Sequence[Span], taken: set[int], height: float) -> list[LineOfPieces]:
    """A chunk cut between each two columns it stands in, and where the next column begins.

    A word begins a column at its edge, where the column before is empty otherwise.
    """
    gaps = [
        Gap(index, one.rect.right, other.rect.left)
        for index, (one, other) in enumerate(pairwise(part.pieces), start=1)
        if other.rect.left - one.rect.right > -OVERLAP * height
    ]
    edges = [left for c, (left, _) in enumerate(columns) if c and c - 1 not in taken]
    cuts = {
        gap.second
        for gap in gaps
        if gap.width > LEAST_CUT * height
        and any(gap.left < edge and abs(gap.right - edge) < BEGINS * height for edge in edges)
    }
    for (_, right), (left, _) in pairwise(columns[part.first : part.last + 1]):
        low, high = right - TOUCH * height, left + TOUCH * height
        between = [gap for gap in gaps if low < (gap.left + gap.right) / 2 < high]
        if between and not any(gap.second in cuts for gap in gaps if low < gap.right < high):
            cuts.add(max(between, key=lambda gap: gap.width).second)
    ends = [0, *sorted(cuts), len(part.pieces)]
    return [part.pieces[start:end] for start, end in pairwise(ends)]


class Gap(NamedTuple):
    """The space between two words; `second` is the place of the one after it."""

    second: int
    left: float
    right: float

    @property
    def width(self) -> float:
        """Pixels; below 0 where the words' boxes overlap."""
        return self.right - self.left


def _shared(one: Span, other: Span) -> float:
    """How much two spans have in common; below 0, how far they are apart."""
    return min(one[1], other[1]) - max(one[0], other[0])


def strain(parts: Sequence[Part]) -> int:
    """How many parts of a line stand in several columns, or in one that is taken."""
    bridging = sum(part.last > part.first for part in parts)
    return bridging + len(parts) - len({part.first for part in parts})
