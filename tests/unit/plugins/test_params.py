"""Settings as Airflow's side gathers them."""

from __future__ import annotations

from pathlib import Path

import pytest

import chartlift_airflow.params as subject
from chartlift.errors import InvalidSetting
from chartlift_airflow.params import form_params, settings_here


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(subject, "AIRFLOW_HOME", str(tmp_path / "airflow"))
    return tmp_path


def test_store_and_scans_stand_beside_airflows_home(home: Path) -> None:
    settings = settings_here()
    assert settings.store_root == (home / "store").as_uri()
    assert [source.place for source in settings.scan_sources] == [str(home / "scans")]


def test_the_environment_goes_over_the_defaults_and_a_form_over_both(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CHARTLIFT_LANGUAGES", "fra")
    monkeypatch.setenv("CHARTLIFT_PROFILE", "fast")
    monkeypatch.setenv("CHARTLIFT_SCAN_SOURCES", '[{"place": "/scans", "stable_seconds": 5}]')
    settings = settings_here({"languages": "khm+eng"})
    assert (settings.languages, settings.profile) == ("khm+eng", "fast")
    assert settings.scan_sources[0].stable_seconds == 5


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setenv("CHARTLIFT_STORE_ROOT", "")
    monkeypatch.setenv("CHARTLIFT_MAX_PAGES", "")
    assert settings_here().store_root == (home / "store").as_uri()


def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHARTLIFT_MAX_PAGES", "many")
    with pytest.raises(InvalidSetting, match="max_pages"):
        settings_here()


def test_a_form_shows_the_installations_own_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHARTLIFT_LANGUAGES", "khm+eng")
    form = form_params()
    assert {name: param.value for name, param in form.items()} == {
        "languages": "khm+eng",
        "profile": settings_here().profile,
        "force_ocr": False,
    }
    assert form["languages"].resolve("fra") == "fra"


def test_a_form_refuses_what_the_settings_would_refuse() -> None:
    from airflow.sdk.exceptions import ParamValidationError

    with pytest.raises(ParamValidationError):
        form_params()["languages"].resolve("klingon")
