"""What a page's preparation and reading depend on, for the stages' fingerprints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import PIL
import zstandard

from chartlift.frozen import to_json
from chartlift.ocr.registry import engine_defaults, engine_versions
from chartlift.reading.model_options import model_options
from chartlift.reading.profile import load_profile
from chartlift.reading.recognise import (
    TRIED,
    asked_languages,
    engine_options,
    khmer_reader,
    line_reader,
)
from chartlift.vocab import data_fingerprint

if TYPE_CHECKING:
    from chartlift.settings import Settings

PREPARE_VERSION = "6"
"""Raised whenever preparing the same picture gives other bytes."""
OCR_VERSION = "7"
"""Raised whenever reading the same raster gives other words or another layout."""
_VOCABULARIES = "units", "khmer_labels", "row_words", "labs", "vitals"
OCR_DATA = ("languages", *(f"vocab/{name}.csv" for name in _VOCABULARIES))
"""What of `data` reading uses beside the profiles and the engines' options."""


def prepare_components(settings: Settings) -> dict[str, str]:
    """What the prepared pages depend on beside their input.

    Raises:
        UnknownProfile: `settings.profile` does not exist.
    """
    return {
        "prepare": PREPARE_VERSION,
        "opencv": cv2.__version__,
        "pillow": PIL.__version__,
        "zstandard": zstandard.__version__,
        "profile": load_profile(settings.profile).content,
    }


def ocr_components(settings: Settings) -> dict[str, str]:
    """What the pages' words and layout depend on beside their input.

    Raises:
        UnknownProfile: `settings.profile` does not exist.
        MissingProgram: an engine is not installed.
        MissingLanguage: the engine has no data for a language that may be read.
    """
    profile = load_profile(settings.profile)
    asked = engine_options(settings)
    options = {**engine_defaults(profile.engine), **asked}
    languages = asked_languages(settings) or TRIED
    return {
        "ocr": OCR_VERSION,
        "data of reading": data_fingerprint(*OCR_DATA),
        "profile": profile.content,
        "languages": settings.languages,
        "page_seconds": str(settings.page_seconds),
        **engine_versions(profile.engine, asked, languages),
        "options": to_json(
            {key: value for key, value in options.items() if key not in {"command", "data_folder"}}
        ).decode(),
        **_line_components(settings),
    }


def _line_components(settings: Settings) -> dict[str, str]:
    """What the reading of single lines depends on, where there is one."""
    reader = line_reader(settings)
    if reader is None:
        return {"lines": "none"}
    khmer = khmer_reader(settings)
    used = [reader] if khmer is None else [reader, khmer]
    packages = {
        f"package {package}": number
        for engine in used
        for package, number in engine_versions(
            engine.name, model_options(engine.name, settings), ()
        ).items()
    }
    return {
        **packages,
        "lines": to_json([engine_defaults(engine.name) for engine in used]).decode(),
        "device": settings.device,
        "below": str(settings.reread_word_below),
    }
