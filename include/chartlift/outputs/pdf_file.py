"""A PDF written object by object: nothing stays in memory but where each object begins."""

from __future__ import annotations

import shutil
import zlib
from pathlib import Path
from typing import BinaryIO, Final

_HEADER: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


class PdfFile:
    """A PDF on its way into a file; the same objects in the same order give the same bytes."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._at = 0
        self._begins: dict[int, int] = {}
        self._reserved = 0
        self._put(_HEADER)

    def reserve(self) -> int:
        """The number of an object that is written later, or never."""
        self._reserved += 1
        return self._reserved

    def add(self, body: str, number: int | None = None) -> int:
        """Write an object that is no stream; returns its number."""
        return self._object(body.encode("latin-1"), number)

    def add_deflated(self, entries: str, data: bytes) -> int:
        """Write a deflated stream of these bytes.

        `entries` is what its dictionary holds besides the length and the filter.
        """
        packed = zlib.compress(data, 9)
        head = f"<< {entries} /Filter /FlateDecode /Length {len(packed)} >>\nstream\n"
        return self._object(head.encode("latin-1") + packed + b"\nendstream", None)

    def add_file(self, entries: str, source: Path) -> int:
        """Write a stream of a file's bytes without holding them in memory."""
        size = source.stat().st_size
        number = self._begin(None)
        self._put(f"<< {entries} /Length {size} >>\nstream\n".encode("latin-1"))
        with source.open("rb") as stream:
            shutil.copyfileobj(stream, self._out)
        self._at += size
        self._put(b"\nendstream\nendobj\n")
        return number

    def finish(self, trailer: str) -> None:
        """Write the table of objects and the trailer; `trailer` names the catalogue at least."""
        start, size = self._at, self._reserved + 1
        self._put(f"xref\n0 {size}\n0000000000 65535 f \n".encode("ascii"))
        for number in range(1, size):
            begin = self._begins.get(number)
            entry = "0000000000 00000 f \n" if begin is None else f"{begin:010d} 00000 n \n"
            self._put(entry.encode("ascii"))
        end = f"trailer\n<< /Size {size} {trailer} >>\nstartxref\n{start}\n%%EOF\n"
        self._put(end.encode("latin-1"))

    def _object(self, body: bytes, number: int | None) -> int:
        number = self._begin(number)
        self._put(body + b"\nendobj\n")
        return number

    def _begin(self, number: int | None) -> int:
        number = number or self.reserve()
        self._begins[number] = self._at
        self._put(f"{number} 0 obj\n".encode("ascii"))
        return number

    def _put(self, data: bytes) -> None:
        self._out.write(data)
        self._at += len(data)
