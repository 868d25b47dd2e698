"""The words of a document as hOCR 1.2, in XHTML.

Of hOCR: `ocr_page` (bbox, ppageno, scan_res), `ocr_header`, `ocr_footer`,
`ocr_carea` or `ocr_table`, `ocr_par`, `ocr_line`
(bbox, textangle where it is turned), `ocrx_word` (bbox, x_wconf 0-100, x_engine). Boxes are in
pixels of the page as a viewer shows it, origin top left. No file name stands in it: `image`, which
hOCR recommends, would be one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from chartlift import __version__
from chartlift.model import Box, ReadPage, Word
from chartlift.outputs.blocks import (
    Part,
    PrintedBlock,
    PrintedLine,
    find_blocks,
    page_tag,
    word_tag,
)
from chartlift.outputs.markup import Markup

KINDS = {Part.HEADER: "ocr_header", Part.BODY: "ocr_carea", Part.FOOTER: "ocr_footer"}
_CAPABILITIES = (
    "ocr_page ocr_header ocr_footer ocr_carea ocr_table ocr_par ocr_line ocrx_word "
    "ocrp_lang ocrp_wconf"
)


def write_hocr(pages: Iterable[ReadPage], out: BinaryIO) -> None:
    """Write the pages as one hOCR document, a page at a time.

    An unreadable page is an `ocr_page` without words, with its code as `x_unreadable`.
    """
    markup = Markup(out, doctype="html")
    with markup.element("html", {"xmlns": "http://www.w3.org/1999/xhtml"}):
        _write_head(markup)
        with markup.element("body", {}):
            for page in pages:
                _write_page(markup, page)
    markup.close()


def _write_head(markup: Markup) -> None:
    with markup.element("head", {}):
        markup.leaf("meta", {"charset": "utf-8"})
        markup.leaf("title", {}, "hOCR")
        markup.leaf("meta", {"name": "ocr-system", "content": f"chartlift {__version__}"})
        markup.leaf("meta", {"name": "ocr-capabilities", "content": _CAPABILITIES})


def _write_page(markup: Markup, page: ReadPage) -> None:
    ocr = page.ocr
    title = f"{_bbox(Box(0, 0, ocr.width, ocr.height))}; ppageno {ocr.number - 1}"
    if ocr.unreadable:
        title += f'; x_unreadable "{ocr.unreadable}"'
    else:
        title += f"; scan_res {ocr.dpi} {ocr.dpi}"
    attributes = {"class": "ocr_page", "id": f"page_{ocr.number}", "lang": page_tag(page)}
    with markup.element("div", {**attributes, "title": title}):
        for number, block in enumerate(find_blocks(page), start=1):
            _write_block(markup, block, f"{ocr.number}_{number}")


def _write_block(markup: Markup, block: PrintedBlock, number: str) -> None:
    title = _bbox(block.box)
    kind = "ocr_table" if block.is_table else KINDS[block.part]
    with (
        markup.element("div", {"class": kind, "id": f"block_{number}", "title": title}),
        markup.element("p", {"class": "ocr_par", "id": f"par_{number}", "title": title}),
    ):
        for place, line in enumerate(block.lines, start=1):
            _write_line(markup, line, f"{number}_{place}")


def _write_line(markup: Markup, line: PrintedLine, number: str) -> None:
    title = _bbox(line.box) + (f"; textangle {line.angle:g}" if line.angle else "")
    with markup.element("span", {"class": "ocr_line", "id": f"line_{number}", "title": title}):
        for place, word in enumerate(line.words, start=1):
            attributes = {
                "class": "ocrx_word",
                "id": f"word_{number}_{place}",
                "lang": word_tag(word),
                "title": _word_title(word),
            }
            markup.leaf("span", attributes, word.text)


def _word_title(word: Word) -> str:
    confidence = f"{100 * word.confidence:.2f}".rstrip("0").rstrip(".")
    return f'{_bbox(word.box)}; x_wconf {confidence}; x_engine "{word.engine}"'


def _bbox(box: Box) -> str:
    return f"bbox {box.left} {box.top} {box.right} {box.bottom}"
