"""Which engines are there: what a person is told who asks what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from chartlift.errors import MissingLanguage, MissingProgram, MissingWeights
from chartlift.ocr.registry import engine_fix, engine_names, engine_versions
from chartlift.reading.model_options import model_options
from chartlift.reading.profile import load_profile
from chartlift.reading.recognise import TRIED, asked_languages, engine_options

if TYPE_CHECKING:
    from chartlift.settings import Settings


class EngineState(NamedTuple):
    """Whether an engine is there."""

    name: str
    versions: dict[str, str] | None
    """Of its packages and data; None where something is missing."""
    fix: str
    """What to do then."""
    needed: bool
    """Whether the settings ask for it."""


def look_at_engines(settings: Settings) -> tuple[EngineState, ...]:
    """Every engine there is code for, in alphabetical order.

    Raises:
        UnknownProfile: `settings.profile` does not exist.
    """
    reads_pages = load_profile(settings.profile).engine
    needed = {reads_pages, settings.ocr_fallback_engine}
    states = []
    for name in engine_names():
        about = model_options(name, settings)
        options = engine_options(settings) if name == reads_pages else about
        versions = _versions(name, options, settings)
        states.append(EngineState(name, versions, engine_fix(name), name in needed))
    return tuple(states)


def _versions(name: str, options: dict[str, object], settings: Settings) -> dict[str, str] | None:
    try:
        return engine_versions(name, options, asked_languages(settings) or TRIED)
    except (MissingProgram, MissingWeights, MissingLanguage):
        return None
