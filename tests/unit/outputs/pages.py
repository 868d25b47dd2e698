"""Read pages made by hand, and what real tools find in a PDF."""

from __future__ import annotations

import ctypes
import math
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from lxml import etree

from chartlift.geometry import carry_box, flat
from chartlift.model import (
    Box,
    Cell,
    Language,
    Line,
    OcrPage,
    PageLayout,
    ReadPage,
    Table,
    Way,
    Word,
)
from chartlift.outputs.blocks import around

KHMER = "មន្ទីរពេទ្យ"
TEXTS = (
    ("Fièvre", "élevée", "à", "39,5"),
    (KHMER, "កម្ពុជា", "HbA1c"),
    ("Glucose", "<5.8>", "mmol/L", "&", "β"),
)
WIDTH = HEIGHT = 1000
DPI = 150
LETTER, TALL, GAP = 24, 40, 30


def words_of(texts: Sequence[Sequence[str]] = TEXTS) -> list[list[Word]]:
    """Lines of words, level, each as wide as it has letters."""
    lines = []
    for row, texts_of_line in enumerate(texts):
        left, line = 100, []
        for text in texts_of_line:
            right = left + LETTER * len(text)
            top = 120 + 90 * row
            box = Box(left, top, right, top + TALL)
            line.append(Word(text=text, box=box, confidence=0.875, engine="tesseract"))
            left = right + GAP
        lines.append(line)
    return lines


def carried(lines: Sequence[Sequence[Word]], way: Way) -> list[list[Word]]:
    """The words as they stand on a page that the level one was taken from."""
    return [[_carried(word, way) for word in line] for line in lines]


def _carried(word: Word, way: Way) -> Word:
    box, quad = carry_box(way, word.box)
    return word.model_copy(update={"box": box, "quad": quad})


def turning(degrees: float) -> Way:
    """Turns a page clockwise about its middle."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    x, y = WIDTH / 2, HEIGHT / 2
    turned = np.array([[c, -s, x - c * x + s * y], [s, c, y - s * x - c * y], [0, 0, 1]])
    return Way(matrix=flat(turned))


def page_of(
    lines: Sequence[Sequence[Word]],
    *,
    size: tuple[int, int] = (WIDTH, HEIGHT),
    number: int = 1,
    languages: tuple[Language, ...] = ("fra",),
    table_rows: range = range(0),
    margins: tuple[int, int] = (0, 0),
    **update: object,
) -> ReadPage:
    """A page of these lines; those of `table_rows` are the rows of one table.

    So many of the first and of the last are its head and its foot.
    """
    words, laid, cells = [], [], []
    for row, line in enumerate(lines):
        numbers = tuple(range(len(words), len(words) + len(line)))
        words += line
        laid.append(Line(words=numbers, box=around([word.box for word in line])))
        if row in table_rows:
            cells += [
                Cell(row=row, column=n, box=words[i].box, words=(i,)) for n, i in enumerate(numbers)
            ]
    facts: dict[str, object] = {
        "number": number,
        "width": size[0],
        "height": size[1],
        "dpi": DPI,
        "source": "ocr",
        "engine": "tesseract",
        "languages": languages,
        "words": tuple(words),
    }
    ocr = OcrPage.model_validate(facts | update)
    tables = (
        (Table(box=around([cell.box for cell in cells]), ruled=True, cells=tuple(cells)),)
        if cells
        else ()
    )
    header, footer = margins
    layout = PageLayout(lines=tuple(laid), tables=tables, header=header, footer=footer)
    return ReadPage(ocr=ocr, layout=layout)


def unreadable(number: int, *, size: tuple[int, int] = (0, 0)) -> ReadPage:
    """A page of which there is a code only."""
    ocr = OcrPage(
        number=number,
        width=size[0],
        height=size[1],
        dpi=DPI if size[0] else 0,
        source="ocr",
        engine=None,
        unreadable="damaged-file",
    )
    return ReadPage(ocr=ocr, layout=PageLayout())


def poppler_words(pdf: Path, page: int = 1) -> list[tuple[str, tuple[float, ...]]]:
    """What pdftotext finds on a page, and where: points from the top left of what is shown."""
    asked = ["pdftotext", "-bbox", "-f", str(page), "-l", str(page), str(pdf), "-"]
    said = subprocess.run(asked, capture_output=True, check=True)
    assert said.stderr == b""
    found = etree.fromstring(said.stdout, etree.XMLParser(recover=False, load_dtd=False))
    return [
        (word.text, tuple(float(word.get(edge)) for edge in ("xMin", "yMin", "xMax", "yMax")))
        for word in found.iterfind(".//{*}word")
    ]


def poppler_text(pdf: Path) -> str:
    """What pdftotext copies out, in the order of the PDF."""
    asked = ["pdftotext", "-raw", str(pdf), "-"]
    return subprocess.run(asked, capture_output=True, check=True, text=True).stdout


def pdfium_text(pdf: Path, page: int = 1) -> str:
    """What PDFium copies out of a page."""
    document = pypdfium2.PdfDocument(pdf)
    textpage = document[page - 1].get_textpage()
    text = str(textpage.get_text_range())
    textpage.close()
    document.close()
    return text


def pdfium_boxes(pdf: Path, width: int, height: int) -> dict[str, tuple[float, ...]]:
    """Each character PDFium finds on the first page, with its box in pixels of its picture.

    Of a character that comes more than once the first.
    """
    document = pypdfium2.PdfDocument(pdf)
    page = document[0]
    textpage = page.get_textpage()
    positions = pypdfium2.PdfPosConv(page, (0, 0, width, height, 0))
    found: dict[str, tuple[float, ...]] = {}
    for index in range(textpage.count_chars()):
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        pdfium.FPDFText_GetCharBox(textpage, index, left, right, bottom, top)
        corners = [
            positions.to_bitmap(left.value, top.value),
            positions.to_bitmap(right.value, bottom.value),
        ]
        xs, ys = zip(*corners, strict=True)
        text = chr(pdfium.FPDFText_GetUnicode(textpage, index))
        found.setdefault(text, (min(xs), min(ys), max(xs), max(ys)))
    textpage.close()
    document.close()
    return found
