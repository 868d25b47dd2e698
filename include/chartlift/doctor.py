"""What `chartlift doctor` looks at: programs and languages that reading needs, and every engine."""

from __future__ import annotations

import shutil
import subprocess
from typing import NamedTuple, get_args

from chartlift.model import Language
from chartlift.settings import Settings

ORIENTATION_DATA = "osd"
HASHES = {"data", "weights"}


class Check(NamedTuple):
    """One thing looked at."""

    name: str
    found: str | None
    """What is there, in a word or a version; None where it is missing."""
    fix: str
    needed: bool = True
    """Whether nothing can be read without it; an engine that no setting asks for is not."""


def examine(settings: Settings) -> tuple[Check, ...]:
    """Look at all that reading needs, in the order a person would install it.

    Raises:
        UnknownProfile: `settings.profile` does not exist.
    """
    program = shutil.which(settings.tesseract_cmd)
    poppler = shutil.which("pdftoppm")
    version = _output(program, "--version").partition("\n")[0] if program else None
    return (
        Check("Tesseract", version, "apt-get install tesseract-ocr"),
        *_languages(program, settings.tessdata_prefix),
        Check("poppler", poppler and "pdftoppm", "apt-get install poppler-utils"),
        *_engines(settings),
    )


def _engines(settings: Settings) -> tuple[Check, ...]:
    # What reads a page imports more than a look at programs needs.
    from chartlift.reading.engines import look_at_engines

    return tuple(
        Check(f"engine {engine.name}", _in_words(engine.versions), engine.fix, engine.needed)
        for engine in look_at_engines(settings)
    )


def _in_words(versions: dict[str, str] | None) -> str | None:
    """Packages and their versions; hashes of data mean nothing to a person."""
    if versions is None:
        return None
    told = (f"{name} {number}" for name, number in versions.items() if name not in HASHES)
    return ", ".join(told)


def _languages(program: str | None, tessdata_prefix: str) -> tuple[Check, ...]:
    place = ("--tessdata-dir", tessdata_prefix) if tessdata_prefix else ()
    installed = _output(program, *place, "--list-langs").splitlines() if program else []
    return tuple(
        Check(
            f"Tesseract data {code}",
            "installed" if code in installed else None,
            f"apt-get install tesseract-ocr-{code}",
        )
        for code in (*get_args(Language), ORIENTATION_DATA)
    )


def _output(program: str, *arguments: str) -> str:
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr
