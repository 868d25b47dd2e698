"""Turns a clean page into what a hospital's scanner or fax makes of its paper copy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Picture = NDArray[np.float32]
    """Shape (height, width, channels), 0.0 = black, 255.0 = white."""

LID = 196.0
"""Grey of the scanner's lid, seen beside a page that lies askew."""


@dataclass(frozen=True)
class Look:
    """How one page was scanned; angles in degrees, counter-clockwise positive."""

    seed: int
    skew: float
    dpi: int = 300
    shift: tuple[int, int] = (0, 0)
    """Pixels the page lies off its place, right and down."""
    paper: tuple[float, ...] = (229.0,)
    """Colour of the paper, one value for grey, three for red, green, blue."""
    toner: float = 0.86
    """How black the print is, 0.0-1.0."""
    blur: float = 0.8
    """Pixels (standard deviation)."""
    dimming: float = 0.10
    """Share of light lost at the darkest corner."""
    light_from: float = 35.0
    noise: float = 4.0
    """Grey levels (standard deviation)."""
    specks: int = 60
    holes: bool = False
    fold: float | None = None
    """Height of a fold, as a share of the page's height."""
    levels: int = 256
    """Grey levels the scanner keeps; 2 makes a fax."""


def scan(page: NDArray[np.uint8], look: Look) -> NDArray[np.uint8]:
    """The scanned page, shape (height, width) or (height, width, 3); same seed, same pixels."""
    rng = np.random.default_rng(look.seed)
    picture = _on_paper(page, look, rng)
    if look.fold is not None:
        _fold(picture, look.fold, rng)
    if look.holes:
        _punch(picture, look.dpi)
    _speckle(picture, look, rng)
    picture = _askew(picture, look)
    picture = _atleast_3d(cv2.GaussianBlur(picture, (0, 0), look.blur))
    picture *= _light(picture.shape[:2], look)[..., None]
    picture += rng.normal(0.0, look.noise, picture.shape).astype(np.float32)
    return _quantised(picture, look.levels).squeeze()


def _atleast_3d(picture: Picture) -> Picture:
    return picture if picture.ndim == 3 else picture[..., None]


def _smooth(shape: tuple[int, int], grain: int, rng: np.random.Generator) -> Picture:
    """Noise with a standard deviation of about 1 whose blotches are `grain` pixels wide."""
    small = (max(shape[0] // grain, 2), max(shape[1] // grain, 2))
    blotches = rng.normal(0.0, 1.0, small).astype(np.float32)
    return cv2.resize(blotches, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)


def _on_paper(page: NDArray[np.uint8], look: Look, rng: np.random.Generator) -> Picture:
    size = (page.shape[0], page.shape[1])
    clean = page.astype(np.float32)
    if len(look.paper) == 1:
        clean = cv2.cvtColor(page, cv2.COLOR_RGB2GRAY).astype(np.float32)[..., None]
    cover = look.toner + 0.05 * _smooth(size, 90, rng) + 0.05 * _smooth(size, 3, rng)
    ink = (1.0 - clean / 255.0) * np.clip(cover, 0.0, 1.0)[..., None]
    fibre = 1.6 * _smooth(size, 160, rng) + 1.2 * _smooth(size, 4, rng)
    paper = np.asarray(look.paper, dtype=np.float32) + fibre[..., None]
    return paper * (1.0 - ink)


def _fold(picture: Picture, height: float, rng: np.random.Generator) -> None:
    middle = int(picture.shape[0] * height)
    rows = np.arange(picture.shape[0], dtype=np.float32) - middle
    crease = 0.10 * np.exp(-((rows / 2.5) ** 2)) + 0.035 * np.exp(-(((rows - 14) / 16) ** 2))
    wear = 1.0 + 0.3 * _smooth((1, picture.shape[1]), 60, rng)
    picture *= 1.0 - crease[:, None, None] * wear[..., None]


def _punch(picture: Picture, dpi: int) -> None:
    """Two holes of 6 mm, 80 mm apart, 12 mm from the left edge, as ISO 838 has them."""
    mm = dpi / 25.4
    for offset in (-40, 40):
        center = (int(12 * mm), int(picture.shape[0] / 2 + offset * mm))
        shade = (120.0,) * picture.shape[2]
        cv2.circle(picture, center, int(3 * mm), shade, -1, cv2.LINE_AA)
        inner = (center[0] + 2, center[1] + 3)
        cv2.circle(picture, inner, int(2.8 * mm), (LID - 40,) * picture.shape[2], -1, cv2.LINE_AA)


def _speckle(picture: Picture, look: Look, rng: np.random.Generator) -> None:
    height, width, channels = picture.shape
    places = rng.integers((0, 0), (width, height), (look.specks, 2))
    sizes = rng.choice((1, 1, 1, 2, 2, 3), look.specks)
    shades = rng.uniform(70.0, 175.0, look.specks)
    for place, size, shade in zip(places.tolist(), sizes.tolist(), shades.tolist(), strict=True):
        cv2.circle(picture, place, size, (shade,) * channels, -1, cv2.LINE_AA)


def _askew(picture: Picture, look: Look) -> Picture:
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), look.skew, 1.0)
    turn[:, 2] += look.shift
    lid = (LID,) * picture.shape[2]
    moved = cv2.warpAffine(picture, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=lid)
    return _atleast_3d(moved)


def _light(size: tuple[int, int], look: Look) -> Picture:
    down, across = np.mgrid[0 : 1 : size[0] * 1j, 0 : 1 : size[1] * 1j].astype(np.float32)
    angle = np.deg2rad(look.light_from)
    slope = across * np.cos(angle) + down * np.sin(angle)
    return (1.0 - look.dimming * slope / (np.cos(angle) + np.sin(angle))).astype(np.float32)


def _quantised(picture: Picture, levels: int) -> NDArray[np.uint8]:
    step = 255.0 / (levels - 1)
    return (np.round(np.clip(picture, 0.0, 255.0) / step) * step).astype(np.uint8)
