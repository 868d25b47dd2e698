"""Words linked into lines, and broken into chunks where a line has wide gaps."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from chartlift.layout.pieces import Piece, Rect, around

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

LineOfPieces = list[Piece]

WORD_GAPS = 0.15, 1.5
"""Between which a gap may be that of a usual word space, in usual word heights."""
USUAL_SPACE = 0.5
"""Taken for the space between words where a page has few, in usual word heights."""
LEAST_GAPS = 6
CHUNK_GAP = 0.9
"""Space that breaks a line into chunks, in usual word heights."""
CHUNK_SPACES = 1.6
"""The same in usual word spaces: print of even pitch has wide ones."""
DRIFT = 0.004
"""Pixels a line may rise or fall for each pixel to the right, what deskewing leaves."""


class Measure(NamedTuple):
    """What is usual among the words of a page, in upright pixels."""

    height: float
    """Height of a word."""
    space: float
    """Space between two words."""

    @property
    def gap(self) -> float:
        """Space that parts two chunks of a line."""
        return max(CHUNK_GAP * self.height, CHUNK_SPACES * self.space)


def measure_lines(lines: Sequence[LineOfPieces]) -> Measure:
    """What is usual among the words of lines."""
    height = usual_height([piece for line in lines for piece in line])
    low, high = (share * height for share in WORD_GAPS)
    gaps = [b.rect.left - a.rect.right for line in lines for a, b in pairwise(line)]
    spaces = [gap for gap in gaps if low < gap < high]
    enough = len(spaces) >= LEAST_GAPS
    return Measure(height, float(np.median(spaces)) if enough else USUAL_SPACE * height)


def usual_height(pieces: Sequence[Piece]) -> float:
    """Median height of the words, in upright pixels; 1 where there are none."""
    return float(np.median([piece.rect.height for piece in pieces])) if pieces else 1.0


def find_lines(pieces: Sequence[Piece]) -> list[LineOfPieces]:
    """The words in lines, each from left to right, lines from top to bottom.

    Each word is linked to its cheapest right neighbour; chains on one level that do not overlap
    are then joined.
    """
    if not pieces:
        return []
    chains = _chains(pieces)
    lines = _join(chains, usual_height(pieces))
    return sorted(lines, key=lambda line: around([piece.rect for piece in line]).middle[1])


def _chains(pieces: Sequence[Piece]) -> list[LineOfPieces]:
    right_of = _links(pieces)
    firsts = set(range(len(pieces))) - set(right_of.values())
    chains = []
    for first in sorted(firsts):
        chain, at = [pieces[first]], first
        while at in right_of:
            at = right_of[at]
            chain.append(pieces[at])
        chains.append(chain)
    return chains


def _links(pieces: Sequence[Piece]) -> dict[int, int]:
    """For each word the word right of it on its line, each taken at most once."""
    cost = _costs(np.array([piece.rect for piece in pieces], dtype=np.float64))
    links: dict[int, int] = {}
    taken: set[int] = set()
    order = np.argsort(cost, axis=None, kind="stable")
    for flat in order[: int(np.isfinite(cost).sum())]:
        left, right = divmod(int(flat), len(pieces))
        if left not in links and right not in taken:
            links[left] = right
            taken.add(right)
    return links


def _costs(rects: NDArray[np.float64]) -> NDArray[np.float64]:
    left, top, right, bottom = rects.T
    height, level = bottom - top, (top + bottom) / 2
    usual = float(np.median(height))
    # A dash or a dot is low: it is judged by the page's usual height.
    size = np.maximum(np.minimum(height[:, None], height[None, :]), 0.8 * usual)
    gap = left[None, :] - right[:, None]
    rise = np.abs(level[None, :] - level[:, None])
    shared = np.minimum(bottom[:, None], bottom) - np.maximum(top[:, None], top)
    drift = DRIFT * np.maximum(gap, 0)
    ahead = (left[None, :] + right[None, :]) > (left[:, None] + right[:, None])
    fits = (
        ahead
        & (gap > -0.6 * size)
        & (rise < 0.6 * np.maximum(height[:, None], height) + drift)
        & (shared > 0.45 * np.minimum(height[:, None], height) - drift)
    )
    np.fill_diagonal(fits, val=False)
    return np.where(fits, np.maximum(gap, 0) + 6 * rise, np.inf)


def _join(chains: list[LineOfPieces], usual: float) -> list[LineOfPieces]:
    """Joins chains that stand on one level side by side."""
    lines: list[LineOfPieces] = []
    for chain in sorted(chains, key=lambda chain: (-len(chain), chain[0].rect.left)):
        for line in lines:
            if _side_by_side(line, chain, usual):
                line.extend(chain)
                line.sort(key=lambda piece: piece.rect.left)
                break
        else:
            lines.append(list(chain))
    return lines


def _side_by_side(line: LineOfPieces, chain: LineOfPieces, usual: float) -> bool:
    box, other = around([p.rect for p in line]), around([p.rect for p in chain])
    if abs(box.middle[1] - other.middle[1]) >= 0.5 * max(min(box.height, other.height), usual):
        return False
    return all(_beside(piece.rect, new.rect) for piece in line for new in chain)


def _beside(rect: Rect, other: Rect) -> bool:
    """Whether two words stand side by side; a dash's box may reach into its neighbour's."""
    shared = min(rect.right, other.right) - max(rect.left, other.left)
    return shared <= 0.5 * max(rect.width, other.width)


def chunks(line: LineOfPieces, gap: float) -> list[LineOfPieces]:
    """The line broken where the space between two words is wider than `gap`."""
    parts: list[LineOfPieces] = []
    edge = -np.inf
    for piece in line:
        if not parts or piece.rect.left - edge > gap:
            parts.append([])
        parts[-1].append(piece)
        edge = max(edge, piece.rect.right)
    return parts


def lines_apart(one: LineOfPieces, other: LineOfPieces) -> float:
    """Pixels from the middle of one line down to that of another."""
    return _level(other) - _level(one)


def _level(line: LineOfPieces) -> float:
    return float(np.median([piece.rect.middle[1] for piece in line]))
