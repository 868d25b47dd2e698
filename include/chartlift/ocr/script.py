"""Where a line stands in a script that its recogniser does not know.

A recogniser of Latin lines reads Khmer as Latin gibberish, and with some confidence. But what its
network makes of each column, before the characters are chosen, tells the two scripts apart: a
weight for each feature and a constant (logistic regression, `benchmarks/script_weights.py`).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

AROUND = 2
"""Columns on each side over which the verdicts are averaged; 5 of 8 pixels are one letter."""


def foreign_stretches(
    features: NDArray[np.float32],
    weights: Sequence[float] | NDArray[np.float32],
    step: float,
    width: int,
) -> tuple[tuple[float, float], ...]:
    """The stretches of a line that are in the unknown script, in pixels from its left edge.

    Args:
        features: what the network made of each column, shape (columns, features).
        weights: one for each feature, and the constant; positive sums are the unknown script.
        step: pixels between two columns.
        width: the line's own width in pixels; columns beyond it are padding.
    """
    columns = max(1, min(len(features), math.ceil(width / step)))
    signs = features[:columns] @ np.asarray(weights[:-1], dtype=np.float32) + weights[-1]
    padded = signs.take(np.arange(-AROUND, columns + AROUND), mode="clip")
    smooth = np.convolve(padded, np.ones(2 * AROUND + 1, dtype=np.float32), mode="valid")
    edges = np.flatnonzero(np.diff(smooth > 0, prepend=False, append=False))
    return tuple(
        (float(start * step), float(min(end * step, width)))
        for start, end in zip(edges[::2], edges[1::2], strict=True)
    )
