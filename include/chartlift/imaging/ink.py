"""Where the ink is: the binary views of a page that the steps' tests look at."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from chartlift.imaging.kept import kept

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Mask = NDArray[np.uint8]
    """Shape of the raster, 255 = ink, 0 = paper."""

INK_BELOW_PAPER = 0.65
"""Share of the local paper level under which a pixel is ink."""
PRINT_BELOW_PAPER = 0.62
"""Share of the paper level under which ink is certainly print of this side."""
EDGE_PIXELS = 5
"""How wide a dot of print is with the soft edge around it."""
PAPER_PIXELS = 400
"""Longer side of the picture of the bare paper."""


def shrink(pixels: NDArray[np.uint8], longest: int) -> tuple[NDArray[np.uint8], float]:
    """The pixels with their longer side at most `longest`, and the factor that did it."""
    factor = min(1.0, longest / max(pixels.shape))
    if factor == 1.0:
        return pixels, factor
    size = max(1, round(pixels.shape[1] * factor)), max(1, round(pixels.shape[0] * factor))
    # By half is ten times as fast as by any other share, and serves all that ask for less.
    return _shrunk(pixels if 2 * factor > 1 else _halved(pixels), size), factor


@kept
def _shrunk(pixels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


@kept
def _halved(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = (max(1, side // 2) for side in pixels.shape)
    even = pixels[: 2 * height, : 2 * width]
    half = cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA)
    return half.astype(np.uint8, copy=False)


@kept
def paper(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The paper's grey level under the ink, as a small picture of at most 400 pixels."""
    small, _ = shrink(pixels, PAPER_PIXELS)
    size = PAPER_PIXELS // 24 | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, kernel)
    return cv2.medianBlur(closed, size).astype(np.uint8)


def ink_level(pixels: NDArray[np.uint8], below: float = INK_BELOW_PAPER) -> NDArray[np.uint8]:
    """The grey level, at each pixel, under which it is ink.

    Args:
        pixels: the page.
        below: share of the local paper level under which a pixel is ink.
    """
    level = cv2.resize(paper(pixels), pixels.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return cv2.convertScaleAbs(level, alpha=below).astype(np.uint8, copy=False)


def ink_mask(pixels: NDArray[np.uint8], below: float = INK_BELOW_PAPER) -> Mask:
    """The ink of a page, told from the paper around it, so that a shadow is not ink."""
    inked = cv2.compare(pixels, ink_level(pixels, below), cv2.CMP_LT)
    return inked.astype(np.uint8, copy=False)


def near_print(pixels: NDArray[np.uint8]) -> Mask:
    """Where print and its soft edges are; 0 where there is paper, or ink that is pale."""
    near = cv2.dilate(ink_mask(pixels, PRINT_BELOW_PAPER), np.ones((EDGE_PIXELS,) * 2, np.uint8))
    return near.astype(np.uint8, copy=False)


def levels_at(pixels: NDArray[np.uint8], *shares: float) -> list[int]:
    """The grey levels that such shares (0.0-1.0) of the pixels do not exceed."""
    counts = np.cumsum(cv2.calcHist([pixels], [0], None, [256], [0, 256]).ravel())
    return [int(level) for level in np.searchsorted(counts, np.array(shares) * counts[-1])]


def percentile(pixels: NDArray[np.uint8], percent: float) -> float:
    """What `numpy.percentile` gives, by counting the grey levels: a quarter of the time."""
    counts = cv2.calcHist([pixels], [0], None, [256], [0, 256]).cumsum(dtype=np.float64)
    place = (pixels.size - 1) * percent / 100
    low, high = np.searchsorted(counts, (math.floor(place), math.ceil(place)), side="right")
    return float(low + (high - low) * (place - math.floor(place)))


class Glyphs(NamedTuple):
    """The connected pieces of ink, one row each."""

    left: NDArray[np.int32]
    top: NDArray[np.int32]
    width: NDArray[np.int32]
    height: NDArray[np.int32]
    area: NDArray[np.int32]


def glyphs(mask: Mask) -> Glyphs:
    """Every connected piece of ink with its box and its number of pixels."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_32S)
    return Glyphs(*stats[1:].T)


def text_height(pieces: Glyphs, dpi: int) -> float | None:
    """Median height in pixels of what looks like letters; None where there are too few.

    Letters are pieces neither as small as a dot nor as long as a line, weighted by their width
    so that specks between them do not set the median.
    """
    tallest = dpi * 0.5
    like_letters = (
        (pieces.height >= 5)
        & (pieces.height < tallest)
        & (pieces.width >= 2)
        & (pieces.width < pieces.height * 8)
        & (pieces.area * 12 > pieces.width * pieces.height)
    )
    heights = pieces.height[like_letters]
    if len(heights) < 20:
        return None
    weights = pieces.width[like_letters].astype(np.float64)
    order = np.argsort(heights, kind="stable")
    halfway = np.searchsorted(np.cumsum(weights[order]), weights.sum() / 2)
    return float(heights[order][halfway])
