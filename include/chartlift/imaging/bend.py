"""Paper that is not flat: a bound page, a sheet that curls, laid flat by its lines of text."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from chartlift.geometry import inverse, moved
from chartlift.imaging.drift import COARSE, COLUMNS, ROWS, Drift, Ink, find_drift, flattened
from chartlift.imaging.ink import ink_mask, shrink
from chartlift.imaging.raster import rotation, unroll
from chartlift.imaging.skew import SEARCH_PIXELS, find_lines, text_ink
from chartlift.model import Bend

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from chartlift.imaging.ink import Mask
    from chartlift.model import Homography, Raster

    Floats = NDArray[np.float64]

FEWEST_POINTS, MOST_POINTS = 2000, 40_000
LEAST_COARSE = 2.5
"""Pixels of the small picture (1/40 inch on A4) by which lines seem to drift, at the first look, at
least where a second one is worth its time."""
LEAST_DRIFT = 3.5
"""Pixels of the small picture by which a line drifts at least on a bent page."""
MOST_DRIFT = 0.2
"""Share of the page over which a drift is not believed."""
CLEARER = 1.25
"""How much sharper the lines, or the edges of columns, must be once the page is laid flat."""
START_PIXELS = 12
"""Pixels without ink in the small picture beside what begins or ends a cell."""
KNOTS = 65
"""Places at which the page's edges are told."""


class Turned(NamedTuple):
    """A raster's ink where it would stand if the raster were turned so that its lines run level."""

    ink: Ink
    forward: Homography
    """From the raster to the turned canvas."""
    size: tuple[int, int]
    """Width and height of that canvas."""
    scale: float
    """Pixels of the canvas for one of the ink's."""


class Axis(NamedTuple):
    """How far points are moved along one axis, at some places along the other."""

    middle: Floats
    """Pixels, half-way."""
    more: Floats
    """What is added at the end; at the beginning as much is taken away."""
    size: int

    def bent(self, flat: float) -> Floats:
        """Where a line of the flat picture is in the bent one."""
        return flat + self.middle + self.more * (2 * flat / self.size - 1)

    def flat(self, bent: float) -> Floats:
        """What `bent` undid."""
        return (bent - self.middle + self.more) / (1 + 2 * self.more / self.size)


def lay_flat(raster: Raster) -> Raster:
    """Bends the page so that its lines of text run straight and level, where they clearly do not.

    Then what begins or ends below each other is made plumb too. A page whose lines are straight
    comes back as it is, tilted or not.
    """
    mask = text_ink(raster)
    if cv2.countNonZero(mask) < FEWEST_POINTS:
        return raster
    degrees = find_lines(mask).degrees
    turned = _turned(raster, mask, degrees)
    coarse = find_drift(turned.ink, COARSE)
    if _extent(turned.ink, coarse) < LEAST_COARSE:
        return raster
    # What all lines drift from the first column to the last is a tilt.
    degrees += _tilt(turned.ink, coarse)
    turned = _turned(raster, mask, degrees)
    rows = find_drift(turned.ink, ROWS)
    # A tilt that is left is no bend.
    if not _is_better(turned.ink, rows, _extent(turned.ink, rows)):
        return raster
    columns = _columns(raster, turned, rows)
    return unroll(raster, inverse(turned.forward), _bend(turned, rows, columns))


def _turned(raster: Raster, mask: Mask, degrees: float) -> Turned:
    forward, (width, height) = rotation(raster, -degrees)
    scale = max(width, height) / SEARCH_PIXELS
    ink = Ink(np.empty(0), np.empty(0), round(width / scale), round(height / scale))
    turned = Turned(ink, forward, (width, height), scale)
    return turned._replace(ink=_ink_of(mask, raster, turned))


def _ink_of(mask: Mask, raster: Raster, turned: Turned) -> Ink:
    """The ink of a small picture of the raster, where it stands once that is turned."""
    rows, columns = np.nonzero(mask)
    every = max(1, len(rows) // MOST_POINTS)
    factors = np.array(raster.pixels.shape[::-1]) / mask.shape[::-1]
    points = moved(turned.forward, (np.column_stack([columns, rows])[::every] + 0.5) * factors)
    x, y = points.T / turned.scale
    return turned.ink._replace(x=x, y=y)


def _columns(raster: Raster, turned: Turned, rows: Drift) -> Drift:
    """How the edges of columns drift from the top to the bottom of a page whose rows are level."""
    small, _ = shrink(raster.pixels, SEARCH_PIXELS)
    edges = flattened(_ink_of(_ends_of_cells(ink_mask(small)), raster, turned), rows)
    lying = Ink(edges.y.clip(0, edges.height - 1), edges.x, edges.height, edges.width)
    drift = find_drift(lying, COLUMNS)
    off = _extent(lying, drift) + abs(_rise(lying, drift))
    return drift if _is_better(lying, drift, off) else Drift(np.zeros(1), np.zeros(1))


def _ends_of_cells(mask: Mask) -> Mask:
    """The ink that has none on its left, or none on its right."""
    reach = np.ones((1, START_PIXELS + 1), np.uint8)
    reach[0, START_PIXELS] = 0
    left = cv2.dilate(mask, reach, anchor=(START_PIXELS, 0))
    right = cv2.dilate(mask, reach[:, ::-1], anchor=(0, 0))
    return np.asarray(
        cv2.bitwise_and(mask, cv2.bitwise_not(cv2.bitwise_and(left, right))), np.uint8
    )


def _is_better(ink: Ink, drift: Drift, off: float) -> bool:
    """Whether rows that drift so far, in pixels, stand out more clearly without that."""
    if not LEAST_DRIFT <= off <= MOST_DRIFT * ink.height:
        return False
    return _sharpness(flattened(ink, drift)) >= CLEARER * _sharpness(ink)


def _inked(ink: Ink) -> Floats:
    """Places across a picture, from -1 to 1, between the ends of most of its ink."""
    start, end = np.percentile(ink.x, (1, 99)) * (2 / ink.width) - 1
    return np.linspace(start, end, KNOTS, dtype=np.float64)


def _extent(ink: Ink, drift: Drift) -> float:
    """How far a line leaves the straight one between its ends, or its neighbours, at most."""
    middle, more = drift.at(_inked(ink))
    lines = np.stack([middle - more, middle, middle + more])
    chords = lines[:, :1] + (lines[:, -1:] - lines[:, :1]) * np.linspace(0, 1, KNOTS)
    return max(float(np.ptp(lines - chords, axis=1).max()), float(np.ptp(more)))


def _rise(ink: Ink, drift: Drift) -> float:
    """Pixels that all lines drift together from the first ink to the last."""
    middle, _ = drift.at(_inked(ink))
    return float(middle[-1] - middle[0])


def _tilt(ink: Ink, drift: Drift) -> float:
    """The same, in degrees."""
    run = float(np.ptp(_inked(ink))) * ink.width / 2
    return math.degrees(math.atan2(_rise(ink, drift), max(run, 1.0)))


def _sharpness(ink: Ink) -> float:
    """How much rows of ink and paper differ, by Postl's criterion as in `find_lines`."""
    profile = np.bincount((ink.y - ink.y.min()).astype(np.intp))
    return float(np.square(np.diff(profile)).sum())


def _bend(turned: Turned, rows: Drift, columns: Drift) -> Bend:
    """The drifts as the edges of a flat page that holds all of the turned canvas."""
    ink, (width, height) = turned.ink, turned.size
    level = _axis(rows, _inked(ink), np.linspace(0, width, KNOTS) / width, height, turned.scale)
    top, bottom = float(level.flat(0).min()), float(level.flat(height).max())
    flat = flattened(ink, rows)
    lying = Ink(flat.y.clip(0, ink.height - 1), flat.x, ink.height, ink.width)
    shares = np.linspace(top, bottom, KNOTS) / height
    plumb = _axis(columns, _inked(lying), shares, width, turned.scale)
    left, right = float(plumb.flat(0).min()), float(plumb.flat(width).max())
    # The columns' ends are told as far as the flat page is wide.
    shares = np.linspace(0, right - left, KNOTS) / width
    level = _axis(rows, _inked(ink), shares, height, turned.scale)
    return Bend(
        width=round(right - left),
        height=round(bottom - top),
        lefts=_told(plumb.bent(left)),
        rights=_told(plumb.bent(right)),
        tops=_told(level.bent(top)),
        bottoms=_told(level.bent(bottom)),
    )


def _axis(drift: Drift, inked: Floats, shares: Floats, size: int, scale: float) -> Axis:
    """A drift at some shares of the way across, in pixels of the canvas."""
    across = 2 * shares - 1
    # Beyond the ink a power would run away: there the lines go on straight.
    middle, more = (_straight_on(across, inked, values) * scale for values in drift.at(inked))
    return Axis(middle, more, size)


def _straight_on(across: Floats, inked: Floats, values: Floats) -> Floats:
    found = np.interp(across, inked, values).astype(np.float64)
    before, behind = across < inked[0], across > inked[-1]
    found[before] += (across[before] - inked[0]) * _slope(inked[:4], values[:4])
    found[behind] += (across[behind] - inked[-1]) * _slope(inked[-4:], values[-4:])
    return found


def _slope(x: Floats, y: Floats) -> float:
    return float((y[-1] - y[0]) / max(x[-1] - x[0], 1e-9))


def _told(places: Floats) -> tuple[float, ...]:
    return tuple(places.round(2).tolist())
