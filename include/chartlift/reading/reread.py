"""Reading a page's doubtful words again with a second engine, stretch by stretch."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from chartlift.layout.pieces import Rect, upright_words
from chartlift.model import Box
from chartlift.ocr.protocol import word_on_page
from chartlift.reading.belief import Belief, Token, settle, usual_mark
from chartlift.reading.cutout import Cutout, cut_out
from chartlift.reading.doubtful import find_doubtful

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chartlift.model import PageLayout, Raster, Word
    from chartlift.ocr.protocol import Character, LineReading, LineRecogniser

MOST = 150
"""Stretches of one page that are read again, the most important first."""
SAME_PLACE = 0.3
"""Share of the narrower one's width by which a word and a token must overlap to be one print."""


class Place(NamedTuple):
    """The words and the tokens that stand in one place."""

    words: tuple[int, ...]
    """Indices into the page's words."""
    tokens: tuple[Token, ...]


def read_again(
    words: Sequence[Word],
    layout: PageLayout,
    raster: Raster,
    recogniser: LineRecogniser,
    *,
    below: float,
) -> tuple[Word, ...]:
    """The page's words after their doubtful ones were read a second time.

    One word may become several, several one; what a speck was read as vanishes. The words that
    come new stand after the others: they are to be laid out once more.

    Args:
        words: the page's words, as the layout counts them, in pixels of the page.
        layout: its lines and tables.
        raster: the prepared page that the words were read in.
        recogniser: reads the doubtful stretches.
        below: confidence under which a word is doubtful.

    Raises:
        EngineCrashed: the recogniser ended without an answer.
    """
    mark = usual_mark(word.text for word in words if word.confidence >= below)
    believed: dict[int, Word] = dict(enumerate(words))
    added: list[Word] = []
    for place in _read_places(words, layout, raster, recogniser, below=below):
        first = [words[index] for index in place.words]
        belief = settle(first, place.tokens, mark)
        if belief.second:
            for index in place.words:
                del believed[index]
            added += _as_words(place.tokens, belief, raster, recogniser.name)
        else:
            believed |= {index: _doubted(words[index], belief) for index in place.words}
    return (*believed.values(), *added)


def _read_places(
    words: Sequence[Word],
    layout: PageLayout,
    raster: Raster,
    recogniser: LineRecogniser,
    *,
    below: float,
) -> Iterator[Place]:
    """Every place that was read twice; a word stands in one of them at most."""
    rects = [piece.rect for piece in upright_words(words, raster.to_page)]
    for doubtful in find_doubtful(words, layout, raster.to_page, below=below)[:MOST]:
        cutout = cut_out(raster, doubtful)
        if cutout is not None:
            reading = recogniser.recognise(cutout.pixels)
            tokens = split_tokens(reading, cutout)
            own = [t for t in tokens if not _stands_in_others(t.box, doubtful.words, rects)]
            yield from pair_up(doubtful.words, rects, own)


def _as_words(
    tokens: Sequence[Token], belief: Belief, raster: Raster, engine: str
) -> Iterator[Word]:
    for token in tokens:
        word = word_on_page(raster, token.text, token.box, belief.confidence or 0.0, engine)
        yield word.model_copy(update={"other": belief.other})


def _doubted(word: Word, belief: Belief) -> Word:
    confidence = word.confidence if belief.confidence is None else belief.confidence
    return word.model_copy(update={"confidence": confidence, "other": belief.other})


def split_tokens(reading: LineReading, cutout: Cutout) -> list[Token]:
    """The words of a reading, parted by its spaces and the cutout's breaks.

    Each has the box of its ink.
    """
    parts: list[list[Character]] = [[]]
    for character in reading.characters:
        last = parts[-1][-1] if parts[-1] else character
        if character.text == " " or any(
            last.place < edge < character.place for edge in cutout.breaks
        ):
            parts.append([])
        if character.text != " ":
            parts[-1].append(character)
    parts = [part for part in parts if part]
    middles = [round((a[-1].place + b[0].place) / 2) for a, b in pairwise(parts)]
    spans = pairwise([0, *middles, cutout.pixels.shape[1]])
    return [_token(part, cutout, span) for part, span in zip(parts, spans, strict=False)]


def _token(part: list[Character], cutout: Cutout, span: tuple[int, int]) -> Token:
    start, end = span
    ink = cutout.ink[:, start:end]
    across, down = np.flatnonzero(ink.any(axis=0)), np.flatnonzero(ink.any(axis=1))
    top, bottom = 0, len(ink)
    if len(across):
        start, end = start + int(across[0]), start + int(across[-1]) + 1
        top, bottom = int(down[0]), int(down[-1]) + 1
    left, above = cutout.left, cutout.top
    box = Box(left + start, above + top, left + end, above + bottom)
    text = "".join(character.text for character in part)
    return Token(text, min(character.probability for character in part), box)


def pair_up(indices: Sequence[int], rects: Sequence[Rect], tokens: Sequence[Token]) -> list[Place]:
    """Words and tokens by the place they stand in, each in exactly one.

    Args:
        indices: the words of one stretch.
        rects: where all words stand, in pixels of the raster.
        tokens: what the second engine read in that stretch.
    """
    places = [Place((index,), ()) for index in indices]
    for token in tokens:
        met = [p for p in places if any(_overlap(rects[i], token.box) for i in p.words)]
        places = [place for place in places if place not in met]
        words = tuple(index for place in met for index in place.words)
        places.append(Place(words, (*(t for place in met for t in place.tokens), token)))
    return places


def _stands_in_others(box: Box, indices: Sequence[int], rects: Sequence[Rect]) -> bool:
    """Whether a token is a word that belongs to another stretch."""
    others = [
        rect
        for index, rect in enumerate(rects)
        if index not in indices and rect.top < box.center[1] < rect.bottom
    ]
    mine = [rects[index] for index in indices]
    return any(_overlap(rect, box) for rect in others) and not any(
        _overlap(rect, box) for rect in mine
    )


def _overlap(rect: Rect, box: Box) -> bool:
    shared = min(rect.right, box.right) - max(rect.left, box.left)
    return shared > SAME_PLACE * min(rect.width, box.width)
