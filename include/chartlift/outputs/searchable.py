"""A searchable PDF: the original pages, and under each its words, invisible.

A PDF's pages stay what they were; a picture's page shows the picture as it was stored. Whatever
parses the original runs in a bounded child (`original_child`); this side writes what the words
say. Pages are gone through one at a time and nothing of them is kept.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from chartlift.imaging.sheet import POINTS_PER_INCH
from chartlift.model import FileType, ReadPage
from chartlift.outputs.invisible_text import text_operators
from chartlift.outputs.orders import LayerOrder, Original, PictureOrder, StoredPicture
from chartlift.outputs.original import OriginalChild
from chartlift.outputs.pdf_file import PdfFile
from chartlift.outputs.sheets import Sheets

_PAGES_A_SECOND: Final = 10
"""What laying text under the pages of a PDF does at least, on a slow machine."""
_LARGEST_PAGE: Final = 14_400
"""Points; ISO 32000-1, annex C."""
_TURNS: Final = {
    1: (1, 0, 0, 0, 1, 0),
    2: (-1, 0, 1, 0, 1, 0),
    3: (-1, 0, 1, 0, -1, 1),
    4: (1, 0, 0, 0, -1, 1),
    5: (0, 1, 0, 1, 0, 0),
    6: (0, -1, 1, 1, 0, 0),
    7: (0, -1, 1, -1, 0, 1),
    8: (0, 1, 0, -1, 0, 1),
}
"""For EXIF's orientations the way from the stored picture to the upright one, both 1 x 1 with y
downwards: x = a u + b v + c, y = d u + e v + f."""


def write_searchable_pdf(
    original: Original, pages: Iterable[ReadPage], target: Path, *, page_seconds: int
) -> None:
    """Write the pages of a document as a PDF whose words can be searched and copied.

    A page that has words of its own gets no second layer; a page of a picture file that could not
    be read is a sheet that says so, with its code.

    Args:
        original: the document, as it came.
        pages: its pages as they were read, all of them, in order.
        target: the PDF.
        page_seconds: how long a picture may take to be decoded.

    Raises:
        DamagedFile, PageTooLarge: the original cannot be opened a second time.
        EncryptedFile: its pages may be seen but not copied.
        PageTimeout: a picture, or all pages together, took too long.
        EngineCrashed, StorageFull: the machine is at fault.
    """
    with tempfile.TemporaryDirectory(prefix="chartlift-") as folder:
        if original.file_type == FileType.PDF:
            made = _lay_under(original, pages, Path(folder), page_seconds)
        else:
            made = _draw(original, pages, Path(folder), page_seconds)
        shutil.move(made, target)


def _lay_under(original: Original, pages: Iterable[ReadPage], folder: Path, seconds: int) -> Path:
    layers = folder / "layers.pdf"
    with layers.open("wb") as out:
        sheets = Sheets(PdfFile(out))
        for page in pages:
            sheets.add((page.ocr.width, page.ocr.height), text_operators(page, sheets.codes))
        sheets.finish()
    order = LayerOrder(layers=layers.name, target="searchable.pdf")
    with OriginalChild(original, folder, seconds + sheets.count // _PAGES_A_SECOND) as child:
        child.ask(order)
    return folder / order.target


def _draw(original: Original, pages: Iterable[ReadPage], folder: Path, seconds: int) -> Path:
    made = folder / "searchable.pdf"
    with made.open("wb") as out, OriginalChild(original, folder, seconds) as child:
        sheets = Sheets(PdfFile(out))
        for page in pages:
            # Without a picture there is no size: what timed out while it was read has one.
            if page.ocr.width:
                _draw_page(sheets, page, child)
            else:
                sheets.add_note(page.ocr.number, page.ocr.unreadable or "")
        sheets.finish()
    return made


def _draw_page(sheets: Sheets, page: ReadPage, child: OriginalChild) -> None:
    width, height = page.ocr.width, page.ocr.height
    order = PictureOrder(number=page.ocr.number, target="picture")
    stored = StoredPicture(**child.ask(order))
    image = sheets.file.add_file(_picture_entries(stored), child.folder / order.target)
    scale = POINTS_PER_INCH / page.ocr.dpi
    scale = min(scale, _LARGEST_PAGE / max(width, height))
    a, b, c, d, e, f = _TURNS[stored.orientation]
    # From PDF's image square, its y upwards, to the picture's pixels, y downwards.
    matrix = (a * width, d * height, -b * width, -e * height, (b + c) * width, (e + f) * height)
    drawn = (
        f"{scale:.6f} 0 0 {-scale:.6f} 0 {scale * height:.4f} cm\n"
        f"q {' '.join(map(str, matrix))} cm /Picture Do Q\n"
    )
    text = text_operators(page, sheets.codes)
    size = (round(scale * width, 4), round(scale * height, 4))
    sheets.add(size, drawn.encode("ascii") + text, f"/XObject << /Picture {image} 0 R >>")


def _picture_entries(stored: StoredPicture) -> str:
    colours = {1: "Gray", 3: "RGB", 4: "CMYK"}[stored.channels]
    entries = (
        f"/Type /XObject /Subtype /Image /Width {stored.columns} /Height {stored.rows} "
        f"/ColorSpace /Device{colours} /BitsPerComponent {stored.bits}"
    )
    if stored.inverted:
        entries += f" /Decode [{' '.join(['1 0'] * stored.channels)}]"
    if stored.jpeg:
        return f"{entries} /Filter /DCTDecode"
    rows = (
        f"/Predictor 15 /Colors {stored.channels} /BitsPerComponent {stored.bits} "
        f"/Columns {stored.columns}"
    )
    return f"{entries} /Filter /FlateDecode /DecodeParms << {rows} >>"
