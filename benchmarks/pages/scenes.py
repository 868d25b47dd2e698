"""Light, paper and dirt that damages are made of; fields are shaped (height, width)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.random import Generator

    from benchmarks.pages.truth import Pixels

    Field = np.ndarray
    Shape = tuple[int, ...]


def blotches(shape: Shape, grain: int, random: Generator) -> Field:
    """Noise of a standard deviation of about 1, in blotches so many pixels wide."""
    small = (max(shape[0] // grain, 2), max(shape[1] // grain, 2))
    field = random.standard_normal(small, dtype=np.float32)
    return cv2.resize(field, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)


def slope(shape: Shape, random: Generator, fall: float) -> Field:
    """Light that falls by so much from one side to the other."""
    angle = random.uniform(0, 2 * np.pi)
    down = np.linspace(-1, 1, shape[0], dtype=np.float32)[:, None] * np.sin(angle)
    across = np.linspace(-1, 1, shape[1], dtype=np.float32)[None] * np.cos(angle)
    along = (down + across) / (abs(np.sin(angle)) + abs(np.cos(angle)))
    return (1 - fall * (along + 1) / 2).astype(np.float32)


def shade(shape: Shape, random: Generator, darkest: float = 0.45) -> Field:
    """1 in the light, down to `darkest` in a shadow with a soft, wavy edge."""
    height, width = shape[:2]
    mask = np.zeros((height // 8, width // 8), np.float32)
    start = random.uniform(0.2, 0.7)
    edge = start + np.cumsum(random.normal(0, 0.03, 12))
    left = [(int(e * mask.shape[1]), int(i / 11 * mask.shape[0])) for i, e in enumerate(edge)]
    corner = mask.shape[1] * int(random.random() < 0.5)
    outline = np.array([(corner, 0), *left, (corner, mask.shape[0])], np.int32)
    cv2.fillPoly(mask, [outline], (1.0,))
    soft = cv2.GaussianBlur(mask, (0, 0), float(random.uniform(2, 9)))
    strength = (1 - darkest) * float(random.uniform(0.6, 1.0))
    return 1 - strength * cv2.resize(soft, (width, height))


def punched(pixels: Pixels, dpi: int, random: Generator) -> Pixels:
    """The sheet with two or four punch holes at its left, and sometimes a corner torn off."""
    sheet = pixels.copy()
    mm = dpi / 25.4
    offsets = (-40, 40) if random.random() < 0.6 else (-120, -40, 40, 120)
    for offset in offsets:
        center = (int(9 * mm), int(sheet.shape[0] / 2 + offset * mm))
        cv2.circle(sheet, center, int(3 * mm), (15,), -1, cv2.LINE_AA)
    if random.random() < 0.4:
        size = int(random.uniform(60, 150))
        corner = np.array([(0, 0), (size, 0), (0, size)], np.int32)
        cv2.fillPoly(sheet, [corner], (12,))
    return sheet


def perspective(size: tuple[int, int], scale: float, random: Generator) -> np.ndarray:
    """A photographer's view of a sheet, its corners up to 4 % of the width off, and turned."""
    width, height = size
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64)
    middle = np.array([width, height]) / 2
    angle = np.deg2rad(random.uniform(-4, 4))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    seen = ((corners - middle) @ turn.T + random.uniform(-0.04, 0.04, (4, 2)) * width) * scale
    seen += middle * scale * 1.14
    return cv2.getPerspectiveTransform(corners.astype(np.float32), seen.astype(np.float32))


def table_top(shape: Shape, random: Generator) -> Field:
    """A table of wood or cloth."""
    tone = float(random.uniform(50, 130))
    grain = cv2.resize(
        random.standard_normal((shape[0] // 6, 3), dtype=np.float32), (shape[1], shape[0])
    )
    return tone + 10 * grain + 6 * blotches(shape, 9, random)


def coffee(shape: Shape, random: Generator) -> Field:
    """How much light a ring and a spill of coffee let through."""
    height, width = shape[:2]
    stain = np.zeros((height // 4, width // 4), np.float32)
    center = (
        int(random.uniform(0.15, 0.85) * width / 4),
        int(random.uniform(0.1, 0.8) * height / 4),
    )
    radius = int(random.uniform(75, 120))
    cv2.circle(
        stain, center, radius, (float(random.uniform(0.25, 0.45)),), int(random.integers(4, 9))
    )
    spill = (int(random.uniform(0, width / 4)), int(random.uniform(0, height / 4)))
    axes = (int(random.uniform(30, 130)), int(random.uniform(30, 100)))
    film = np.zeros_like(stain)
    cv2.ellipse(film, spill, axes, float(random.uniform(0, 180)), 0, 360, (0.22,), -1)
    soft = cv2.GaussianBlur(stain, (0, 0), 1.6) + cv2.GaussianBlur(film, (0, 0), 4)
    return 1 - cv2.resize(soft, (width, height)) * (0.9 + 0.1 * blotches(shape, 40, random))


def pen_stroke(levels: Field, random: Generator) -> None:
    """A pen's underline, tick or circle, drawn over the levels."""
    height, width = levels.shape
    ink = float(random.uniform(50, 120))
    x, y = float(random.uniform(0.1, 0.8) * width), float(random.uniform(0.08, 0.85) * height)
    along = np.linspace(0, 1, 60)
    kind = int(random.integers(3))
    if kind == 0:
        points = np.stack([x + along * random.uniform(200, 700), y + 8 * np.sin(along * 5)], axis=1)
    elif kind == 1:
        points = np.array([(x, y), (x + 25, y + 45), (x + 110, y - 80)])
    else:
        angles = along * 2.1 * np.pi
        points = np.stack([x + 130 * np.cos(angles), y + 55 * np.sin(angles)], axis=1)
    drawn = [points.astype(np.int32)]
    cv2.polylines(levels, drawn, False, (ink,), int(random.integers(4, 8)), cv2.LINE_AA)
