"""The pages of a PDF that is being written, and the invisible font they share."""

from __future__ import annotations

from typing import Final

from chartlift import __version__
from chartlift.outputs.invisible_font import (
    DESCRIPTOR,
    WIDTHS,
    TextCodes,
    font_file,
    glyph_of_code,
)
from chartlift.outputs.invisible_text import FONT
from chartlift.outputs.pdf_file import PdfFile

_NOTE_SIZE: Final = (595, 842)


class Sheets:
    """Pages on their way into a PDF, one after the other; nothing of them is kept."""

    def __init__(self, file: PdfFile) -> None:
        self.file = file
        self.codes = TextCodes()
        self._pages: list[int] = []
        self._tree, self._font = file.reserve(), file.reserve()

    @property
    def count(self) -> int:
        """How many pages there are so far."""
        return len(self._pages)

    def add(self, size: tuple[float, float], content: bytes, resources: str = "") -> None:
        """Add a page of this size in points; without content it is empty."""
        entries = f"/Type /Page /Parent {self._tree} 0 R /MediaBox [0 0 {size[0]} {size[1]}] "
        entries += f"/Resources << /Font << /{FONT} {self._font} 0 R >> {resources} >>"
        if content:
            entries += f" /Contents {self.file.add_deflated('', content)} 0 R"
        self._pages.append(self.file.add(f"<< {entries} >>"))

    def add_note(self, number: int, code: str) -> None:
        """Add a sheet that says why there is no page."""
        text = f"BT /Note 12 Tf 72 720 Td (Page {number} could not be read: {code}) Tj ET"
        font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
        entries = (
            f"/Type /Page /Parent {self._tree} 0 R /MediaBox [0 0 {_NOTE_SIZE[0]} {_NOTE_SIZE[1]}] "
            f"/Resources << /Font << /Note {font} >> >> "
            f"/Contents {self.file.add_deflated('', text.encode('ascii'))} 0 R"
        )
        self._pages.append(self.file.add(f"<< {entries} >>"))

    def finish(self) -> None:
        """Write the font, the list of pages and the catalogue."""
        _add_font(self.file, self._font, self.codes)
        kids = " ".join(f"{page} 0 R" for page in self._pages)
        tree = f"<< /Type /Pages /Kids [{kids}] /Count {self.count} >>"
        self.file.add(tree, self._tree)
        catalogue = self.file.add(f"<< /Type /Catalog /Pages {self._tree} 0 R >>")
        info = self.file.add(f"<< /Producer (chartlift {__version__}) >>")
        self.file.finish(f"/Root {catalogue} 0 R /Info {info} 0 R")


def _add_font(file: PdfFile, number: int, codes: TextCodes) -> None:
    data = font_file()
    embedded = file.add_deflated(f"/Length1 {len(data)}", data)
    glyphs = file.add_deflated("", glyph_of_code())
    descriptor = file.add(f"<< /Type /FontDescriptor {DESCRIPTOR} /FontFile2 {embedded} 0 R >>")
    system = "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
    descendant = file.add(
        f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Invisible {system} {WIDTHS} "
        f"/FontDescriptor {descriptor} 0 R /CIDToGIDMap {glyphs} 0 R >>"
    )
    unicode = file.add_deflated("", codes.to_unicode())
    file.add(
        f"<< /Type /Font /Subtype /Type0 /BaseFont /Invisible /Encoding /Identity-H "
        f"/DescendantFonts [{descendant} 0 R] /ToUnicode {unicode} 0 R >>",
        number,
    )
