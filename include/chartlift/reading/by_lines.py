"""Reading a page line by line: Latin script by one engine, Khmer by another.

The page's lines are found once. An engine of Latin lines reads each of them, and says which
stretches are in a script it does not know; those go to the engine that knows Khmer. Where the
profile wants second opinions, doubtful Latin words go to it as well.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from chartlift.errors import PageTimeout
from chartlift.imaging.raster import turn
from chartlift.reading.belief import (
    CERTAIN,
    FULL_STOP,
    ODD,
    UNSETTLED,
    ends_sentence,
    is_doubtful,
    is_odd,
    trust,
    usual_mark,
)
from chartlift.reading.drawings import without_drawings
from chartlift.reading.figures import spelt
from chartlift.reading.find import find_text
from chartlift.reading.fractions import as_fraction
from chartlift.reading.khmer import LANGUAGES, agreement, read_khmer
from chartlift.reading.lines import read_lines, tokens_of
from chartlift.reading.look import SEEN, sureness, tell_languages
from chartlift.reading.nines import nines_beside_khmer
from chartlift.reading.opinions import Opinion, with_opinions
from chartlift.reading.powers import with_power
from chartlift.reading.stack import read_stack
from chartlift.reading.standing import read_standing
from chartlift.reading.tokens import word_of
from chartlift.reading.torn import with_torn_in_doubt
from chartlift.reading.upright import find_level_lines, stands_on_its_head

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chartlift.model import Language, Raster, Word
    from chartlift.ocr.protocol import LineReader, LineRecogniser, OcrEngine
    from chartlift.reading.clock import Clock
    from chartlift.reading.lines import Line
    from chartlift.reading.strips import Strip
    from chartlift.reading.tokens import Token

UNSURE = 0.6
"""Confidence under which what Khmer is read twice alike says more: that of long words is low."""


class Engines(NamedTuple):
    """What reads a page."""

    lines: LineReader
    """Finds the lines and reads Latin ones."""
    pages: OcrEngine
    """Reads Khmer, and doubtful Latin words a second time."""
    khmer: LineRecogniser | None = None
    """Reads doubtful Khmer a second time."""


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
        PageTimeout: the first reading took too long; where a second one does, the page's doubtful
            words stay in doubt.
        EngineCrashed: an engine ended without an answer.
        MissingLanguage: the engine has no data for a language.
    """
    tried = asked or SEEN
    raster, lines = _upright_lines(raster, engines, tried, clock)
    lines = read_standing(raster, lines, engines.lines, clock)
    lines = _without_drawings(lines, engines.pages, raster.dpi, clock)
    khmer = read_khmer(
        raster, lines, engines.pages, clock, second=engines.khmer, reader=engines.lines.name
    )
    tokens = [
        tokens_of(
            line._replace(khmer=khmer[n].stretches if n in khmer else ()),
            engines.lines.name,
            among_khmer=bool(khmer),
        )
        for n, line in enumerate(lines)
    ]
    read = [token for part in khmer.values() for token in part.tokens]
    languages = asked or tell_languages([*chain(*tokens), *read]) or ("eng",)
    mark = usual_mark(token.text for token in chain(*tokens))
    tokens = [tuple(_doubt_mark(token, mark) for token in found) for found in tokens]
    tokens = [tuple(_raised_read(token, engines.lines) for token in found) for found in tokens]
    if "khm" in languages:
        tokens = [tuple(map(_end_sentence, found)) for found in tokens]
    if doubt_below:
        # Khmer data alone know no Latin letters, and what is read again is Latin.
        known = languages if languages != ("khm",) else (*languages, "eng")
        opinion = Opinion(engines.pages, known, mark, below=doubt_below)
        tokens = _settled(tokens, opinion, raster.dpi, clock)
    found = with_torn_in_doubt(nines_beside_khmer([*chain(*tokens)], read), read)
    spelt_out = (token._replace(text=spelt(token.text)) for token in found)
    words = tuple(word_of(token, raster) for token in spelt_out)
    return Reading(raster, languages, words)


def _without_drawings(
    lines: Sequence[Line], engine: OcrEngine, dpi: int, clock: Clock
) -> tuple[Line, ...]:
    """The lines that are text: what the engine that knows Khmer reads a word of is no seal."""
    return without_drawings(
        lines, lambda strips: read_stack(strips, dpi, engine, LANGUAGES, seconds=clock.left())
    )


def _raised_read(token: Token, reader: LineReader) -> Token:
    """The word with its figures that stand above the line, or below it, read for what they are."""
    return as_fraction(with_power(token, reader))


def _settled(
    lines: list[tuple[Token, ...]], opinion: Opinion, dpi: int, clock: Clock
) -> list[tuple[Token, ...]]:
    """The words of each line after their second reading, as far as there was time for it."""
    try:
        return with_opinions(lines, opinion, dpi, clock)
    except PageTimeout:
        return [tuple(_unsettled(token, opinion.below) for token in tokens) for tokens in lines]


def _unsettled(token: Token, below: float) -> Token:
    if not is_doubtful(token.text, token.lowest, below):
        return token
    return token._replace(confidence=min(token.confidence, UNSETTLED))


def _upright_lines(
    raster: Raster, engines: Engines, tried: tuple[Language, ...], clock: Clock
) -> tuple[Raster, tuple[Line, ...]]:
    """The page as it stands upright, and its lines."""
    reader, khmer = engines.lines, "khm" in tried

    def ask(strips: Sequence[Strip]) -> float:
        read = read_stack(strips, raster.dpi, engines.pages, tried, seconds=clock.left())
        sure = sureness(list(chain(*read)))
        if sure >= UNSURE or engines.khmer is None or not khmer:
            return sure
        return max(sure, agreement(strips, read, engines.khmer))

    level, boxes = find_level_lines(raster, reader)
    lines = read_lines(level, boxes, reader, clock, khmer=khmer)
    if not stands_on_its_head(lines, reader, ask):
        return level, lines
    upright = turn(level, 180)
    return upright, read_lines(upright, find_text(upright, reader), reader, clock, khmer=khmer)


def _end_sentence(token: Token) -> Token:
    if not ends_sentence(token.text, token.last):
        return token
    text, lowest = token.text[:-1] + FULL_STOP, min(CERTAIN, token.rest)
    confidence = min(CERTAIN, trust(text, lowest))
    return token._replace(text=text, lowest=lowest, confidence=confidence)


def _doubt_mark(token: Token, mark: str | None) -> Token:
    if not is_odd(token.text, mark):
        return token
    lowest = min(token.lowest, ODD)
    return token._replace(lowest=lowest, confidence=trust(token.text, lowest))
