"""Whether a JPEG's pixels end where its data do.

Runs in the bounded child. A JPEG is one long chain: after a flipped bit or a missing piece the
decoder goes on, mostly into grey or black, and has pixels left when its data are at their end, or
data when its pixels are. It only warns of that, and Pillow keeps the warnings to itself.
"""

from __future__ import annotations

import io
from typing import Final

from PIL import Image

END_OF_IMAGE: Final = b"\xff\xd9"
TAIL_BYTES: Final = 16
"""Some scanners pad the file after its end marker."""

_UNDECODED: Final = (128, 128)
"""The levels that decoders leave, in every channel, where data is missing."""
_BLOCK: Final = 8
"""Pixels of the side of a block; no JPEG has smaller ones."""
_FEWEST_PIXELS: Final = 4
_PIECE_BYTES: Final = 256
"""More than the last block of any scan takes; for each channel."""
_FEWEST_PIECES: Final = 4
_FRAME_MARKS: Final = frozenset({0xC0, 0xC1})
_SCAN_MARK: Final = 0xDA


def is_cut(jpeg: bytes, image: Image.Image) -> bool:
    """Whether rows or blocks are missing from a JPEG's picture, or data is left over.

    Args:
        jpeg: the file.
        image: what Pillow decoded from it, L or RGB.

    Raises what Pillow raises on damaged files.
    """
    if _is_undecoded(image, image.height - _BLOCK, 0):
        return True
    start, end = _start_of_data(jpeg), jpeg.rfind(END_OF_IMAGE)
    if start is None or end < len(jpeg) - TAIL_BYTES:
        return False  # what follows, or in which order the channels come, is not known
    across, down = (image.width - 1) // _BLOCK * _BLOCK, (image.height - 1) // _BLOCK * _BLOCK
    if (image.width - across) * (image.height - down) < _FEWEST_PIXELS:
        across = max(across - _BLOCK, 0)
    if _is_undecoded(image, down, across):
        return True
    return not _needs_its_end(jpeg, start, end, len(image.getbands()))


def _is_undecoded(image: Image.Image, top: int, left: int) -> bool:
    rest = image.crop((left, max(top, 0), image.width, image.height))
    return all(channel.getextrema() == _UNDECODED for channel in rest.split())


def _needs_its_end(jpeg: bytes, start: int, end: int, channels: int) -> bool:
    """Whether the last block is missing once the last piece of the data is."""
    data = jpeg[start:end].rstrip(b"\x00\xff")
    if len(data) < _FEWEST_PIECES * _PIECE_BYTES * channels:
        return True  # too little to tell
    shorter = jpeg[:start] + data[: -_PIECE_BYTES * channels] + END_OF_IMAGE
    small = Image.open(io.BytesIO(shorter), formats=["JPEG"])
    small.draft("L", (small.width // _BLOCK, small.height // _BLOCK))
    last = small.convert("L").getpixel((small.width - 1, small.height - 1))
    return bool(last == _UNDECODED[0])


def _start_of_data(jpeg: bytes) -> int | None:
    """Where the data of the only scan begin; None where a JPEG is made in another way."""
    at, channels = 2, None
    while at + 10 <= len(jpeg) and jpeg[at] == 0xFF:
        mark, end = jpeg[at + 1], at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if mark in _FRAME_MARKS:
            channels = jpeg[at + 9]
        elif mark == _SCAN_MARK:
            return end if jpeg[at + 4] == channels else None
        at = end
    return None
