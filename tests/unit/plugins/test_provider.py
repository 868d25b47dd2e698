"""What Airflow learns of the package, and where the site key comes from."""

from __future__ import annotations

import importlib.metadata
import json
from pathlib import Path

import airflow
import jsonschema
import pytest

from chartlift.errors import MissingSiteKey
from chartlift_airflow.hooks.site import site_key
from chartlift_airflow.provider import get_provider_info


def test_the_provider_info_fits_airflows_schema() -> None:
    schema = Path(airflow.__file__).parent / "provider_info.schema.json"
    validator = jsonschema.Draft7Validator(json.loads(schema.read_text(encoding="utf-8")))
    assert list(validator.iter_errors(get_provider_info())) == []


def test_airflow_finds_the_provider_by_its_entry_point() -> None:
    [entry] = [
        entry
        for entry in importlib.metadata.entry_points(group="apache_airflow_provider")
        if entry.dist and entry.dist.name == "chartlift"
    ]
    assert entry.load() is get_provider_info


def test_the_site_key_is_the_password_of_its_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "AIRFLOW_CONN_CHARTLIFT_SITE", '{"conn_type": "generic", "password": "kéy-of-the-site"}'
    )
    assert site_key() == "kéy-of-the-site".encode()


@pytest.mark.parametrize("connection", [None, '{"conn_type": "generic"}'])
def test_without_a_password_there_is_no_site_key(
    monkeypatch: pytest.MonkeyPatch, connection: str | None
) -> None:
    monkeypatch.delenv("AIRFLOW_CONN_CHARTLIFT_SITE", raising=False)
    if connection:
        monkeypatch.setenv("AIRFLOW_CONN_CHARTLIFT_SITE", connection)
    with pytest.raises(MissingSiteKey):
        site_key()
