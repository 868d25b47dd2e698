"""Words as they stand on the upright page, where rows are level and columns plumb."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from chartlift.geometry import carry, carry_back, inverse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chartlift.model import Homography, Point, Ruling, Word


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


def upright_words(words: Sequence[Word], to_page: Homography) -> list[Piece]:
    """The words taken back from the original page to the upright one."""
    back = inverse(to_page)
    return [
        Piece(index, Rect(*carry_back(back, word.box, word.quad)))
        for index, word in enumerate(words)
    ]


def upright_rulings(
    rulings: Sequence[Ruling], to_page: Homography
) -> tuple[list[Segment], list[Segment]]:
    """The rulings on the upright page: the horizontal ones, the vertical ones.

    The box of a tilted ruling has it as a diagonal: the one that is level, or plumb, there.
    """
    back = inverse(to_page)
    across: list[Segment] = []
    down: list[Segment] = []
    for ruling in rulings:
        one, other = _diagonal(ruling, back)
        (x, y), (x2, y2) = min(one, other), max(one, other)
        if ruling.horizontal:
            across.append(Segment((y + y2) / 2, x, x2))
        else:
            down.append(Segment((x + x2) / 2, min(y, y2), max(y, y2)))
    return across, down


def _diagonal(ruling: Ruling, back: Homography) -> tuple[Point, Point]:
    left, top, right, bottom = ruling.box
    corners = np.array([(left, top), (right, bottom), (left, bottom), (right, top)], np.float64)
    falling, rising = carry(back, corners).reshape(2, 2, 2)
    axis = 1 if ruling.horizontal else 0
    tilts = [abs(one[axis] - other[axis]) for one, other in (falling, rising)]
    one, other = falling if tilts[0] <= tilts[1] else rising
    return (float(one[0]), float(one[1])), (float(other[0]), float(other[1]))
