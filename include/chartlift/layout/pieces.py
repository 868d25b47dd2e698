"""Words as they stand on the upright page, where rows are level and columns plumb."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from chartlift.geometry import carry, carry_back, inverse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chartlift.model import Box, Homography, Ruling, Word


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

    A tilted ruling keeps its middle; its length is the diagonal of its box on the page.
    """
    back = inverse(to_page)
    across: list[Segment] = []
    down: list[Segment] = []
    for ruling in rulings:
        x, y = carry(back, np.array([ruling.box.center], dtype=np.float64))[0]
        half = _length(ruling.box, back) / 2
        if ruling.horizontal:
            across.append(Segment(float(y), float(x) - half, float(x) + half))
        else:
            down.append(Segment(float(x), float(y) - half, float(y) + half))
    return across, down


def _length(box: Box, back: Homography) -> float:
    scale = math.sqrt(abs(np.linalg.det(back[:2, :2])))
    return math.hypot(box.width, box.height) * scale
