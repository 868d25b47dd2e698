"""The program that `engines/tesserocr.py` keeps running: it reads pictures from standard input.

It is started by its path with an isolated Python, knows nothing of chartlift, and imports no more
than it needs: every process that reads a page pays for it. Its one argument is the folder that
holds the package `tesserocr`. `chartlift.ocr.resident` says how questions and answers are framed.

A question's first block holds, between zero bytes: languages, data folder, page segmentation mode,
dpi, width and height of the picture, then variables as name=value. Its second block is the
picture's grey levels, row by row. An answer is one letter and what belongs to it: `T` and
Tesseract's TSV table, `V` and the name of a variable that does not exist or has no such value, `F`
if Tesseract cannot read its data.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from tesserocr import PyTessBaseAPI

MOST_READERS = 4
"""Combinations of languages kept loaded, 20 MB each: a look at a page and its reading take two."""
LSTM_ONLY = 1

Key = tuple[str, str, tuple[str, ...]]


def main() -> None:
    """Answers until standard input ends."""
    sys.path.insert(0, sys.argv[1])
    # Pictures come as bytes: Pillow would only cost its import, a third of the start.
    sys.modules["PIL"] = None  # type: ignore[assignment]  # None is how an import is forbidden
    with open("/proc/self/comm", "w", encoding="ascii") as name:  # noqa: PTH123 - no pathlib here
        name.write("tesseract")  # what `ps` and `top` call it
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    readers: dict[Key, PyTessBaseAPI] = {}
    while True:
        head = _block(source)
        if head is None:
            break
        answer = _answer(head.decode().split("\0"), _block(source) or b"", readers)
        sink.write(len(answer).to_bytes(4, "big") + answer)
        sink.flush()


def _block(source: BinaryIO) -> bytes | None:
    length = source.read(4)
    return source.read(int.from_bytes(length, "big")) if length else None


def _answer(head: list[str], pixels: bytes, readers: dict[Key, PyTessBaseAPI]) -> bytes:
    languages, folder, mode, dpi, width, height, *variables = head
    try:
        reader = _reader((languages, folder, tuple(variables)), readers)
    except LookupError as wrong:
        return b"V" + str(wrong.args[0]).encode()
    except RuntimeError:
        return b"F"
    reader.SetPageSegMode(int(mode))
    reader.SetImageBytes(pixels, int(width), int(height), 1, int(width))
    reader.SetSourceResolution(int(dpi))
    reader.Recognize()
    table: str = reader.GetTSVText(0)
    reader.Clear()
    return b"T" + table.encode(errors="replace")


def _reader(key: Key, readers: dict[Key, PyTessBaseAPI]) -> PyTessBaseAPI:
    """The reader of that key, the one used longest ago given up for a new one."""
    from tesserocr import PyTessBaseAPI

    reader = readers.pop(key, None)
    if reader is None:
        if len(readers) >= MOST_READERS:
            readers.pop(next(iter(readers))).End()
        languages, folder, texts = key
        values = dict(text.split("=", 1) for text in texts)
        reader = PyTessBaseAPI(f"{folder}/", languages, oem=LSTM_ONLY, variables=values)
        for name in values:
            if reader.GetVariableAsString(name) is None:
                raise LookupError(name)
    readers[key] = reader
    return reader


if __name__ == "__main__":
    main()
