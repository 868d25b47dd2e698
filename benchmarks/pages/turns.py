"""What a damage returns, and the damages that only turn a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.random import Generator

    from benchmarks.pages.truth import Move, Pixels

    Levels = np.ndarray


class Damaged(NamedTuple):
    """A damaged picture, its dots per inch, and where the clean page's points stand on it."""

    pixels: Pixels
    dpi: int
    move: Move


def in_place(levels: Levels, dpi: int) -> Damaged:
    """A damage that moves nothing."""
    return Damaged(grey(levels), dpi, lambda points: points)


def moved(pixels: Pixels, dpi: int, matrix: np.ndarray) -> Damaged:
    """A damage that moves points by a homography, from the clean page to the damaged one."""

    def move(points: np.ndarray) -> np.ndarray:
        return cv2.perspectiveTransform(points[None], matrix)[0]

    return Damaged(pixels, dpi, move)


def grey(levels: Levels) -> Pixels:
    """Levels as grey values of 0 to 255."""
    return np.clip(np.round(levels), 0, 255).astype(np.uint8)


def noisy(levels: Levels, spread: float, random: Generator) -> Levels:
    """Levels with normal noise of such a standard deviation."""
    noise = random.standard_normal(levels.shape, dtype=np.float32)
    return levels + noise * np.float32(spread)


def skew(pixels: Pixels, dpi: int, random: Generator) -> Damaged:
    """Turned by up to 7 degrees."""
    return turned(pixels, dpi, float(random.uniform(1.0, 7.0) * random.choice([-1, 1])))


def turned(pixels: Pixels, dpi: int, degrees: float) -> Damaged:
    """Turned counter-clockwise by so many degrees, on a sheet that holds all of it."""
    height, width = pixels.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    sine, cosine = abs(matrix[0, 1]), abs(matrix[0, 0])
    wide, tall = round(height * sine + width * cosine), round(height * cosine + width * sine)
    matrix[:, 2] += ((wide - width) / 2, (tall - height) / 2)
    picture = cv2.warpAffine(
        pixels, matrix, (wide, tall), flags=cv2.INTER_CUBIC, borderValue=(255,)
    )
    return moved(picture, dpi, np.vstack([matrix, [0, 0, 1]]))


def upside_down(pixels: Pixels, dpi: int, _: Generator) -> Damaged:
    """Turned by 180 degrees."""
    height, width = pixels.shape
    matrix = np.array([[-1.0, 0, width], [0, -1.0, height], [0, 0, 1.0]])
    return moved(np.ascontiguousarray(pixels[::-1, ::-1]), dpi, matrix)


def sideways(pixels: Pixels, dpi: int, random: Generator) -> Damaged:
    """Turned by a quarter, to either side."""
    height, width = pixels.shape
    if random.random() < 0.5:
        matrix = np.array([[0, -1.0, height], [1.0, 0, 0], [0, 0, 1.0]])
        return moved(cv2.rotate(pixels, cv2.ROTATE_90_CLOCKWISE), dpi, matrix)
    matrix = np.array([[0, 1.0, 0], [-1.0, 0, width], [0, 0, 1.0]])
    return moved(cv2.rotate(pixels, cv2.ROTATE_90_COUNTERCLOCKWISE), dpi, matrix)
