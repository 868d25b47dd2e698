"""Settings in Airflow: the environment over the defaults, and a trigger form over both.

The one file of this layer that reads the environment.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from airflow.configuration import AIRFLOW_HOME
from airflow.sdk import Param

from chartlift.settings import Settings, from_environment, load_settings

FORM_SETTINGS = ("languages", "profile", "force_ocr")
"""What a person may choose for a single run."""


def settings_here(overrides: Mapping[str, object] | None = None) -> Settings:
    """The settings of this installation, with a run's own overrides on top.

    An environment variable that is empty counts as not set. Store and scans stand in the folders
    `store` and `scans` beside Airflow's home unless they are set.

    Raises:
        InvalidSetting: a name is unknown, or a value is not allowed.
    """
    beside = Path(AIRFLOW_HOME).resolve().parent
    defaults = {
        "store_root": (beside / "store").as_uri(),
        "scan_sources": [{"place": str(beside / "scans")}],
    }
    given = {name: value for name, value in from_environment(os.environ).items() if value != ""}
    return load_settings(defaults | given | dict(overrides or {}))


def form_params() -> dict[str, Param]:
    """Fields of a trigger form, from the settings' own JSON schema and their values here."""
    settings = settings_here()
    fields = Settings.model_json_schema()["properties"]
    return {name: Param(getattr(settings, name), **fields[name]) for name in FORM_SETTINGS}
