"""Reading a page line by line: Latin script by one engine, Khmer by another.

The page's lines are found once. An engine of Latin lines reads each of them, and says which
stretches are in a script it does not know; those go to the engine that knows Khmer. Where the
profile wants second opinions, doubtful Latin words go to it as well.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from chartlift.languages import script_letters
from chartlift.reading.belief import ODD, is_odd, trust, usual_mark
from chartlift.reading.lines import read_lines, tokens_of
from chartlift.reading.look import tell_languages
from chartlift.reading.opinions import Opinion, with_opinions
from chartlift.reading.stack import read_stack
from chartlift.reading.strips import LEAST_SIDE, cut_own
from chartlift.reading.tokens import word_of
from chartlift.reading.upright import stand_up

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chartlift.model import Language, Raster, Word
    from chartlift.ocr.protocol import LineReader, OcrEngine
    from chartlift.reading.clock import Clock
    from chartlift.reading.lines import Line
    from chartlift.reading.strips import Strip
    from chartlift.reading.tokens import Token

SEEN: tuple[Language, ...] = ("khm", "eng")
"""What a page may be in that names no languages; the letters of English are those of French."""
KHMER: tuple[Language, ...] = ("khm",)
FEW, CLEARLY = 2, 8
"""Khmer letters from which a stretch is Khmer on a page that certainly holds Khmer, and those
from which a page certainly does. Elsewhere it takes twice the few."""
SURE = 0.6
"""Confidence from which a word's Khmer letters count: scribbles are read as Khmer as well."""


TEXT = 0.6
"""Mean probability of its characters from which what was found as a line certainly is one."""


class Engines(NamedTuple):
    """What reads a page."""

    lines: LineReader
    """Finds the lines and reads Latin ones."""
    pages: OcrEngine
    """Reads Khmer, and doubtful Latin words a second time."""


class Reading(NamedTuple):
    """What came of reading a page's picture."""

    raster: Raster
    """The raster that was read: turned where the page lay on its side or stood on its head."""
    languages: tuple[Language, ...]
    words: tuple[Word, ...]


def read_by_lines(
    raster: Raster,
    engines: Engines,
    asked: tuple[Language, ...] | None,
    clock: Clock,
    *,
    doubt_below: float,
) -> Reading:
    """The words of a page.

    Args:
        raster: the page.
        engines: what reads it.
        asked: its languages; None where the page is to tell.
        clock: how long it may take.
        doubt_below: least sure character under which a Latin word is read a second time; 0 for
            no second opinions.

    Raises:
        PageTimeout: it took too long.
        EngineCrashed: an engine ended without an answer.
        MissingLanguage: the engine has no data for a language.
    """
    tried = asked or SEEN
    raster, boxes = stand_up(raster, engines.lines, engines.pages, tried, clock)
    lines = read_lines(raster, boxes, engines.lines, khmer="khm" in tried)
    khmer = _read_khmer(raster, lines, engines.pages, clock)
    tokens = [
        tokens_of(line if index in khmer else line._replace(khmer=()), engines.lines.name)
        for index, line in enumerate(lines)
    ]
    languages = asked or tell_languages([*chain(*tokens), *chain(*khmer.values())]) or ("eng",)
    mark = usual_mark(token.text for token in chain(*tokens))
    tokens = [tuple(_doubt_mark(token, mark) for token in found) for found in tokens]
    if doubt_below:
        opinion = Opinion(engines.pages, languages, mark, below=doubt_below)
        tokens = with_opinions(tokens, opinion, raster.dpi, clock)
    words = tuple(word_of(token, raster) for token in chain(*tokens, *khmer.values()))
    return Reading(raster, languages, words)


def _doubt_mark(token: Token, mark: str | None) -> Token:
    if not is_odd(token.text, mark):
        return token
    lowest = min(token.lowest, ODD)
    return token._replace(lowest=lowest, confidence=trust(token.text, lowest))


def _read_khmer(
    raster: Raster, lines: Sequence[Line], engine: OcrEngine, clock: Clock
) -> dict[int, list[Token]]:
    """The words of each line's Khmer stretches; a line without true Khmer has no entry.

    Scribbles and stamps look like Khmer to a reader of Latin: where the engine that knows Khmer
    reads none, there is none.
    """
    asked = [index for index, line in enumerate(lines) if line.khmer]
    if not asked:
        return {}
    # A stamp's ring is found as a line, and would take the signs of the line it crosses.
    text = {n: line.box for n, line in enumerate(lines) if line.khmer or line.certainty >= TEXT}
    pieces = list(_khmer_pieces(lines, cut_own(raster, text, asked)))
    strips = [strip for _, strip in pieces]
    read = read_stack(strips, raster.dpi, engine, KHMER, seconds=clock.left())
    certain = max((_khmer_letters(tokens, SURE) for tokens in read), default=0) >= CLEARLY
    least = (FEW, 0.0) if certain else (2 * FEW, SURE)
    found: dict[int, list[Token]] = {}
    for (index, _), tokens in zip(pieces, read, strict=True):
        if _khmer_letters(tokens, least[1]) >= least[0]:
            found.setdefault(index, []).extend(tokens)
    return found


def _khmer_letters(tokens: Sequence[Token], sure: float) -> int:
    """How many Khmer letters there are in words of at least that confidence."""
    return script_letters([t.text for t in tokens if t.confidence >= sure])["khm"]


def _khmer_pieces(lines: Sequence[Line], own: dict[int, Strip]) -> Iterator[tuple[int, Strip]]:
    """The pictures of all Khmer stretches, each with the number of its line."""
    for index, strip in own.items():
        for start, end in lines[index].khmer:
            piece = strip.columns(start, end)
            if piece.width >= LEAST_SIDE:
                yield index, piece
