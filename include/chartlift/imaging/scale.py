"""The size an engine likes: letters as tall as 10 points at 300 dpi."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chartlift.imaging.ink import glyphs, ink_mask, shrink, text_height
from chartlift.imaging.raster import rescale
from chartlift.imaging.sample import sampled_glyphs

if TYPE_CHECKING:
    from chartlift.model import Raster

SEARCH_PIXELS = 2000
SMALL_LETTERS = 17.0
"""Median letter height in pixels under which a page is enlarged."""
LARGE_LETTERS = 60.0
"""Median letter height in pixels over which it is shrunk."""
CLEARLY_GOOD = 22.0, 46.0
"""Median letter heights of a sample that say enough of the whole page."""
GOOD_LETTERS = 22.0
LARGEST_FACTOR = 3.0
MOST_PIXELS = 14_000_000
"""Pixels of a prepared page that enlarging never exceeds (A4 at 380 dpi)."""


def scale_letters(raster: Raster) -> Raster:
    """Enlarges a page of small letters and shrinks one of large letters towards 300 dpi."""
    sampled = text_height(sampled_glyphs(raster), raster.dpi)
    if sampled is not None and CLEARLY_GOOD[0] <= sampled <= CLEARLY_GOOD[1]:
        return raster
    small, factor = shrink(raster.pixels, SEARCH_PIXELS)
    found = text_height(glyphs(ink_mask(small)), round(raster.dpi * factor))
    height = None if found is None else found / factor
    if height is None or SMALL_LETTERS <= height <= LARGE_LETTERS:
        return raster
    room = (MOST_PIXELS / raster.pixels.size) ** 0.5
    factor = min(GOOD_LETTERS / height, LARGEST_FACTOR, room)
    return rescale(raster, factor)
