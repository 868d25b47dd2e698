"""A page's picture as a file: the document's own JPEG, or a lossless file made fast.

Runs in the bounded child.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from PIL import Image

from chartlift.errors import PageTooLarge, StorageFull
from chartlift.imaging import pnm
from chartlift.imaging.orders import UNFINISHED
from chartlift.imaging.pictures import Picture

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_CHANNELS: Final = {"L": 1, "RGB": 3}
_ROWS_AT_ONCE: Final = 256


def write_picture(picture: Picture, target: Path) -> None:
    """Write the picture's file, which appears whole or not at all.

    Raises:
        StorageFull: no space is left.
        PageTooLarge: the file would be larger than any may be.
    """
    part = target.with_suffix(UNFINISHED)
    try:
        with part.open("wb") as file:
            for piece in _packed(picture.image) if picture.jpeg is None else (picture.jpeg,):
                file.write(piece)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise (StorageFull if error.errno in _FULL else PageTooLarge) from None
    part.replace(target)


def _packed(image: Image.Image) -> Iterator[bytes]:
    return pnm.pack(image.width, image.height, _CHANNELS[image.mode], _rows(image))


def _rows(image: Image.Image) -> Iterator[bytes]:
    for top in range(0, image.height, _ROWS_AT_ONCE):
        bottom = min(top + _ROWS_AT_ONCE, image.height)
        yield image.crop((0, top, image.width, bottom)).tobytes()
