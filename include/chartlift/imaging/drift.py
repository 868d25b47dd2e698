"""How rows of ink drift up and down over a picture that is bent, told from the ink alone.

The picture is cut into strips. Where the ink of two neighbours, row by row, agrees best says how
far the lines rise from one to the next, in each of some windows from the top to the bottom; a
smooth field of few numbers is fitted to that, robustly. Then each strip is compared with all
others together, laid flat by what is known so far, until little is left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

STRIPS, WINDOWS = 24, 9
REACH = 14
"""Pixels that lines may rise from one strip to the next, which is 20 degrees."""
LINES_APART = 41
"""Pixels over which ink counts as even: more than from one line to the next."""
LAGS = (1, 2, 4)
"""Strips from each to those it is compared with."""
REFINED = 5
"""Pixels that may be left to refine."""
STIFF = 1e-3


class Search(NamedTuple):
    """How a drift is looked for: by which powers of the place across, finer and finer."""

    stages: tuple[tuple[int, int, int], ...]
    """By neighbours: powers of the drift that all rows have, those of the drift that grows from
    the top to the bottom, and how many pixels from what was found before."""
    refined: tuple[tuple[int, int], ...] = ()
    """By all strips together: powers of both."""


COARSE = Search(((3, 2, REACH),))
ROWS = Search((*COARSE.stages, (4, 3, 4), (6, 4, 3)), ((6, 4), (6, 4)))
COLUMNS = Search(((1, 1, REACH), (2, 1, 4), (2, 2, 3)), ((2, 2), (3, 2)))
"""For the edges of columns, in a picture that lies on its side."""


class Ink(NamedTuple):
    """Pixels of ink in a picture of so many pixels."""

    x: Floats
    y: Floats
    width: int
    height: int


class Drift(NamedTuple):
    """How far rows stand from where they would on a flat page, in pixels."""

    along: Floats
    """Of all rows: the factors of the first, second, ... power of the place across, -1 to 1."""
    fan: Floats
    """The same, at the bottom; at the top as much the other way."""

    def at(self, across: Floats) -> tuple[Floats, Floats]:
        """The drift in the middle, and what is added at the bottom, at places from -1 to 1."""
        powers = across[..., None] ** np.arange(1, len(self.along) + 1)
        return powers @ self.along, powers[..., : len(self.fan)] @ self.fan


class Matches(NamedTuple):
    """How well the ink agrees, for each strip, window and shift, and how much ink that is."""

    scores: NDArray[np.float32]
    weight: NDArray[np.float32]


def find_drift(ink: Ink, search: Search) -> Drift:
    """The drift of a picture's rows."""
    drift = _by_neighbours(ink, search.stages)
    for along, fan in search.refined:
        drift = _refined(ink, drift, along, fan)
    return drift


def flattened(ink: Ink, drift: Drift) -> Ink:
    """The ink where it stands on a flat page."""
    middle, more = drift.at(ink.x * (2 / ink.width) - 1)
    return ink._replace(y=(ink.y - middle + more) / (1 + more * (2 / ink.height)))


def _by_neighbours(ink: Ink, stages: tuple[tuple[int, int, int], ...]) -> Drift:
    profiles = _profiles(ink)
    across = _middles(STRIPS)
    pairs = [(lag, _match(profiles[:-lag], profiles[lag:])) for lag in LAGS]
    drift = Drift(np.zeros(1), np.zeros(1))
    for along, fan, reach in stages:
        terms, found = [], []
        for lag, matches in pairs:
            before, behind = across[:-lag], across[lag:]
            old = len(drift.along), len(drift.fan)
            expected = _apart(before, behind, *old) @ np.concatenate([drift.along, drift.fan])
            scored = matches._replace(scores=_pooled(matches)) if reach == REACH else matches
            found.append(_peaks(scored, expected.reshape(matches.weight.shape), reach))
            terms.append(_apart(before, behind, along, fan))
        shifts, trust = (np.concatenate(part) for part in zip(*found, strict=True))
        factors = _fit(np.concatenate(terms), (shifts, trust), along + fan)
        drift = Drift(factors[:along], factors[along:])
    return drift


def _apart(before: Floats, behind: Floats, along: int, fan: int) -> Floats:
    """What each factor of a drift adds from one strip to another one behind it."""
    return _terms(behind, along, fan) - _terms(before, along, fan)


def _refined(ink: Ink, drift: Drift, along: int, fan: int) -> Drift:
    profiles = _profiles(flattened(ink, drift))
    matches = _match(profiles.sum(axis=0) - profiles, profiles)
    across = _middles(STRIPS)
    places = np.broadcast_to(_downwards(), matches.weight.shape).ravel()
    # All strips together may stand a little higher or wider than the others do.
    terms = np.column_stack([_terms(across, along, fan), np.ones(len(places)), places])
    found = _peaks(matches, np.zeros(matches.weight.shape), REFINED)
    factors = _fit(terms, found, along + fan)
    return Drift(
        _added(drift.along, factors[:along]), _added(drift.fan, factors[along : along + fan])
    )


def _added(known: Floats, more: Floats) -> Floats:
    """Factors of powers and those of as many or more."""
    return more + np.pad(known, (0, len(more) - len(known)))


def _middles(count: int) -> Floats:
    """The middles of so many strips beside each other, from -1 to 1."""
    return ((np.arange(count) + 0.5) * (2 / count) - 1).astype(np.float64)


def _downwards() -> Floats:
    """The middles of the windows, each as tall as two strips of the height, from -1 to 1."""
    return np.linspace(-1, 1, WINDOWS + 2, dtype=np.float64)[1:-1]


def _terms(across: Floats, along: int, fan: int) -> Floats:
    """What each factor of a drift adds in each strip and window, shape (strips * windows, n)."""
    powers = across[:, None] ** np.arange(1, along + 1)
    middle = np.repeat(powers, WINDOWS, axis=0)
    more = (powers[:, None, :fan] * _downwards()[None, :, None]).reshape(-1, fan)
    return np.column_stack([middle, more])


def _profiles(ink: Ink) -> NDArray[np.float32]:
    """How much more ink than around it each row of each strip has, shape (strips, height)."""
    strip = (ink.x * (STRIPS / ink.width)).astype(np.intp).clip(0, STRIPS - 1)
    row = ink.y.astype(np.intp).clip(0, ink.height - 1)
    count = np.bincount(strip * ink.height + row, minlength=STRIPS * ink.height)
    profiles = count.reshape(STRIPS, ink.height).astype(np.float32)
    # A blot must not outweigh the letters.
    profiles = np.minimum(profiles, 3 * profiles.sum() / max(np.count_nonzero(profiles), 1))
    profiles = cv2.GaussianBlur(profiles, (5, 1), 1.0)
    around = cv2.blur(profiles, (LINES_APART, 1))
    return np.asarray(profiles - around, np.float32)


def _match(fixed: NDArray[np.float32], moved: NDArray[np.float32]) -> Matches:
    """How the strips' profiles agree with others moved up and down, window by window."""
    height = fixed.shape[1]
    edges = np.linspace(0, height, WINDOWS + 2).astype(np.intp)
    energy = [_sums(np.square(profile), edges) for profile in (fixed, moved)]
    products = np.zeros((2 * REACH + 1, *fixed.shape), np.float32)
    for number, shift in enumerate(range(-REACH, REACH + 1)):
        start, end = max(0, -shift), height - max(0, shift)
        part = moved[:, start + shift : end + shift]
        np.multiply(fixed[:, start:end], part, out=products[number, :, start:end])
    agreed = np.moveaxis(_sums(products, edges), 0, -1)
    norm = np.sqrt(energy[0] * energy[1]) + 1e-6
    return Matches(agreed / norm[..., None], np.sqrt(np.minimum(*energy)))


def _sums(values: NDArray[np.float32], edges: NDArray[np.intp]) -> NDArray[np.float32]:
    """The sums over windows that reach from each edge to the one after the next."""
    parts = np.add.reduceat(values, edges[:-1], axis=-1)
    return parts[..., :-1] + parts[..., 1:]


def _pooled(matches: Matches) -> NDArray[np.float32]:
    """The scores of each strip with those of the strips beside it."""
    weighed = matches.scores * matches.weight[..., None]
    flat = weighed.reshape(len(weighed), -1)
    pooled = cv2.blur(flat, (1, 3)).astype(np.float32, copy=False)
    return np.reshape(pooled, weighed.shape)


def _peaks(matches: Matches, expected: Floats, reach: int) -> tuple[Floats, Floats]:
    """The best shift of each strip and window near the expected one, and how much to trust it."""
    shifts = np.arange(-REACH, REACH + 1)
    near = np.abs(shifts - expected[..., None]) <= reach
    best = np.where(near, matches.scores, -1).argmax(axis=-1).clip(1, 2 * REACH - 1)
    before, top, behind = (
        np.take_along_axis(matches.scores, best[..., None] + step, axis=-1)[..., 0]
        for step in (-1, 0, 1)
    )
    bow = np.minimum(before - 2 * top + behind, -1e-9)
    finer = (0.5 * (before - behind) / bow).clip(-0.5, 0.5)
    trust = np.square(top.clip(0)) * matches.weight
    return (shifts[best] + finer).ravel().astype(np.float64), trust.ravel().astype(np.float64)


def _fit(terms: Floats, found: tuple[Floats, Floats], stiff: int) -> Floats:
    """The factors that explain most shifts within a pixel: least squares, reweighted."""
    shifts, trust = found
    trust = trust / max(float(trust.max(initial=0)), 1e-9)
    powers = np.arange(1, terms.shape[1] + 1) * (np.arange(terms.shape[1]) < stiff)
    stiffness = np.diag(STIFF * np.maximum(powers, 1))
    weights = trust
    factors = np.zeros(terms.shape[1], np.float64)
    for _ in range(8):
        weighed = (terms * weights[:, None]).T
        factors = np.linalg.solve(weighed @ terms + stiffness, weighed @ shifts).astype(np.float64)
        weights = trust / np.square(1 + np.square(shifts - terms @ factors))
    return factors
