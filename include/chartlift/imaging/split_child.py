"""The child process that parses a document and writes its pages: `python -m` this module.

The first line it is given says which document (`Job`), each further line which page (`Order`).
It answers with one line of JSON each: `{"count": 3}`, a page's size and words, or the code and
figures of what went wrong. Its parent is `page_reader`.
"""

from __future__ import annotations

import errno
import json
import sys
from pathlib import Path
from typing import Any, Final, Protocol

from chartlift.errors import ChartliftError, PageTooLarge, RenderFailed, StorageFull
from chartlift.imaging.bounded import serve
from chartlift.imaging.orders import UNFINISHED, Job, Order
from chartlift.imaging.pictures import Picture, PicturePages

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_PNG_EFFORT: Final = 1
"""zlib level; a noisy grey A4 page takes 0.3 s, and 0.7 s at the usual 6 to be 11 % smaller."""


class Pages(Protocol):
    """An opened document."""

    @property
    def count(self) -> int:
        """How many pages it has."""

    def read(self, number: int) -> Picture:
        """The page of this 1-based number, or the InputError of that page."""


class Desk:
    """Answers the parent's lines, one after the other."""

    def __init__(self) -> None:
        self._pages: Pages | None = None

    def answer(self, line: str) -> str:
        """The answer to one line, itself one line."""
        try:
            question: dict[str, Any] = json.loads(line)
            if self._pages is None:
                self._pages = open_pages(Job(**question))
                reply: dict[str, Any] = {"count": self._pages.count}
            else:
                reply = _write_page(self._pages, Order(**question))
        except ChartliftError as error:
            reply = _as_reply(error)
        except MemoryError:
            reply = _as_reply(RenderFailed())
        return json.dumps(reply)


def open_pages(job: Job) -> Pages:
    """The document of a job; a PDF's library is loaded for a PDF only."""
    path = Path(job.source)
    if job.file_type != "pdf":
        return PicturePages(path, job.file_type)
    from chartlift.imaging.pdf import PdfPages

    return PdfPages(path, keep_words=job.keep_words, seconds=job.seconds)


def _write_page(pages: Pages, order: Order) -> dict[str, Any]:
    again = getattr(pages, "read_again", pages.read) if order.again else pages.read
    picture = again(order.number)
    _write(picture, Path(order.image))
    return {
        "width": picture.image.width,
        "height": picture.image.height,
        "dpi": picture.dpi,
        "words": picture.words,
    }


def _write(picture: Picture, target: Path) -> None:
    part = target.with_suffix(UNFINISHED)
    dpi = (picture.dpi, picture.dpi)
    try:
        picture.image.save(part, "PNG", compress_level=_PNG_EFFORT, dpi=dpi)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise (StorageFull if error.errno in _FULL else PageTooLarge) from None
    part.replace(target)


def _as_reply(error: ChartliftError) -> dict[str, Any]:
    return {
        "code": error.code,
        "page": error.page,
        "found": error.found,
        "limit": error.limit,
        "subject": error.subject,
    }


if __name__ == "__main__":
    serve(sys.argv[1:], Desk().answer)
