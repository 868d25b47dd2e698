"""What happens to pages before they are read: pure functions of the picture and a generator.

Each keeps what a person can still read: the strengths are drawn between bounds, and pages whose
smallest type a coarse scan would lose are not given to one (`fits`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from benchmarks.pages import scenes
from benchmarks.pages.turns import (
    Damaged,
    grey,
    in_place,
    moved,
    noisy,
    sideways,
    skew,
    turned,
    upside_down,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.random import Generator

    from benchmarks.pages.truth import Page, Pixels


def damage(page: Page, name: str) -> Page:
    """The page after one of `DAMAGES`; strength and place follow from the page's seed."""
    if name == "clean":
        return page
    random = np.random.default_rng([page.seed, list(DAMAGES).index(name)])
    done = DAMAGES[name](page.pixels, page.dpi, random)
    return page.moved(name, done.pixels, done.dpi, done.move)


def fits(page: Page, name: str) -> bool:
    """Whether a person could still read the page's smallest type after this damage."""
    return page.smallest >= SMALLEST.get(name, 0.0) and not (
        page.layout == "dot_matrix" and name in TOO_COARSE_FOR_DOTS
    )


def clean(pixels: Pixels, dpi: int, _: Generator) -> Damaged:
    """Nothing."""
    return in_place(pixels, dpi)


def office(pixels: Pixels, dpi: int, random: Generator) -> Damaged:
    """A good office scan: a little askew, soft and noisy, on paper that is not white."""
    askew = turned(pixels, dpi, float(random.uniform(0.2, 1.2) * random.choice([-1, 1])))
    soft = cv2.GaussianBlur(
        askew.pixels.astype(np.float32), (0, 0), float(random.uniform(0.6, 0.9))
    )
    paper = float(random.uniform(225, 248))
    return askew._replace(pixels=grey(noisy(soft * paper / 255, 4, random)))


def uneven_light(pixels: Pixels, dpi: int, random: Generator) -> Damaged:
    """A lamp from one side and blotches; the darkest places keep a third of the light."""
    light = scenes.slope(pixels.shape, random, float(random.uniform(0.35, 0.6)))
    light += 0.07 * scenes.blotches(pixels.shape, 500, random)
    return in_place(noisy(pixels * np.clip(light, 0.3, 1.1) * 0.95, 3, random), dpi)


def shadow(pixels: Pixels, dpi: int, random: Generator) -> Damaged:
    """The shadow of a hand or a book, with a soft edge."""
    shade = scenes.shade(pixels.shape, random)
    return in_place(noisy(pixels * shade * 0.93 + 8, 3, random), dpi)


def speckle(pixels: Pixels, dpi: int, random: Generator) -> Damaged:
    """Black and white dots all over, of one to three pixels."""
    levels = pixels.astype(np.float32)
    height, width = pixels.shape
    for shade, share in ((0.0, 0.0025), (255.0, 0.002)):
        count = int(share * float(random.uniform(0.5, 1.5)) * height * width)
        y, x = random.integers(0, height - 2, count), random.integers(0, width - 2, count)
        levels[y, x] = shade
        large = random.random(count) < 0.1
        for down, across in ((0, 1), (1, 0), (1, 1)):
            levels[y[large] + down, x[large] + across] = shade
    return in_place(levels, dpi)


def grain(pixels: Pixels, dpi: int, random: Generator) -> Damaged:
    """The noise of a poor sensor."""
    levels = pixels * np.float32(0.75) + 40
    return in_place(noisy(levels, float(random.uniform(20, 40)), random), dpi)


def fax_fine(pixels: Pixels, dpi: int, random: Generator) -> Damaged:
    """Faxed at 204 x 196 dots per inch: black and white, with specks and stray lines."""
    return _faxed(pixels, dpi, random, down=196)


def fax_standard(pixels: Pixels, dpi: int, random: Generator) -> Damaged:
    """Faxed at 204 x 98 dots per inch; each row is doubled, as receivers store it."""
    return _faxed(pixels, dpi, random, down=98)


def _faxed(pixels: Pixels, dpi: int, random: Generator, *, down: int) -> Damaged:
    height, width = pixels.shape
    size = (round(width * 204 / dpi), round(height * down / dpi))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    black = noisy(small, 14, random) < float(random.uniform(150, 190))
    black |= random.random(black.shape) < 0.0006
    if random.random() < 0.15:
        black[:, int(random.integers(size[0]))] = True
    rows = np.repeat(np.where(black, 0, 255).astype(np.uint8), 196 // down, axis=0)
    matrix = np.diag([rows.shape[1] / width, rows.shape[0] / height, 1.0])
    return moved(rows, 200, matrix)


def dpi_100(pixels: Pixels, dpi: int, random: Generator) -> Damaged:
    """Scanned at 100 dots per inch."""
    height, width = pixels.shape
    size = (round(width * 100 / dpi), round(height * 100 / dpi))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    matrix = np.diag([size[0] / width, size[1] / height, 1.0])
    return moved(grey(noisy(small, 3, random)), 100, matrix)


def blur(pixels: Pixels, dpi: int, random: Generator) -> Damaged:
    """Out of focus, or shaken."""
    levels = pixels.astype(np.float32)
    if random.random() < 0.5:
        soft = cv2.GaussianBlur(levels, (0, 0), float(random.uniform(1.6, 2.6)))
    else:
        kernel, angle = np.zeros((11, 11), np.float32), random.uniform(0, np.pi)
        ends = np.round(5 + random.uniform(3, 5) * np.array([np.cos(angle), np.sin(angle)]))
        cv2.line(kernel, tuple(map(int, 10 - ends)), tuple(map(int, ends)), (1.0,))
        soft = cv2.filter2D(levels, -1, kernel / kernel.sum())
    return in_place(noisy(soft, 3, random), dpi)


def jpeg(pixels: Pixels, dpi: int, random: Generator) -> Damaged:
    """Squeezed to JPEG of quality 12 to 20, after a scan at 200 dots per inch."""
    height, width = pixels.shape
    size = (round(width * 200 / dpi), round(height * 200 / dpi))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    squeezed = _squeezed(small, int(random.integers(12, 21)))
    return moved(squeezed, 200, np.diag([size[0] / width, size[1] / height, 1.0]))


def _squeezed(pixels: Pixels, quality: int) -> Pixels:
    _, packed = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8)


def faint(pixels: Pixels, dpi: int, random: Generator) -> Damaged:
    """An empty toner: little contrast, and parts of letters lighter still."""
    paper, ink = float(random.uniform(215, 240)), float(random.uniform(35, 65))
    cover = np.clip(0.9 + 0.12 * scenes.blotches(pixels.shape, 3, random), 0.3, 1.1)
    cover *= np.clip(1 + 0.15 * scenes.blotches(pixels.shape, 300, random), 0.6, 1.2)
    return in_place(noisy(paper - (255 - pixels) / 255 * ink * cover, 3, random), dpi)


def bleed_through(pixels: Pixels, dpi: int, random: Generator) -> Damaged:
    """The print of the other side shows, mirrored and soft."""
    back = cv2.GaussianBlur(pixels[:, ::-1].astype(np.float32), (0, 0), 2.2)
    down, across = int(random.integers(-200, 200)), int(random.integers(-90, 90))
    shown = np.roll(back, (down, across), (0, 1))
    strength = float(random.uniform(0.15, 0.32))
    front = pixels.astype(np.float32) - (255 - shown) * strength
    return in_place(noisy(np.clip(front, 0, 248), 3, random), dpi)


def borders(pixels: Pixels, dpi: int, random: Generator) -> Damaged:
    """Askew on an open copier: black around the sheet, punch holes, a staple's shadow."""
    height, width = pixels.shape
    degrees = float(random.uniform(-1.5, 1.5))
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    matrix[:, 2] += random.uniform(30, 110, 2) * random.choice([-1, 1], 2)
    punched = scenes.punched(pixels, dpi, random)
    size = (width, height)
    sheet = cv2.warpAffine(punched, matrix, size, flags=cv2.INTER_CUBIC, borderValue=(12,))
    return moved(
        grey(noisy(sheet.astype(np.float32), 4, random)), dpi, np.vstack([matrix, [0, 0, 1]])
    )


def phone(pixels: Pixels, dpi: int, random: Generator) -> Damaged:
    """Photographed by hand on a table: perspective, uneven light, a little blur, JPEG."""
    height, width = pixels.shape
    scale = float(random.uniform(0.78, 0.9))
    matrix = scenes.perspective((width, height), scale, random)
    size = (round(width * scale * 1.14), round(height * scale * 1.14))
    table = scenes.table_top((size[1], size[0]), random)
    sheet = cv2.warpPerspective(pixels, matrix, size, flags=cv2.INTER_AREA, borderValue=(255,))
    covered = cv2.warpPerspective(np.full_like(pixels, 255), matrix, size)[..., None][..., 0] / 255
    levels = sheet * np.float32(0.86) * covered + table * (1 - covered)
    levels *= scenes.slope(levels.shape, random, float(random.uniform(0.2, 0.45)))
    if random.random() < 0.5:
        levels *= scenes.shade(levels.shape, random, darkest=0.7)
    soft = cv2.GaussianBlur(levels.astype(np.float32), (0, 0), float(random.uniform(0.7, 1.2)))
    photo = _squeezed(grey(noisy(soft, 5, random)), int(random.integers(55, 85)))
    return moved(photo, round(dpi * scale), matrix)


def curl(pixels: Pixels, dpi: int, random: Generator) -> Damaged:
    """A page of a bound file: its lines bend down or up towards the spine, which is in shadow."""
    height, width = pixels.shape
    bend = float(random.uniform(30, 75) * random.choice([-1, 1]))
    spine = bool(random.random() < 0.5)
    along = np.linspace(0, 1, width) if spine else np.linspace(1, 0, width)
    lift = (bend * np.exp(-along * 3.2)).astype(np.float32)
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    bent = cv2.remap(pixels, x, y - lift[None], cv2.INTER_CUBIC, borderValue=(255,))
    shaded = bent * (1 - 0.35 * np.exp(-along * 9))[None].astype(np.float32)

    def move(points: np.ndarray) -> np.ndarray:
        shift = np.interp(points[:, 0], np.arange(width), lift)
        return points + np.stack([np.zeros(len(points)), shift], axis=1)

    return Damaged(grey(noisy(shaded, 3, random)), dpi, move)


def stains(pixels: Pixels, dpi: int, random: Generator) -> Damaged:
    """A coffee ring, a spill, and a pen's strokes and underlines."""
    levels = pixels.astype(np.float32)
    levels *= scenes.coffee(pixels.shape, random)
    for _ in range(int(random.integers(2, 5))):
        scenes.pen_stroke(levels, random)
    return in_place(noisy(levels, 3, random), dpi)


def photocopy(pixels: Pixels, dpi: int, random: Generator) -> Damaged:
    """A copy of a copy: letters thinner or thicker, hard contrast, dirt in streaks."""
    soft = cv2.GaussianBlur(pixels.astype(np.float32), (0, 0), 1.2)
    soft = noisy(soft, 12, random)
    hard = 255 / (1 + np.exp(-(soft - float(random.uniform(110, 190))) / 16))
    dirt = np.clip(scenes.blotches(pixels.shape, 6, random) - 2.6, 0, 1)
    streak = int(random.integers(pixels.shape[1]))
    hard[:, streak : streak + 4] -= 70
    return in_place(hard - 160 * dirt, dpi)


DAMAGES: dict[str, Callable[[Pixels, int, Generator], Damaged]] = {
    step.__name__: step
    for step in (
        clean, office, skew, upside_down, sideways, uneven_light, shadow, speckle, grain, fax_fine,
        fax_standard, dpi_100, blur, jpeg, faint, bleed_through, borders,
        phone, curl, stains, photocopy,
    )
}  # fmt: skip
SMALLEST = {
    "fax_standard": 8.5,
    "dpi_100": 8.0,
    "fax_fine": 6.5,
    "blur": 6.5,
    "jpeg": 6.5,
    "phone": 6.5,
}
"""Points of the smallest type that can still be read after the damage."""
TOO_COARSE_FOR_DOTS = {"fax_standard", "dpi_100"}
