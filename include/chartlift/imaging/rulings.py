"""The ruling lines of forms and tables: found, kept as a grid, and taken out of the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from chartlift.geometry import carry
from chartlift.imaging.ink import INK_BELOW_PAPER, ink_mask, shrink, text_height
from chartlift.imaging.raster import with_pixels
from chartlift.imaging.sample import sampled_glyphs
from chartlift.model import Box, Ruling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from chartlift.imaging.ink import Mask
    from chartlift.model import Raster

FAINT_BELOW_PAPER = 0.82
"""A thin line scanned at few dots an inch is grey: what counts as ink in the search for lines."""
HALO = 2
"""Pixels of grey beside a ruling that go with it."""
SOLID_INCHES = 0.13
"""Ink that runs straight for so long without a gap may be part of a ruling."""
SOLID_LETTERS = 1.7
"""The same in heights of the page's letters: the stems of letters that stand below each other are
no ruling, however near the lines are."""
GAP_INCHES = 0.12
"""Gaps that noise or a fax may leave in a ruling."""
LEAST_INCHES = 0.33
"""Length of the shortest ruling; no letter's stroke is so long."""
RAGGED = np.ones((3, 1), np.uint8)
MOST_THICK_INCHES = 0.05
LEAST_ASPECT = 8
REACH_INCHES = 0.02
"""How far a ruling's end may stay from the ruling it meets."""
LEAST_SOLID = 0.55
"""Share of a ruling's length that is solid."""
MOST_TOUCHED = 0.5
"""Share of its length on which a ruling may have ink right beside it; the bars of letters in a
row of print have more."""
SHORT_INCHES, SHORT_SOLID = 1.0, 0.98
"""A short run that meets no others must be solid: the bars of large capitals join to such runs."""
SEARCH_PIXELS = 1200
BLOCK_PIXELS = 9
"""Ink as thick as this in the small picture is no ruling and no letter but a marker's stroke, a
stain or a dark ground."""
RIM_SHARE = 0.01
"""How near to both rims of the picture, as a share of its side, a copier's streak ends."""


class Stroke(NamedTuple):
    """A ruling as it stands in the raster, and its ink there."""

    box: Box
    horizontal: bool
    ink: Mask
    """Shape of the box, nonzero where the ruling is."""


def find_strokes(raster: Raster) -> tuple[Stroke, ...]:
    """The straight lines of a level page, in raster pixels, horizontal ones first."""
    mask = _faint_ink(raster)
    letters = text_height(sampled_glyphs(raster), raster.dpi) or 0.0
    solid = max(raster.dpi * SOLID_INCHES, SOLID_LETTERS * letters)
    across = _strokes(mask, raster.dpi, solid)
    turned = cv2.transpose(mask).astype(np.uint8, copy=False)
    down = _strokes(turned, raster.dpi, solid, [box for box, _ in across])
    if len(down) > 1:
        across = _with_ragged(mask, raster.dpi, solid, across, [box for box, _ in down])
    return tuple(Stroke(box, True, ink) for box, ink in across) + tuple(
        Stroke(Box(box.top, box.left, box.bottom, box.right), False, ink.T) for box, ink in down
    )


def _faint_ink(raster: Raster) -> Mask:
    """Ink that may be a ruling; on a marker's stroke what is darker than that."""
    mask = ink_mask(raster.pixels, FAINT_BELOW_PAPER)
    small, factor = shrink(raster.pixels, SEARCH_PIXELS)
    thick = np.ones((BLOCK_PIXELS, BLOCK_PIXELS), np.uint8)
    blocks = cv2.morphologyEx(ink_mask(small, FAINT_BELOW_PAPER), cv2.MORPH_OPEN, thick)
    if not cv2.countNonZero(blocks):
        return mask
    wide = cv2.dilate(blocks, np.ones((3, 3), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(wide, connectivity=8)
    for number, (left, top, width, height, _) in enumerate(stats[1:], start=1):
        rows, columns = (
            slice(round(start / factor), round((start + size) / factor))
            for start, size in ((top, height), (left, width))
        )
        own = (labels[top : top + height, left : left + width] == number).astype(np.uint8)
        window = raster.pixels[rows, columns]
        inside = cv2.resize(own, window.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0
        ground = float(np.median(window[inside]))
        mask[rows, columns][inside & (window >= ground * FAINT_BELOW_PAPER)] = 0
    return mask


def _strokes(
    mask: Mask, dpi: int, least_solid: float, between: Sequence[Box] = ()
) -> list[tuple[Box, Mask]]:
    """The horizontal lines of a mask: solid runs on one level, joined over small gaps.

    A run shorter than a ruling counts where both its ends meet one of the lines `between`,
    which are given turned: no letter reaches from one ruling to the next.
    """
    rows = _inked_rows(mask, round(least_solid))
    if not len(rows):
        return []
    solid = _along(mask[rows], cv2.MORPH_OPEN, least_solid)
    joined = _along(solid, cv2.MORPH_CLOSE, dpi * GAP_INCHES)
    least = dpi * LEAST_INCHES
    runs = joined if between else _along(joined, cv2.MORPH_OPEN, least)
    found = []
    # Contours: ten times cheaper than labelling a page that is nearly empty.
    for outline in cv2.findContours(runs, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0]:
        left, above, width, height = cv2.boundingRect(outline)
        part = np.zeros((height, width), np.uint8)
        cv2.drawContours(part, [outline], -1, (1,), cv2.FILLED, offset=(-left, -above))
        thick = cv2.countNonZero(part) / width
        # A line that still leans a little fills a box taller than it is thick.
        if width < LEAST_ASPECT * thick or max(thick, height / 4) > dpi * MOST_THICK_INCHES:
            continue
        top = int(rows[above])
        box = Box(left, top, left + width, top + height)
        if width < least and not _reaches(box, between, dpi * REACH_INCHES):
            continue
        alone = least <= width < dpi * SHORT_INCHES
        inked = solid[above : above + height, left : left + width]
        firm = _solid_share(part, inked) >= (SHORT_SOLID if alone else LEAST_SOLID)
        if firm and _touched_share(part, box, mask) <= MOST_TOUCHED:
            found.append((box, part))
    return found


def _with_ragged(
    mask: Mask, dpi: int, least_solid: float, across: list[tuple[Box, Mask]], down: Sequence[Box]
) -> list[tuple[Box, Mask]]:
    """The horizontal lines and those of which a fax left no row whole, between a table's walls.

    Ink in the row above or below counts for them; pieces found before are in them.
    """
    fat = cv2.dilate(mask, RAGGED).astype(np.uint8, copy=False)
    ragged = [
        (box, cv2.erode(part, RAGGED, borderValue=(0,)).astype(np.uint8, copy=False))
        for box, part in _strokes(fat, dpi, least_solid)
        if _walls_met(box, down, dpi * REACH_INCHES) > 1
    ]
    rest = [stroke for stroke in across if not any(_is_in(stroke[0], whole) for whole, _ in ragged)]
    return rest + [stroke for stroke in ragged if not any(_is_in(stroke[0], b) for b, _ in rest)]


def _walls_met(box: Box, down: Sequence[Box], slack: float) -> int:
    """How many of the (turned) vertical lines a horizontal one meets."""
    middle = (box.top + box.bottom) / 2
    return sum(
        wall.left - slack <= middle <= wall.right + slack
        and box.left - slack <= (wall.top + wall.bottom) / 2 <= box.right + slack
        for wall in down
    )


def _is_in(box: Box, whole: Box) -> bool:
    """Whether most of a line is part of another."""
    return 2 * box.overlap(whole) > box.width * box.height


def _inked_rows(mask: Mask, length: int) -> NDArray[np.intp]:
    """The rows of a mask that may hold a run of that length, and the one below each.

    What is found in these rows alone is what is found in all of them, ten times as fast; the
    rows below keep apart what is not side by side on the page.
    """
    whole = (length - 7) // 8
    if whole < 1:
        return np.arange(mask.shape[0])
    # A run that long fills so many bytes of the packed bits, wherever it begins.
    packed = (np.packbits(mask, axis=1) == 255).astype(np.uint8)
    filled = np.flatnonzero(cv2.erode(packed, np.ones((1, whole), np.uint8)).max(axis=1))
    return np.union1d(filled, np.minimum(filled + 1, mask.shape[0] - 1))


def _reaches(box: Box, lines: Sequence[Box], slack: float) -> bool:
    """Whether both ends of a horizontal run meet one of the (turned) lines."""
    middle = (box.top + box.bottom) / 2
    met = [line for line in lines if line.left - slack <= middle <= line.right + slack]
    return all(
        any(line.top - slack <= end <= line.bottom + slack for line in met)
        for end in (box.left, box.right)
    )


def _along(mask: Mask, operation: int, length: float) -> Mask:
    kernel = np.ones((1, max(3, round(length))), np.uint8)
    return cv2.morphologyEx(mask, operation, kernel).astype(np.uint8)


def _solid_share(part: Mask, inked: Mask) -> float:
    """The share of a run's length that was ink before gaps were joined."""
    return float(np.logical_and(part, inked).any(axis=0).mean())


def _touched_share(part: Mask, box: Box, mask: Mask) -> float:
    """The share of a run's length that has ink right beside it."""
    margin = HALO + 3
    above, below = max(0, box.top - margin), min(mask.shape[0], box.bottom + margin)
    near = mask[above:below, box.left : box.right] > 0
    line = np.zeros(near.shape, np.uint8)
    line[box.top - above : box.bottom - above] = part
    fat = cv2.dilate(line, np.ones((2 * HALO + 1, 1), np.uint8)) > 0
    beside = cv2.dilate(line, np.ones((2 * margin + 1, 1), np.uint8)) > 0
    return float((near & beside & ~fat).any(axis=0).mean())


def rulings_of(raster: Raster, strokes: tuple[Stroke, ...]) -> tuple[Ruling, ...]:
    """The strokes' ends in pixels of the original page, without streaks from rim to rim."""
    height, width = raster.pixels.shape
    return tuple(
        _ruling(raster, stroke)
        for stroke in strokes
        if not _is_streak(stroke, width if stroke.horizontal else height)
    )


def _is_streak(stroke: Stroke, side: int) -> bool:
    start, end = stroke.box[::2] if stroke.horizontal else stroke.box[1::2]
    return start <= RIM_SHARE * side and end >= (1 - RIM_SHARE) * side


def _ruling(raster: Raster, stroke: Stroke) -> Ruling:
    left, top, right, bottom = stroke.box
    x, y = stroke.box.center
    ends = ((left, y), (right, y)) if stroke.horizontal else ((x, top), (x, bottom))
    (a, b), (c, d) = carry(raster.to_page, np.array(ends, dtype=np.float64)).round(1).tolist()
    return Ruling(ends=((a, b), (c, d)), horizontal=stroke.horizontal)


def remove_rulings(raster: Raster) -> Raster:
    """Takes ruling lines out of the picture and leaves the letters that cross them."""
    return part_rulings(raster)[0]


def part_rulings(raster: Raster) -> tuple[Raster, tuple[Ruling, ...]]:
    """What `remove_rulings` gives, and the rulings it took out."""
    strokes = find_strokes(raster)
    return (erase(raster, strokes), rulings_of(raster, strokes)) if strokes else (raster, ())


def erase(raster: Raster, strokes: tuple[Stroke, ...]) -> Raster:
    """Fills the strokes with the paper beside them, except where a letter crosses."""
    pixels = raster.pixels.copy()
    for stroke in strokes:
        left, top = stroke.box.left, stroke.box.top
        if stroke.horizontal:
            _erase_across(pixels, left, top, stroke.ink)
        else:
            _erase_across(pixels.T, top, left, stroke.ink.T)
    return with_pixels(raster, pixels)


def _erase_across(pixels: NDArray[np.uint8], left: int, top: int, ink: Mask) -> None:
    """Erases one horizontal stroke in place; `pixels` may be a transposed view."""
    margin = HALO + 3
    height, width = ink.shape
    above, below = max(0, top - margin), min(pixels.shape[0], top + height + margin)
    before, behind = max(0, left - HALO), min(pixels.shape[1], left + width + HALO)
    window = pixels[above:below, before:behind]
    line = np.zeros(window.shape, np.uint8)
    line[top - above : top - above + height, left - before : left - before + width] = ink
    core = line > 0
    line = cv2.dilate(line, np.ones((2 * HALO + 1,) * 2, np.uint8)).astype(np.uint8)
    paper = int(np.percentile(window[line == 0], 80)) if (line == 0).any() else 255
    dark = window < paper * INK_BELOW_PAPER
    letters = np.where((line == 0) & dark, 255, 0).astype(np.uint8)
    thickness = int((line > 0).sum(axis=0).max())
    crossing = cv2.morphologyEx(letters, cv2.MORPH_CLOSE, np.ones((thickness + 2, 1), np.uint8))
    touching = _grown(letters, dark & ~core)
    window[(line > 0) & (crossing == 0) & (touching == 0)] = paper


def _grown(letters: Mask, into: NDArray[np.bool_]) -> Mask:
    """The letters beside a ruling with what of them reaches through its grey to its edge."""
    near = np.ones((3, 3), np.uint8)
    for _ in range(HALO):
        letters = np.where(into, cv2.dilate(letters, near), letters).astype(np.uint8)
    return letters
