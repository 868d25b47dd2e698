"""A first look at a page: a few of its lines are read, to tell its language and its head."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from chartlift.imaging.ink import ink_mask
from chartlift.imaging.raster import turn
from chartlift.languages import script_letters, word_votes
from chartlift.model import Language, Raster, Way, Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from chartlift.ocr.protocol import OcrEngine
    from chartlift.reading.clock import Clock
    from chartlift.reading.tokens import Token

SEEN: tuple[Language, ...] = ("khm", "eng")
"""What a page may be in that names no languages; the letters of English are those of French."""
MOST_LINES = 5
LEAST_LINES = 3
SURE = 0.6
"""Mean confidence of the strip's words from which the page certainly stands upright."""
READABLE = 0.5
"""Confidence a word must have to say anything about its language."""


class Look(NamedTuple):
    """What the first look says of a page."""

    upside_down: bool
    languages: tuple[Language, ...] | None
    """None where too little was read to tell."""


def look_at(raster: Raster, engine: OcrEngine, tried: Sequence[Language], clock: Clock) -> Look:
    """Reads a strip of the page's fullest lines, and again on its head where that reads badly."""
    strip = cut_strip(raster)
    if strip is None:
        return Look(False, None)
    words = engine.read(strip, tried, seconds=clock.left())
    if sureness(words) >= SURE:
        return Look(False, tell_languages(words))
    turned = engine.read(turn(strip, 180), tried, seconds=clock.left())
    if sureness(turned) > sureness(words):
        return Look(True, tell_languages(turned))
    return Look(False, tell_languages(words))


def sureness(words: Sequence[Word | Token]) -> float:
    """Mean confidence over the characters read; 0 where nothing was."""
    letters = [(len(word.text), word.confidence) for word in words]
    total = sum(length for length, _ in letters)
    return sum(length * confidence for length, confidence in letters) / max(total, 1)


def tell_languages(words: Sequence[Word | Token]) -> tuple[Language, ...] | None:
    """The languages to read a page in, by the words of a first reading; None if it is unclear."""
    sure = [word.text for word in words if word.confidence >= READABLE]
    script = script_letters(sure)
    letters = sum(character.isalpha() for text in sure for character in text)
    if script["khm"] >= max(4, 0.04 * letters):
        return "khm", "eng"
    votes = word_votes(sure)
    if votes["fra"] == votes["eng"]:
        return None
    return ("fra",) if votes["fra"] > votes["eng"] else ("eng",)


def cut_strip(raster: Raster) -> Raster | None:
    """The page's fullest text lines, cut out and put below each other; None without ink.

    Where lines cannot be told apart (a photo taken at an angle), it is the fullest part of the
    page.
    """
    mask = ink_mask(raster.pixels)
    width = mask.shape[1]
    # Lines that lean together over the whole page (a photo taken at an angle) part in a third.
    for left, right in ((0, width), (width // 3, 2 * width // 3), (0, width // 3)):
        ink = np.count_nonzero(mask[:, left:right], axis=1)
        bands = _bands(ink > 0.003 * (right - left), max(3, round(raster.dpi / 25)))
        if len(bands) >= LEAST_LINES:
            inked = sorted(bands, key=lambda band: -int(ink[band[0] : band[1]].sum()))
            chosen = sorted(inked[: MOST_LINES * width // (right - left)])
            return _stack(raster, [(*band, left, right) for band in chosen])
    whole = np.count_nonzero(mask, axis=1)
    if not whole.any():
        return None
    top = int(np.convolve(whole, np.ones(raster.dpi), "valid").argmax())
    return _stack(raster, [(top, top + raster.dpi, 0, width)])


def _stack(raster: Raster, parts: Sequence[tuple[int, int, int, int]]) -> Raster:
    """The parts (top, bottom, left, right) below each other, paper between them."""
    margin = max(8, round(raster.dpi / 15))
    widest = max(right - left for _, _, left, right in parts)
    cut: list[NDArray[np.uint8]] = [np.full((margin, widest), 255, np.uint8)]
    for top, bottom, left, right in parts:
        part = raster.pixels[top:bottom, left:right]
        cut.append(np.pad(part, ((0, margin), (0, widest - part.shape[1])), constant_values=255))
    return Raster(np.concatenate(cut), raster.dpi, Way())


def _bands(ink: NDArray[np.bool_], least: int) -> list[tuple[int, int]]:
    """The runs of inked rows, from top to bottom, that are as high as a line of text may be."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], ink.astype(np.int8), [0]])))
    margin = least // 3
    return [
        (max(0, int(top) - margin), int(bottom) + margin)
        for top, bottom in zip(edges[::2], edges[1::2], strict=True)
        if least <= bottom - top <= 12 * least
    ]
