"""What `chartlift doctor` looks at: the programs, languages and fonts that reading needs."""

from __future__ import annotations

import shutil
import subprocess
from typing import NamedTuple, get_args

from chartlift.model import Language
from chartlift.settings import Settings

ORIENTATION_DATA = "osd"


class Check(NamedTuple):
    """One thing looked at."""

    name: str
    found: str | None
    """What is there, in a word or a version; None where it is missing."""
    fix: str


def examine(settings: Settings) -> tuple[Check, ...]:
    """Look at all that reading needs, in the order a person would install it."""
    program = shutil.which(settings.tesseract_cmd)
    poppler = shutil.which("pdftoppm")
    version = _output(program, "--version").partition("\n")[0] if program else None
    return (
        Check("Tesseract", version, "apt-get install tesseract-ocr"),
        *_languages(program, settings.tessdata_prefix),
        Check("poppler", poppler and "pdftoppm", "apt-get install poppler-utils"),
    )


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
