"""The words of a document as ALTO 4.4, all pages in one file.

Boxes are in pixels of each page as a viewer shows it, origin top left; `WC` is 0.0-1.0. A word
that stands tilted has its four corners as `Shape`, a line its angle's baseline; which engine read
a word stands in `PROCESSINGREFS`, what another engine read there in `ALTERNATIVE`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import BinaryIO

from chartlift import __version__
from chartlift.model import Box, DocumentId, Point, ReadPage, Word
from chartlift.outputs.blocks import (
    Part,
    PrintedBlock,
    PrintedLine,
    around,
    find_blocks,
    page_tag,
    word_tag,
)
from chartlift.outputs.markup import Markup

NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"
SPACES = {Part.HEADER: "TopMargin", Part.FOOTER: "BottomMargin", Part.BODY: "PrintSpace"}
"""In the order in which the schema wants them."""
SCHEMA = "http://www.loc.gov/standards/alto/v4/alto-4-4.xsd"


def write_alto(pages: Iterable[ReadPage], document_id: DocumentId, out: BinaryIO) -> None:
    """Write the pages as one ALTO document, a page at a time.

    Args:
        pages: the pages in order; gone through twice, the first time for the engines' names.
        document_id: stands in the document as its identifier; no file name does.
        out: takes the bytes.

    An unreadable page has no print space; its code is in `QUALITY_DETAIL`.
    """
    root = {
        "xmlns": NAMESPACE,
        "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
        "xsi:schemaLocation": f"{NAMESPACE} {SCHEMA}",
        "SCHEMAVERSION": "4.4",
    }
    engines = sorted({word.engine for page in pages for word in page.ocr.words})
    markup = Markup(out)
    with markup.element("alto", root):
        _write_description(markup, document_id, engines)
        with markup.element("Layout", {}):
            for page in pages:
                _write_page(markup, page)
    markup.close()


def _write_description(markup: Markup, document_id: DocumentId, engines: Sequence[str]) -> None:
    with markup.element("Description", {}):
        markup.leaf("MeasurementUnit", {}, "pixel")
        with markup.element("sourceImageInformation", {}):
            markup.leaf("documentIdentifier", {}, document_id)
        for engine in engines:
            with markup.element("Processing", {"ID": _engine_id(engine)}):
                markup.leaf("processingCategory", {}, "contentGeneration")
                markup.leaf("processingStepDescription", {}, engine)
                with markup.element("processingSoftware", {}):
                    markup.leaf("softwareName", {}, "chartlift")
                    markup.leaf("softwareVersion", {}, __version__)


def _write_page(markup: Markup, page: ReadPage) -> None:
    ocr = page.ocr
    name = f"page_{ocr.number}"
    attributes = {
        "ID": name,
        "PHYSICAL_IMG_NR": ocr.number,
        "WIDTH": ocr.width,
        "HEIGHT": ocr.height,
        "LANG": page_tag(page),
    }
    if ocr.unreadable:
        markup.leaf("Page", {**attributes, "QUALITY": "Damaged", "QUALITY_DETAIL": ocr.unreadable})
        return
    blocks = [(f"{ocr.number}_{n}", block) for n, block in enumerate(find_blocks(page), start=1)]
    with markup.element("Page", attributes):
        for part, space in SPACES.items():
            inside = [(number, block) for number, block in blocks if block.part is part]
            if not inside and part is not Part.BODY:
                continue
            with markup.element(space, _place(_space_of(part, page, inside))):
                for number, block in inside:
                    _write_block(markup, block, number)


def _space_of(part: Part, page: ReadPage, blocks: Sequence[tuple[str, PrintedBlock]]) -> Box:
    """The box of a head or a foot; the text's is the whole page."""
    if part is Part.BODY:
        return Box(0, 0, page.ocr.width, page.ocr.height)
    return around([block.box for _, block in blocks])


def _write_block(markup: Markup, block: PrintedBlock, number: str) -> None:
    place = _place(block.box)
    if block.is_table:
        table = {"ID": f"table_{number}", **place, "TYPE": "table"}
        with markup.element("ComposedBlock", table):
            _write_lines(markup, block, number)
    else:
        _write_lines(markup, block, number)


def _write_lines(markup: Markup, block: PrintedBlock, number: str) -> None:
    with markup.element("TextBlock", {"ID": f"block_{number}", **_place(block.box)}):
        for place, line in enumerate(block.lines, start=1):
            _write_line(markup, line, f"{number}_{place}")


def _write_line(markup: Markup, line: PrintedLine, number: str) -> None:
    attributes = {"ID": f"line_{number}", **_place(line.box), "BASELINE": _baseline(line)}
    with markup.element("TextLine", attributes):
        _write_word(markup, line.words[0], f"{number}_1")
        for place, (before, word) in enumerate(pairwise(line.words), start=2):
            markup.leaf("SP", _space(before.box, word.box))
            _write_word(markup, word, f"{number}_{place}")


def _write_word(markup: Markup, word: Word, number: str) -> None:
    attributes = {
        "ID": f"word_{number}",
        **_place(word.box),
        "CONTENT": word.text,
        "WC": f"{word.confidence:.4f}".rstrip("0").rstrip("."),
        "PROCESSINGREFS": _engine_id(word.engine),
        "LANG": word_tag(word),
    }
    if word.quad is None and word.other is None:
        markup.leaf("String", attributes)
        return
    with markup.element("String", attributes):
        if word.quad is not None:
            with markup.element("Shape", {}):
                markup.leaf("Polygon", {"POINTS": _points(word.quad)})
        if word.other is not None:
            markup.leaf("ALTERNATIVE", {"PURPOSE": "second reading"}, word.other)


def _baseline(line: PrintedLine) -> str | None:
    """The lower edge of the words of a tilted line, from its first to its last."""
    quads = [word.quad for word in line.words if word.quad is not None]
    return _points([point for quad in quads for point in (quad[3], quad[2])]) if quads else None


def _points(points: Sequence[Point]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)


def _place(box: Box) -> dict[str, int]:
    return {"HPOS": box.left, "VPOS": box.top, "WIDTH": box.width, "HEIGHT": box.height}


def _space(before: Box, after: Box) -> dict[str, int]:
    """Where the gap between two words is; without a width where there is none across."""
    if after.left <= before.right:
        return {}
    return {"HPOS": before.right, "VPOS": before.top, "WIDTH": after.left - before.right}


def _engine_id(engine: str) -> str:
    return f"engine_{engine}"
