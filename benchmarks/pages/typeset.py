"""Sets text on a sheet word by word, so that each word's box and place in the order are known."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import regex
from PIL import Image, ImageDraw, ImageFont

from benchmarks.pages.truth import Record, TrueWord

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.pages.truth import Box, Pixels

DPI = 300
SIZE = (2480, 3508)
PAPER = 255
BREAK = "|"
"""Where Khmer text may be broken though no space is printed."""
KHMER = regex.compile(r"(\p{Khmer}+)")

Align = Literal["left", "center", "right"]
Weight = Literal["regular", "bold", "display"]
"""Display is what names and titles are set in; bold where the family has none of its own."""


@cache
def families(script: str, *, held_out: bool) -> tuple[dict[str, Any], ...]:
    """The families of a script that may be used; with the held-out ones, or without."""
    path = Path(__file__).with_name("type.toml")
    listed = tomllib.loads(path.read_text(encoding="utf-8"))[script]
    return tuple(family for family in listed if held_out or not family.get("held_out"))


@dataclass(frozen=True)
class Style:
    """How text is set; sizes are points."""

    latin: str
    khmer: str
    points: float
    weight: Weight = "regular"
    grey: int = 15
    leading: float = 1.3

    def sized(self, factor: float, weight: Weight = "regular") -> Style:
        """The same type, larger or smaller, in this weight."""
        return replace(self, points=self.points * factor, weight=weight)

    @property
    def line(self) -> float:
        """Pixels from one baseline to the next."""
        return self.points * DPI / 72 * self.leading

    def font(self, piece: str) -> ImageFont.FreeTypeFont:
        """The font of a piece of one script."""
        khmer = bool(KHMER.match(piece))
        script, name = ("khmer", self.khmer) if khmer else ("latin", self.latin)
        return _font(script, name, self.points, self.weight)


@cache
def _font(script: str, name: str, points: float, weight: Weight) -> ImageFont.FreeTypeFont:
    family = next(f for f in families(script, held_out=True) if f["name"] == name)
    pixels = points * DPI / 72 * family.get("scale", 1.0)
    file = family.get(weight) or family.get("bold") or family["regular"]
    return ImageFont.truetype(file, pixels)


def pieces(word: str) -> list[str]:
    """A word split where Khmer begins and ends."""
    return [piece for piece in KHMER.split(word) if piece]


def width_of(word: str, style: Style) -> float:
    """How many pixels a word takes."""
    return sum(style.font(piece).getlength(piece) for piece in pieces(word))


def wrap(text: str, width: float, style: Style) -> list[list[str]]:
    """Lines of words that fit into so many pixels; a word that is too long stands alone."""
    lines: list[list[str]] = [[]]
    used, space = 0.0, width_of(" ", style)
    for chunk, spaced in _chunks(text):
        needed = width_of(chunk, style) + (space if spaced and lines[-1] else 0.0)
        if lines[-1] and used + needed > width:
            lines.append([])
            used, needed = 0.0, width_of(chunk, style)
        if spaced or not lines[-1]:
            lines[-1].append(chunk)
        else:
            lines[-1][-1] += chunk
        used += needed
    return [line for line in lines if line]


def _chunks(text: str) -> Iterator[tuple[str, bool]]:
    """The unbreakable parts of a text, and whether a space stands before each."""
    for word in text.split():
        for index, chunk in enumerate(word.split(BREAK)):
            if chunk:
                yield chunk, index == 0


class Sheet:
    """A page that is being drawn."""

    def __init__(self) -> None:
        self.picture = Image.new("L", SIZE, PAPER)
        self.pen = ImageDraw.Draw(self.picture)
        self.record = Record()
        self.smallest = 99.0
        self._baselines: list[float] = []

    def put(self, words: list[str], x: float, baseline: float, style: Style) -> None:
        """Prints words on a line from x on; they are a line of the truth."""
        space = width_of(" ", style)
        indices = []
        for word in words:
            indices.append(self._word(word, x, baseline, style))
            x += width_of(word, style) + space
        self.record.lines.append(tuple(indices))
        self.record.rows.append(tuple(indices))

    def put_aligned(
        self,
        words: list[str],
        span: tuple[float, float],
        baseline: float,
        style: Style,
        align: Align,
    ) -> None:
        """Prints words on a line at the left, in the middle or at the right of a span."""
        free = span[1] - span[0] - self.measure(words, style)
        shift = {"left": 0.0, "center": free / 2, "right": free}[align]
        self.put(words, span[0] + shift, baseline, style)

    def measure(self, words: list[str], style: Style) -> float:
        """How many pixels words with their spaces take."""
        spaces = max(len(words) - 1, 0) * width_of(" ", style)
        return sum(width_of(word, style) for word in words) + spaces

    def join_lines(self, since: int) -> None:
        """Makes one line of the truth of those set since there were so many."""
        for lines in (self.record.lines, self.record.rows):
            lines[since:] = [tuple(i for line in lines[since:] for i in line)]

    def order_rows(self, since: int) -> None:
        """Orders `rows` since there were so many by their baselines, and each from the left."""
        indices = [i for row in self.record.rows[since:] for i in row]
        ordered: list[list[int]] = []
        for index in sorted(indices, key=lambda i: self._baselines[i]):
            near = ordered and self._baselines[index] - self._baselines[ordered[-1][0]] < 12
            if near:
                ordered[-1].append(index)
            else:
                ordered.append([index])
        words = self.record.words
        self.record.rows[since:] = [
            tuple(sorted(r, key=lambda i: words[i].box[0])) for r in ordered
        ]

    def pixels(self) -> Pixels:
        """The picture so far, shape (3508, 2480)."""
        return np.asarray(self.picture)

    def _word(self, word: str, x: float, baseline: float, style: Style) -> int:
        boxes: list[Box] = []
        word = word.replace(BREAK, "")
        self.smallest = min(self.smallest, style.points)
        for piece in pieces(word):
            font = style.font(piece)
            self.pen.text((x, baseline), piece, style.grey, font, anchor="ls")
            left, top, right, bottom = font.getbbox(piece, anchor="ls")
            boxes.append((x + left, baseline + top, x + right, baseline + bottom))
            x += font.getlength(piece)
        lefts, tops, rights, bottoms = zip(*boxes, strict=True)
        whole = (min(lefts), min(tops), max(rights), max(bottoms))
        self.record.words.append(TrueWord(word, tuple(round(v, 1) for v in whole)))
        self._baselines.append(baseline)
        return len(self.record.words) - 1
