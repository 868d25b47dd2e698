"""Tesseract through pytesseract: one short-lived child process a picture.

Where the package `tesserocr` is installed and can do what the options ask, it reads in its stead
(`engines/tesserocr.py`), for about 60 % of the CPU; the option `resident` forbids that. The child
is bound to this process (it is killed with it), runs on one thread, and works in a private spool
folder that only this user can enter.
"""

from __future__ import annotations

import errno
import os
import shlex
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from chartlift.errors import (
    EngineCrashed,
    InvalidSetting,
    MissingLanguage,
    MissingProgram,
    PageTimeout,
    StorageFull,
)
from chartlift.frozen import Frozen
from chartlift.model import Language
from chartlift.ocr.engines import tesserocr
from chartlift.ocr.programs import content_hash, find_program
from chartlift.ocr.protocol import Shape
from chartlift.ocr.registry import engine_defaults
from chartlift.ocr.tsv import words_of_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chartlift.model import Raster, Word
    from chartlift.ocr.protocol import OcrEngine

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
    resident: bool
    """Whether tesserocr may read in its stead."""


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
        return tuple(words_of_table(table, raster, NAME))

    def _codes(self, languages: Sequence[Language]) -> str:
        codes = [self._options.codes.get(language, language) for language in languages]
        there = set(data_files(self._command, self._options.data_folder))
        for code in codes:
            if code not in there:
                raise MissingLanguage(subject=code)
        return "+".join(codes)

    def _run(self, spool: Path, raster: Raster, codes: str, shape: Shape, seconds: float) -> str:
        import pytesseract
        from pytesseract import pytesseract as program

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


def create(options: Options) -> OcrEngine:
    """The engine; what killed processes left in the spool is swept.

    Raises:
        MissingProgram: Tesseract is not installed.
    """
    kept = kept_running(options)
    if kept is not None:
        return tesserocr.create(kept)
    _sweep()
    return Tesseract(options)


def kept_running(options: Options) -> tesserocr.Options | None:
    """How tesserocr is to read; None where Tesseract's program is to be started instead.

    That is where the package is missing, the program is not the usual one, or further options are
    more than variables.
    """
    if not options.resident or options.command != engine_defaults(NAME)["command"]:
        return None
    same = options.model_dump(include={"data_folder", "extra", "codes", "modes"})
    kept = tesserocr.Options.model_validate({**engine_defaults(tesserocr.PACKAGE), **same})
    try:
        tesserocr.create(kept)
    except (MissingProgram, InvalidSetting):
        return None
    return kept


def versions(options: Options, languages: Sequence[Language]) -> dict[str, str]:
    """What the words depend on beside the picture and the options.

    Raises:
        MissingProgram: Tesseract is not installed.
        MissingLanguage: there is no data for one of the languages.
    """
    kept = kept_running(options)
    if kept is not None:
        return tesserocr.versions(kept, languages)
    codes = tuple(options.codes.get(language, language) for language in languages)
    data = data_hash(options.command, options.data_folder, codes)
    return {NAME: program_version(options.command), "data": data}


def _sweep() -> None:
    oldest = time.time() - STALE_SECONDS
    for folder in Path(tempfile.gettempdir()).glob(f"{SPOOL_PREFIX}*"):
        with suppress(OSError):  # another process sweeps too, or it is another user's
            if folder.stat().st_mtime < oldest and folder.stat().st_uid == os.getuid():
                shutil.rmtree(folder)


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


def data_hash(command: str, folder: str, codes: tuple[str, ...]) -> str:
    """16 hexadecimal digits that change with the content of these languages' data.

    Raises:
        MissingLanguage: one of them is not installed.
    """
    there = data_files(command, folder)
    for code in codes:
        if code not in there:
            raise MissingLanguage(subject=code)
    return content_hash(tuple(there[code] for code in codes))


def _ask(command: str, *arguments: str) -> str:
    try:
        answer = subprocess.run(
            [command, *arguments], check=True, capture_output=True, text=True, timeout=20
        )
    except (OSError, subprocess.SubprocessError):
        raise MissingProgram(subject=Path(command).name) from None
    return answer.stdout
