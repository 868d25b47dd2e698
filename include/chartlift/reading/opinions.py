"""Second opinions: doubtful words of Latin lines, read again by another engine in one call."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from chartlift.reading.belief import is_doubtful, settle, with_micro
from chartlift.reading.stack import read_stack

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chartlift.model import Language
    from chartlift.ocr.protocol import OcrEngine
    from chartlift.reading.clock import Clock
    from chartlift.reading.strips import Strip
    from chartlift.reading.tokens import Token

MOST = 60
"""Stretches of one page that are read again, the least sure first."""
AROUND = 1
"""Words on each side that are taken along: an engine reads a word better among others."""
SAME_PLACE = 0.4
"""Share of the narrower one's width by which two readings must overlap to be one print."""


class Doubt(NamedTuple):
    """A stretch of one line that is read again."""

    line: int
    start: int
    """The first of its words, by its place among the line's."""
    end: int
    """The last one, exclusive."""
    lowest: float


class Opinion(NamedTuple):
    """How a second opinion is asked for."""

    engine: OcrEngine
    languages: Sequence[Language]
    mark: str | None
    """The page's usual decimal mark, where it is known."""
    below: float
    """Least sure character under which a word is doubtful."""


def with_opinions(
    lines: Sequence[tuple[Token, ...]], opinion: Opinion, dpi: int, clock: Clock
) -> list[tuple[Token, ...]]:
    """The words of each line, after the doubtful ones were read a second time.

    Args:
        lines: the words of each line, from left to right.
        opinion: who reads them again.
        dpi: the resolution of the page they were read in.
        clock: how long it may take.

    Raises:
        PageTimeout: it took too long.
        EngineCrashed: the engine ended without an answer.
        MissingLanguage: the engine has no data for a language.
    """
    below = opinion.below
    doubts = sorted(_doubts(lines, below), key=lambda doubt: doubt.lowest)[:MOST]
    if not doubts:
        return list(lines)
    strips = [_stretch(lines[doubt.line], doubt) for doubt in doubts]
    opinions = read_stack(strips, dpi, opinion.engine, opinion.languages, seconds=clock.left())
    settled = {
        (doubt.line, place): _settled(lines[doubt.line][place], found, opinion.mark)
        for doubt, found in zip(doubts, opinions, strict=True)
        for place in range(doubt.start, doubt.end)
        if is_doubtful(lines[doubt.line][place].text, lines[doubt.line][place].lowest, below)
    }
    return [
        tuple(
            new
            for place, token in enumerate(tokens)
            for new in settled.get((number, place), (token,))
        )
        for number, tokens in enumerate(lines)
    ]


def _doubts(lines: Sequence[tuple[Token, ...]], below: float) -> Iterator[Doubt]:
    """Runs of doubtful words with their neighbours, no word in two of them."""
    for number, tokens in enumerate(lines):
        doubtful = [is_doubtful(token.text, token.lowest, below) for token in tokens]
        place = 0
        while place < len(tokens):
            if not doubtful[place]:
                place += 1
                continue
            end = place + 1
            while end < len(tokens) and any(doubtful[end : end + 1 + AROUND]):
                end += 1
            yield Doubt(number, place, end, min(t.lowest for t in tokens[place:end]))
            place = end


def _stretch(tokens: tuple[Token, ...], doubt: Doubt) -> Strip:
    """The picture of a stretch and of its neighbours."""
    first, last = (
        tokens[max(0, doubt.start - AROUND)],
        tokens[min(len(tokens), doubt.end + AROUND) - 1],
    )
    strip = first.strip
    margin = strip.height // 4
    return strip.columns(first.box.left - margin, last.box.right + margin)


def _settled(token: Token, found: Sequence[Token], mark: str | None) -> tuple[Token, ...]:
    """What is believed of a word after the second reading: it, or the words read in its place."""
    there = [
        other._replace(text=with_micro(token.text, other.text))
        for other in found
        if _same_place(token, other)
    ]
    belief = settle(token.text, token.lowest, " ".join(other.text for other in there), mark)
    taken = there if belief.second else [token]
    return tuple(word._replace(confidence=belief.confidence, other=belief.other) for word in taken)


def _same_place(token: Token, other: Token) -> bool:
    mine, its = token.place, other.place
    shared = min(mine.right, its.right) - max(mine.left, its.left)
    return shared > SAME_PLACE * min(mine.width, its.width)
