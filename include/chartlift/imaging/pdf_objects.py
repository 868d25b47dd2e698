"""What stands on a PDF page: its images, how much they cover and how fine they are, and notes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from chartlift.imaging.pictures import grey_levels
from chartlift.imaging.sheet import MOST_DECODED_PIXELS, POINTS_PER_INCH

_DEEPEST_FORM: Final = 8
_HARMLESS_ANNOTATIONS: Final = frozenset({pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP})


class PlacedImage(NamedTuple):
    """An image where the page shows it."""

    share: float
    """The part of the page's area it covers, 0.0-1.0."""
    dpi: float
    """Its own pixels per inch of the page, along the finer axis."""


def placed_images(page: pypdfium2.PdfPage) -> tuple[PlacedImage, ...]:
    """The images of a page, in the order they are painted, those inside forms too."""
    left, bottom, right, top = page.get_bbox()
    area = max((right - left) * (top - bottom), 1.0)
    placed = []
    for image in images_of(page):
        matrix = placing(image)
        box = extent(matrix)
        width = max(min(box[2], right) - max(box[0], left), 0.0)
        height = max(min(box[3], top) - max(box[1], bottom), 0.0)
        columns, rows = image.get_px_size()
        across, down = math.hypot(matrix.a, matrix.b), math.hypot(matrix.c, matrix.d)
        finer = max(columns / max(across, 1.0), rows / max(down, 1.0))
        placed.append(PlacedImage(width * height / area, finer * POINTS_PER_INCH))
    return tuple(placed)


def images_are_plain(page: pypdfium2.PdfPage) -> bool:
    """Whether the page has images and each of them decodes to a single colour."""
    images = list(images_of(page))
    return bool(images) and all(decoded_levels(image) == 1 for image in images)


def decoded_levels(image: pypdfium2.PdfImage) -> int:
    """Whether an image is of one grey level (1) or of several (2); 0 if it cannot be decoded."""
    columns, rows = image.get_px_size()
    if columns * rows > MOST_DECODED_PIXELS:
        return 0
    try:
        low, high = grey_levels(image.get_bitmap().to_pil().convert("L"))
    except pypdfium2.PdfiumError:
        return 0
    return 1 if low == high else 2


def is_annotated(page: pypdfium2.PdfPage) -> bool:
    """Whether something stands on the page beside its content: a note, a field, a stamp."""
    for index in range(pdfium.FPDFPage_GetAnnotCount(page)):
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        if not annotation:
            return True
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        pdfium.FPDFPage_CloseAnnot(annotation)
        if kind not in _HARMLESS_ANNOTATIONS:
            return True
    return False


def images_of(page: pypdfium2.PdfPage) -> Iterator[pypdfium2.PdfImage]:
    """The images of a page, in the order they are painted, those inside forms too."""
    yield from page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=_DEEPEST_FORM)


def extent(matrix: pypdfium2.PdfMatrix, height: float = 1.0) -> tuple[float, float, float, float]:
    """Where the lowest part, so high, of an image stands: left, bottom, right, top, in points."""
    corners = [matrix.on_point(x, y) for x in (0, 1) for y in (0, height)]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def placing(image: pypdfium2.PdfImage) -> pypdfium2.PdfMatrix:
    """The matrix under which the unit square becomes the image's place on the page."""
    matrix = image.get_matrix()
    container = image.container
    while container is not None:
        matrix = matrix.multiply(container.get_matrix())
        container = container.container
    return matrix
