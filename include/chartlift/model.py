"""What flows between the stages, from a scanned page to its words and its layout.

`Document -> PageImage -> Raster -> OcrPage -> PageLayout`, continued in `finding` and `record` with
`Finding -> Record`.

Coordinates: a `Box` is in pixels of the *original* page, the page as a viewer shows it (after EXIF
orientation and PDF /Rotate, before any step of ours), origin top left, right and bottom exclusive.
A `Raster` lives inside one process and carries the way that leads back to that page.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple, NewType

from pydantic import Field

from chartlift.frozen import Frozen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Homography = NDArray[np.float64]
    """3x3 matrix that maps points (x, y, 1)."""

DocumentId = NewType("DocumentId", str)
"""SHA-256 of a document's bytes, 64 lower-case hexadecimal digits."""

Fingerprint = NewType("Fingerprint", str)
"""16 hexadecimal digits that name one stage's output: same fingerprint, same bytes."""

Language = Literal["eng", "fra", "khm"]
"""A language chartlift reads, by its ISO 639-3 code (Tesseract's code as well)."""

Confidence = Annotated[float, Field(ge=0.0, le=1.0)]
PageNumber = Annotated[int, Field(ge=1)]
PageRange = tuple[int, int]
"""First and last page, 1-based, both inclusive."""

Point = tuple[float, float]
"""x, y in pixels of the original page."""

Matrix = tuple[float, float, float, float, float, float, float, float, float]
"""A homography's nine numbers, row by row."""

UNMOVED: Matrix = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


class Box(NamedTuple):
    """A rectangle in pixels of the original page, origin top left; right and bottom exclusive."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Pixels from left to right."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Pixels from top to bottom."""
        return self.bottom - self.top

    @property
    def center(self) -> Point:
        """The middle of the box, x and y."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def union(self, other: Box) -> Box:
        """The smallest box that holds both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def overlap(self, other: Box) -> int:
        """The area common to both, in square pixels; 0 where they do not touch."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(width, 0) * max(height, 0)


class FileType(StrEnum):
    """What a document's bytes are, told by their content and never by a file's name."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    TIFF = "tiff"
    BMP = "bmp"
    HEIC = "heic"
    OTHER = "bin"


class Word(Frozen):
    """One recognised word; `box` and `quad` are in pixels of the original page."""

    text: str
    box: Box
    quad: tuple[Point, Point, Point, Point] | None = None
    """The word's corners, clockwise from its top left, where it stands tilted on the page."""
    confidence: Confidence
    engine: str
    other: str | None = None
    """What another engine read here, where the two disagree and neither is trusted."""


class PageImage(Frozen):
    """One page of a document after the split; its picture stands beside the manifest."""

    number: PageNumber
    width: int
    """Pixels of the page image, as a viewer shows it."""
    height: int
    dpi: int
    image: str | None
    """File name of the picture in the manifest's folder; None where the page is unreadable."""
    text_layer: str | None = None
    """File name of the page's own words (`PageWords`) in the manifest's folder, where it has a
    usable text layer: then nothing is recognised."""
    words: tuple[Word, ...] | None = None
    """Those words, where the page is being read; in a manifest always None."""
    unreadable: str | None = None
    """Code of the error that kept this page from being rendered."""


class PageWords(Frozen):
    """The words a page carries itself, in the order of its text; stands beside its picture."""

    version: Literal[1] = 1
    words: tuple[Word, ...]


class PageManifest(Frozen):
    """The pages of one document, in order; every task of the document reads all of it."""

    version: Literal[1] = 1
    file_type: FileType
    pages: tuple[PageImage, ...]


class Bend(Frozen):
    """Where the edges of a flat picture lie in the bent one it was made from, in pixels of that.

    Each is told at even steps over the flat picture's width (or height), as many as one likes, with
    straight lines between. A point goes first to its place between its row's ends, then to its
    place between the ends of the column that it came to.
    """

    width: int
    height: int
    """Pixels of the flat picture."""
    lefts: tuple[float, ...]
    rights: tuple[float, ...]
    """x of the rows' ends, from the first row to the last."""
    tops: tuple[float, ...]
    bottoms: tuple[float, ...]
    """y of the columns' ends, from the first column to the last."""
    start: Matrix = UNMOVED
    """Leads to the flat picture, from the picture that was made of it."""


class Way(Frozen):
    """How a raster's points lead to the original page: through the bends, if any, then `matrix`."""

    matrix: Matrix = UNMOVED
    bends: tuple[Bend, ...] = ()
    """The last is the nearest to the raster."""


class Raster(NamedTuple):
    """A page's pixels inside one process, and the way back to the original page."""

    pixels: NDArray[np.uint8]
    """Grey levels, shape (height, width), 0 = ink, 255 = paper."""
    dpi: int
    to_page: Way


class Ruling(Frozen):
    """A ruling line of a form or table."""

    ends: tuple[Point, Point]
    """Where its middle begins and ends, in pixels of the original page."""
    horizontal: bool
    """Whether it runs along the lines of text."""


class PreparedPage(Frozen):
    """What preprocessing did to one page; the prepared picture stands beside it."""

    version: Literal[1] = 1
    number: PageNumber
    dpi: int
    to_page: Way
    """From prepared pixels to the original page."""
    rotation: Literal[0, 90, 180, 270]
    """Degrees the page was turned clockwise to stand upright."""
    skew_degrees: float
    """Angle of the text lines before it was removed, clockwise positive."""
    steps: tuple[str, ...]
    """The steps that ran, in order; a step whose test did not ask for it is not named."""
    rulings: tuple[Ruling, ...]


class OcrPage(Frozen):
    """The words of one page in reading order, or the code that says why there are none."""

    version: Literal[1] = 1
    number: PageNumber
    width: int
    height: int
    dpi: int
    rotation: Literal[0, 90, 180, 270] = 0
    skew_degrees: float = 0.0
    source: Literal["ocr", "text-layer"]
    steps: tuple[str, ...] = ()
    engine: str | None
    languages: tuple[Language, ...] = ()
    """The languages this page was read as."""
    words: tuple[Word, ...] = ()
    score: Confidence | None = None
    """How well its picture was read: its words' confidence times the share of ink they cover."""
    unreadable: str | None = None


class Line(Frozen):
    """Words that stand on one line, left to right, as indices into the page's words."""

    words: tuple[int, ...]
    box: Box


class Cell(Frozen):
    """One cell of a table; `lines` hold its words, wrapped lines from top to bottom."""

    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    box: Box
    words: tuple[int, ...]


class Table(Frozen):
    """A grid of cells, row by row; rows and columns count from 0."""

    box: Box
    ruled: bool
    """True where ruling lines draw the grid, False where only gaps do."""
    cells: tuple[Cell, ...]
    doubted: tuple[int, ...] = ()
    """Rows whose name and values may be of two rows: they do not stand as cells of one row do."""


class PageLayout(Frozen):
    """How the words of one page stand: its lines in reading order, and its tables."""

    lines: tuple[Line, ...] = ()
    tables: tuple[Table, ...] = ()
    header: int = 0
    """How many of the first lines are the page's head: a letterhead, a running title."""
    footer: int = 0
    """How many of the last lines are its foot."""


class ReadPage(Frozen):
    """One page as it was read: what the OCR stage writes."""

    version: Literal[1] = 1
    ocr: OcrPage
    layout: PageLayout

    @property
    def text(self) -> str:
        """The page's lines in reading order, words separated by one space."""
        words = self.ocr.words
        return "\n".join(" ".join(words[i].text for i in line.words) for line in self.layout.lines)
