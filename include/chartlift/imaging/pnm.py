"""The fast lossless file that pictures are kept in: PGM or PPM, packed by Zstandard.

A quarter of the time of the quickest PNG, and smaller. Both sides of the bounded child import it.
Format: Netpbm's pgm(5) and ppm(5), one picture, 8 bits; RFC 8878.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import zstandard

from chartlift.errors import DamagedFile
from chartlift.imaging.sheet import MOST_DECODED_PIXELS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Levels = bytes | memoryview

FILE_EXTENSION: Final = "pnm.zst"
MAGIC: Final = b"\x28\xb5\x2f\xfd"
"""How such a file begins."""
_KINDS: Final = {1: b"P5", 3: b"P6"}
_CHANNELS: Final = {kind: channels for channels, kind in _KINDS.items()}
_HEAD_BYTES: Final = 40
_EFFORT: Final = 1
_MOST_BYTES: Final = _HEAD_BYTES + max(_KINDS) * MOST_DECODED_PIXELS


class Pnm(NamedTuple):
    """A picture: 8 bits a channel, row by row."""

    width: int
    height: int
    channels: int
    """1 for grey, 3 for red, green and blue."""
    levels: memoryview


def pack(width: int, height: int, channels: int, rows: Iterable[Levels]) -> Iterator[bytes]:
    """The file's bytes, piece by piece; the same picture gives the same bytes.

    Args:
        width: pixels.
        height: pixels.
        channels: 1 or 3.
        rows: the levels of all rows, in pieces of any size.
    """
    head = b"%s\n%d %d\n255\n" % (_KINDS[channels], width, height)
    packer = zstandard.ZstdCompressor(level=_EFFORT, write_checksum=True)
    stream = packer.compressobj(size=len(head) + width * height * channels)
    yield stream.compress(head)
    for piece in rows:
        yield stream.compress(piece)
    yield stream.flush()


def unpack(data: bytes) -> Pnm:
    """The picture in such a file.

    Raises:
        DamagedFile: the bytes are no such file, or of more pixels than are ever written.
    """
    try:
        if zstandard.get_frame_parameters(data).content_size > _MOST_BYTES:
            raise DamagedFile
        file = zstandard.ZstdDecompressor().decompress(data)
        kind, size, _ = file[:_HEAD_BYTES].split(b"\n")[:3]
        width, height = map(int, size.split())
        channels = _CHANNELS[kind]
    except (zstandard.ZstdError, ValueError, KeyError):
        raise DamagedFile from None
    levels = memoryview(file)[len(b"%s\n%s\n255\n" % (kind, size)) :]
    if len(levels) != width * height * channels:
        raise DamagedFile
    return Pnm(width, height, channels, levels)
