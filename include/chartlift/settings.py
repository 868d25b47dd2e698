"""The settings: one frozen model, defaults in `data/pipeline.toml`, validated once per run.

Who calls gathers overrides (the command line and `chartlift_airflow.params` from the environment,
trigger forms from their fields) and hands them to `load_settings`; a run's plan freezes the result.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

import simplejson
from pydantic import BeforeValidator, Field, ValidationError

from chartlift.errors import InvalidSetting
from chartlift.frozen import Frozen

ENVIRONMENT_PREFIX = "CHARTLIFT_"
LARGEST_FILE_MB = 2000
"""No installation reads a file of more MiB."""


class ScanSource(Frozen):
    """A folder that is scanned for documents."""

    place: str
    """A local folder, or an object-store address (s3://connection@bucket/prefix)."""
    pattern: str = "*"
    """Glob of the names that are taken, matched without regard to case."""
    stable_seconds: float = Field(default=30, ge=0)
    """A file is taken once its size and time have not changed for so long."""
    after: Literal["keep"] = "keep"
    """What happens to the file once its bytes are in the store."""


class Facility(Frozen):
    """A hospital whose record numbers are trusted to name one patient."""

    key: str = Field(pattern=r"^[a-z0-9-]+$")
    """Stands in the FHIR identifier systems of the facility."""
    name: str
    synonyms: tuple[str, ...] = ()
    """Other spellings on its letterheads, in any script."""


def _from_text(value: object) -> object:
    # An environment variable gives a list as JSON, or as words between commas.
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        return simplejson.loads(value)
    return tuple(part.strip() for part in value.split(",") if part.strip())


class Settings(Frozen):
    """What a user may set; every field's default stands in `data/pipeline.toml`."""

    languages: Annotated[str, Field(pattern=r"^(auto|(eng|fra|khm)(\+(eng|fra|khm)){0,2})$")] = (
        Field(description="`auto`, or Tesseract codes joined by +, as in khm+eng.")
    )
    profile: str = Field(description="Reading profile: auto, fast or classic.")
    ocr_config: str = Field(description="Extra options for Tesseract.")
    tesseract_cmd: str = Field(description="The Tesseract program, a name on PATH or a path.")
    tessdata_prefix: str = Field(description="Folder of Tesseract's data; empty for its own.")
    ocr_fallback_engine: Literal["rapidocr", "easyocr", "paddleocr", "none"] = Field(
        description="What finds lines and reads Latin ones; none: Tesseract reads whole pages."
    )
    device: Literal["cpu", "cuda"] = Field(description="Where models run that can run on a GPU.")
    models_folder: str = Field(
        description="Folder of models no package carries, one folder for each engine, by its name."
    )
    ocr_fallback_below: float = Field(
        ge=0.0,
        le=1.0,
        description="Pages read whole with a lower score are read again in another shape; those "
        "that stay below it go to a person.",
    )
    reread_word_below: float = Field(
        ge=0.0,
        le=1.0,
        description="Words with a less sure character are read a second time (auto).",
    )
    page_seconds: int = Field(ge=5, le=600, description="Longest time for one page, in seconds.")
    force_ocr: bool = Field(description="Read the picture even where a page has a text layer.")
    max_file_size_mb: int = Field(ge=1, le=LARGEST_FILE_MB, description="Largest file, in MiB.")
    max_batch_size: int = Field(ge=1, le=1000, description="Most documents in one pasted list.")
    max_pages: int = Field(ge=1, le=5000, description="Most pages in one document.")
    allowed_extensions: str = Field(description="Types that are read, told by content.")
    review_below: float = Field(
        ge=0.0, le=1.0, description="Values of lower confidence go to a person."
    )
    site_time_zone: str = Field(description="IANA time zone of printed times; empty for none.")
    allow_inline_lists: bool = Field(description="Whether a trigger form takes a pasted list.")

    store_root: str = Field(description="Root of the object store; empty: beside Airflow's home.")
    scan_sources: Annotated[tuple[ScanSource, ...], BeforeValidator(_from_text)] = Field(
        description="Folders that are scanned; empty: `scans` beside Airflow's home."
    )
    scan_every_seconds: int = Field(ge=5, description="Time between two scans, in seconds.")
    facilities: Annotated[tuple[Facility, ...], BeforeValidator(_from_text)] = Field(
        description="Hospitals whose record numbers are trusted."
    )
    allowed_roots: Annotated[tuple[str, ...], BeforeValidator(_from_text)] = Field(
        description="Folders a list may name documents in, besides the scan sources."
    )

    @property
    def allowed_types(self) -> frozenset[str]:
        """The file types that are read, as `FileType` values."""
        names = {name.strip().lower() for name in self.allowed_extensions.split(",")}
        return frozenset({"jpg": "jpeg", "tif": "tiff"}.get(name, name) for name in names)


@cache
def pipeline() -> Mapping[str, Any]:
    """The whole of `data/pipeline.toml`."""
    text = files("chartlift").joinpath("data/pipeline.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def load_settings(overrides: Mapping[str, object] | None = None) -> Settings:
    """The settings, with overrides by field name put over the defaults.

    Raises:
        InvalidSetting: a name is unknown, or a value is not allowed; `subject` is the name.
    """
    try:
        return Settings.model_validate({**pipeline()["settings"], **(overrides or {})})
    except ValidationError as error:
        subject = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise InvalidSetting(subject=subject) from None


def from_environment(environment: Mapping[str, str]) -> dict[str, object]:
    """The overrides an environment holds: CHARTLIFT_PROFILE=fast gives {"profile": "fast"}."""
    return {
        name: environment[key]
        for name in Settings.model_fields
        if (key := ENVIRONMENT_PREFIX + name.upper()) in environment
    }
