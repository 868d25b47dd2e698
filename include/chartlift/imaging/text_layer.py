"""The words a born-digital PDF page carries itself, where they can be trusted.

A text layer is taken only where it is plainly the page's own and plainly all of it. Else the
picture is read: that costs seconds and never loses anything. Not taken are: the invisible words a
scanner's software laid over a scan (its guess is no better than ours), words no reader can see,
fonts that name their characters wrongly, pages with a large image, which may hold text of its own,
and pages with annotations or filled-in fields, whose text stands outside the layer.
"""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from chartlift.imaging.pdf_objects import PlacedImage, is_annotated
from chartlift.imaging.pictures import TextWord, grey_levels

_LARGE_IMAGE: Final = 0.2
"""Share of the page; a letterhead's logo is smaller, a scanned slip or an X-ray larger."""
_FEWEST_CHARACTERS: Final = 30
_MOST_STRANGE: Final = 0.02
_MOST_INKLESS: Final = 0.05
_INK_CONTRAST: Final = 32
_WIDE_GAP: Final = 0.8
"""Of a character's height; a wider gap ends a word even where no space was drawn."""
_SURROGATES: Final = range(0xD800, 0xE000)
_LATIN_LIGATURES: Final = range(0xFB00, 0xFB07)
_UNSEEN_MODES: Final = frozenset(
    {pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP}
)


class _Char(NamedTuple):
    text: str
    box: tuple[int, int, int, int]


def find_text_layer(
    page: pypdfium2.PdfPage, picture: Image.Image, images: Sequence[PlacedImage]
) -> tuple[TextWord, ...] | None:
    """The page's own words in the order of its text, boxes in pixels of `picture`; or None."""
    if sum(image.share for image in images) > _LARGE_IMAGE or is_annotated(page):
        return None
    textpage = page.get_textpage()
    try:
        words, strange = _read(page, textpage, picture.size)
    finally:
        textpage.close()
    letters = sum(len(word.text) for word in words)
    if letters < _FEWEST_CHARACTERS or strange > _MOST_STRANGE * letters:
        return None
    grey = picture.convert("L")
    inked = tuple(word for word in words if _has_ink(grey, word.box))
    return inked if len(words) - len(inked) <= _MOST_INKLESS * len(words) else None


def _read(
    page: pypdfium2.PdfPage, textpage: pypdfium2.PdfTextPage, size: tuple[int, int]
) -> tuple[list[TextWord], int]:
    chars = _Characters(page, textpage, size)
    words: list[TextWord] = []
    current: list[_Char] = []
    for char in chars:
        if current and (char is None or _parts(current[-1], char)):
            words.append(_word(current))
            current = []
        if char is not None:
            current.append(char)
    if current:
        words.append(_word(current))
    return words, chars.strange + sum(map(_is_orphan, words))


class _Characters:
    """The characters of a text page with their boxes; None stands for a gap between words."""

    def __init__(
        self, page: pypdfium2.PdfPage, textpage: pypdfium2.PdfTextPage, size: tuple[int, int]
    ) -> None:
        self.strange = 0
        self._page = page
        self._textpage = textpage
        self._size = size
        self._positions = pypdfium2.PdfPosConv(page, (0, 0, *size, 0))
        self._unseen: dict[int, bool] = {}

    def __iter__(self) -> Iterator[_Char | None]:
        for index in range(self._textpage.count_chars()):
            text = self._text(index)
            box = None if text.isspace() else self._box(index)
            if box is None:
                yield None
            elif not self._is_unseen(index):
                self.strange += self._is_strange(index, text)
                yield _Char(text, box)

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

    def _is_unseen(self, index: int) -> bool:
        drawn = pdfium.FPDFText_GetTextObject(self._textpage, index)
        if not drawn:
            return False
        address = ctypes.addressof(drawn.contents)
        if address not in self._unseen:
            mode = pdfium.FPDFTextObj_GetTextRenderMode(drawn)
            self._unseen[address] = mode in _UNSEEN_MODES
        return self._unseen[address]

    def _box(self, index: int) -> tuple[int, int, int, int] | None:
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


def _parts(before: _Char, after: _Char) -> bool:
    """Whether two characters in a row belong to two words: a wide gap, or another line."""
    tall = max(before.box[3] - before.box[1], after.box[3] - after.box[1])
    wide = max(before.box[2] - before.box[0], after.box[2] - after.box[0])
    reach = _WIDE_GAP * max(tall, wide)
    across = max(after.box[0] - before.box[2], before.box[0] - after.box[2])
    down = max(after.box[1] - before.box[3], before.box[1] - after.box[3])
    return across > reach or down > reach


def _word(chars: Sequence[_Char]) -> TextWord:
    lefts, tops, rights, bottoms = zip(*(char.box for char in chars), strict=True)
    box = (min(lefts), min(tops), max(rights), max(bottoms))
    return TextWord("".join(char.text for char in chars), box)


def _is_orphan(word: TextWord) -> bool:
    # Khmer written glyph by glyph leaves vowel signs that stand before their consonant.
    return unicodedata.category(word.text[0]) in ("Mn", "Mc")


def _has_ink(grey: Image.Image, box: tuple[int, int, int, int]) -> bool:
    left, top, right, bottom = box
    low, high = grey_levels(
        grey.crop(
            (
                max(left - 2, 0),
                max(top - 2, 0),
                min(right + 2, grey.width),
                min(bottom + 2, grey.height),
            )
        )
    )
    return high - low >= _INK_CONTRAST
