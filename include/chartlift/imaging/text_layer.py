"""The words a born-digital PDF page carries itself, where they can be trusted.

A text layer is taken only where it is plainly the page's own and plainly all of it. Else the
picture is read: that costs seconds and never loses anything. Not taken are: the invisible words a
scanner's software laid over a scan (its guess is no better than ours), words no reader can see,
fonts that name their characters wrongly, pages with a large image, which may hold text of its own,
and pages with annotations or filled-in fields, whose text stands outside the layer.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from chartlift.imaging.pdf_objects import PlacedImage, is_annotated
from chartlift.imaging.pictures import TextWord, grey_levels
from chartlift.imaging.text_characters import (
    Box,
    Char,
    Characters,
    Gap,
    is_visible,
    parts,
    steps_back,
)

_LARGE_IMAGE: Final = 0.2
"""Share of the page; a letterhead's logo is smaller, a scanned slip or an X-ray larger."""
_FEWEST_CHARACTERS: Final = 30
_MOST_STRANGE: Final = 0.02
_MOST_REPEATED: Final = 0.01
"""Of the Khmer characters; a browser's PDF of seven pages has .015 to .09."""
_KHMER: Final = range(0x1780, 0x1800)
_MOST_INKLESS: Final = 0.05
_INK_CONTRAST: Final = 32
_STANDS_OUT: Final = 96
"""Grey levels between letters and paper that any renderer would show."""


class PageText(NamedTuple):
    """The words of a page that a reader could see, by its fonts and colours."""

    words: tuple[TextWord, ...]
    """In the order of the text, boxes in pixels of the page's picture."""
    levels: tuple[int | None, ...]
    """The grey level each word is painted in; None where it is not filled with one colour."""
    strange: int
    """Characters that no font, or the wrong one, gives a name."""
    repeated: int = 0
    """Khmer letters that stand before the character they follow: a syllable's signs each carry
    all of its letters."""


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
    if not any(map(is_visible, page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]))):
        return PageText((), (), 0)
    textpage = _unturned_text(page)
    try:
        return _read(page, textpage, size)
    finally:
        textpage.close()


def is_trusted(page: pypdfium2.PdfPage, text: PageText, images: Sequence[PlacedImage]) -> bool:
    """Whether the words are plainly the page's own and plainly all of it, as far as they tell."""
    if sum(image.share for image in images) > _LARGE_IMAGE or is_annotated(page):
        return False
    letters = sum(len(word.text) for word in text.words)
    khmer = sum(ord(letter) in _KHMER for word in text.words for letter in word.text)
    sound = text.strange <= _MOST_STRANGE * letters and text.repeated <= _MOST_REPEATED * khmer
    return letters >= _FEWEST_CHARACTERS and sound


def inked_words(words: Sequence[WordOnPaper]) -> tuple[TextWord, ...] | None:
    """The words that stand on ink; None if more do not than a sound page has."""
    inked = tuple(found.word for found in words if found.has_ink)
    return inked if len(words) - len(inked) <= _MOST_INKLESS * len(words) else None


def _unturned_text(page: pypdfium2.PdfPage) -> pypdfium2.PdfTextPage:
    """The page's text as it is written: PDFium spells the words of a turned page backwards."""
    rotation = page.get_rotation()
    page.set_rotation(0)
    try:
        return page.get_textpage()
    finally:
        page.set_rotation(rotation)


def _read(
    page: pypdfium2.PdfPage, textpage: pypdfium2.PdfTextPage, size: tuple[int, int]
) -> PageText:
    chars = Characters(page, textpage, size)
    words: list[list[Char]] = []
    gap: Gap | None = None
    repeated = 0
    for char in chars:
        if isinstance(char, Gap):
            gap = char if gap is None or gap.is_guess else gap
            continue
        repeated += bool(words) and steps_back(words[-1][-1], char)
        if not words or parts(words[-1][-1], char, gap):
            words.append([])
        words[-1].append(char)
        gap = None
    joined = tuple(map(_word, words))
    levels = tuple(word[0].level for word in words)
    return PageText(joined, levels, chars.strange + sum(map(_is_orphan, joined)), repeated)


def _word(chars: Sequence[Char]) -> TextWord:
    lefts, tops, rights, bottoms = zip(*(char.box for char in chars), strict=True)
    box = (min(lefts), min(tops), max(rights), max(bottoms))
    return TextWord("".join(char.text for char in chars), box)


def _is_orphan(word: TextWord) -> bool:
    # Khmer written glyph by glyph leaves vowel signs that stand before their consonant.
    return unicodedata.category(word.text[0]) in ("Mn", "Mc")


def _levels(grey: Image.Image, box: Box) -> tuple[float, float]:
    left, top, right, bottom = box
    width, height = grey.size
    around = max(left - 2, 0), max(top - 2, 0), min(right + 2, width), min(bottom + 2, height)
    return grey_levels(grey.crop(around))
