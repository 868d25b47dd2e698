"""A first look at a PDF's packed streams, without understanding the PDF.

Runs in the bounded child. A renderer draws what it can unpack of a damaged stream and says nothing;
to read every document a second time, to be sure, would cost as much as a page. So streams are only
tried to be unpacked; a document with one that cannot be is then examined properly.
"""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Final

_BEGIN: Final = b"stream"
_END: Final = b"endstream"
_BEGIN_OBJECT: Final = b" obj"
_END_OBJECT: Final = b"endobj"
_LONGEST_BYTES: Final = 256 * 1024
"""Of a packed stream; longer ones are images, which are looked at one by one."""
_MOST_UNPACKED: Final = 4 * 1024 * 1024
_DEFLATE: Final = 8


def has_broken_stream(path: Path) -> bool:
    """Whether a packed stream of the file cannot be unpacked, or something has lost its end."""
    data = path.read_bytes()
    ends = data.count(_END)
    if data.count(_BEGIN) != 2 * ends or data.count(_BEGIN_OBJECT) != data.count(_END_OBJECT):
        return True
    at = data.find(_BEGIN)
    while at >= 0:
        start = _skip_line_end(data, at + len(_BEGIN))
        end = data.find(_END, start, start + _LONGEST_BYTES)
        if end >= 0 and _is_packed(data[start : start + 2]) and is_broken(data[start:end]):
            return True
        at = data.find(_BEGIN, max(end, start) + len(_END))
    return False


def _skip_line_end(data: bytes, at: int) -> int:
    if data[at : at + 2] == b"\r\n":
        return at + 2
    return at + (data[at : at + 1] in (b"\n", b"\r"))


def _is_packed(head: bytes) -> bool:
    # RFC 1950, 2.2: the method, and a check over both bytes.
    return len(head) == 2 and head[0] % 16 == _DEFLATE and (head[0] * 256 + head[1]) % 31 == 0


def is_broken(packed: bytes) -> bool:
    """Whether a deflated stream ends early, cannot be unpacked, or fails its checksum.

    Of a very long one the beginning is looked at.
    """
    unpacker = zlib.decompressobj()
    try:
        unpacker.decompress(packed, _MOST_UNPACKED)
    except zlib.error:
        return True
    return not unpacker.eof and not unpacker.unconsumed_tail
