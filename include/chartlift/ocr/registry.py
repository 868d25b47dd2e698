"""Engines by name: `load_engine("tesseract")` loads `chartlift.ocr.engines.tesseract`.

The file name is the registry. A module of an engine has `Options`, a frozen model,
`create(options)` and `versions(options, languages)`; its defaults and its language codes stand in
`data/engines/<name>.toml`, beside `fix`: how to get the engine where it is not there.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from chartlift.errors import InvalidSetting, UnknownEngine

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import ModuleType

    from chartlift.frozen import Frozen
    from chartlift.model import Language
    from chartlift.ocr.protocol import LineReader, LineRecogniser, OcrEngine


def engine_names() -> tuple[str, ...]:
    """The names of all engines, in alphabetical order."""
    folder = files("chartlift").joinpath("data/engines")
    names = (entry.name for entry in folder.iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def engine_defaults(name: str) -> dict[str, object]:
    """The options in `data/engines/<name>.toml`.

    Raises:
        UnknownEngine: there is no such engine.
    """
    content = _content(name)
    return {key: value for key, value in content.items() if key != "fix"}


def engine_fix(name: str) -> str:
    """How to get an engine that is not there; raises what `engine_defaults` does."""
    return str(_content(name)["fix"])


def load_engine(name: str, options: Mapping[str, object]) -> OcrEngine:
    """The engine of that name that reads pages, its options put over its defaults.

    Raises:
        UnknownEngine: there is no such engine.
        InvalidSetting: an option is unknown or its value not allowed.
        MissingProgram: a program the engine needs is not installed.
    """
    engine: OcrEngine = _create(name, options)
    return engine


def load_recogniser(name: str, options: Mapping[str, object]) -> LineRecogniser:
    """The engine of that name that reads single lines; raises what `load_engine` does."""
    engine: LineRecogniser = _create(name, options)
    return engine


def load_line_reader(name: str, options: Mapping[str, object]) -> LineReader:
    """The engine of that name that finds lines and reads them; raises what `load_engine` does."""
    engine: LineReader = _create(name, options)
    return engine


def engine_versions(
    name: str, options: Mapping[str, object], languages: Sequence[Language]
) -> dict[str, str]:
    """What an engine's words depend on beside the picture and its options.

    Raises:
        UnknownEngine: there is no such engine.
        InvalidSetting: an option is unknown or its value not allowed.
        MissingProgram: a program or package the engine needs is not installed.
        MissingLanguage: the engine has no data for one of the languages.
    """
    module, parsed = _parse(name, options)
    found: dict[str, str] = module.versions(parsed, languages)
    return found


@cache
def _content(name: str) -> dict[str, object]:
    if name not in engine_names():
        raise UnknownEngine(subject=name)
    text = files("chartlift").joinpath(f"data/engines/{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _create(name: str, options: Mapping[str, object]) -> Any:  # noqa: ANN401 - each engine's own
    module, parsed = _parse(name, options)
    return module.create(parsed)


def _parse(name: str, options: Mapping[str, object]) -> tuple[ModuleType, Frozen]:
    values = {**engine_defaults(name), **options}
    module = import_module(f"chartlift.ocr.engines.{name}")
    try:
        return module, module.Options.model_validate(values)
    except ValidationError as error:
        subject = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise InvalidSetting(subject=f"{name}.{subject}") from None
