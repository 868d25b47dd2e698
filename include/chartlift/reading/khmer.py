"""The Khmer stretches of a page, read in one call, and a second time where that is unsure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz.distance import Levenshtein

from chartlift.languages import script_letters
from chartlift.reading.lines import Line, tokens_of
from chartlift.reading.look import sureness
from chartlift.reading.stack import read_stack
from chartlift.reading.strips import LEAST_SIDE, cut_own

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chartlift.model import Language, Raster
    from chartlift.ocr.protocol import LineRecogniser, OcrEngine
    from chartlift.reading.clock import Clock
    from chartlift.reading.lines import Stretch
    from chartlift.reading.strips import Strip
    from chartlift.reading.tokens import Token

LANGUAGES: tuple[Language, ...] = ("khm",)
FEW, CLEARLY = 2, 8
"""Khmer letters from which a stretch is Khmer on a page that certainly holds Khmer, and those
from which a page certainly does. Elsewhere it takes twice the few."""
SURE = 0.6
"""Confidence from which a word's Khmer letters count: scribbles are read as Khmer as well."""
TEXT = 0.6
"""Mean probability of its characters from which what was found as a line certainly is one."""
AGAIN_BELOW = 0.85
"""Confidence under which a stretch is read a second time."""
AGREED = 0.95
"""How often a stretch is right that both engines read alike."""
GIVEN_UP = 0.70
"""Confidence of the first reading under which the second is taken."""
TAKEN, SCRIBBLED = 0.70, 0.30
"""Confidence of a second reading that was taken, and where the two have little in common."""
UNLIKE = 0.5
"""Share of the characters from which two readings have little in common: so is handwriting read."""


class Khmer(NamedTuple):
    """What of a line is Khmer."""

    stretches: tuple[Stretch, ...]
    tokens: tuple[Token, ...]
    """The words of all its stretches."""


class Piece(NamedTuple):
    """The picture of one stretch."""

    line: int
    stretch: Stretch
    strip: Strip


def read_khmer(
    raster: Raster,
    lines: Sequence[Line],
    engine: OcrEngine,
    clock: Clock,
    *,
    second: LineRecogniser | None,
) -> dict[int, Khmer]:
    """What of each line is Khmer; a line without true Khmer has no entry.

    Scribbles and stamps look like Khmer to a reader of Latin: where the engine that knows Khmer
    reads none, there is none.

    Args:
        raster: the page.
        lines: its lines.
        engine: reads Khmer.
        clock: how long it may take.
        second: reads doubtful stretches again; None for no second opinions.

    Raises:
        PageTimeout: it took too long.
        EngineCrashed: an engine ended without an answer.
        MissingLanguage: the engine has no data for Khmer.
    """
    asked = [index for index, line in enumerate(lines) if line.khmer]
    if not asked:
        return {}
    # A stamp's ring is found as a line, and would take the signs of the line it crosses.
    text = {n: line.box for n, line in enumerate(lines) if line.khmer or line.certainty >= TEXT}
    pieces = list(_pieces(lines, cut_own(raster, text, asked)))
    strips = [piece.strip for piece in pieces]
    read = read_stack(strips, raster.dpi, engine, LANGUAGES, seconds=clock.left())
    certain = max((_letters(tokens, SURE) for tokens in read), default=0) >= CLEARLY
    least = (FEW, 0.0) if certain else (2 * FEW, SURE)
    found: dict[int, Khmer] = {}
    for piece, tokens in zip(pieces, read, strict=True):
        if _letters(tokens, least[1]) >= least[0]:
            line = lines[piece.line]
            words = _settled(piece.strip, tokens, second, line, clock) if second else tokens
            before = found.get(piece.line, Khmer((), ()))
            stretches = *before.stretches, piece.stretch
            found[piece.line] = Khmer(stretches, before.tokens + words)
    return found


def _settled(
    strip: Strip, tokens: tuple[Token, ...], second: LineRecogniser, line: Line, clock: Clock
) -> tuple[Token, ...]:
    """The words of a stretch, or what the second engine reads there, as far as there is time."""
    if sureness(tokens) >= AGAIN_BELOW:
        return tokens
    if clock.is_over:
        return tuple(t._replace(confidence=min(t.confidence, GIVEN_UP)) for t in tokens)
    again = tokens_of(Line(line.box, strip, second.recognise(strip.pixels), ()), second.name)
    first, other = ("".join(token.text for token in found) for found in (tokens, again))
    if not other or first == other:
        return _with(tokens, AGREED, None) if other else tokens
    if sureness(tokens) < GIVEN_UP:
        unlike = Levenshtein.normalized_distance(first, other) > UNLIKE
        return _with(tokens, SCRIBBLED, other) if unlike else _with(again, TAKEN, first)
    return tokens if _digits(first) == _digits(other) else _with(tokens, GIVEN_UP, other)


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def _with(tokens: Sequence[Token], confidence: float, other: str | None) -> tuple[Token, ...]:
    return tuple(token._replace(confidence=confidence, other=other) for token in tokens)


def _letters(tokens: Sequence[Token], sure: float) -> int:
    """How many Khmer letters there are in words of at least that confidence."""
    return script_letters([t.text for t in tokens if t.confidence >= sure])["khm"]


def _pieces(lines: Sequence[Line], own: dict[int, Strip]) -> Iterator[Piece]:
    """The pictures of all Khmer stretches."""
    for index, strip in own.items():
        for start, end in lines[index].khmer:
            piece = strip.columns(start, end)
            if piece.width >= LEAST_SIDE:
                yield Piece(index, (start, end), piece)
