"""What an OCR engine is: one method that reads a raster's words, or that of single lines."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

from chartlift.geometry import carry_box
from chartlift.model import Box, Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from chartlift.model import Language, Raster


class Shape(StrEnum):
    """How the text of a picture stands, as far as the caller knows."""

    BLOCK = "block"
    """Lines one below the other, each across the whole picture."""
    COLUMNS = "columns"
    """Several columns or blocks: the engine finds them."""
    SPARSE = "sparse"
    """Words here and there."""
    LINE = "line"
    """One line."""


class OcrEngine(Protocol):
    """Reads the words of one picture: the same pixels give the same words."""

    @property
    def name(self) -> str:
        """The engine's name, which every word it reads carries."""
        ...

    def read(
        self,
        raster: Raster,
        languages: Sequence[Language],
        *,
        shape: Shape = Shape.BLOCK,
        seconds: float = 60.0,
    ) -> tuple[Word, ...]:
        """The words of an upright picture, in the engine's own order.

        Boxes and quads are in pixels of the original page, confidences between 0 and 1. A page
        without text has no words.

        Raises:
            PageTimeout: it took longer than `seconds`.
            EngineCrashed: the engine ended without an answer.
            MissingLanguage: the engine has no data for a language.
        """
        ...


Spot = tuple[float, float]
"""A place in a picture: x and y, in pixels from its top left."""
Corners = tuple[Spot, Spot, Spot, Spot]


class TextBox(NamedTuple):
    """One line of text as it stands in a picture."""

    corners: Corners
    """Clockwise from the top left, (x, y) in pixels of the picture; they may lie outside of it."""
    score: float
    """Mean probability that it is text, 0.0-1.0."""

    @property
    def width(self) -> float:
        """Along the line."""
        (ax, ay), (bx, by), _, _ = self.corners
        return math.hypot(bx - ax, by - ay)

    @property
    def height(self) -> float:
        """Across the line."""
        (ax, ay), _, _, (dx, dy) = self.corners
        return math.hypot(dx - ax, dy - ay)

    @property
    def rows(self) -> tuple[float, float]:
        """Its upper and its lower end in the picture."""
        ys = [y for _, y in self.corners]
        return min(ys), max(ys)

    def moved(self, right: float, down: float) -> TextBox:
        """The box so many pixels further to the right and down."""
        a, b, c, d = ((x + right, y + down) for x, y in self.corners)
        return self._replace(corners=(a, b, c, d))


class LineDetector(Protocol):
    """Finds the lines of text in a picture: the same pixels give the same boxes."""

    def detect(self, pixels: NDArray[np.uint8]) -> tuple[TextBox, ...]:
        """The lines of text, in no certain order; of any script, upright or lying on their side.

        Args:
            pixels: grey levels, shape (height, width), 0 = ink, 255 = paper.

        Raises:
            EngineCrashed: the engine ended without an answer.
        """
        ...


class Character(NamedTuple):
    """One character of a line that was read."""

    text: str
    probability: float
    """How sure the recogniser is of this very character, 0.0-1.0 on its own scale."""
    place: float
    """Its middle, in pixels from the left edge of the line's picture."""


class LineReading(NamedTuple):
    """What a recogniser read in the picture of one line, spaces included, left to right."""

    characters: tuple[Character, ...]
    foreign: tuple[tuple[float, float], ...] | None = ()
    """Stretches in a script that the recogniser does not know, in pixels from the left edge: its
    characters there mean nothing. None from an engine that cannot tell."""

    @property
    def text(self) -> str:
        """The characters as one string."""
        return "".join(character.text for character in self.characters)


class LineRecogniser(Protocol):
    """Reads one line of a script it knows: the same pixels give the same text."""

    @property
    def name(self) -> str:
        """The engine's name, which every word it reads carries."""
        ...

    def recognise(self, line: NDArray[np.uint8]) -> LineReading:
        """What stands in the picture of one upright line; no characters where nothing does.

        Args:
            line: grey levels, shape (height, width), 0 = ink, 255 = paper.
        """
        ...


class LineReader(LineDetector, LineRecogniser, Protocol):
    """Both finds the lines of a picture and reads them."""


def word_on_page(raster: Raster, text: str, box: Box, confidence: float, engine: str) -> Word:
    """A word found at `box` of the raster, taken to the original page."""
    on_page, quad = carry_box(raster.to_page, box)
    level = min(1.0, max(0.0, confidence))
    return Word(text=text, box=on_page, quad=quad, confidence=round(level, 4), engine=engine)
