"""PDF pages as pictures, rendered by PDFium.

Runs in the bounded child; imports PDFium's binding, Pillow and what is light.

Renderers lose pages without a word. So the picture's size is planned before, a picture without
any contrast is compared with what the page holds, and in doubt the second renderer is asked; a
page that stays blank though it holds something is an error, never a white picture.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageChops, ImageFilter

from chartlift.errors import DamagedFile, EncryptedFile, RenderFailed
from chartlift.imaging.embedded import find_scan
from chartlift.imaging.orders import UNFINISHED
from chartlift.imaging.pdf_objects import PlacedImage, images_are_plain, placed_images
from chartlift.imaging.pictures import Picture, grey_levels, without_false_colour
from chartlift.imaging.second_opinion import holds_something, repair
from chartlift.imaging.second_renderer import render_again
from chartlift.imaging.sheet import STANDARD_DPI, Canvas, plan_canvas, scan_dpi
from chartlift.imaging.text_layer import find_text_layer

_SCAN_COVER: Final = 0.8
"""A page of which images cover so much is a scan."""
_SAME_LEVEL: Final = 16
"""Grey levels within which a pixel counts as the paper, whatever the paper's own level."""
_FEWEST_INKED: Final = 64
"""Pixels; a full stop of 8 points at 300 dpi has a dozen, a letter more than a hundred."""
_FEWEST_INKED_SHARE: Final = 0.001
"""The same for very small pages."""
_SECOND_RENDERERS_SECONDS: Final = 10
"""It takes a third of a second for a page that is in order."""
_REDUCED: Final = 32
"""Times that a scan and its page are made smaller to be compared."""
_MOST_UNLIKE: Final = 16
"""Levels between a pixel and the nearest of its neighbours in the other; of one scan up to 5."""
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
        image = render_again(self._path, number, canvas, seconds=self._second_seconds)
        if is_blank(image):
            raise RenderFailed(page=number)
        return Picture(without_false_colour(image), canvas.dpi)

    def _picture(self, page: pypdfium2.PdfPage, number: int, size: tuple[float, float]) -> Picture:
        scan = find_scan(page, number)
        if scan is not None and _is_shown(page, scan.image):
            return Picture(scan.image, scan.dpi, jpeg=scan.jpeg)
        images = placed_images(page)
        canvas = plan_canvas(*size, page_dpi(images))
        image = _render(page, canvas)
        if is_blank(image):
            image = self._doubt(page, number, canvas, image)
        words = find_text_layer(page, image, images) if self._keep_words else None
        return Picture(without_false_colour(image), canvas.dpi, words)

    def _doubt(
        self, page: pypdfium2.PdfPage, number: int, canvas: Canvas, image: Image.Image
    ) -> Image.Image:
        content = holds_something(self._path, number)
        if content == "nothing":
            return image
        second = render_again(self._path, number, canvas, seconds=self._second_seconds)
        if not is_blank(second):
            return second
        # The back of a sheet, scanned, is an image of one colour and truly blank.
        if content == "images" and images_are_plain(page):
            return image
        raise RenderFailed(page=number)

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


def page_dpi(images: tuple[PlacedImage, ...]) -> int:
    """The dots an inch to render at: a scan's own, the standard for what is drawn."""
    if sum(image.share for image in images) < _SCAN_COVER:
        return STANDARD_DPI
    return scan_dpi(max(image.dpi for image in images))


def is_blank(image: Image.Image) -> bool:
    """Whether the picture has next to no contrast, whatever its colour."""
    counts = image.convert("L").histogram()
    paper = counts.index(max(counts))
    alike = sum(counts[max(paper - _SAME_LEVEL, 0) : paper + _SAME_LEVEL + 1])
    pixels = image.width * image.height
    return pixels - alike < min(_FEWEST_INKED, _FEWEST_INKED_SHARE * pixels)


def _is_shown(page: pypdfium2.PdfPage, image: Image.Image) -> bool:
    """Whether the page shows this very picture: both made small are alike."""
    size = max(image.width // _REDUCED, 1), max(image.height // _REDUCED, 1)
    small = image.resize(size, Image.Resampling.BOX)
    shown = _render(page, Canvas(*size, 1)).convert(image.mode)
    return _strays(small, shown) <= _MOST_UNLIKE >= _strays(shown, small)


def _strays(image: Image.Image, other: Image.Image) -> float:
    # Renderers shrink each in their own way: an edge may stand in the next pixel.
    lightest, darkest = (
        other.filter(near(3)) for near in (ImageFilter.MaxFilter, ImageFilter.MinFilter)
    )
    beyond = ImageChops.subtract(image, lightest), ImageChops.subtract(darkest, image)
    return max(grey_levels(level)[1] for side in beyond for level in side.split())


def _render(page: pypdfium2.PdfPage, canvas: Canvas) -> Image.Image:
    width, height = canvas.width, canvas.height
    bitmap = pypdfium2.PdfBitmap.new_native(
        width, height, pdfium.FPDFBitmap_BGR, rev_byteorder=True
    )
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
    flags = pdfium.FPDF_ANNOT | pdfium.FPDF_REVERSE_BYTE_ORDER
    placed = (bitmap, page, 0, 0, width, height, 0, flags)
    pdfium.FPDF_RenderPageBitmap(*placed)
    if page.formenv:
        pdfium.FPDF_FFLDraw(page.formenv, *placed)
    image: Image.Image = bitmap.to_pil()
    return image
