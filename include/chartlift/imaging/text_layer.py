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
_STANDS_OUT: Final = 96
"""Grey levels between letters and paper that any renderer would show."""
_OPAQUE: Final = 255
_WIDE_GAP: Final = 0.8
"""Of a character's height; a wider gap ends a word even where no space was drawn."""
_SURROGATES: Final = range(0xD800, 0xE000)
_LATIN_LIGATURES: Final = range(0xFB00, 0xFB07)
_FILLED_MODES: Final = frozenset(
    {pdfium.FPDF_TEXTRENDERMODE_FILL, pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE}
)
_UNSEEN_MODES: Final = frozenset(
    {pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP}
)


Box = tuple[int, int, int, int]


class _Look(NamedTuple):
    """How a piece of text is painted."""

    is_seen: bool
    level: int | None


class _Char(NamedTuple):
    text: str
    box: Box
    level: int | None


class PageText(NamedTuple):
    """The words of a page that a reader could see, by its fonts and colours."""

    words: tuple[TextWord, ...]
    """In the order of the text, boxes in pixels of the page's picture."""
    levels: tuple[int | None, ...]
    """The grey level each word is painted in; None where it is not filled with one colour."""
    strange: int
    """Characters that no font, or the wrong one, gives a name."""


class WordOnPaper(NamedTuple):
    """A word, and the darkest and lightest grey of the picture around it."""

    word: TextWord
    level: int | None
    low: float
    high: float

    @property
    def has_ink(self) -> bool:
        """Whether there is something to see."""
        return self.high - self.low >= _INK_CONTRAST

    @property
    def is_lost(self) -> bool:
        """Whether there is not, though its colour would stand out."""
        if self.level is None or self.has_ink:
            return False
        return not self.low - _STANDS_OUT < self.level < self.high + _STANDS_OUT


def look_up(text: PageText, grey: Image.Image) -> tuple[WordOnPaper, ...]:
    """The words of a text, each with what the picture of one channel has in its place."""
    return tuple(
        WordOnPaper(word, level, *_levels(grey, word.box))
        for word, level in zip(text.words, text.levels, strict=True)
    )


def read_text(page: pypdfium2.PdfPage, size: tuple[int, int]) -> PageText:
    """The text of a page whose picture is so large."""
    if not any(map(_is_visible, page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]))):
        return PageText((), (), 0)
    textpage = page.get_textpage()
    try:
        return _read(page, textpage, size)
    finally:
        textpage.close()


def is_trusted(page: pypdfium2.PdfPage, text: PageText, images: Sequence[PlacedImage]) -> bool:
    """Whether the words are plainly the page's own and plainly all of it, as far as they tell."""
    if sum(image.share for image in images) > _LARGE_IMAGE or is_annotated(page):
        return False
    letters = sum(len(word.text) for word in text.words)
    return letters >= _FEWEST_CHARACTERS and text.strange <= _MOST_STRANGE * letters


def inked_words(words: Sequence[WordOnPaper]) -> tuple[TextWord, ...] | None:
    """The words that stand on ink; None if more do not than a sound page has."""
    inked = tuple(found.word for found in words if found.has_ink)
    return inked if len(words) - len(inked) <= _MOST_INKLESS * len(words) else None


def _read(
    page: pypdfium2.PdfPage, textpage: pypdfium2.PdfTextPage, size: tuple[int, int]
) -> PageText:
    chars = _Characters(page, textpage, size)
    words: list[list[_Char]] = []
    parted = True
    for char in chars:
        if char is None:
            parted = True
            continue
        if parted or _parts(words[-1][-1], char):
            words.append([])
        words[-1].append(char)
        parted = False
    joined = tuple(map(_word, words))
    levels = tuple(word[0].level for word in words)
    return PageText(joined, levels, chars.strange + sum(map(_is_orphan, joined)))


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
        self._looks: dict[int, _Look] = {}

    def __iter__(self) -> Iterator[_Char | None]:
        for index in range(self._textpage.count_chars()):
            text = self._text(index)
            box = None if text.isspace() else self._box(index)
            if box is None:
                yield None
            elif (look := self._look(index)).is_seen:
                self.strange += self._is_strange(index, text)
                yield _Char(text, box, look.level)

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

    def _look(self, index: int) -> _Look:
        drawn = pdfium.FPDFText_GetTextObject(self._textpage, index)
        if not drawn:
            return _Look(is_seen=True, level=None)
        address = ctypes.addressof(drawn.contents)
        if address not in self._looks:
            self._looks[address] = _Look(_is_visible(drawn), _fill_level(drawn))
        return self._looks[address]

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


def _is_visible(drawn: object) -> bool:
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


def _levels(grey: Image.Image, box: Box) -> tuple[float, float]:
    left, top, right, bottom = box
    width, height = grey.size
    around = max(left - 2, 0), max(top - 2, 0), min(right + 2, width), min(bottom + 2, height)
    return grey_levels(grey.crop(around))
