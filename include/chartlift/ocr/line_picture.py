"""The picture of a line, sized as a recogniser takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_WIDTH = 3200
"""A line this long is squeezed: no line of A4 is longer, and memory grows with the width."""
LEAST_SIDE = 3
LEAST_CONTRAST = 16
"""Grey levels between the darkest and the lightest pixel under which there is no ink."""


def is_blank(line: NDArray[np.uint8]) -> bool:
    """Whether a picture can hold no character: it is tiny, or all of one grey."""
    return min(line.shape) < LEAST_SIDE or int(line.max()) - int(line.min()) < LEAST_CONTRAST


def size_line(
    line: NDArray[np.uint8], height: int, least_width: int, channels: int
) -> tuple[NDArray[np.float32], float]:
    """The line, shape (1, channels, height, width) from -1 to 1, and how it was enlarged in width.

    What is narrower than `least_width` gets grey to its right, as PP-OCR's models were trained.
    """
    tall, long = line.shape
    scale = height / tall
    wide = min(MOST_WIDTH, max(1, round(long * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    sized = cv2.resize(line, (wide, height), interpolation=method)
    picture = np.zeros((1, channels, height, max(wide, least_width)), dtype=np.float32)
    picture[..., :wide] = sized.astype(np.float32) / 127.5 - 1.0
    return picture, wide / long
