"""Lines that are read together: their strips stacked into one picture, one call of an engine."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from chartlift.imaging.ink import percentile
from chartlift.model import Box, Raster, Way
from chartlift.ocr.protocol import Shape
from chartlift.reading.strips import PAPER
from chartlift.reading.tokens import Token

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from chartlift.model import Language
    from chartlift.ocr.protocol import OcrEngine
    from chartlift.reading.strips import Strip

GAP = 0.8
"""Paper between two strips, in heights of the one above."""
TALLEST = 30_000
"""Pixels of height that one picture may have: Tesseract takes 32,767."""
MARGIN = 24
"""Pixels of paper around the stack."""


class Stack(NamedTuple):
    """Strips below each other."""

    pixels: NDArray[np.uint8]
    tops: tuple[int, ...]
    """Where each strip begins."""


def read_stack(
    strips: Sequence[Strip],
    dpi: int,
    engine: OcrEngine,
    languages: Sequence[Language],
    *,
    seconds: float,
) -> list[tuple[Token, ...]]:
    """The words of each strip, as one call of the engine reads them.

    Args:
        strips: pictures of lines.
        dpi: their resolution.
        engine: reads them.
        languages: what it is asked to read.
        seconds: how long it may take.

    Raises:
        PageTimeout: it took longer than `seconds`.
        EngineCrashed: the engine ended without an answer.
        MissingLanguage: the engine has no data for a language.
    """
    if not strips:
        return []
    if len(strips) > 1 and sum(strip.height * (1 + GAP) for strip in strips) > TALLEST:
        halves = strips[: len(strips) // 2], strips[len(strips) // 2 :]
        parts = [read_stack(half, dpi, engine, languages, seconds=seconds) for half in halves]
        return [*parts[0], *parts[1]]
    stack = pile(strips)
    picture = Raster(stack.pixels, dpi, Way())
    edges = [
        0,
        *((a + s.height + b) // 2 for s, (a, b) in zip(strips, pairwise(stack.tops), strict=False)),
    ]
    found: list[list[Token]] = [[] for _ in strips]
    for word in engine.read(picture, languages, shape=Shape.BLOCK, seconds=seconds):
        number = max(0, bisect_right(edges, word.box.center[1]) - 1)
        left, top, right, bottom = word.box
        above = stack.tops[number]
        own = Box(left - MARGIN, top - above, right - MARGIN, bottom - above)
        sure = word.confidence
        found[number].append(Token(word.text, strips[number], own, sure, sure, word.engine))
    return [tuple(tokens) for tokens in found]


def pile(strips: Sequence[Strip]) -> Stack:
    """The strips below each other on white paper, as bright as it."""
    widest = max(strip.width for strip in strips) + 2 * MARGIN
    parts, tops, at = [np.full((MARGIN, widest), 255, np.uint8)], [], MARGIN
    for strip in strips:
        paper = max(1.0, percentile(strip.pixels, PAPER))
        part = np.full((strip.height + round(GAP * strip.height), widest), 255, np.uint8)
        bright = np.minimum(strip.pixels * (255 / paper), 255).astype(np.uint8)
        part[: strip.height, MARGIN : MARGIN + strip.width] = bright
        parts.append(part)
        tops.append(at)
        at += len(part)
    return Stack(np.concatenate(parts), tuple(tops))
