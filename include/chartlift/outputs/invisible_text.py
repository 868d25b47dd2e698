"""A page's words as PDF operators that show nothing (text rendering mode 3)."""

from __future__ import annotations

from chartlift.geometry import Quad
from chartlift.model import Box, ReadPage, Word
from chartlift.outputs.invisible_font import ADVANCE, EM, SPACE, TextCodes

FONT = "Invisible"
"""Under which name a page's resources hold the font."""
_MOST_RISE = 0.5
"""Pixels."""


def text_operators(page: ReadPage, codes: TextCodes) -> bytes:
    """The words in reading order, each stretched over its box or its tilted corners.

    Coordinates are pixels of the page as a viewer shows it, origin top left, y downwards: what
    stands before must have set the matrix that leads from there to the PDF page. Empty where the
    page has words of its own or none at all.
    """
    words = [page.ocr.words[number] for line in page.layout.lines for number in line.words]
    if page.ocr.source == "text-layer" or not words:
        return b""
    shown = "".join(_shown(word, codes) for word in words)
    return f"BT\n3 Tr\n/{FONT} 1 Tf\n{shown}ET\n".encode("ascii")


def _shown(word: Word, codes: TextCodes) -> str:
    top_left, top_right, bottom_right, bottom_left = word.quad or _corners(word.box)
    # The mean of two opposite sides: a word photographed from one side is a trapezium.
    across = [(top_right[i] - top_left[i] + bottom_right[i] - bottom_left[i]) / 2 for i in (0, 1)]
    up = [(top_left[i] - bottom_left[i] + top_right[i] - bottom_right[i]) / 2 for i in (0, 1)]
    # Poppler breaks a word where its letters leave the base line by half a point. A tilted word
    # is therefore one glyph.
    tilted = min(map(abs, across)) > _MOST_RISE
    letters = codes.of_word(word.text) if tilted else codes.of_characters(word.text)
    ems = max(len(letters), 1) * ADVANCE / EM
    numbers = (across[0] / ems, across[1] / ems, up[0], up[1], *bottom_left)
    matrix = " ".join(f"{number:.3f}".rstrip("0").rstrip(".") for number in numbers)
    shown = "".join(f"{code:04X}" for code in letters + SPACE)
    return f"{matrix} Tm <{shown}> Tj\n"


def _corners(box: Box) -> Quad:
    left, top, right, bottom = box
    return (left, top), (right, top), (right, bottom), (left, bottom)
