"""A PDF page that is one scanned image and nothing else: its own pixels, not a rendering of them.

Runs in the bounded child. To render a scan is to resample it, which blurs it, and to write a
lossless file of seven times the size of the JPEG that the scanner made.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from chartlift.errors import DamagedFile
from chartlift.imaging.losses import LAST_ROWS, lacks_end
from chartlift.imaging.pdf_jpeg import is_jpeg, jpeg_of
from chartlift.imaging.pdf_objects import is_annotated
from chartlift.imaging.pictures import (
    PAGE_MODES,
    grey_levels,
    is_upright,
    without_false_colour,
)
from chartlift.imaging.sheet import MOST_RENDERED_PIXELS, POINTS_PER_INCH, scan_dpi

_MOST_BESIDE: Final = 1.0
"""Points that an edge of the image may lie beside the page's: sizes are often rounded to points."""
_MOST_STRETCHED: Final = 1.01


class EmbeddedScan(NamedTuple):
    """The image of a page that shows nothing else: upright, as large as the page, whole."""

    image: Image.Image
    """Mode L or RGB."""
    dpi: int
    jpeg: bytes | None
    """The image's own file, where it is a JPEG."""


def find_scan(page: pypdfium2.PdfPage, number: int) -> EmbeddedScan | None:
    """The page's one image, if the page is nothing else by its objects; else None.

    What objects do not tell (masks, inverted levels, colour spaces, layers) only a comparison
    with the page as it is shown can.

    Raises:
        DamagedFile: the image is a JPEG that ends early.
    """
    image = _only_image(page)
    dpi = None if image is None else _placed_dpi(page, image)
    if image is None or dpi is None:
        return None
    if is_jpeg(image):
        return _from_jpeg(image, dpi, number)
    return _from_bitmap(image, dpi)


def _only_image(page: pypdfium2.PdfPage) -> pypdfium2.PdfImage | None:
    if page.get_rotation() or is_annotated(page):
        return None
    shown = [thing for thing in page.get_objects(max_depth=1) if not _is_unseen(thing)]
    if len(shown) != 1 or not isinstance(shown[0], pypdfium2.PdfImage):
        return None
    clipped = pdfium.FPDFClipPath_CountPaths(pdfium.FPDFPageObj_GetClipPath(shown[0])) > 0
    blended = bool(pdfium.FPDFPageObj_HasTransparency(shown[0]))
    return None if clipped or blended else shown[0]


def _is_unseen(thing: pypdfium2.PdfObject) -> bool:
    # The words that a scanner's software laid over its scan.
    if thing.type != pdfium.FPDF_PAGEOBJ_TEXT:
        return False
    mode = pdfium.FPDFTextObj_GetTextRenderMode(thing)
    return bool(mode == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE)


def _placed_dpi(page: pypdfium2.PdfPage, image: pypdfium2.PdfImage) -> int | None:
    matrix = image.get_matrix()
    edges = matrix.e, matrix.f, matrix.e + matrix.a, matrix.f + matrix.d
    beside = max(abs(edge - paper) for edge, paper in zip(edges, page.get_bbox(), strict=True))
    if matrix.b or matrix.c or min(matrix.a, matrix.d) <= 0 or beside > _MOST_BESIDE:
        return None
    columns, rows = image.get_px_size()
    across, down = columns / matrix.a * POINTS_PER_INCH, rows / matrix.d * POINTS_PER_INCH
    dpi = round(max(across, down))
    square = max(across, down) <= _MOST_STRETCHED * min(across, down)
    fitting = dpi == scan_dpi(dpi) and columns * rows <= MOST_RENDERED_PIXELS
    return dpi if square and fitting else None


def _from_jpeg(image: pypdfium2.PdfImage, dpi: int, number: int) -> EmbeddedScan | None:
    jpeg = jpeg_of(image)
    if jpeg is None or jpeg.picture.size != image.get_px_size():
        return None
    if jpeg.is_cut:
        raise DamagedFile(page=number)
    return EmbeddedScan(jpeg.picture, dpi, jpeg.data) if is_upright(jpeg.picture) else None


def _from_bitmap(image: pypdfium2.PdfImage, dpi: int) -> EmbeddedScan | None:
    try:
        found = image.get_bitmap().to_pil()
    except pypdfium2.PdfiumError:
        return None
    if found.mode not in PAGE_MODES or found.size != image.get_px_size():
        return None
    low, high = grey_levels(found.crop((0, found.height - LAST_ROWS, *found.size)).convert("L"))
    if lacks_end(image, low if low == high else None):
        return None
    return EmbeddedScan(found if found.mode == "L" else without_false_colour(found), dpi, None)
