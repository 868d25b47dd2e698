"""The JPEG file inside an image of a PDF, and whether all of it is there."""

from __future__ import annotations

import io
from typing import Final, NamedTuple

import pypdfium2
from PIL import Image

from chartlift.imaging.jpeg_ends import END_OF_IMAGE, TAIL_BYTES, is_cut
from chartlift.imaging.pictures import DECODING_ERRORS, PAGE_MODES

_JPEG: Final = "DCTDecode"


class EmbeddedJpeg(NamedTuple):
    """A grey or coloured JPEG that a PDF holds."""

    data: bytes
    """The file, closed where it lacked nothing but its end marker."""
    picture: Image.Image
    """Mode L or RGB; where the file is damaged, as far as it goes."""
    is_cut: bool


def is_jpeg(image: pypdfium2.PdfImage) -> bool:
    """Whether a JPEG is at the core of the image's data."""
    return bool(image.get_filters()[-1:] == [_JPEG])


def jpeg_of(image: pypdfium2.PdfImage) -> EmbeddedJpeg | None:
    """The image's JPEG; None if it has four inks, or Pillow does not know its make."""
    data = bytes(image.get_data(decode_simple=True))
    is_open = END_OF_IMAGE not in data[-TAIL_BYTES:]
    if is_open:
        data += END_OF_IMAGE
    try:
        picture = Image.open(io.BytesIO(data), formats=["JPEG"])
    except DECODING_ERRORS:
        return None
    if picture.mode not in PAGE_MODES:
        return None
    # A progressive one that lacks its end has all its rows, but blurred.
    blurred = is_open and bool(picture.info.get("progressive"))
    try:
        picture.load()
        return EmbeddedJpeg(data, picture, blurred or is_cut(data, picture))
    except DECODING_ERRORS:
        return EmbeddedJpeg(data, picture, is_cut=True)
