"""The Khmer stretches of a page, read in one call, and a second time where that is unsure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from chartlift.languages import script_letters
from chartlift.reading.belief import UNSETTLED
from chartlift.reading.check_boxes import find_check_boxes, with_boxes, without_boxes
from chartlift.reading.khmer_words import (
    believed_alone,
    difference,
    settle,
    side_by_side,
    with_crossed_in_doubt,
)
from chartlift.reading.lines import CERTAIN
from chartlift.reading.look import sureness
from chartlift.reading.stack import read_stack
from chartlift.reading.strips import LEAST_SIDE, cut_own
from chartlift.reading.third_opinion import with_latin

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chartlift.model import Language, Raster
    from chartlift.ocr.protocol import LineRecogniser, OcrEngine, TextBox
    from chartlift.reading.check_boxes import CheckBox
    from chartlift.reading.clock import Clock
    from chartlift.reading.lines import Line, Stretch
    from chartlift.reading.strips import Strip
    from chartlift.reading.tokens import Token

LANGUAGES: tuple[Language, ...] = ("khm",)
MIXED: tuple[Language, ...] = ("khm", "eng")
"""For lines of which nobody told what in them is Khmer."""
FEW, CLEARLY = 2, 8
"""Khmer letters from which a stretch is Khmer on a page that certainly holds Khmer, and those
from which a page certainly does. Elsewhere it takes twice the few."""
SURE = 0.6
"""Confidence from which a word's Khmer letters count: scribbles are read as Khmer as well."""
TEXT = 0.6
"""Mean probability of its characters from which what was found as a line certainly is one."""
AGAIN_BELOW = 0.85
"""Mean confidence of its words under which a stretch is read a second time."""
LOST_BELOW = 0.60
"""Confidence of any of its words under which it is."""
LOW, APART = 0.6, 0.3
"""Height under which a line found on another's edge is a sign of that, and how far their middles
must be apart, in heights of the other."""
PART, NARROW = 0.45, 0.3
"""Share of its box inside another line's from which a narrow line is a part of that, and how
narrow, in widths of the other: of 13 such on 80 drawn pages all are letters of a heading."""
WITHIN, ON_EDGE = 0.8, 0.4
"""Share of its width between the other's ends, and of its height that reaches into it."""
UNLIKE = 0.5
"""Share of the characters from which two readings have nothing in common: so scribbles are read."""


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
    boxes: tuple[CheckBox, ...]
    """What was wiped from it."""


def read_khmer(
    raster: Raster,
    lines: Sequence[Line],
    engine: OcrEngine,
    clock: Clock,
    *,
    second: LineRecogniser | None,
    reader: str,
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
        reader: the name of what read the lines as Latin.

    Raises:
        PageTimeout: it took too long.
        EngineCrashed: an engine ended without an answer.
        MissingLanguage: the engine has no data for Khmer.
    """
    signs = signs_of_others(lines)
    asked = [n for n, line in enumerate(lines) if line.khmer and n not in signs]
    if not asked:
        return {}
    # A stamp's ring is found as a line, and would take the signs of the line it crosses.
    text = {
        n: line.box
        for n, line in enumerate(lines)
        if n not in signs and (line.khmer or line.certainty >= TEXT)
    }
    pieces = list(_pieces(lines, cut_own(raster, text, asked)))
    found: dict[int, Khmer] = {}
    languages = MIXED if any(lines[n].reading.foreign is None for n in asked) else LANGUAGES
    strips = [piece.strip for piece in pieces]
    stacked = read_stack(strips, raster.dpi, engine, languages, seconds=clock.left())
    read = [side_by_side(tokens) for tokens in stacked]
    for piece, words in _words(pieces, read, second, clock):
        before = found.get(piece.line, Khmer((), ()))
        latin = lines[piece.line].reading.characters
        told = with_crossed_in_doubt(with_latin(words, latin, piece.stretch[0], reader))
        all_of_it = before.tokens + with_boxes(told, piece.strip, piece.boxes)
        found[piece.line] = Khmer((*before.stretches, piece.stretch), all_of_it)
    nothing = {n: Khmer(((0, lines[n].strip.width),), ()) for n, of in signs.items() if of in found}
    return found | nothing


def _words(
    pieces: Sequence[Piece],
    read: Sequence[tuple[Token, ...]],
    second: LineRecogniser | None,
    clock: Clock,
) -> Iterator[tuple[Piece, tuple[Token, ...]]]:
    """The words of the pieces that are Khmer, read a second time where and while that helps."""
    most = max((_letters(tokens, SURE) for tokens in read), default=0)
    for piece, tokens in zip(pieces, read, strict=True):
        asked = second if _doubtful(tokens) else None
        twice = asked.recognise(piece.strip.pixels).text if asked and not clock.is_over else None
        if not _is_khmer(tokens, twice, most):
            continue
        if asked is None:
            yield piece, believed_alone(tokens)
        elif twice is None:
            yield piece, believed_alone(tokens, at_most=UNSETTLED)
        else:
            yield piece, settle(tokens, twice, asked.name)


def signs_of_others(lines: Sequence[Line]) -> dict[int, int]:
    """Low lines on the edge of a higher one of Khmer, its signs, and narrow ones inside its box."""
    return {
        n: other
        for other, around in enumerate(lines)
        if around.khmer
        for n, line in enumerate(lines)
        if n != other and (line.khmer or line.certainty < CERTAIN)
        if _is_sign(line.box, around.box) or _is_part(line.box, around.box)
    }


def _is_sign(box: TextBox, around: TextBox) -> bool:
    """Whether a low box stands on the upper or lower edge of another, within its ends.

    A figure that stands beside a word, or is found once more amid its letters, is no sign.
    """
    (left, top), _, (right, bottom), _ = box.corners
    (west, north), _, (east, south), _ = around.corners
    inside = min(right, east) - max(left, west) > WITHIN * (right - left)
    on_edge = min(bottom, south) - max(top, north) > ON_EDGE * (bottom - top)
    apart = abs(top + bottom - north - south) / 2 > APART * around.height
    return inside and on_edge and apart and box.height < LOW * around.height


def _is_part(box: TextBox, around: TextBox) -> bool:
    """Whether much of a narrow box lies inside another."""
    (left, top), _, (right, bottom), _ = box.corners
    (west, north), _, (east, south), _ = around.corners
    across, down = min(right, east) - max(left, west), min(bottom, south) - max(top, north)
    inside = max(across, 0) * max(down, 0) > PART * (right - left) * (bottom - top)
    return inside and right - left < NARROW * (east - west)


def agreement(
    strips: Sequence[Strip], read: Sequence[Sequence[Token]], second: LineRecogniser
) -> float:
    """The share of the characters of some strips that a second engine reads as well, 0.0-1.0."""
    pairs = [
        ("".join(token.text for token in tokens), second.recognise(strip.pixels).text)
        for strip, tokens in zip(strips, read, strict=True)
    ]
    return sum(1 - difference(*pair) for pair in pairs) / max(1, len(pairs))


def _is_khmer(tokens: Sequence[Token], twice: str | None, most: int) -> bool:
    """Whether a stretch is Khmer, on a page of whose stretches one has so many Khmer letters."""
    if most >= CLEARLY:
        return _letters(tokens, 0.0) >= FEW
    if _letters(tokens, SURE) >= 2 * FEW:
        return True
    both = "".join(token.text for token in tokens)
    alike = twice is not None and difference(both, twice) < UNLIKE
    return alike and _letters(tokens, 0.0) >= CLEARLY


def _doubtful(tokens: Sequence[Token]) -> bool:
    """Whether a second engine is to read what was read as Khmer once."""
    if not _letters(tokens, 0.0):
        return False
    return sureness(tokens) < AGAIN_BELOW or min(t.confidence for t in tokens) < LOST_BELOW


def _letters(tokens: Sequence[Token], sure: float) -> int:
    """How many Khmer letters there are in words of at least that confidence."""
    return script_letters([t.text for t in tokens if t.confidence >= sure])["khm"]


def _pieces(lines: Sequence[Line], own: dict[int, Strip]) -> Iterator[Piece]:
    """The pictures of all Khmer stretches."""
    for index, strip in own.items():
        for start, end in lines[index].khmer:
            piece = strip.columns(start, end)
            if piece.width >= LEAST_SIDE:
                boxes = find_check_boxes(piece)
                yield Piece(index, (start, end), without_boxes(piece, boxes), boxes)
