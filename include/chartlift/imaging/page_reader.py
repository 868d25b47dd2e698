"""Reads a document's pages through the bounded child, and outlives whatever the child meets.

A page the child dies on is lost alone: a new child reads the others. One that crashed the first
renderer is given to the second.
"""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Literal, Self, get_args

from pydantic import Field

from chartlift.errors import (
    ChartliftError,
    ConfigError,
    DamagedFile,
    EngineCrashed,
    InputError,
    PageTimeout,
    RenderFailed,
    ServiceError,
)
from chartlift.frozen import Frozen, from_json, to_json
from chartlift.imaging.bounded import BoundedChild, ChildDied, ChildKilled, ChildTimedOut, Limits
from chartlift.imaging.orders import UNFINISHED, Job, Order
from chartlift.imaging.pnm import FILE_EXTENSION
from chartlift.model import Box, FileType, PageImage, PageWords, Word
from chartlift.settings import Settings
from chartlift.store import page_name

TEXT_LAYER: Final = "text-layer"
"""The engine of words that stand in the document itself."""

_Extension = Literal["pnm.zst", "jpg"]

_CHILD: Final = "chartlift.imaging.split_child"
_MEMORY_BYTES: Final = 1280 * 1024 * 1024
_FILE_BYTES: Final = 512 * 1024 * 1024
_MOST_DEATHS_IN_A_ROW: Final = 16
_MOST_WORDS: Final = 10_000
"""A page of small print has 2,000; where a text layer has more than this, the picture is read."""
_MOST_LOST_SECONDS: Final = 600.0
"""After so much time in children that died, the pages left are given up, each with a code."""


class _Answer(Frozen):
    """One line of the child, whichever it is; a child is not trusted to keep the form."""

    count: int | None = Field(default=None, ge=0)
    extension: _Extension = FILE_EXTENSION
    width: int = Field(default=0, ge=0)
    height: int = Field(default=0, ge=0)
    dpi: int = Field(default=0, ge=0)
    words: tuple[tuple[str, Box], ...] | None = None
    code: str | None = None
    page: int | None = None
    found: int | None = None
    limit: int | None = None
    subject: str | None = None


class PageReader:
    """The pages of one document, each written into a folder as it is read; a context manager.

    Raises on entering:
        DamagedFile, EncryptedFile, PageTimeout: the document cannot be opened.
        EngineCrashed: the machine has no memory for the child now.
    """

    def __init__(
        self, source: Path, folder: Path, *, file_type: FileType, settings: Settings
    ) -> None:
        self._folder = folder
        self._job = Job(
            source=str(source.resolve()),
            file_type=file_type,
            keep_words=not settings.force_ocr,
            seconds=settings.page_seconds,
        )
        self._child: BoundedChild | None = None
        self._deaths = 0
        self._lost_seconds = 0.0
        self.count = 0
        """How many pages the document says it has."""

    def __enter__(self) -> Self:
        try:
            self._open()
        except ChildTimedOut:
            raise PageTimeout from None
        except ChildKilled:
            raise EngineCrashed from None
        except ChildDied:
            raise DamagedFile from None
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end_child()
        for left_over in self._folder.glob("*" + UNFINISHED):
            if left_over.is_dir():
                shutil.rmtree(left_over)
            else:
                left_over.unlink()

    def read(self, number: int) -> PageImage:
        """The page of this 1-based number; one that cannot be read has its code and no picture.

        Raises:
            ConfigError, ServiceError: the machine is at fault, not the page.
        """
        try:
            answer = self._order(number)
        except InputError as error:
            for extension in get_args(_Extension):
                (self._folder / page_name(number, extension)).unlink(missing_ok=True)
            return PageImage(
                number=number, width=0, height=0, dpi=0, image=None, unreadable=error.code
            )
        return PageImage(
            number=number,
            width=answer.width,
            height=answer.height,
            dpi=answer.dpi,
            image=page_name(number, answer.extension),
            text_layer=self._write_words(number, answer),
        )

    def _write_words(self, number: int, answer: _Answer) -> str | None:
        if answer.words is None or len(answer.words) > _MOST_WORDS:
            return None
        words = tuple(
            Word(text=text, box=box, confidence=1.0, engine=TEXT_LAYER)
            for text, box in answer.words
        )
        name = page_name(number, "words.json")
        (self._folder / name).write_bytes(to_json(PageWords(words=words)))
        return name

    def _order(self, number: int, *, again: bool = False) -> _Answer:
        if self._deaths >= _MOST_DEATHS_IN_A_ROW or self._lost_seconds >= _MOST_LOST_SECONDS:
            raise RenderFailed(page=number)
        started = time.monotonic()
        try:
            child = self._child or self._open()
            answer = _ask(child, Order(number, Path(page_name(number, "jpg")).stem, again))
        except ChildDied as death:
            self._end_child()
            self._deaths += 1
            self._lost_seconds += time.monotonic() - started
            return self._after(death, number, again=again)
        self._deaths = 0
        return answer

    def _after(self, death: ChildDied, number: int, *, again: bool) -> _Answer:
        if isinstance(death, ChildKilled):
            raise EngineCrashed(page=number) from None
        if isinstance(death, ChildTimedOut) and not again:
            raise PageTimeout(page=number) from None
        if again or self._job.file_type != FileType.PDF:
            raise RenderFailed(page=number) from None
        return self._order(number, again=True)

    def _open(self) -> BoundedChild:
        limits = Limits(_MEMORY_BYTES, _FILE_BYTES, self._job.seconds)
        child = self._child = BoundedChild(_CHILD, limits, folder=self._folder)
        try:
            self.count = _ask(child, self._job).count or 0
        except (ChildDied, ChartliftError):
            self._end_child()
            raise
        return child

    def _end_child(self) -> None:
        if self._child is not None:
            self._child.close()
            self._child = None


def _ask(child: BoundedChild, question: Job | Order) -> _Answer:
    line = child.ask(to_json(question._asdict()))
    try:
        answer = from_json(_Answer, line)
    except ValueError:  # no JSON, or JSON of another shape: the child is not itself
        raise ChildDied from None
    if answer.code is not None:
        raise _error(answer)
    return answer


def _error(answer: _Answer) -> ChartliftError:
    for family in (InputError, ConfigError, ServiceError):
        for kind in family.__subclasses__():
            if kind.code == answer.code:
                return kind(
                    page=answer.page,
                    found=answer.found,
                    limit=answer.limit,
                    subject=answer.subject,
                )
    return EngineCrashed(page=answer.page)
