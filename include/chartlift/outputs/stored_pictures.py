"""A page of a picture file as the bytes of a PDF stream, without loss.

Runs in the bounded child. A JPEG stays the JPEG it was, but for the segments that may tell who,
where and when; whatever else is stored anew, deflated, in the pixels and the way it came.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from PIL import Image

from chartlift.errors import DamagedFile
from chartlift.imaging.pictures import DECODING_ERRORS, PicturePages, on_paper
from chartlift.outputs.orders import UNFINISHED, PictureOrder, StoredPicture

_ORIENTATION_TAG: Final = 0x0112
_PNG_EFFORT: Final = 6
_PNG_SIGNATURE_BYTES: Final = 8
_LOSSLESS: Final = frozenset({"1", "L", "RGB"})
"""Modes a PNG and a PDF both hold as they are; others become what a viewer shows."""
_REMARKS: Final = frozenset({0xFE, *range(0xE0, 0xF0)} - {0xE0, 0xE2, 0xEE})
"""Comments and application segments (EXIF, XMP, IPTC), which may hold names and places. JFIF's, the
colour profile and Adobe's stay: they say how the colours are to be understood."""
_END_OF_IMAGE, _START_OF_SCAN = 0xD9, 0xDA
_IN_SCAN: Final = frozenset({0x00, *range(0xD0, 0xD8)})
"""What may follow 0xFF inside a scan: a stuffed zero and the restart marks."""


def store_picture(pages: PicturePages, source: Path, order: PictureOrder) -> StoredPicture:
    """Write a page's picture into the current folder; returns what is to be known of it.

    Raises:
        DamagedFile, PageTooLarge: it cannot be decoded, though it was before.
    """
    image = pages.stored(order.number)
    target = Path(order.target)
    try:
        if image.format in ("JPEG", "MPO"):
            return _store_jpeg(image, source, target)
        return _store_pixels(image, target)
    except DECODING_ERRORS:
        raise DamagedFile(page=order.number) from None


def _store_jpeg(image: Image.Image, source: Path, target: Path) -> StoredPicture:
    _write(target, b"".join(without_remarks(source.read_bytes())))
    return StoredPicture(
        columns=image.width,
        rows=image.height,
        bits=8,
        channels=len(image.getbands()),
        jpeg=True,
        inverted=image.mode == "CMYK",
        orientation=_orientation(image),
    )


def _store_pixels(image: Image.Image, target: Path) -> StoredPicture:
    image.load()
    # Asked after loading: a TIFF is turned by then, and no longer says that it has to be.
    orientation = _orientation(image)
    opaque = not image.has_transparency_data
    if image.mode == "P" and opaque:
        image = image.convert("RGB")
    elif image.mode not in _LOSSLESS or not opaque:
        image = on_paper(image)
    png = io.BytesIO()
    image.save(png, "PNG", compress_level=_PNG_EFFORT)
    _write(target, b"".join(_deflated_rows(png.getvalue())))
    return StoredPicture(
        columns=image.width,
        rows=image.height,
        bits=1 if image.mode == "1" else 8,
        channels=len(image.getbands()),
        jpeg=False,
        inverted=False,
        orientation=orientation,
    )


def without_remarks(jpeg: bytes) -> Iterator[bytes]:
    """A JPEG's pieces up to the end of its first image, without what is not its picture."""
    yield jpeg[:2]
    at = 2
    while at + 4 <= len(jpeg):
        if jpeg[at] != 0xFF:
            raise DamagedFile
        mark = jpeg[at + 1]
        if mark == 0xFF:  # a fill byte
            at += 1
            continue
        if mark == _END_OF_IMAGE:
            break
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if mark == _START_OF_SCAN:
            end = _end_of_scan(jpeg, end)
        if mark not in _REMARKS:
            yield jpeg[at:end]
        at = end
    yield bytes((0xFF, _END_OF_IMAGE))


def _end_of_scan(jpeg: bytes, at: int) -> int:
    """Where the next mark begins that is no part of the scan; the end where none does."""
    while (at := jpeg.find(b"\xff", at)) >= 0 and at + 1 < len(jpeg):
        if jpeg[at + 1] not in _IN_SCAN:
            return at
        at += 2
    return len(jpeg)


def _deflated_rows(png: bytes) -> Iterator[bytes]:
    """The contents of the IDAT chunks of a PNG that was just made."""
    at = _PNG_SIGNATURE_BYTES
    while at < len(png):
        size = int.from_bytes(png[at : at + 4], "big")
        if png[at + 4 : at + 8] == b"IDAT":
            yield png[at + 8 : at + 8 + size]
        at += 12 + size


def _orientation(image: Image.Image) -> int:
    told = image.getexif().get(_ORIENTATION_TAG, 1)
    return told if told in range(1, 9) else 1


def _write(target: Path, data: bytes) -> None:
    part = target.with_suffix(UNFINISHED)
    part.write_bytes(data)
    part.replace(target)
