"""Reading doubtful words again with a second engine, and what is then believed.

The engines' own scales are never compared. What is believed rests on how often it was right on
pages with a known truth (docs/adr/0003-rereading.md): both engines agree; or the second is sure of
its least sure character; or neither, and then the value is kept at a confidence that sends it to a
person, with the reading that disagrees beside it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from chartlift.layout.pieces import Rect, upright_words
from chartlift.model import Box
from chartlift.ocr.protocol import word_on_page
from chartlift.reading.doubtful import Doubtful, find_doubtful

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from chartlift.model import PageLayout, Raster, Word
    from chartlift.ocr.protocol import Character, LineReading, LineRecogniser

MOST = 150
"""Stretches of one page that are read again, the most important first."""
SURE_NUMBER, SURE_WORD = 0.95, 0.90
"""Probability of the least sure character from which the second reading is believed alone."""
AGREED, BELIEVED, UNSURE = 0.97, 0.94, 0.50
"""Confidence of what both engines read, of what the second is sure of, of what neither is."""
LEAST_SIDE = 4
SPECK = 6
INK = 0.7
"""Share of the paper's level under which a pixel is ink."""
WINDOW = 4.0
LETTER_GAP = 0.25
PAPER = 0.3
"""Paper left and right of a line's ink, in heights of the line."""
SAME_PLACE = 0.3
"""Share of the narrower one's width by which two words must overlap to be the same print."""


class Crop(NamedTuple):
    """The picture of one stretch, and where its left top corner stands in the raster."""

    pixels: NDArray[np.uint8]
    ink: NDArray[np.bool_]
    left: int
    top: int


class Token(NamedTuple):
    """A word of the second reading."""

    text: str
    lowest: float
    """Probability of its least sure character."""
    box: Box
    """In pixels of the raster."""


class Group(NamedTuple):
    """Words and tokens that stand in the same place."""

    words: tuple[int, ...]
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

    A word may become several, several one; specks read as punctuation vanish. The order is that
    of the words given, as far as they are still there.

    Args:
        words: the page's words, as the layout counts them, in pixels of the page.
        layout: its lines and tables.
        raster: the prepared page the words were read in.
        recogniser: reads the doubtful stretches.
        below: confidence under which a word is doubtful.
    """
    rects = [piece.rect for piece in upright_words(words, raster.to_page)]
    read: list[Word] = []
    gone: set[int] = set()
    for doubtful in find_doubtful(words, layout, raster.to_page, below=below)[:MOST]:
        crop = cut(raster, doubtful)
        if crop is None:
            continue
        tokens = split_tokens(recogniser.recognise(crop.pixels), crop, doubtful.breaks)
        for group in pair_up(doubtful.words, rects, tokens):
            gone.update(group.words)
            first = [words[index] for index in group.words]
            read += settle(first, group.tokens, raster, recogniser.name)
    return (*(word for index, word in enumerate(words) if index not in gone), *read)


def cut(raster: Raster, doubtful: Doubtful) -> Crop | None:
    """The picture of a stretch, as far as its ink reaches; None where there is none.

    Where no word was read, something as large as a letter must stand.
    """
    window = _window(raster, doubtful)
    if window is None:
        return None
    left, top, right, bottom = window
    pixels = raster.pixels[top:bottom, left:right]
    ink = find_ink(pixels, unread=not doubtful.words)
    across = ink.any(axis=0)
    start, end = spread(
        across, doubtful.rect.left - left, doubtful.rect.right - left, LETTER_GAP * (bottom - top)
    )
    if start >= end:
        return None
    margin = round(PAPER * (bottom - top))
    start, end = max(0, start - margin), end + margin
    return Crop(pixels[:, start:end], ink[:, start:end], left + start, top)


def _window(raster: Raster, doubtful: Doubtful) -> Box | None:
    """The part of the raster a stretch may lie in, where it is worth a look."""
    height, width = raster.pixels.shape
    rect, room = doubtful.rect, WINDOW * doubtful.rect.height
    left = max(0, round(max(rect.left - room, min(rect.left, doubtful.reach[0]))))
    right = min(width, round(min(rect.right + room, max(rect.right, doubtful.reach[1]))))
    top, bottom = max(0, round(rect.top)), min(height, round(rect.bottom))
    if min(right - left, bottom - top) < LEAST_SIDE:
        return None
    return Box(left, top, right, bottom)


def find_ink(pixels: NDArray[np.uint8], *, unread: bool) -> NDArray[np.bool_]:
    """The ink of a crop without its specks; where `unread`, nothing smaller than a letter."""
    limit = float(np.percentile(pixels, 80)) * INK
    mask = (pixels < limit).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    kept = stats[:, cv2.CC_STAT_AREA] >= SPECK
    kept[0] = False
    if unread:
        tall = stats[:, cv2.CC_STAT_HEIGHT]
        if not (kept & (tall >= 15) & (tall < 60)).any():
            kept[:] = False
    return kept[labels]


def spread(ink: NDArray[np.bool_], start: float, end: float, gap: float) -> tuple[int, int]:
    """The columns from `start` to `end` that hold ink, and the ink that goes on beyond them.

    Ink goes on as long as no `gap` columns of paper part it.
    """
    columns = np.flatnonzero(ink)
    inside = columns[(columns >= start) & (columns < end)]
    if not len(inside):
        return 0, 0
    first, last = int(inside[0]), int(inside[-1])
    for column in columns[columns < first][::-1]:
        if first - column > gap:
            break
        first = int(column)
    for column in columns[columns > last]:
        if column - last > gap:
            break
        last = int(column)
    return first, last + 1


def split_tokens(reading: LineReading, crop: Crop, breaks: Sequence[float]) -> list[Token]:
    """The words of a reading, each with the box of its ink.

    Args:
        reading: what was read; its spaces part words.
        crop: the picture it was read in.
        breaks: where words are parted too, in pixels of the raster.
    """
    parts: list[list[Character]] = [[]]
    edges = [edge - crop.left for edge in breaks]
    for character in reading.characters:
        if character.text == " ":
            parts.append([])
            continue
        if parts[-1] and any(parts[-1][-1].place < edge < character.place for edge in edges):
            parts.append([])
        parts[-1].append(character)
    parts = [part for part in parts if part]
    middles = [(a[-1].place + b[0].place) / 2 for a, b in pairwise(parts)]
    spans = pairwise([0, *map(round, middles), crop.pixels.shape[1]])
    return [_token(part, crop, *span) for part, span in zip(parts, spans, strict=False)]


def _token(part: list[Character], crop: Crop, start: int, end: int) -> Token:
    ink = crop.ink[:, start:end]
    across, down = np.flatnonzero(ink.any(axis=0)), np.flatnonzero(ink.any(axis=1))
    if len(across):
        start, end = start + int(across[0]), start + int(across[-1]) + 1
    top, bottom = (int(down[0]), int(down[-1]) + 1) if len(down) else (0, len(ink))
    box = Box(crop.left + start, crop.top + top, crop.left + end, crop.top + bottom)
    text = "".join(character.text for character in part)
    return Token(text, min(character.probability for character in part), box)


def pair_up(indices: Sequence[int], rects: Sequence[Rect], tokens: Sequence[Token]) -> list[Group]:
    """Words and tokens in groups that stand in the same place, each in exactly one."""
    groups = [Group((index,), ()) for index in indices]
    for token in tokens:
        met = [g for g in groups if any(_same_place(rects[i], token.box) for i in g.words)]
        groups = [group for group in groups if group not in met]
        words = tuple(index for group in met for index in group.words)
        groups.append(Group(words, (*(t for group in met for t in group.tokens), token)))
    return groups


def _same_place(rect: Rect, box: Box) -> bool:
    shared = min(rect.right, box.right) - max(rect.left, box.left)
    return shared > SAME_PLACE * min(rect.width, box.width)


def settle(
    words: Sequence[Word], tokens: Sequence[Token], raster: Raster, engine: str
) -> list[Word]:
    """What is believed of the two readings of one place.

    Args:
        words: the first reading; none where it saw nothing.
        tokens: the second reading; none where it saw nothing.
        raster: the page they were read in.
        engine: name of the engine that read the tokens.
    """
    first, second = (" ".join(part.text for part in parts) for parts in (words, tokens))
    if not tokens:
        return [word for word in words if any(c.isalnum() for c in word.text)]
    number = any(c.isdigit() for c in first + second)
    lowest = min(token.lowest for token in tokens)
    sure = lowest >= (SURE_NUMBER if number else SURE_WORD)
    if first == second:
        return [w.model_copy(update={"confidence": max(w.confidence, AGREED)}) for w in words]

    def taken(confidence: float, other: str | None) -> list[Word]:
        made = [word_on_page(raster, t.text, t.box, confidence, engine) for t in tokens]
        return [word.model_copy(update={"other": other}) for word in made]

    if squash(first) == squash(second):
        return taken(AGREED, None)
    if sure:
        return taken(BELIEVED, None)
    if number and words:
        return taken(UNSURE, first)
    return list(words)


def squash(text: str) -> str:
    return text.replace(" ", "")
