"""Pages with a known truth for the benchmarks: drawn tables, the data folder's pages, damages.

Nothing here is a real person's: the tables are drawn from random numbers by a seed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np
import simplejson
from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]


class Region(NamedTuple):
    """A place of the clean page (left, top, right, bottom) and the text printed there."""

    box: tuple[float, float, float, float]
    text: str


class Page(NamedTuple):
    """A page's picture, what is printed where, and the way back to the clean page."""

    name: str
    pixels: Pixels
    dpi: int
    regions: tuple[Region, ...]
    to_clean: NDArray[np.float64]
    """3x3: this picture's pixels to those the regions are given in."""


FONTS = (
    "LiberationSans-Regular",
    "LiberationSans-Bold",
    "LiberationSerif-Regular",
    "LiberationMono-Regular",
    "LiberationSansNarrow-Regular",
    "DejaVuSans",
    "DejaVuSerif",
    "DejaVuSansMono",
)
TESTS = (
    *("Haemoglobin", "WBC", "HbA1c", "Platelets", "MCV", "ALT (SGPT)", "AST", "Troponin I", "CRP"),
    *("Créatinine", "Glycémie à jeun", "Sodium", "Vitamin B12", "Free T4", "25-OH Vitamin D"),
    *("LDL-C", "Potassium", "Neutrophils", "γ-GT", "Ferritin", "TSH", "PSA", "Urea", "pH"),
)
UNITS = (
    *(
        "10^9/L",
        "10^12/L",
        "x10^3/uL",
        "10*9/L",
        "g/dL",
        "%",
        "fL",
        "pg",
        "mmol/L",
        "µmol/L",
        "U/L",
    ),
    *("mg/L", "ng/mL", "IU/mL", "µg/L", "mL/min/1.73m²", "G/L", "mm/h", "mEq/L", "pmol/L"),
)
FLAGS = ("", "", "", "H", "L", "H", "L", "HH", "LL", "A", "N", "*", "H*", "↑", "↓")
SIGNS = ("", "", "", "", "<", ">", "≤", "≥")
DOSES = (
    "q12h",
    "q8h",
    "BID",
    "TID",
    "PO",
    "IV",
    "1-0-1",
    "2x/j",
    "PRN",
    "QHS",
    "q6h",
    "5 j",
    "7 d",
)
HEADS = ("Test", "Result", "Flag", "Unit", "Reference Range", "Dose")


def draw_table(seed: int) -> Page:
    """A page with one ruled table of laboratory rows, A4 at 300 dpi, by its seed alone."""
    random = np.random.default_rng(seed)
    font = ImageFont.truetype(f"{random.choice(FONTS)}.ttf", int(random.integers(27, 44)))
    mark = random.choice([".", ".", ","])
    rows = [HEADS, *(_row(random, str(mark)) for _ in range(int(random.integers(14, 26))))]
    order = [0, *(1 + random.permutation(5))]
    rows = [tuple(row[i] for i in order) for row in rows]
    picture = Image.new("L", (2480, 3508), 255)
    pen = ImageDraw.Draw(picture)
    pad = int(random.integers(5, 26))
    widths = [max(pen.textlength(row[i], font) for row in rows) + 2 * pad + 8 for i in range(6)]
    left = int(random.integers(80, 240))
    columns = left + np.concatenate([[0], np.cumsum(np.maximum(widths, 110))])
    lines = _print(pen, rows, columns, font, pad)
    thick, grey = int(random.integers(1, 6)), int(random.integers(0, 150))
    _rule(pen, columns, lines.tops, thick, grey)
    return Page(f"table {seed}", np.asarray(picture), 300, tuple(lines.regions), np.eye(3))


class Printed(NamedTuple):
    """What was printed: the cells, and where the rows begin and the last one ends."""

    regions: list[Region]
    tops: list[float]


def _print(
    pen: ImageDraw.ImageDraw,
    rows: list[tuple[str, ...]],
    columns: NDArray[np.float64],
    font: ImageFont.FreeTypeFont,
    pad: int,
) -> Printed:
    regions, tops = [], [300.0]
    tall = font.size * 1.2 + pad
    for row in rows:
        top = tops[-1]
        for text, left, right in zip(row, columns[:-1], columns[1:], strict=True):
            pen.text((left + pad + 4, top + tall / 2), text, 20, font, anchor="lm")
            regions.append(Region((float(left), top, float(right), top + tall), text))
        tops.append(top + tall)
    return Printed(regions, tops)


def _rule(
    pen: ImageDraw.ImageDraw, columns: NDArray[np.float64], tops: list[float], thick: int, grey: int
) -> None:
    for x in columns:
        pen.line((float(x), tops[0], float(x), tops[-1]), grey, thick)
    for y in tops:
        pen.line((float(columns[0]), y, float(columns[-1]), y), grey, thick)


def _row(random: np.random.Generator, mark: str) -> tuple[str, ...]:
    value = _number(random, mark)
    sign = str(random.choice(SIGNS))
    if random.random() < 0.6:
        dash = str(random.choice([" - ", "-", " – "]))
        limits = f"{_number(random, mark)}{dash}{_number(random, mark)}"
    else:
        limits = f"{random.choice(['<', '>', '≤', '< ', '> '])}{_number(random, mark)}"
    test, flag = str(random.choice(TESTS)), str(random.choice(FLAGS))
    unit, dose = str(random.choice(UNITS)), str(random.choice(DOSES))
    return test, sign + value, flag, unit, limits, dose


def _number(random: np.random.Generator, mark: str) -> str:
    digits = int(random.integers(0, 4))
    value = float(random.random() * 10 ** random.integers(0, 4))
    return f"{value:.{min(digits, 2)}f}".replace(".", mark)


def data_pages(folder: Path, half: str) -> Iterator[Page]:
    """The real forms and receipts of one half, and the drawn pages' tables, from a data folder."""
    odd = half == "report"
    for kind, suffix, dpi in (("en_funsd_forms", "png", 100), ("en_sroie_receipts", "jpg", 150)):
        for number, path in enumerate(sorted((folder / kind).glob(f"*.{suffix}"))[:32]):
            if number % 2 == odd:
                yield _annotated(path, dpi)


def drawn_pages(folder: Path) -> Iterator[Page]:
    """The drawn pages of a data folder: their table cells, and their text as one region."""
    for path in sorted((folder / "synthetic_pages").glob("*.png")):
        truth = simplejson.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        cells = [Region(tuple(c["box"]), c["text"]) for c in truth.get("cells", [])]
        text = path.with_suffix(".txt").read_text(encoding="utf-8")
        whole = Region((-1e6, -1e6, 1e6, 1e6), text)
        yield Page(path.stem, _pixels(path), 300, (*cells, whole), np.eye(3))


def _annotated(path: Path, dpi: int) -> Page:
    truth = simplejson.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    words = truth.get("boxes") or [word for entry in truth["form"] for word in entry["words"]]
    regions = tuple(Region(tuple(w["box"]), w["text"]) for w in words if w["text"].strip())
    return Page(path.stem, _pixels(path), dpi, regions, np.eye(3))


def _pixels(path: Path) -> Pixels:
    with Image.open(path) as image:
        return np.asarray(image.convert("L"))


def damage(page: Page, name: str, seed: int) -> Page:
    """The page after one of `DAMAGES`; the same seed does the same damage."""
    pixels, to_clean, dpi = DAMAGES[name](page.pixels, page.dpi, np.random.default_rng(seed))
    moved = page.to_clean @ to_clean
    return Page(f"{page.name} {name}", pixels, dpi, page.regions, moved)


Damaged = tuple["Pixels", "NDArray[np.float64]", int]


def _clean(pixels: Pixels, dpi: int, _: np.random.Generator) -> Damaged:
    return pixels, np.eye(3), dpi


def _scan(pixels: Pixels, dpi: int, random: np.random.Generator) -> Damaged:
    """Skewed, grey, a little soft and noisy, as an office scanner makes it."""
    height, width = pixels.shape
    degrees = float(random.uniform(0.4, 2.0) * random.choice([-1, 1]))
    forward = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    turned = cv2.warpAffine(pixels, forward, (width, height), borderValue=(255,))
    soft = cv2.GaussianBlur(turned.astype(np.float32) * 0.8 + 25, (0, 0), random.uniform(0.7, 1.2))
    noisy = soft + random.normal(0, 6, soft.shape)
    return _grey(noisy), np.linalg.inv(np.vstack([forward, [0, 0, 1]])), dpi


def _blur(pixels: Pixels, dpi: int, random: np.random.Generator) -> Damaged:
    soft = cv2.GaussianBlur(pixels.astype(np.float32), (0, 0), random.uniform(1.8, 2.6))
    return _grey(soft + random.normal(0, 3, soft.shape)), np.eye(3), dpi


def _noise(pixels: Pixels, dpi: int, random: np.random.Generator) -> Damaged:
    noisy = pixels * 0.8 + 30 + random.normal(0, 28, pixels.shape)
    noisy[random.random(pixels.shape) < 0.004] = 0
    return _grey(noisy), np.eye(3), dpi


def _coarse(pixels: Pixels, dpi: int, random: np.random.Generator) -> Damaged:
    """Scanned at a third of the dots, and squeezed as JPEG."""
    height, width = pixels.shape
    size = round(width * 0.42), round(height * 0.42)
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    quality = int(random.integers(25, 50))
    _, packed = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, quality])
    back = np.diag([width / size[0], height / size[1], 1.0])
    return _grey(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)), back, round(dpi * 0.42)


def _fax(pixels: Pixels, dpi: int, random: np.random.Generator) -> Damaged:
    height, width = pixels.shape
    size = round(width * 0.68), round(height * 0.68)
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    noisy = cv2.GaussianBlur(small, (0, 0), 0.7) + random.normal(0, 22, small.shape)
    black = np.where(noisy < 150, 0, 255)
    back = np.diag([width / size[0], height / size[1], 1.0])
    return _grey(black), back, round(dpi * 0.68)


def _grey(levels: NDArray[np.generic]) -> Pixels:
    return np.clip(levels, 0, 255).astype(np.uint8)


DAMAGES: dict[str, Callable[[Pixels, int, np.random.Generator], Damaged]] = {
    "clean": _clean,
    "scan": _scan,
    "blur": _blur,
    "noise": _noise,
    "coarse": _coarse,
    "fax": _fax,
}
