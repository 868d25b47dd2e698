"""The lines of a page, each read once by an engine of Latin lines, and what of them is Khmer."""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from chartlift.model import Box
from chartlift.reading.belief import BETWEEN, MARKS, has_digit, is_flag, trust
from chartlift.reading.strips import cut_strip, ink_of, tighten
from chartlift.reading.tokens import Token
from chartlift.reading.whole_words import with_whole_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chartlift.model import Raster
    from chartlift.ocr.protocol import Character, LineReader, LineReading, TextBox
    from chartlift.reading.clock import Clock
    from chartlift.reading.strips import Strip

Stretch = tuple[float, float]
"""From where to where along a line, in pixels of its strip."""

LEAST_STRETCH = 0.5
"""Heights of the line under which a stretch of another script is none."""
JOINED, ISLAND = 0.38, 1.0
"""Heights of the line under which what parts two such stretches is none, and under which it is none
if it was read with no certainty."""
CERTAIN = 0.85
"""Probability from which a character beside a stretch is no part of it."""
LEAST_GAP = 0.06
"""Width from which paper between ink is a gap, in heights of the line."""
SNAP = 0.6
"""How far its edge is moved to the middle of a space, in heights of the line."""
LETTER = 0.25
"""Half the width of a letter or figure, in heights of the line."""
END = 0.5
"""How near to a line's end an edge is that end, in the same."""
SURE = 0.98
"""Mean probability of its characters from which a stretch is Latin after all."""
FEWEST_LETTERS = 0.8
"""Letters in each height of the line that Latin has at least; two are usual."""
UNTOLD = 0.85
"""Mean probability of a line's characters under which it may be Khmer, where its reader cannot tell
scripts: 94 of 96 Khmer lines are read with less, and 58 of 731 Latin ones."""
LIKE_READ = 0.9
"""Share of a line's usual space from which a gap is one too."""
WIDE = 0.35
"""The same for a line without spaces, in heights of the line."""
WIDE_IN_NUMBER = 0.6
"""The same beside the mark of a number: around a typed point there is nearly as much paper as in a
space."""

SPECK, NO_TEXT = 3, 0.60
"""A line of so few characters, read with less certainty, is none: of 70 on 73 forms and receipts
hardly one was text, of 17 on 60 drawn pages none. Figures, flags and signs are kept."""


class Line(NamedTuple):
    """One line of text."""

    box: TextBox
    """Where it stands, in pixels of the raster."""
    strip: Strip
    reading: LineReading
    khmer: tuple[Stretch, ...]
    """What of it is likely Khmer, left to right."""

    @property
    def certainty(self) -> float:
        """Mean probability of its characters, 0 where there are none."""
        return _mean_inside(self.reading.characters, (0, self.strip.width))


def read_lines(
    raster: Raster, boxes: Sequence[TextBox], engine: LineReader, clock: Clock, *, khmer: bool
) -> tuple[Line, ...]:
    """Every line that lies in the raster, in the order of the boxes.

    Args:
        raster: the page.
        boxes: where its lines stand.
        engine: reads them.
        clock: how long the page may take.
        khmer: whether a line may be Khmer.

    Raises:
        PageTimeout: it took too long.
        EngineCrashed: the engine ended without an answer.
    """
    lines = []
    for box in boxes:
        clock.left()
        strip = cut_strip(raster, box)
        if strip is not None:
            reading = engine.recognise(strip.pixels)
            lines.append(Line(box, strip, reading, khmer_of(reading, strip) if khmer else ()))
    return tuple(lines)


def khmer_of(reading: LineReading, strip: Strip) -> tuple[Stretch, ...]:
    """The stretches of a line that are likely Khmer: long enough, and read with no certainty.

    Of a reader that cannot tell scripts a line is Khmer as a whole or not at all: whether it truly
    is, the engine that knows Khmer tells.
    """
    if reading.foreign is None:
        mean = _mean_inside(reading.characters, (0, strip.width))
        return ((0.0, float(strip.width)),) if mean < UNTOLD else ()
    certain = [c for c in reading.characters if c.probability >= CERTAIN and c.text != " "]
    parts = [
        (start, end)
        for start, end in _joined(reading.foreign, certain, strip.height)
        if end - start >= LEAST_STRETCH * strip.height
        and not _is_latin(reading.characters, (start, end), strip.height)
    ]
    gaps = find_gaps(strip) if parts else []
    slack, least = SNAP * strip.height, LETTER * strip.height
    stretches = [
        (
            max(_snap(start, gaps, slack, strip.width), _behind(certain, start, least)),
            min(_snap(end, gaps, slack, strip.width), _ahead(certain, end, least)),
        )
        for start, end in parts
    ]
    return with_whole_words(stretches, reading.characters, gaps, strip.height)


def _is_latin(characters: Sequence[Character], part: Stretch, height: int) -> bool:
    """Whether a stretch is read with certainty, and as so many letters as Latin has there.

    Khmer may be read as spaces, or as one sign, with no doubt at all.
    """
    letters = [c for c in characters if c.text.strip() and part[0] <= c.place < part[1]]
    enough = len(letters) * height >= FEWEST_LETTERS * (part[1] - part[0])
    return enough and _mean_inside(letters, part) >= SURE


def _joined(parts: Sequence[Stretch], certain: Sequence[Character], height: int) -> list[Stretch]:
    """The stretches, those as one that only doubtful characters part."""
    joined: list[Stretch] = []
    for start, end in parts:
        before = joined[-1] if joined else (-np.inf, -np.inf)
        island = any(before[1] <= character.place < start for character in certain)
        if start - before[1] < (JOINED if island else ISLAND) * height:
            joined[-1] = before[0], end
        else:
            joined.append((start, end))
    return joined


def _behind(characters: Sequence[Character], edge: float, half: float) -> float:
    """Where the last certain character before an edge ends, half a letter behind its middle."""
    last = max((c.place for c in characters if c.place < edge), default=-np.inf)
    return float(min(last + half, max(edge, np.nextafter(last, np.inf))))


def _ahead(characters: Sequence[Character], edge: float, half: float) -> float:
    """Where the first certain character after an edge begins, half a letter before its middle."""
    first = min((c.place for c in characters if c.place >= edge), default=np.inf)
    return float(max(first - half, min(edge, first)))


def find_gaps(strip: Strip) -> list[Stretch]:
    """The stretches of a line without ink, left to right; those at its ends too."""
    blank = ~ink_of(strip.pixels).any(axis=0)
    edges = np.flatnonzero(np.diff(blank, prepend=False, append=False))
    least = LEAST_GAP * strip.height
    return [
        (float(start), float(end))
        for start, end in zip(edges[::2], edges[1::2], strict=True)
        if end - start >= least
    ]


def _snap(edge: float, gaps: Sequence[Stretch], slack: float, width: int) -> float:
    """The edge moved to the middle of a gap nearby, the wider and nearer the better.

    The ends of a line stay where they are.
    """
    near = [gap for gap in gaps if gap[0] - slack <= edge <= gap[1] + slack]
    if not near or min(edge, width - edge) < END * slack:
        return edge
    start, end = max(near, key=lambda g: (g[1] - g[0]) - abs((g[0] + g[1]) / 2 - edge))
    return min(max((start + end) / 2, edge - slack), edge + slack)


def tokens_of(line: Line, engine: str, *, among_khmer: bool = False) -> tuple[Token, ...]:
    """The words of a line outside its Khmer stretches, from left to right; none of a speck.

    On a page with Khmer what looks like it is no speck: it may be a figure by itself.
    """
    if _is_speck(line) and not (among_khmer and line.reading.foreign):
        return ()
    ink = ink_of(line.strip.pixels)
    tokens = []
    for part, (start, end) in _spans(line):
        box = tighten(Box(start, 0, end, line.strip.height), ink)
        text = "".join(character.text for character in part)
        told = [c.probability for c in part if not text.strip(BETWEEN) or c.text not in BETWEEN]
        lowest, rest = min(told), min(told[:-1], default=1.0)
        token = Token(text, line.strip, box, lowest, trust(text, lowest), engine)
        tokens.append(token._replace(last=told[-1], rest=rest))
    return tuple(tokens)


def _is_speck(line: Line) -> bool:
    """Whether it is a scrap of ink rather than text; longer scrawl may be handwriting: it stays.

    What may be a result or its flag stays too, to be read again, and in doubt.
    """
    return is_short(line) and not line.khmer and not may_tell(line)


def is_short(line: Line) -> bool:
    """Whether it is no longer than a speck, and read with as little certainty."""
    return len(line.reading.characters) <= SPECK and line.certainty < NO_TEXT


def may_tell(line: Line) -> bool:
    """Whether it may be a result or its flag."""
    text = "".join(c.text for c in line.reading.characters)
    return has_digit(text) or is_flag(text)


def _spans(line: Line) -> Iterator[tuple[list[Character], tuple[int, int]]]:
    """The characters of each word, and the columns of the strip it may stand in."""
    runs: list[list[Character]] = [[]]
    spaces = _spaces(line)
    for character in line.reading.characters:
        hidden = any(start <= character.place < end for start, end in line.khmer)
        last = runs[-1][-1].place if runs[-1] else character.place
        if hidden or character.text == " " or any(last < s < character.place for s in spaces):
            runs.append([])
        if not hidden and character.text != " ":
            runs[-1].append(character)
    parts = [run for run in runs if run]
    middles = [round((a[-1].place + b[0].place) / 2) for a, b in pairwise(parts)]
    for part, (start, end) in zip(parts, pairwise([0, *middles, line.strip.width]), strict=False):
        left = max([start, *(round(b) for _, b in line.khmer if b <= part[0].place)])
        right = min([end, *(round(a) for a, _ in line.khmer if a > part[-1].place)])
        # Of a line narrower than tall the engine reads the padding too: no word of it is lost.
        left = min(left, line.strip.width - 1)
        yield part, (left, max(right, left + 1))


def _spaces(line: Line) -> list[float]:
    """Where words are certainly apart though the engine read no space: the middles of wide gaps.

    A gap is wide if it is hardly narrower than the spaces that were read in the line, or, in a
    line without any, than the widest a font has.
    """
    characters = line.reading.characters
    gaps = [gap for gap in find_gaps(line.strip) if gap[0] > 0 and gap[1] < line.strip.width]
    read = [
        end - start
        for before, space, after in zip(characters, characters[1:], characters[2:], strict=False)
        for start, end in gaps
        if space.text == " " and before.place < (start + end) / 2 < after.place
    ]
    height = line.strip.height
    least = min(WIDE * height, LIKE_READ * median(read)) if read else WIDE * height
    middles = [((start + end) / 2, end - start) for start, end in gaps]
    return [at for at, width in middles if width >= _least_inside(characters, at, height, least)]


def _least_inside(
    characters: Sequence[Character], place: float, height: int, least: float
) -> float:
    """From which width a gap parts words; inside a number a figure 1 stands in much paper."""
    before = [c.text for c in characters if c.place < place][-1:]
    after = [c.text for c in characters if c.place >= place][:1]
    beside = before + after
    if not all(text.isdigit() or text in MARKS for text in beside):
        return least
    return (WIDE_IN_NUMBER if any(text in MARKS for text in beside) else WIDE) * height


def _mean_inside(characters: Sequence[Character], part: Stretch) -> float:
    inside = [c.probability for c in characters if part[0] <= c.place < part[1]]
    return sum(inside) / len(inside) if inside else 0.0
