"""A word as it was read in the picture of its line."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from chartlift.ocr.protocol import word_on_page
from chartlift.reading.strips import place_on_raster

if TYPE_CHECKING:
    from chartlift.model import Box, Raster, Word
    from chartlift.reading.strips import Strip


class Token(NamedTuple):
    """One word."""

    text: str
    strip: Strip
    """The picture it was read in."""
    box: Box
    """Where it stands in that picture."""
    lowest: float
    """The probability of its least sure character, on its engine's own scale."""
    confidence: float
    """How often such a reading is right."""
    engine: str
    other: str | None = None
    """What another engine read here, where neither is trusted."""
    last: float = 1.0
    """The probability of its last character, where it was read character by character."""
    rest: float = 1.0
    """That of the least sure of the others."""

    @property
    def place(self) -> Box:
        """The box around it in the raster."""
        return place_on_raster(self.box, self.strip)


def word_of(token: Token, raster: Raster) -> Word:
    """The word in pixels of the page."""
    word = word_on_page(raster, token.text, token.place, token.confidence, token.engine)
    return word.model_copy(update={"other": token.other}) if token.other else word
