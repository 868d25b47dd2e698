"""The child process that parses a document and writes its pages: `python -m` this module.

The first line it is given says which document (`Job`), each further line which page (`Order`).
It answers with one line of JSON each: `{"count": 3}`, a page's size and words, or the code and
figures of what went wrong. Its parent is `page_reader`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Protocol

from chartlift.errors import ChartliftError, RenderFailed
from chartlift.imaging.bounded import serve
from chartlift.imaging.orders import Job, Order
from chartlift.imaging.picture_file import write_picture
from chartlift.imaging.pictures import Picture, PicturePages
from chartlift.imaging.pnm import FILE_EXTENSION


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
    extension = FILE_EXTENSION if picture.jpeg is None else "jpg"
    write_picture(picture, Path(f"{order.name}.{extension}"))
    return {
        "extension": extension,
        "width": picture.image.width,
        "height": picture.image.height,
        "dpi": picture.dpi,
        "words": picture.words,
    }


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
