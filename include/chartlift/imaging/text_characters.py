"""The characters a PDF page carries, each with its place and look, and the gaps between words."""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections.abc import Iterator
from typing import Final, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

_OPAQUE: Final = 255
_WIDE_GAP: Final = 0.8
"""Of a character's height; a wider gap ends a word even where no space was drawn."""
_SPACE: Final = 0.12
"""Of a character's height with the room its font gives it: more between the rooms of two characters
is a space. The narrowest space of common fonts is .2, letters that are set wide stand .05 apart."""
_SAME_LINE: Final = 0.5
"""Share of the lower one's height that two characters of a line have in common at least."""
_LEANS: Final = math.sqrt(0.5)
"""Sine of half a quarter turn."""
_SURROGATES: Final = range(0xD800, 0xE000)
_LINE_ENDS: Final = "\r\n"
_LATIN_LIGATURES: Final = range(0xFB00, 0xFB07)
_FILLED_MODES: Final = frozenset(
    {pdfium.FPDF_TEXTRENDERMODE_FILL, pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE}
)
_UNSEEN_MODES: Final = frozenset(
    {pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP}
)
_KHMER_LETTERS: Final = range(0x1780, 0x17B4)
_NEAR: Final = 0.5
"""Of a character's height, above and below it: what stands within is on its line."""

Box = tuple[int, int, int, int]
Room = tuple[float, float, float, float]


class Look(NamedTuple):
    """How a piece of text is painted."""

    is_seen: bool
    level: int | None


class Char(NamedTuple):
    """A character a reader can see."""

    text: str
    box: Box
    """In pixels of the page's picture."""
    room: Room
    """The room its font gives it, left, bottom, right and top in points of the page."""
    is_level: bool
    """Whether it stands along the page's width."""
    level: int | None


class Gap(NamedTuple):
    """What stands between two characters that is none."""

    is_guess: bool
    """A line's end that PDFium made up: it takes the lines of a wide page for columns."""


class Characters:
    """The characters of a text page with their boxes, and the gaps between words."""

    def __init__(
        self, page: pypdfium2.PdfPage, textpage: pypdfium2.PdfTextPage, size: tuple[int, int]
    ) -> None:
        self.strange = 0
        self._page = page
        self._textpage = textpage
        self._size = size
        self._positions = pypdfium2.PdfPosConv(page, (0, 0, *size, 0))
        self._looks: dict[int, Look] = {}

    def __iter__(self) -> Iterator[Char | Gap]:
        for index in range(self._textpage.count_chars()):
            text = self._text(index)
            box = None if text.isspace() else self._box(index)
            if box is None:
                made_up = pdfium.FPDFText_IsGenerated(self._textpage, index) == 1
                yield Gap(is_guess=made_up and text in _LINE_ENDS)
            elif (look := self._look(index)).is_seen:
                angle = pdfium.FPDFText_GetCharAngle(self._textpage, index)
                # PDFium spells words on their head backwards.
                self.strange += self._is_strange(index, text) or math.cos(angle) < -_LEANS
                is_level = abs(math.sin(angle)) < _LEANS
                yield Char(text, box, self._room(index), is_level, look.level)

    def _text(self, index: int) -> str:
        if pdfium.FPDFText_IsHyphen(self._textpage, index) == 1:
            return "-"
        code = pdfium.FPDFText_GetUnicode(self._textpage, index)
        if code in _SURROGATES or code > 0x10FFFF:
            return "\N{REPLACEMENT CHARACTER}"
        text = chr(code)
        return unicodedata.normalize("NFKC", text) if code in _LATIN_LIGATURES else text

    def _is_strange(self, index: int, text: str) -> bool:
        unmapped = pdfium.FPDFText_HasUnicodeMapError(self._textpage, index) == 1
        # Cc control, Cn unassigned, Co private use, Cs surrogate.
        return (
            unmapped
            or text == "\N{REPLACEMENT CHARACTER}"
            or unicodedata.category(text[0])
            in (
                "Cc",
                "Cn",
                "Co",
                "Cs",
            )
        )

    def _look(self, index: int) -> Look:
        drawn = pdfium.FPDFText_GetTextObject(self._textpage, index)
        if not drawn:
            return Look(is_seen=True, level=None)
        address = ctypes.addressof(drawn.contents)
        if address not in self._looks:
            self._looks[address] = Look(is_visible(drawn), _fill_level(drawn))
        return self._looks[address]

    def _room(self, index: int) -> Room:
        room = pdfium.FS_RECTF()
        pdfium.FPDFText_GetLooseCharBox(self._textpage, index, room)
        return room.left, room.bottom, room.right, room.top

    def _box(self, index: int) -> Box | None:
        # None off the page, and for the spaces and line ends PDFium adds, which have no extent.
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        if not pdfium.FPDFText_GetCharBox(self._textpage, index, left, right, bottom, top):
            return None
        xs, ys = zip(
            self._positions.to_bitmap(left.value, top.value),
            self._positions.to_bitmap(right.value, bottom.value),
            strict=True,
        )
        width, height = self._size
        box = max(min(xs), 0), max(min(ys), 0), min(max(xs) + 1, width), min(max(ys) + 1, height)
        return box if box[0] < box[2] and box[1] < box[3] else None


def parts(before: Char, after: Char, gap: Gap | None) -> bool:
    """Whether two characters in a row belong to two words: a gap, or another line."""
    if gap is not None:
        return not gap.is_guess or not _touch(before, after)
    tall = max(before.box[3] - before.box[1], after.box[3] - after.box[1])
    wide = max(before.box[2] - before.box[0], after.box[2] - after.box[0])
    reach = _WIDE_GAP * max(tall, wide)
    across = max(after.box[0] - before.box[2], before.box[0] - after.box[2])
    down = max(after.box[1] - before.box[3], before.box[1] - after.box[3])
    return across > reach or down > reach


def steps_back(before: Char, after: Char) -> bool:
    """Whether a Khmer letter stands before the character that it follows, on the same line.

    A browser writes a syllable's signs as pictures of their own, each with all of its letters.
    """
    if ord(after.text[0]) not in _KHMER_LETTERS:
        return False
    _, bottom, _, top = before.room
    reach = _NEAR * (top - bottom)
    left, low, right, high = after.room
    on_line = bottom - reach <= (low + high) / 2 <= top + reach
    return on_line and (left + right) / 2 < before.room[0]


def _touch(before: Char, after: Char) -> bool:
    """Whether two characters stand on one line without a space between them."""
    if before.is_level != after.is_level:
        return False
    along, across = (0, 1) if before.is_level else (1, 0)
    shared = min(before.room[across + 2], after.room[across + 2]) - max(
        before.room[across], after.room[across]
    )
    height = min(char.room[across + 2] - char.room[across] for char in (before, after))
    apart = max(
        after.room[along] - before.room[along + 2], before.room[along] - after.room[along + 2]
    )
    return shared > _SAME_LINE * height and apart <= _SPACE * height


def is_visible(drawn: object) -> bool:
    """Whether a piece of text is painted at all."""
    return pdfium.FPDFTextObj_GetTextRenderMode(drawn) not in _UNSEEN_MODES


def _fill_level(drawn: object) -> int | None:
    if pdfium.FPDFTextObj_GetTextRenderMode(drawn) not in _FILLED_MODES:
        return None
    red, green, blue, opacity = (ctypes.c_uint() for _ in range(4))
    if not pdfium.FPDFPageObj_GetFillColor(drawn, red, green, blue, opacity):
        return None
    if opacity.value < _OPAQUE:
        return None
    return round(0.299 * red.value + 0.587 * green.value + 0.114 * blue.value)
