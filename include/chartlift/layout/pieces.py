"""Words as they stand on the upright page, where rows are level and columns plumb."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from chartlift.geometry import carry_back, lead_back

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chartlift.model import Ruling, Way, Word


class Rect(NamedTuple):
    """A rectangle in pixels of the upright page."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        """Pixels from top to bottom."""
        return self.bottom - self.top

    @property
    def width(self) -> float:
        """Pixels from left to right."""
        return self.right - self.left

    @property
    def middle(self) -> tuple[float, float]:
        """The centre, x and y."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def holds(self, other: Rect) -> bool:
        """Whether the middle of another one is inside."""
        x, y = other.middle
        return self.left <= x <= self.right and self.top <= y <= self.bottom


class Piece(NamedTuple):
    """One word on the upright page; `number` is its place among the page's words."""

    number: int
    rect: Rect


class Segment(NamedTuple):
    """A ruling on the upright page: at `place` (y if horizontal, else x), from start to end."""

    place: float
    start: float
    end: float


def around(rects: Sequence[Rect]) -> Rect:
    """The smallest rectangle that holds all."""
    return Rect(
        min(rect.left for rect in rects),
        min(rect.top for rect in rects),
        max(rect.right for rect in rects),
        max(rect.bottom for rect in rects),
    )


def upright_words(words: Sequence[Word], to_page: Way) -> list[Piece]:
    """The words taken back from the original page to the upright one."""
    return [
        Piece(index, Rect(*carry_back(to_page, word.box, word.quad)))
        for index, word in enumerate(words)
    ]


def upright_rulings(rulings: Sequence[Ruling], to_page: Way) -> tuple[list[Segment], list[Segment]]:
    """The rulings on the upright page: the horizontal ones, the vertical ones."""
    across: list[Segment] = []
    down: list[Segment] = []
    for ruling in rulings:
        ends = np.sort(lead_back(to_page, np.array(ruling.ends, dtype=np.float64)), axis=0)
        (left, top), (right, bottom) = ends.tolist()
        if ruling.horizontal:
            across.append(Segment((top + bottom) / 2, left, right))
        else:
            down.append(Segment((left + right) / 2, top, bottom))
    return across, down
