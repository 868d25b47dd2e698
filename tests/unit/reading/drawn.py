"""Pages drawn for the tests, with Pillow's own font: nothing needs to be installed."""

import io
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from chartlift.model import PageImage, Raster, Way

Pixels = NDArray[np.uint8]

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"

LAB_ROWS = (
    ("Test", "Result", "Unit", "Range"),
    ("Hemoglobin", "13.1", "g/dL", "13.5 - 17.5"),
    ("Platelets", "287", "mg/L", "150 - 400"),
    ("Sodium", "139", "mmol/L", "135 - 145"),
    ("Potassium", "4.3", "mmol/L", "3.5 - 5.1"),
    ("Creatinine", "1.12", "mg/dL", "0.74 - 1.35"),
)
COLUMNS = (200, 720, 1000, 1300, 1750)
ROW_HEIGHT, TABLE_TOP = 80, 520
PROSE = (
    "The patient was seen in the ward and has no pain at rest.",
    "She was given one tablet in the morning and one at night.",
    "The blood pressure was taken on both arms before the meal.",
    "There is no history of fever and the cough is better today.",
)


def shared(name: str) -> Path:
    """A folder of the shared test data; the test is skipped where it is not there."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"the test data {name} is not beside the checkout")
    return path


def write(draw: ImageDraw.ImageDraw, place: tuple[int, int], text: str, size: int = 44) -> None:
    draw.text(place, text, font=ImageFont.load_default(size), fill=15)


def lab_page(*, ruled: bool = True) -> Pixels:
    """An English laboratory report of 1900 x 1500 pixels at 300 dpi."""
    page = Image.new("L", (1900, 1500), 255)
    draw = ImageDraw.Draw(page)
    write(draw, (500, 120), "GENERAL HOSPITAL", 64)
    write(draw, (200, 300), "Patient: Jane Miller")
    write(draw, (1000, 300), "Collected: 2026-01-20")
    bottom = TABLE_TOP + ROW_HEIGHT * len(LAB_ROWS)
    for number, row in enumerate(LAB_ROWS):
        top = TABLE_TOP + number * ROW_HEIGHT
        for left, text in zip(COLUMNS, row, strict=False):
            write(draw, (left + 20, top + 16), text)
        if ruled:
            draw.line((COLUMNS[0], top, COLUMNS[-1], top), fill=20, width=3)
    if ruled:
        draw.line((COLUMNS[0], bottom, COLUMNS[-1], bottom), fill=20, width=3)
        for left in COLUMNS:
            draw.line((left, TABLE_TOP, left, bottom), fill=20, width=3)
    write(draw, (200, 1150), "Comment: the result is normal for this patient")
    return np.asarray(page)


def prose_page(lines: Sequence[str] = PROSE, size: int = 44) -> Pixels:
    """Lines of prose below each other."""
    page = Image.new("L", (1900, 1200), 255)
    draw = ImageDraw.Draw(page)
    for number, line in enumerate(lines):
        write(draw, (200, 150 + number * round(size * 1.8)), line, size)
    return np.asarray(page)


def tilted(pixels: Pixels, degrees: float, paper: int = 255) -> Pixels:
    """The page as a scanner sees it that was fed askew; clockwise positive."""
    image = Image.fromarray(pixels)
    return np.asarray(
        image.rotate(-degrees, resample=Image.Resampling.BICUBIC, fillcolor=paper, expand=True)
    )


def noisy(pixels: Pixels, sigma: float, seed: int = 7) -> Pixels:
    noise = np.random.default_rng(seed).normal(0, sigma, pixels.shape)
    return np.clip(pixels * 0.9 + 12 + noise, 0, 255).astype(np.uint8)


def shaded(pixels: Pixels) -> Pixels:
    """The page under a lamp that stands at its left."""
    light = np.linspace(1.0, 0.45, pixels.shape[1])
    return (pixels * light).astype(np.uint8)


def raster(pixels: Pixels, dpi: int = 300) -> Raster:
    return Raster(np.ascontiguousarray(pixels), dpi, Way())


def png(pixels: Pixels) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def page_image(pixels: Pixels, dpi: int = 300) -> PageImage:
    height, width = pixels.shape
    return PageImage(number=1, width=width, height=height, dpi=dpi, image="0001.png")


def turned_point(point: tuple[float, float], pixels: Pixels, degrees: float) -> tuple[float, float]:
    """Where a point of the page stands after `tilted`."""
    height, width = pixels.shape
    grown = tilted(pixels, degrees).shape
    radians = math.radians(degrees)
    x, y = point[0] - width / 2, point[1] - height / 2
    return (
        x * math.cos(radians) - y * math.sin(radians) + grown[1] / 2,
        x * math.sin(radians) + y * math.cos(radians) + grown[0] / 2,
    )
