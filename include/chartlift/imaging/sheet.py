"""How large a sheet may be, and with how many dots an inch it becomes a picture.

All sizes are known before a pixel is made. The figures: A0, the largest sheet of paper in use, is
33 x 47 inches; a hospital's scanners end at A3. So a side of more than 60 inches is no sheet of
paper but damage or malice (a PDF page may be 200 inches wide, 3.6 thousand million pixels at
300 dpi). What we render ourselves stays below 36 million pixels, A2 at 300 dpi: a larger sheet
gets fewer dots an inch. What comes as pixels is taken up to 72 million: A3 at 600 dpi has 70, a
telephone's camera at most 50, and turning so many from CMYK takes a gigabyte.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

from chartlift.errors import PageTooLarge

POINTS_PER_INCH: Final = 72
STANDARD_DPI: Final = 300
LONGEST_INCHES: Final = 60.0
MOST_RENDERED_PIXELS: Final = 36_000_000
MOST_DECODED_PIXELS: Final = 72_000_000

_A4_INCHES: Final = (8.27, 11.69)
_A3_LONGER_INCHES: Final = 16.54
_SANE_DPI: Final = (72, 1200)
_SCANNED_DPI: Final = (100, 400)


class Canvas(NamedTuple):
    """The picture a page is rendered to: its size in pixels and its dots an inch."""

    width: int
    height: int
    dpi: int


def scan_dpi(found: float) -> int:
    """The resolution to render a scan at: its own, from 100 to 400 dots an inch."""
    low, high = _SCANNED_DPI
    return round(min(max(found, low), high))


def plan_canvas(width: float, height: float, dpi: int) -> Canvas:
    """The picture for a page of the given size in points, at `dpi` or what the cap leaves of it.

    Raises:
        PageTooLarge: a side is longer than any sheet of paper; `found` and `limit` are inches.
    """
    longer = max(width, height) / POINTS_PER_INCH
    # Written so that a size that is no number is refused too.
    if not longer <= LONGEST_INCHES:
        found = round(longer) if math.isfinite(longer) else None
        raise PageTooLarge(found=found, limit=round(LONGEST_INCHES))
    square_inches = max(width * height, 1) / POINTS_PER_INCH**2
    fitting = min(dpi, math.floor(math.sqrt(MOST_RENDERED_PIXELS / square_inches)))
    scale = fitting / POINTS_PER_INCH
    return Canvas(max(round(width * scale), 1), max(round(height * scale), 1), fitting)


def require_decodable(width: int, height: int) -> None:
    """Refuse a picture of more pixels than are decoded.

    Raises:
        PageTooLarge: `found` and `limit` are pixels.
    """
    if width * height > MOST_DECODED_PIXELS:
        raise PageTooLarge(found=width * height, limit=MOST_DECODED_PIXELS)


def believed_dpi(width: int, height: int, claimed: float | None) -> int:
    """The dots an inch of a picture, as it claims where that can be true, else by guess.

    A claim is believed from 72 to 1200, if the sheet it makes is no longer than A3: telephones
    say 72 whatever they photographed. Else the picture is taken for the largest that fits on A4.
    """
    longer, shorter = max(width, height), min(width, height)
    low, high = _SANE_DPI
    if claimed is not None and low <= claimed <= high and longer / claimed <= _A3_LONGER_INCHES:
        return round(claimed)
    guess = max(shorter / _A4_INCHES[0], longer / _A4_INCHES[1])
    return round(min(max(guess, low), high))
