"""What a drawn page holds: its words, lines and tables, and how that is written and read.

Boxes are (left, top, right, bottom) in pixels of the page's picture, origin top left.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import simplejson
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    Points = NDArray[np.float64]
    Move = Callable[[Points], Points]
    """Points of the clean page, shape (n, 2), to where they stand on the damaged one."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class TrueWord:
    """A word as printed, without the spaces around it."""

    text: str
    box: Box


@dataclass(frozen=True)
class TrueCell:
    """A cell of a table, rows and columns from 0; lines of wrapped text have a space between."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    box: Box


@dataclass(frozen=True)
class TrueTable:
    """A table's cells, those without text too."""

    ruled: bool
    cells: tuple[TrueCell, ...]


@dataclass(frozen=True)
class Page:
    """A page's picture and what is printed on it."""

    name: str
    language: str
    layout: str
    seed: int
    pixels: Pixels
    dpi: int
    words: tuple[TrueWord, ...]
    lines: tuple[tuple[int, ...], ...]
    """Indices of words in reading order: a table row by row, and a row cell by cell."""
    rows: tuple[tuple[int, ...], ...]
    """The same words, but across each table row line by line where cells are wrapped."""
    tables: tuple[TrueTable, ...] = ()
    smallest: float = 10.0
    """Points of the smallest type on the page."""
    damage: str = "clean"

    @property
    def text(self) -> str:
        """The lines in reading order."""
        return _text(self.words, self.lines)

    @property
    def row_text(self) -> str:
        """The lines as somebody reads who reads wrapped cells across; as legitimate as `text`."""
        return _text(self.words, self.rows)

    def moved(self, name: str, pixels: Pixels, dpi: int, move: Move) -> Page:
        """The page after a damage, its boxes where the print now stands."""
        words = tuple(replace(w, box=_moved(w.box, move)) for w in self.words)
        tables = tuple(
            replace(t, cells=tuple(replace(c, box=_moved(c.box, move)) for c in t.cells))
            for t in self.tables
        )
        named = f"{self.name}_{name}"
        return replace(
            self, name=named, pixels=pixels, dpi=dpi, words=words, tables=tables, damage=name
        )


@dataclass
class Record:
    """What is gathered while a page is drawn."""

    words: list[TrueWord] = field(default_factory=list)
    lines: list[tuple[int, ...]] = field(default_factory=list)
    rows: list[tuple[int, ...]] = field(default_factory=list)
    tables: list[TrueTable] = field(default_factory=list)


def write_page(page: Page, folder: Path) -> Path:
    """Writes NAME.png, with its dots per inch, beside NAME.json; returns the picture's path."""
    path = folder / f"{page.name}.png"
    Image.fromarray(page.pixels).save(path, dpi=(page.dpi, page.dpi), compress_level=1)
    truth = {key: value for key, value in _plain(page).items() if key != "pixels"}
    truth |= {"text": page.text, "row_text": page.row_text, "size": page.pixels.shape[::-1]}
    path.with_suffix(".json").write_text(
        simplejson.dumps(truth, ensure_ascii=False, indent=1, tuple_as_array=True), encoding="utf-8"
    )
    return path


def _plain(page: Page) -> dict[str, Any]:
    words = [asdict(word) for word in page.words]
    tables = [asdict(table) for table in page.tables]
    return vars(page) | {"words": words, "tables": tables}


def _text(words: tuple[TrueWord, ...], lines: tuple[tuple[int, ...], ...]) -> str:
    return "\n".join(" ".join(words[i].text for i in line) for line in lines)


def _moved(box: Box, move: Move) -> Box:
    left, top, right, bottom = box
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float64)
    placed = move(corners)
    low, high = placed.min(axis=0), placed.max(axis=0)
    return (*map(float, low.round(1)), *map(float, high.round(1)))  # type: ignore[return-value]
