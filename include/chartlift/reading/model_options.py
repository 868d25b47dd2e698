"""What the settings say of engines that run a model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from chartlift.ocr.registry import engine_defaults
from chartlift.reading.profile import load_profile

if TYPE_CHECKING:
    from chartlift.settings import Settings


def model_options(name: str, settings: Settings) -> dict[str, object]:
    """Where an engine's model runs, and where its files are if the settings say so.

    Raises:
        UnknownEngine: there is no such engine.
    """
    asked: dict[str, object] = {"device": settings.device}
    longest = load_profile(settings.profile).longest
    if longest is not None:
        asked["longest"] = longest
    if settings.models_folder:
        asked["model_folder"] = str(Path(settings.models_folder, name))
    known = engine_defaults(name)
    return {option: value for option, value in asked.items() if option in known}
