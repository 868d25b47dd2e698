"""PDF pages as pictures: a scan's own pixels, or what PDFium renders.

Runs in the bounded child; imports PDFium's binding, Pillow and what is light.

Renderers lose pages, and parts of pages, without a word. So the picture's size is planned before,
and what the page holds is looked for in the picture: in doubt the second renderer is asked, and a
page that stays without what it holds is an error, never a white picture.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from chartlift.errors import DamagedFile, EncryptedFile, RenderFailed
from chartlift.imaging.embedded import find_scan
from chartlift.imaging.losses import Missing, disagree, find_missing, shows
from chartlift.imaging.orders import UNFINISHED
from chartlift.imaging.packed_streams import has_broken_stream
from chartlift.imaging.pdf_objects import PlacedImage, images_are_plain, placed_images
from chartlift.imaging.pictures import Picture, without_false_colour
from chartlift.imaging.rendering import is_blank, is_shown, render
from chartlift.imaging.second_opinion import examine, repair
from chartlift.imaging.second_renderer import render_again
from chartlift.imaging.sheet import STANDARD_DPI, Canvas, plan_canvas, scan_dpi
from chartlift.imaging.text_layer import inked_words, is_trusted, look_up, read_text

_SCAN_COVER: Final = 0.8
"""A page of which images cover so much is a scan."""
_SECOND_RENDERERS_SECONDS: Final = 10
"""It takes a third of a second for a page that is in order."""
_LOCKED: Final = frozenset({pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY})


class PdfPages:
    """The pages of a PDF.

    Args:
        path: the file.
        keep_words: whether text layers are taken.
        seconds: how long a page may take.

    One that PDFium cannot open is repaired first, into a file in the current folder.

    Raises:
        EncryptedFile: it asks for a password.
        NoPages: it has none.
        DamagedFile: it can be neither opened nor repaired.
    """

    def __init__(self, path: Path, *, keep_words: bool, seconds: int) -> None:
        self._path = path
        self._keep_words = keep_words
        self._second_seconds = min(seconds // 2, _SECOND_RENDERERS_SECONDS)
        try:
            self._pdf = _open(path)
        except pypdfium2.PdfiumError:
            self._path = Path("repaired" + UNFINISHED).resolve()
            repair(path, self._path)
            self._pdf = _reopen(self._path)
        self._is_damaged = self._path != path or _is_damaged(self._pdf, path)

    @property
    def count(self) -> int:
        """How many pages the document says it has."""
        return len(self._pdf)

    def read(self, number: int) -> Picture:
        """The page of this 1-based number.

        Raises:
            PageTooLarge: it is larger than any sheet of paper.
            DamagedFile: it cannot be loaded.
            RenderFailed: both renderers lose what it holds.
        """
        size = self._size(number)
        plan_canvas(*size, STANDARD_DPI)
        try:
            page = self._pdf[number - 1]
        except pypdfium2.PdfiumError:
            raise DamagedFile(page=number) from None
        try:
            return self._picture(page, number, size)
        finally:
            page.close()

    def read_again(self, number: int) -> Picture:
        """The page by the second renderer alone, for a page the first one crashed on."""
        canvas = plan_canvas(*self._size(number), STANDARD_DPI)
        image = self._render_again(number, canvas)
        if is_blank(image):
            raise RenderFailed(page=number)
        return Picture(without_false_colour(image), canvas.dpi)

    def _picture(self, page: pypdfium2.PdfPage, number: int, size: tuple[float, float]) -> Picture:
        if self._is_damaged and not examine(self._path, number).is_whole:
            raise DamagedFile(page=number)
        scan = find_scan(page, number)
        if scan is not None and is_shown(page, scan.image):
            return Picture(scan.image, scan.dpi, jpeg=scan.jpeg)
        images = placed_images(page)
        canvas = plan_canvas(*size, page_dpi(images))
        image = render(page, canvas)
        grey, text = image.convert("L"), read_text(page, image.size)
        words = look_up(text, grey)
        if is_blank(grey):
            return self._doubt_blank(page, number, canvas)
        missing = find_missing(page, grey, words, number)
        if missing and (second := self._doubt_part(number, canvas, image, missing)):
            return Picture(without_false_colour(second), canvas.dpi)
        kept = self._keep_words and is_trusted(page, text, images)
        return Picture(
            without_false_colour(image), canvas.dpi, inked_words(words) if kept else None
        )

    def _doubt_blank(self, page: pypdfium2.PdfPage, number: int, canvas: Canvas) -> Picture:
        content = examine(self._path, number).content
        if content == "nothing" and self._is_damaged:
            raise DamagedFile(page=number)
        if content != "nothing":
            second = self._render_again(number, canvas)
            if not is_blank(second):
                return Picture(without_false_colour(second), canvas.dpi)
            # The back of a sheet, scanned, is an image of one colour and truly blank.
            if content == "text" or not images_are_plain(page):
                raise RenderFailed(page=number)
        return Picture(without_false_colour(render(page, canvas)), canvas.dpi)

    def _doubt_part(
        self, number: int, canvas: Canvas, image: Image.Image, missing: Missing
    ) -> Image.Image | None:
        try:
            second = self._render_again(number, canvas)
        except RenderFailed:
            second = image
        if disagree(second, missing):
            raise DamagedFile(page=number)
        if shows(second, missing):
            return second
        if missing.is_certain:
            raise RenderFailed(page=number)
        return None  # neither renderer shows it: covered or hidden on purpose

    def _render_again(self, number: int, canvas: Canvas) -> Image.Image:
        return render_again(self._path, number, canvas, seconds=self._second_seconds)

    def _size(self, number: int) -> tuple[float, float]:
        try:
            width, height = self._pdf.get_page_size(number - 1)
        except pypdfium2.PdfiumError:
            raise DamagedFile(page=number) from None
        return float(width), float(height)


def _open(path: Path) -> pypdfium2.PdfDocument:
    try:
        pdf = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if error.err_code in _LOCKED:
            raise EncryptedFile from None
        raise
    pdf.init_forms()  # else filled-in fields are not drawn
    return pdf


def _reopen(path: Path) -> pypdfium2.PdfDocument:
    try:
        return _open(path)
    except pypdfium2.PdfiumError:
        raise DamagedFile from None


def _is_damaged(pdf: pypdfium2.PdfDocument, path: Path) -> bool:
    return not pdfium.FPDF_DocumentHasValidCrossReferenceTable(pdf) or has_broken_stream(path)


def page_dpi(images: tuple[PlacedImage, ...]) -> int:
    """The dots an inch to render at: a scan's own, the standard for what is drawn."""
    if sum(image.share for image in images) < _SCAN_COVER:
        return STANDARD_DPI
    return scan_dpi(max(image.dpi for image in images))
