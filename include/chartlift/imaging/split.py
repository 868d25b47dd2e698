"""The split: a document's bytes into one picture a page, safely.

Every stranger's byte is parsed in a bounded child (`bounded`, `split_child`); this module only
counts, refuses and writes down. The same file gives the same pictures, byte for byte, as long as
`split_components` stays the same.
"""

from __future__ import annotations

import math
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from importlib.metadata import distribution, version
from itertools import pairwise
from pathlib import Path
from typing import Final

import simplejson

from chartlift.errors import (
    DamagedFile,
    EmptyFile,
    ExtensionMismatch,
    FileTooLarge,
    InputError,
    NoPages,
    NoReadablePage,
    TooManyPages,
    UnsupportedType,
)
from chartlift.imaging.page_reader import PageReader
from chartlift.imaging.source import extension_fits
from chartlift.model import FileType, PageImage, PageManifest, PageRange
from chartlift.settings import Settings

STAGE_VERSION: Final = "5"
"""Raised whenever the same file would give other pictures or words than before."""

_MEBIBYTE: Final = 1024 * 1024
_SINGLE_PAGES: Final = 16
_MOST_RANGES: Final = 64
_PAGES_WORTH_A_TASK: Final = 4


def split_source(
    source: Path,
    folder: Path,
    *,
    file_type: FileType,
    settings: Settings,
    declared_extension: str | None,
) -> PageManifest:
    """Write a document's pages into an existing private folder: 0001.pnm.zst, 0002.jpg and so on.

    The words of a usable text layer stand beside the picture, as 0001.words.json.

    A picture is 8 bits, grey or RGB, as a viewer shows the page: a JPEG where the page is nothing
    but that JPEG, else packed without loss (`pnm`). A page that cannot be read has no picture and
    a code, and 0 for its unknown size. Boxes of words are in pixels of the picture.

    Args:
        source: the document's bytes, under any name.
        folder: the place of pictures and words; nothing else is left in it.
        file_type: what the bytes are, as `detect_type` told.
        settings: sizes, types and times allowed, and whether text layers are taken.
        declared_extension: the extension the document came with, if it had one.

    Raises:
        EmptyFile, FileTooLarge, UnsupportedType, ExtensionMismatch: refused before it is opened.
        EncryptedFile, DamagedFile, NoPages, TooManyPages: refused when it was opened.
        NoReadablePage: none of several pages can be read. The code of a document's only page is
            raised itself, PageTooLarge for example.
        ConfigError, ServiceError: the machine is at fault; nothing is said about the document.
    """
    _require_acceptable(source, file_type, settings, declared_extension)
    with PageReader(source, folder, file_type=file_type, settings=settings) as reader:
        if not reader.count:
            raise NoPages
        if reader.count > settings.max_pages:
            raise TooManyPages(found=reader.count, limit=settings.max_pages)
        pages = tuple(reader.read(number) for number in range(1, reader.count + 1))
    _require_readable(pages)
    return PageManifest(file_type=file_type, pages=pages)


def require_size(size: int, settings: Settings) -> None:
    """Check a document's size in bytes, before anything of it is read.

    Raises:
        EmptyFile, FileTooLarge: it is refused.
    """
    limit = settings.max_file_size_mb * _MEBIBYTE
    if not size:
        raise EmptyFile
    if size > limit:
        raise FileTooLarge(found=size, limit=limit)


def page_ranges(page_count: int) -> tuple[PageRange, ...]:
    """The page ranges that become mapped tasks: in order, without gaps, their lengths even.

    A mapped task costs 0.2-0.4 s of overhead beside the loading of models, and a page is
    prepared and read in 1.4-4 s. Up to 16 pages each has its own task: that is about as many as
    run at once, and a page is retried alone. Longer documents keep 16 tasks until each holds 4
    pages, which brings the overhead below a tenth, then get more, and at most 64: Airflow's grid
    and scheduler grow slow with mapped tasks, and 5,000 pages are then 79 a task, some minutes.
    """
    worth = math.ceil(page_count / _PAGES_WORTH_A_TASK)
    count = min(page_count, max(_SINGLE_PAGES, min(worth, _MOST_RANGES)))
    ends = [page_count * nth // count for nth in range(count + 1)]
    return tuple((first + 1, last) for first, last in pairwise(ends))


@cache
def split_components() -> dict[str, str]:
    """The versions a split's pictures and words depend on, for its fingerprint."""
    return {
        "split": STAGE_VERSION,
        "pypdfium2": version("pypdfium2"),
        "pdfium": _pdfium_build(),
        "poppler": _poppler_version(),
        "pillow": version("pillow"),
        "zstandard": version("zstandard"),
        "pillow-heif": version("pillow-heif"),
        "pikepdf": version("pikepdf"),
    }


def _require_acceptable(
    source: Path, file_type: FileType, settings: Settings, declared_extension: str | None
) -> None:
    require_size(source.stat().st_size, settings)
    if file_type is FileType.OTHER or file_type not in settings.allowed_types:
        raise UnsupportedType
    if not extension_fits(declared_extension, file_type):
        raise ExtensionMismatch


def _require_readable(pages: Sequence[PageImage]) -> None:
    codes = {page.unreadable for page in pages}
    if None in codes:
        return
    if len(pages) == 1 or codes == {DamagedFile.code}:
        for kind in InputError.__subclasses__():
            if kind.code in codes:
                raise kind
    raise NoReadablePage(found=len(pages))


def _pdfium_build() -> str:
    # Read, not imported: the library itself is for the child alone.
    place = distribution("pypdfium2").locate_file("pypdfium2_raw/version.json")
    build = simplejson.loads(Path(str(place)).read_bytes())
    return ".".join(str(build[part]) for part in ("major", "minor", "build", "patch"))


def _poppler_version() -> str:
    program = shutil.which("pdftoppm")
    if program is None:
        return "none"
    said = subprocess.run([program, "-v"], capture_output=True, text=True, check=False).stderr
    return said.partition("\n")[0].rpartition(" ")[2]
