"""Powers of ten in units of counts (×10⁹/L): their raised figures are read as if on the line.

A reader of lines takes a raised figure for whatever is small and high: a degree, a percent sign,
or nothing. Set on the line and as large as the other figures it is read like them.
"""

from __future__ import annotations

from statistics import median
from string import ascii_lowercase
from typing import TYPE_CHECKING

import cv2
import numpy as np

from chartlift.imaging.ink import percentile
from chartlift.model import Box
from chartlift.reading.belief import trust
from chartlift.reading.strips import PAPER, ink_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from chartlift.ocr.protocol import LineRecogniser
    from chartlift.reading.tokens import Token

TEN, TIMES, SLASH, LITRE = "10", "x×X*", "/", "lL"
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
LONGEST = 10
"""Characters a word of a power and its unit has at most."""
POWERS = ("3", "6", "9", "12")
"""Counts are told in these alone; of 352 drawn words 22 were read as another power, 18 of them as
one that no count has."""
MOST = 2
"""Figures of a power."""
SMALL = 0.35, 0.85
"""Height of a raised figure, in heights of the figures on the line."""
LIFTED = 0.2
"""How far its foot is above the line at least, in the same."""
SURE = 0.5
"""Probability of its least sure character from which such a word is taken: of 33 on nine pages,
clean and damaged, all were read right, the least sure with .57."""
SPACE = 0.12
"""Paper on each side of the figures set on the line, in heights of the others."""


def with_power(token: Token, engine: LineRecogniser) -> Token:
    """The word, its power of ten read anew where it has raised figures; else as it was.

    Args:
        token: a word of a line.
        engine: reads it.
    """
    if not _may_be_power(token.text):
        return token
    picture, raised = _lowered(token.strip.pixels, token.box)
    if picture is None:
        return token
    read = [c for c in engine.recognise(picture).characters if c.text.strip()]
    text = "".join(c.text for c in read)
    start = text.find(TEN) + len(TEN)
    power = read[start : start + raised]
    told = "".join(c.text for c in power)
    lead, unit = text[: start - len(TEN)], text[start + raised :]
    is_unit = unit.startswith(SLASH) and _letters(unit) == _letters(token.text)
    if start < len(TEN) or lead.strip(TIMES) or told not in POWERS or not is_unit:
        return token
    lowest = min(c.probability for c in read[start - len(TEN) :])
    if lowest < SURE:
        return token
    text = lead + TEN + told.translate(RAISED) + unit
    if text == token.text:
        lowest = max(lowest, token.lowest)
    # It was read twice: the second engine knows no raised figures.
    return token._replace(text=text, lowest=1.0, confidence=trust(text, lowest))


def _may_be_power(text: str) -> bool:
    bare = text.lstrip(TIMES)
    return bare.startswith(TEN) and bare[-1] in LITRE and len(text) <= LONGEST


def _letters(text: str) -> str:
    """The letters that a unit ends in, large or small; a micro sign may have been read as u."""
    bare = text.casefold().replace("\N{GREEK SMALL LETTER MU}", "u")
    return bare[len(bare.rstrip(ascii_lowercase)) :]


def _lowered(pixels: NDArray[np.uint8], box: Box) -> tuple[NDArray[np.uint8] | None, int]:
    """The picture of a word with its raised figures on the line, and how many they are."""
    marks = _marks(ink_of(pixels)[:, box.left : box.right])
    tall = max((mark.height for mark in marks), default=0)
    level = [mark for mark in marks if mark.height >= SMALL[1] * tall]
    if len(level) < len(TEN):
        return None, 0
    foot, full = round(median(m.bottom for m in level)), round(median(m.height for m in level))
    # The first two figures on the line are the ten.
    raised = [m for m in marks if m.left >= level[1].right and _is_raised(m, foot, full)]
    if not 1 <= len(raised) <= MOST:
        return None, 0
    paper = int(percentile(pixels, PAPER))
    part = pixels[:, box.left : box.right].copy()
    left, right = raised[0].left, raised[-1].right
    top, bottom = min(m.top for m in raised), max(m.bottom for m in raised)
    figures = part[top:bottom, left:right]
    width, space = max(1, round((right - left) * full / (bottom - top))), round(SPACE * full)
    middle = np.full((len(part), width + 2 * space), paper, np.uint8)
    grown = cv2.resize(figures, (width, full), interpolation=cv2.INTER_CUBIC)
    middle[foot - full : foot, space : space + width] = grown
    lowered = np.concatenate([part[:, :left], middle, part[:, right:]], axis=1)
    return np.pad(lowered, ((0, 0), (space, space)), constant_values=paper), len(raised)


def _is_raised(mark: Box, foot: int, full: int) -> bool:
    return SMALL[0] * full <= mark.height <= SMALL[1] * full and mark.bottom <= foot - LIFTED * full


def _marks(ink: NDArray[np.bool_]) -> list[Box]:
    """The connected pieces of ink, from left to right."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    found = [Box(x, y, x + w, y + h) for x, y, w, h, _ in stats[1:count].tolist()]
    return sorted(found)
