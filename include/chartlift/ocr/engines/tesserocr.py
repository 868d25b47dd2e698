"""Tesseract without starting it for every picture: the package `tesserocr`, kept running.

It reads what `engines/tesseract.py` reads, by the library that the package brings, for about 60 %
of the CPU: the program and its data are loaded once a process. The package is held at 2.8, which
brings Tesseract 5.3.4 and reads the very words, boxes and confidences that Debian's 5.3.0 does, so
that a site may have either. The 5.5.4 of later ones reads other words on most pages, and on 89
pages and lines not better ones (character errors 11.4, 17.6, 15.0 % for 11.4, 17.5, 15.3).

The library runs in one resident child of this process, so a picture that makes it hang is a
`PageTimeout`, and one that makes it crash an `EngineCrashed`, as with Tesseract's own program; the
task lives, and the next picture gets a new child. Nothing is written to disk. Words say `tesseract`
read them; a run's component versions say which of the two it was. The environment is not read:
`data_folder` says where other data lies.
"""

from __future__ import annotations

import shlex
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from chartlift.errors import EngineCrashed, InvalidSetting, MissingLanguage, MissingProgram
from chartlift.frozen import Frozen
from chartlift.model import Language
from chartlift.ocr import resident_tesseract
from chartlift.ocr.programs import content_hash, package_folder, package_version
from chartlift.ocr.protocol import Shape
from chartlift.ocr.resident import Resident
from chartlift.ocr.tsv import words_of_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chartlift.model import Raster, Word

NAME = "tesseract"
PACKAGE = "tesserocr"
READS_PAGES = True
LEAST_DPI, MOST_DPI = 70, 2400
"""Tesseract guesses the resolution outside of these."""
LEAST_SIDE = 3


class Options(Frozen):
    """How Tesseract is run; defaults in `data/engines/tesserocr.toml`."""

    data_folder: str
    """Folder of the traineddata files; empty for the first of `data_folders` there is."""
    data_folders: tuple[str, ...]
    extra: str
    """Variables as on Tesseract's command line: `-c name=value`, any number of them."""
    codes: dict[Language, str]
    modes: dict[Shape, int]


class Tesserocr:
    """Reads a picture by one question to the resident child."""

    name = NAME

    def __init__(self, options: Options) -> None:
        self._options = options
        self._folder = data_folder(options)
        self._variables = variables(options.extra)
        self._child = resident_child()

    def read(
        self,
        raster: Raster,
        languages: Sequence[Language],
        *,
        shape: Shape = Shape.BLOCK,
        seconds: float = 60.0,
    ) -> tuple[Word, ...]:
        """See `OcrEngine.read`.

        Raises:
            InvalidSetting: a variable of `extra` does not exist.
        """
        codes = [self._options.codes.get(language, language) for language in languages]
        for code in codes:
            data_file(self._folder, code)
        height, width = raster.pixels.shape
        if min(height, width) < LEAST_SIDE:
            return ()
        dpi = min(MOST_DPI, max(LEAST_DPI, raster.dpi))
        numbers = map(str, (self._options.modes[shape], dpi, width, height))
        head = "\0".join(("+".join(codes), self._folder, *numbers, *self._variables))
        body = np.ascontiguousarray(raster.pixels).data.cast("B")
        answer = self._child.ask(head.encode(), body, seconds=seconds).decode()
        if answer.startswith("V"):
            raise InvalidSetting(subject=f"{PACKAGE}.extra")
        if not answer.startswith("T"):
            raise EngineCrashed(subject=NAME)
        return tuple(words_of_table(answer[1:], raster, NAME))


def create(options: Options) -> Tesserocr:
    """The engine.

    Raises:
        MissingProgram: the package, or a folder of data, is not there; `subject` is its name.
        InvalidSetting: `extra` holds anything but variables.
    """
    return Tesserocr(options)


def versions(options: Options, languages: Sequence[Language]) -> dict[str, str]:
    """What the words depend on beside the picture and the options.

    The package's version stands for that of the Tesseract inside.

    Raises:
        MissingProgram: the package, or a folder of data, is not there.
        MissingLanguage: there is no data for one of the languages.
    """
    folder = data_folder(options)
    files = tuple(data_file(folder, options.codes.get(code, code)) for code in languages)
    return {PACKAGE: package_version(PACKAGE), "data": content_hash(files)}


@cache
def resident_child() -> Resident:
    """The child of this process; it starts with its first picture.

    Raises:
        MissingProgram: the package is not installed.
    """
    place = package_folder(PACKAGE).parent
    program = str(resident_tesseract.__file__)
    return Resident(NAME, (sys.executable, "-I", "-S", program, str(place)))


def data_folder(options: Options) -> str:
    """The folder that holds the languages' data.

    Raises:
        MissingProgram: none of those that are tried exists.
    """
    if options.data_folder:
        return options.data_folder
    for folder in options.data_folders:
        if Path(folder).is_dir():
            return folder
    raise MissingProgram(subject="tesseract-ocr")


def data_file(folder: str, code: str) -> Path:
    """The data of a language of Tesseract's.

    Raises:
        MissingLanguage: it is not in the folder; `subject` is the code.
    """
    file = Path(folder, f"{code}.traineddata")
    if not file.is_file():
        raise MissingLanguage(subject=code)
    return file


def variables(extra: str) -> tuple[str, ...]:
    """The variables, as name=value, of options written as for Tesseract's command line.

    Raises:
        InvalidSetting: there is anything else: this engine takes nothing but variables.
    """
    words = shlex.split(extra)
    flags, values = words[::2], words[1::2]
    if len(words) % 2 or set(flags) - {"-c"} or not all("=" in value for value in values):
        raise InvalidSetting(subject=f"{PACKAGE}.extra")
    return tuple(values)
