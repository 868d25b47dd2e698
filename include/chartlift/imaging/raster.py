"""A page's picture as grey pixels, and as the file it is kept in between two tasks."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image, UnidentifiedImageError

from chartlift.errors import DamagedFile
from chartlift.geometry import after, bent, inverse, moved, through
from chartlift.imaging import pnm
from chartlift.model import Raster, Way

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from chartlift.model import Bend, Homography, PreparedPage

RGB = 3
STEP = 16
"""Pixels from one place to the next whose way is worked out when a page is unrolled."""
BAND = 512
"""Rows that are unrolled at a time, so that their ways take little memory."""

# One worker reads one page: OpenCV's own threads only cost CPU and memory.
cv2.setNumThreads(1)


def from_picture(picture: bytes, *, dpi: int) -> Raster:
    """The grey raster of a picture file's first frame, the page itself.

    Transparency becomes white paper; 16-bit greys keep their upper eight bits.

    Raises:
        DamagedFile: the bytes are no picture, or end early.
    """
    if picture.startswith(pnm.MAGIC):
        return Raster(_unpacked(picture), dpi, Way())
    try:
        with Image.open(io.BytesIO(picture)) as image:
            grey = _grey(image)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise DamagedFile from None
    return Raster(np.ascontiguousarray(grey, dtype=np.uint8), dpi, Way())


def _grey(image: Image.Image) -> NDArray[np.uint8]:
    if image.mode.startswith("I") or image.mode == "F":
        levels = np.asarray(image, dtype=np.float64)
        top = 65535 if levels.max(initial=0) > 255 else 255
        return (levels * (255 / top)).clip(0, 255).astype(np.uint8)
    if "A" in image.getbands() or "transparency" in image.info:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return np.asarray(image if image.mode == "L" else image.convert("L"))


def _unpacked(file: bytes) -> NDArray[np.uint8]:
    found = pnm.unpack(file)
    size = found.width, found.height
    if found.channels == RGB:
        return np.asarray(Image.frombytes("RGB", size, found.levels).convert("L"))
    return np.frombuffer(found.levels, np.uint8).reshape(found.height, found.width)


def encode(raster: Raster) -> bytes:
    """The pixels as a PGM file packed by Zstandard; the same pixels give the same bytes."""
    height, width = raster.pixels.shape
    grey = np.ascontiguousarray(raster.pixels)
    return b"".join(pnm.pack(width, height, 1, [grey.data.cast("B")]))


def decode(data: bytes, prepared: PreparedPage) -> Raster:
    """The raster that `encode` wrote, with the resolution and the way back kept beside it.

    Raises:
        DamagedFile: the bytes are no such file.
    """
    try:
        pixels = _unpacked(data)
    except DamagedFile:
        raise DamagedFile(page=prepared.number) from None
    return Raster(pixels, prepared.dpi, prepared.to_page)


def rescale(raster: Raster, factor: float) -> Raster:
    """The raster enlarged (cubic) or shrunk (by area) by a factor, its dpi with it."""
    height, width = raster.pixels.shape
    size = max(1, round(width * factor)), max(1, round(height * factor))
    method = cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA
    pixels = cv2.resize(raster.pixels, size, interpolation=method)
    back = np.diag([width / size[0], height / size[1], 1.0])
    return _raster(pixels, round(raster.dpi * factor), after(raster.to_page, back))


def turn(raster: Raster, degrees: int) -> Raster:
    """The raster turned clockwise by 90, 180 or 270 degrees, without touching a pixel's value."""
    height, width = raster.pixels.shape
    pixels = np.ascontiguousarray(np.rot90(raster.pixels, -degrees // 90))
    return _raster(pixels, raster.dpi, after(raster.to_page, turned_back(degrees, width, height)))


def turned_back(degrees: int, width: int, height: int) -> Homography:
    """Leads from a page turned clockwise by 0, 90, 180 or 270 degrees to the page, so large."""
    return {
        0: np.eye(3, dtype=np.float64),
        90: np.array([[0, 1, 0], [-1, 0, height], [0, 0, 1]], dtype=np.float64),
        180: np.array([[-1, 0, width], [0, -1, height], [0, 0, 1]], dtype=np.float64),
        270: np.array([[0, -1, width], [1, 0, 0], [0, 0, 1]], dtype=np.float64),
    }[degrees]


def rotate(raster: Raster, degrees: float) -> Raster:
    """The raster rotated clockwise by a small angle; the canvas grows, so that nothing is cut."""
    forward, size = rotation(raster, degrees)
    pixels = cv2.warpAffine(
        raster.pixels,
        forward[:2],
        size,
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(255,),
    )
    return _raster(pixels, raster.dpi, after(raster.to_page, inverse(forward)))


def rotation(raster: Raster, degrees: float) -> tuple[Homography, tuple[int, int]]:
    """Leads from a raster to where `rotate` puts it; and the width and height of that canvas."""
    height, width = raster.pixels.shape
    radians = math.radians(degrees)
    cosine, sine = abs(math.cos(radians)), abs(math.sin(radians))
    size = math.ceil(width * cosine + height * sine), math.ceil(width * sine + height * cosine)
    forward = np.eye(3, dtype=np.float64)
    forward[:2] = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    forward[:2, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    return forward, size


def unroll(raster: Raster, back: Homography, bend: Bend) -> Raster:
    """The flat picture of a bend, each pixel interpolated once.

    Args:
        raster: the page.
        back: leads from the picture that the bend tells of to the raster.
        bend: how that is bent.
    """
    bands = []
    for top in range(0, bend.height, BAND):
        height = min(BAND, bend.height - top)
        # Beyond each side one step more: between two steps the ways run straight.
        y = top + STEP * (np.arange(-1, height // STEP + 2) + 0.5)
        x = STEP * (np.arange(-1, bend.width // STEP + 2) + 0.5)
        places = np.stack(np.meshgrid(x, y), axis=-1)
        ways = moved(back, bent(bend, places.reshape(-1, 2))).reshape(places.shape) - 0.5
        size = len(x) * STEP, len(y) * STEP
        finer = cv2.resize(ways.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
        bands.append(_looked_up(raster, finer[STEP : STEP + height, STEP : STEP + bend.width]))
    way = through(after(raster.to_page, back), bend)
    return _raster(np.concatenate(bands), raster.dpi, way)


def _looked_up(raster: Raster, ways: NDArray[np.generic]) -> NDArray[np.generic]:
    return cv2.remap(
        raster.pixels,
        ways.astype(np.float32, copy=False),
        np.empty(0, np.float32),
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(255,),
    )


def _raster(pixels: NDArray[np.generic], dpi: int, to_page: Way) -> Raster:
    return Raster(pixels.astype(np.uint8, copy=False), dpi, to_page)


def with_pixels(raster: Raster, pixels: NDArray[np.generic]) -> Raster:
    """The raster with other grey levels at the same places."""
    return _raster(pixels, raster.dpi, raster.to_page)
