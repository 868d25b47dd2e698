"""A page's picture as a file: the document's own JPEG, or a PNG made fast.

Runs in the bounded child.
"""

from __future__ import annotations

import errno
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from PIL import Image

from chartlift.errors import PageTooLarge, StorageFull
from chartlift.imaging.orders import UNFINISHED
from chartlift.imaging.pictures import Picture

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_PNG_COLOURS: Final = {"L": 0, "RGB": 2}
_EFFORT: Final = 1
_STRATEGIES: Final = {"L": zlib.Z_RLE, "RGB": zlib.Z_DEFAULT_STRATEGY}
"""A sheet of paper is runs of white; in three channels no byte is like the one before."""
_ROWS_AT_ONCE: Final = 64
_DOTS_A_METRE: Final = 1 / 0.0254


def write_picture(picture: Picture, target: Path) -> None:
    """Write the picture's file, which appears whole or not at all.

    Raises:
        StorageFull: no space is left.
        PageTooLarge: the file would be larger than any may be.
    """
    part = target.with_suffix(UNFINISHED)
    try:
        with part.open("wb") as file:
            for piece in _png(picture) if picture.jpeg is None else (picture.jpeg,):
                file.write(piece)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise (StorageFull if error.errno in _FULL else PageTooLarge) from None
    part.replace(target)


def _png(picture: Picture) -> Iterator[bytes]:
    # Pillow tries all five filters on every row, which takes longer than packing them, and a
    # scan's grain has nothing to predict: a grey A4 page takes 0.09 s like this, 0.23 s there.
    image, dots = picture.image, round(picture.dpi * _DOTS_A_METRE)
    header = struct.pack(
        ">IIBBBBB", image.width, image.height, 8, _PNG_COLOURS[image.mode], 0, 0, 0
    )
    yield _SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"pHYs", struct.pack(">IIB", dots, dots, 1))
    packer = zlib.compressobj(_EFFORT, strategy=_STRATEGIES[image.mode])
    for top in range(0, image.height, _ROWS_AT_ONCE):
        yield from _data(packer.compress(_rows(image, top)))
    yield from _data(packer.flush())
    yield _chunk(b"IEND", b"")


def _rows(image: Image.Image, top: int) -> bytes:
    bottom = min(top + _ROWS_AT_ONCE, image.height)
    levels = image.crop((0, top, image.width, bottom)).tobytes()
    length = len(levels) // (bottom - top)
    # Each row is headed by the number of its filter: 0, none.
    return b"".join(
        b"\0" + levels[start : start + length] for start in range(0, len(levels), length)
    )


def _data(packed: bytes) -> Iterator[bytes]:
    if packed:
        yield _chunk(b"IDAT", packed)


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(data, zlib.crc32(kind))
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)
