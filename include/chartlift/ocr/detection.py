"""Where the lines of text are: boxes from a detector's map of probabilities.

Method: Liao et al., "Real-time scene text detection with differentiable binarization" (AAAI
2020). The network marks the shrunken core of each line; the core's smallest rectangle is grown
back by the share of area over girth that was shrunk away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

import cv2
import numpy as np

from chartlift.ocr.protocol import TextBox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from chartlift.ocr.protocol import Corners

STRIDE = 32
"""The network takes pictures whose sides are multiples of it."""
THINNEST = 3.0
"""Height in pixels of the map under which a core is a speck."""


class Limits(NamedTuple):
    """What of a map counts as text."""

    pixel: float
    """Probability from which a pixel belongs to a core."""
    box: float
    """Mean probability from which a core is one."""
    growth: float
    """How far a core is grown, in its area over its girth."""


def network_input(pixels: NDArray[np.uint8], longest: int) -> NDArray[np.float32]:
    """The picture as the network takes it: shape (1, 3, height, width), from -1 to 1.

    Args:
        pixels: grey levels, shape (height, width).
        longest: the longer side it is shrunk to; a smaller picture keeps its size.
    """
    factor = min(1.0, longest / max(pixels.shape))
    height, width = (max(STRIDE, round(side * factor / STRIDE) * STRIDE) for side in pixels.shape)
    small = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)
    plane = small.astype(np.float32) / 127.5 - 1.0
    return np.ascontiguousarray(np.broadcast_to(plane, (1, 3, height, width)))


def boxes_of(
    chances: NDArray[np.float32], shape: tuple[int, int], limits: Limits
) -> tuple[TextBox, ...]:
    """The lines of text in a map, in no certain order.

    Args:
        chances: probability of each of the map's pixels.
        shape: height and width of the picture that the boxes are wanted in.
        limits: what counts as text.
    """
    back = np.array([shape[1] / chances.shape[1], shape[0] / chances.shape[0]])
    return tuple(
        TextBox(_clockwise(cv2.boxPoints(grown) * back), score)
        for grown, score in _cores(chances, limits)
    )


def _cores(
    chances: NDArray[np.float32], limits: Limits
) -> Iterator[tuple[cv2.typing.RotatedRect, float]]:
    marked = (chances > limits.pixel).astype(np.uint8)
    joined = cv2.dilate(marked, np.ones((2, 2), np.uint8))
    outlines, _ = cv2.findContours(joined, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    for outline in outlines:
        middle, (width, height), angle = cv2.minAreaRect(outline)
        if min(width, height) < THINNEST:
            continue
        score = _mean_inside(chances, outline)
        if score >= limits.box:
            more = limits.growth * width * height / (width + height)
            yield (middle, (width + more, height + more), angle), score


def _mean_inside(chances: NDArray[np.float32], outline: cv2.typing.MatLike) -> float:
    left, top, width, height = cv2.boundingRect(outline)
    inside = np.zeros((height, width), np.uint8)
    cv2.fillPoly(inside, [outline - (left, top)], (1,))
    return float(cv2.mean(chances[top : top + height, left : left + width], inside)[0])


def _clockwise(points: NDArray[np.floating]) -> Corners:
    """The corners from the top left on, of a box whose line runs from left to right."""
    from_left = points[np.argsort(points[:, 0], kind="stable")]
    left, right = from_left[:2], from_left[2:]
    left, right = left[np.argsort(left[:, 1])], right[np.argsort(right[:, 1])]
    corners = (left[0], right[0], right[1], left[1])
    return cast("Corners", tuple((float(x), float(y)) for x, y in corners))
