"""PDF pages as PDFium draws them, and what can be said of a drawing at a glance.

Runs in the bounded child.
"""

from __future__ import annotations

from typing import Final

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageChops, ImageFilter

from chartlift.imaging.pictures import grey_levels
from chartlift.imaging.sheet import Canvas

_SAME_LEVEL: Final = 16
"""Grey levels within which a pixel counts as the paper, whatever the paper's own level."""
_FEWEST_INKED: Final = 64
"""Pixels; a full stop of 8 points at 300 dpi has a dozen, a letter more than a hundred."""
_FEWEST_INKED_SHARE: Final = 0.001
"""The same for very small pages."""
_REDUCED: Final = 32
"""Times that a scan and its page are made smaller to be compared."""
_MOST_UNLIKE: Final = 16
"""Levels between a pixel and the nearest of its neighbours in the other; of one scan up to 5."""


def is_blank(image: Image.Image) -> bool:
    """Whether the picture has next to no contrast, whatever its colour."""
    counts = image.convert("L").histogram()
    paper = counts.index(max(counts))
    alike = sum(counts[max(paper - _SAME_LEVEL, 0) : paper + _SAME_LEVEL + 1])
    pixels = image.width * image.height
    return pixels - alike < min(_FEWEST_INKED, _FEWEST_INKED_SHARE * pixels)


def is_shown(page: pypdfium2.PdfPage, image: Image.Image) -> bool:
    """Whether the page shows this very picture: both made small are alike."""
    size = max(image.width // _REDUCED, 1), max(image.height // _REDUCED, 1)
    small = image.resize(size, Image.Resampling.BOX)
    shown = render(page, Canvas(*size, 1)).convert(image.mode)
    return _strays(small, shown) <= _MOST_UNLIKE >= _strays(shown, small)


def _strays(image: Image.Image, other: Image.Image) -> float:
    # Renderers shrink each in their own way: an edge may stand in the next pixel.
    lightest, darkest = (
        other.filter(near(3)) for near in (ImageFilter.MaxFilter, ImageFilter.MinFilter)
    )
    beyond = ImageChops.subtract(image, lightest), ImageChops.subtract(darkest, image)
    return max(grey_levels(level)[1] for side in beyond for level in side.split())


def render(page: pypdfium2.PdfPage, canvas: Canvas) -> Image.Image:
    """The page in RGB on white, with its annotations and filled-in fields."""
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
