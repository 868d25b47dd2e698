"""Tesseract through pytesseract: one short-lived child process a picture.

The child is bound to this process (it is killed with it), runs on one thread, and works in a
private spool folder that only this user can enter.
"""

from __future__ import annotations

import csv
import errno
import math
import os
import shlex
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytesseract
from pytesseract import pytesseract as program

from chartlift.errors import (
    EngineCrashed,
    MissingLanguage,
    MissingProgram,
    PageTimeout,
    StorageFull,
)
from chartlift.model import Box, Frozen, Language
from chartlift.ocr.protocol import Shape, word_on_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chartlift.model import Raster, Word

NAME = "tesseract"
READS_PAGES = True
"""An engine of whole pages, not of single lines."""
SPOOL_PREFIX = "chartlift-ocr-"
STALE_SECONDS = 3600
"""Age from which a spool folder belongs to a process that was killed; no page takes so long."""
LEAST_DPI, MOST_DPI = 70, 2400
"""Tesseract guesses the resolution outside of these."""
LEAST_SIDE = 3
FULL = {errno.ENOSPC, errno.EDQUOT}

# PDEATHSIG ends the child with its parent, umask keeps its files private, and a thread limit
# of 1 saves most of the CPU that Tesseract's own threads burn.
LAUNCHER = """\
#!/bin/sh
umask 077
export OMP_THREAD_LIMIT=1
exec {setpriv} --pdeathsig KILL -- {command} "$@"
"""


class Options(Frozen):
    """How Tesseract is run; defaults in `data/engines/tesseract.toml`."""

    command: str
    """A name on PATH, or a path."""
    data_folder: str
    """Folder of the traineddata files; empty for Tesseract's own."""
    extra: str
    """Further options of its command line."""
    codes: dict[Language, str]
    modes: dict[Shape, int]


class Tesseract:
    """Reads a picture by one call of the Tesseract program."""

    name = NAME

    def __init__(self, options: Options) -> None:
        self._options = options
        self._command = find_program(options.command)
        self._setpriv = find_program("setpriv")

    def read(
        self,
        raster: Raster,
        languages: Sequence[Language],
        *,
        shape: Shape = Shape.BLOCK,
        seconds: float = 60.0,
    ) -> tuple[Word, ...]:
        """See `OcrEngine.read`."""
        codes = self._codes(languages)
        if min(raster.pixels.shape) < LEAST_SIDE:
            return ()
        try:
            with tempfile.TemporaryDirectory(prefix=SPOOL_PREFIX) as spool:
                table = self._run(Path(spool), raster, codes, shape, seconds)
        except OSError as error:
            if error.errno in FULL:
                raise StorageFull(subject="spool folder") from None
            raise EngineCrashed(subject=NAME) from None
        return tuple(_words(table, raster))

    def _codes(self, languages: Sequence[Language]) -> str:
        codes = [self._options.codes.get(language, language) for language in languages]
        there = set(data_files(self._command, self._options.data_folder))
        for code in codes:
            if code not in there:
                raise MissingLanguage(subject=code)
        return "+".join(codes)

    def _run(self, spool: Path, raster: Raster, codes: str, shape: Shape, seconds: float) -> str:
        picture, answer = spool / "page.pgm", spool / "page"
        height, width = raster.pixels.shape
        picture.write_bytes(b"P5\n%d %d\n255\n" % (width, height) + raster.pixels.tobytes())
        program.tesseract_cmd = str(self._launcher(spool))
        try:
            program.run_tesseract(
                str(picture),
                str(answer),
                extension="tsv",
                lang=codes,
                config=self._config(raster.dpi, shape),
                timeout=max(0.1, seconds),
            )
            return answer.with_suffix(".tsv").read_text(encoding="utf-8", errors="replace")
        except pytesseract.TesseractError:
            raise EngineCrashed(subject=NAME) from None
        except RuntimeError:
            raise PageTimeout from None

    def _launcher(self, spool: Path) -> Path:
        launcher = spool / "launch"
        setpriv, command = shlex.quote(self._setpriv), shlex.quote(self._command)
        launcher.write_text(LAUNCHER.format(setpriv=setpriv, command=command), encoding="utf-8")
        launcher.chmod(0o700)
        return launcher

    def _config(self, dpi: int, shape: Shape) -> str:
        folder = self._options.data_folder
        parts = [f"--tessdata-dir {shlex.quote(folder)}"] if folder else []
        parts += [
            f"--psm {self._options.modes[shape]} --oem 1",
            f"--dpi {min(MOST_DPI, max(LEAST_DPI, dpi))}",
            self._options.extra,
            "-c tessedit_create_tsv=1",
        ]
        return " ".join(part for part in parts if part)


def create(options: Options) -> Tesseract:
    """The engine; what killed processes left in the spool is swept.

    Raises:
        MissingProgram: Tesseract is not installed.
    """
    _sweep()
    return Tesseract(options)


def _sweep() -> None:
    oldest = time.time() - STALE_SECONDS
    for folder in Path(tempfile.gettempdir()).glob(f"{SPOOL_PREFIX}*"):
        with suppress(OSError):  # another process sweeps too, or it is another user's
            if folder.stat().st_mtime < oldest and folder.stat().st_uid == os.getuid():
                shutil.rmtree(folder)


def _words(table: str, raster: Raster) -> Iterator[Word]:
    make = partial(word_on_page, raster, engine=NAME)
    for row in csv.DictReader(table.split("\n"), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = (row["text"] or "").strip()
        if row["level"] != "5" or not text:
            continue
        left, top = int(row["left"]), int(row["top"])
        box = Box(left, top, left + int(row["width"]), top + int(row["height"]))
        confidence = float(row["conf"])
        yield make(text, box, 0.0 if math.isnan(confidence) else confidence / 100)


@cache
def find_program(command: str) -> str:
    """The full path of a program.

    Raises:
        MissingProgram: there is none of that name; `subject` is the name.
    """
    path = shutil.which(command)
    if path is None:
        raise MissingProgram(subject=Path(command).name)
    return path


@cache
def program_version(command: str) -> str:
    """The program's version, as it prints it: `5.3.0`.

    Raises:
        MissingProgram: it is not installed or does not start.
    """
    return _ask(find_program(command), "--version").split("\n")[0].removeprefix("tesseract ")


@cache
def data_files(command: str, folder: str) -> dict[str, Path]:
    """The traineddata files there are, by Tesseract's language code."""
    options = ["--tessdata-dir", folder] if folder else []
    first, *codes = _ask(find_program(command), "--list-langs", *options).splitlines()
    place = Path(first.partition('"')[2].rpartition('"')[0])
    return {code.strip(): place / f"{code.strip()}.traineddata" for code in codes}


@cache
def data_hash(command: str, folder: str, codes: tuple[str, ...]) -> str:
    """16 hexadecimal digits that change with the content of these languages' data.

    Raises:
        MissingLanguage: one of them is not installed.
    """
    there, digest = data_files(command, folder), sha256()
    for code in codes:
        if code not in there:
            raise MissingLanguage(subject=code)
        digest.update(there[code].read_bytes())
    return digest.hexdigest()[:16]


def _ask(command: str, *arguments: str) -> str:
    try:
        answer = subprocess.run(
            [command, *arguments], check=True, capture_output=True, text=True, timeout=20
        )
    except (OSError, subprocess.SubprocessError):
        raise MissingProgram(subject=Path(command).name) from None
    return answer.stdout
