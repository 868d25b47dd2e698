"""A page's picture as grey pixels, and as the file it is kept in between two tasks."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image, UnidentifiedImageError

from chartlift.errors import DamagedFile
from chartlift.geometry import identity, unflat
from chartlift.imaging import pnm
from chartlift.model import Raster

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from chartlift.model import Homography, PreparedPage

RGB = 3

# One worker reads one page: OpenCV's own threads only cost CPU and memory.
cv2.setNumThreads(1)


def from_picture(picture: bytes, *, dpi: int) -> Raster:
    """The grey raster of a picture file's first frame, the page itself.

    Transparency becomes white paper; 16-bit greys keep their upper eight bits.

    Raises:
        DamagedFile: the bytes are no picture, or end early.
    """
    if picture.startswith(pnm.MAGIC):
        return Raster(_unpacked(picture), dpi, identity())
    try:
        with Image.open(io.BytesIO(picture)) as image:
            grey = _grey(image)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise DamagedFile from None
    return Raster(np.ascontiguousarray(grey, dtype=np.uint8), dpi, identity())


def _grey(image: Image.Image) -> NDArray[np.uint8]:
    if image.mode.startswith("I") or image.mode == "F":
        levels = np.asarray(image, dtype=np.float64)
        top = 65535 if levels.max(initial=0) > 255 else 255
        return (levels * (255 / top)).clip(0, 255).astype(np.uint8)
    if "A" in image.getbands() or "transparency" in image.info:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return np.asarray(image.convert("L"))


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
    """The raster that `encode` wrote, with the resolution and the homography kept beside it.

    Raises:
        DamagedFile: the bytes are no such file.
    """
    try:
        pixels = _unpacked(data)
    except DamagedFile:
        raise DamagedFile(page=prepared.number) from None
    return Raster(pixels, prepared.dpi, unflat(prepared.to_page))


def rescale(raster: Raster, factor: float) -> Raster:
    """The raster enlarged (cubic) or shrunk (by area) by a factor, its dpi with it."""
    height, width = raster.pixels.shape
    size = max(1, round(width * factor)), max(1, round(height * factor))
    method = cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA
    pixels = cv2.resize(raster.pixels, size, interpolation=method)
    back = np.diag([width / size[0], height / size[1], 1.0])
    return _raster(pixels, round(raster.dpi * factor), raster.to_page @ back)


def turn(raster: Raster, degrees: int) -> Raster:
    """The raster turned clockwise by 90, 180 or 270 degrees, without touching a pixel's value."""
    height, width = raster.pixels.shape
    pixels = np.ascontiguousarray(np.rot90(raster.pixels, -degrees // 90))
    back = {
        90: np.array([[0, 1, 0], [-1, 0, height], [0, 0, 1]], dtype=np.float64),
        180: np.array([[-1, 0, width], [0, -1, height], [0, 0, 1]], dtype=np.float64),
        270: np.array([[0, -1, width], [1, 0, 0], [0, 0, 1]], dtype=np.float64),
    }[degrees]
    return _raster(pixels, raster.dpi, raster.to_page @ back)


def rotate(raster: Raster, degrees: float) -> Raster:
    """The raster rotated clockwise by a small angle; the canvas grows, so that nothing is cut."""
    height, width = raster.pixels.shape
    radians = math.radians(degrees)
    cosine, sine = abs(math.cos(radians)), abs(math.sin(radians))
    size = math.ceil(width * cosine + height * sine), math.ceil(width * sine + height * cosine)
    forward = np.eye(3, dtype=np.float64)
    forward[:2] = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    forward[:2, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    pixels = cv2.warpAffine(
        raster.pixels,
        forward[:2],
        size,
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(255,),
    )
    return _raster(pixels, raster.dpi, raster.to_page @ np.linalg.inv(forward))


def _raster(pixels: NDArray[np.generic], dpi: int, to_page: Homography) -> Raster:
    return Raster(pixels.astype(np.uint8, copy=False), dpi, to_page)


def with_pixels(raster: Raster, pixels: NDArray[np.generic]) -> Raster:
    """The raster with other grey levels at the same places."""
    return _raster(pixels, raster.dpi, raster.to_page)
