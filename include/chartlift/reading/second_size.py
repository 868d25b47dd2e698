"""Doubtful words read a second time by the same engine, cut out of the page and smaller."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from chartlift.geometry import carry_back, identity, inverse
from chartlift.imaging.raster import rescale
from chartlift.model import Box, Raster, Word
from chartlift.ocr.protocol import word_on_page
from chartlift.reading.look import sureness

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chartlift.model import Language
    from chartlift.ocr.protocol import OcrEngine
    from chartlift.reading.clock import Clock

DOUBTED = 0.9
"""Confidence under which a word is read again."""
SCALE = 0.7
"""Size of the second reading: what went wrong at one size often goes right at another."""
GAIN = 0.05
"""Confidence that the second reading must gain to be taken; both are the same engine's."""
MOST_CROPS = 60
WORD_GAP = 0.9
"""Space between two words of one crop at most, in word heights."""
MARGIN = 0.25
"""Paper around a crop, in word heights."""


class Cutting(NamedTuple):
    """Doubtful neighbours on one line, and where they stand in the raster."""

    words: tuple[int, ...]
    box: Box


class Sheet(NamedTuple):
    """Cuttings put below each other; number i covers the rows tops[i] to tops[i + 1]."""

    raster: Raster
    tops: tuple[int, ...]
    corners: tuple[tuple[int, int], ...]
    """For each cutting the raster's pixel (x, y) that its own left top pixel on the sheet is."""


def read_smaller(
    raster: Raster,
    words: Sequence[Word],
    engine: OcrEngine,
    languages: Sequence[Language],
    clock: Clock,
) -> tuple[Word, ...]:
    """The words, the doubtful ones replaced where a second reading is surer of them.

    Raises:
        PageTimeout: the page's time is over.
        EngineCrashed: the engine ended without an answer.
    """
    cuttings = find_cuttings(raster, words)
    if not cuttings or len(cuttings) > MOST_CROPS:
        return tuple(words)
    sheet = _lay_below(raster, cuttings)
    found = engine.read(rescale(sheet.raster, SCALE), languages, seconds=clock.left())
    replaced: dict[int, tuple[Word, ...]] = {}
    for number, cutting in enumerate(cuttings):
        again = [word for word in found if _number(word, sheet) == number]
        if sureness(again) >= sureness([words[index] for index in cutting.words]) + GAIN:
            replaced.update(dict.fromkeys(cutting.words, ()))
            replaced[cutting.words[0]] = tuple(_back(word, number, sheet, raster) for word in again)
    return tuple(word for index, old in enumerate(words) for word in replaced.get(index, (old,)))


def find_cuttings(raster: Raster, words: Sequence[Word]) -> list[Cutting]:
    """The doubtful words, those next to each other on a line taken together."""
    back = inverse(raster.to_page)
    cuttings: list[Cutting] = []
    for index, word in enumerate(words):
        if word.confidence >= DOUBTED:
            continue
        box = Box(*(round(side) for side in carry_back(back, word.box, word.quad)))
        last = cuttings[-1] if cuttings else None
        if last and last.words[-1] == index - 1 and _beside(last.box, box):
            cuttings[-1] = Cutting((*last.words, index), last.box.union(box))
        else:
            cuttings.append(Cutting((index,), box))
    return cuttings


def _beside(box: Box, other: Box) -> bool:
    height = max(box.height, other.height)
    on_one_level = abs(box.center[1] - other.center[1]) < 0.5 * height
    return on_one_level and -height < other.left - box.right < WORD_GAP * height


def _lay_below(raster: Raster, cuttings: Sequence[Cutting]) -> Sheet:
    cut = [_with_margin(box, raster) for _, box in cuttings]
    gap = max(12, round(float(np.median([box.height for box in cut])) * 0.5))
    tops = tuple(np.cumsum([gap, *(box.height + gap for box in cut)]).tolist())
    pixels = np.full((tops[-1], max(box.width for box in cut) + 2 * gap), 255, np.uint8)
    for top, box in zip(tops, cut, strict=False):
        part = raster.pixels[box.top : box.bottom, box.left : box.right]
        pixels[top : top + box.height, gap : gap + box.width] = part
    corners = tuple((box.left - gap, box.top) for box in cut)
    return Sheet(Raster(pixels, raster.dpi, identity()), tops, corners)


def _with_margin(box: Box, raster: Raster) -> Box:
    height, width = raster.pixels.shape
    margin = max(4, round(MARGIN * box.height))
    return Box(
        max(0, box.left - margin),
        max(0, box.top - margin),
        min(width, box.right + margin),
        min(height, box.bottom + margin),
    )


def _number(word: Word, sheet: Sheet) -> int:
    """The cutting a word of the second reading stands in."""
    return int(np.searchsorted(sheet.tops, word.box.center[1], side="right")) - 1


def _back(word: Word, number: int, sheet: Sheet, raster: Raster) -> Word:
    """A word of the second reading taken from the sheet to the original page."""
    right, down = sheet.corners[number][0], sheet.corners[number][1] - sheet.tops[number]
    box = Box(
        word.box.left + right, word.box.top + down, word.box.right + right, word.box.bottom + down
    )
    return word_on_page(raster, word.text, box, word.confidence, word.engine)
