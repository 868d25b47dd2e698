"""What docs/ publishes is what the code does; renewed by `pytest --renew-golden`."""

from pathlib import Path

import jsonschema
import pytest

from chartlift.extract.assemble import extract_text
from chartlift.frozen import parse_json, to_json
from chartlift.record import Record
from chartlift.settings import ENVIRONMENT_PREFIX, Settings, load_settings, pipeline

DOCS = Path(__file__).parents[2] / "docs"
SETTINGS_HEAD = """\
# Settings

Defaults stand in `include/chartlift/data/pipeline.toml`. The environment overrides them, a run's
own parameters override the environment, and a run's plan freezes the outcome. Lists are given as
JSON, or between commas where they hold words. Secrets are no settings: they live in Airflow
connections (`fhir_default`, `chartlift_site`), the command line's site key in `CHARTLIFT_SITE_KEY`.

| environment variable | default | what it is |
| --- | --- | --- |
"""


def result_schema() -> bytes:
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Record.model_json_schema(mode="serialization"),
    }
    return to_json(schema, indent=1) + b"\n"


def settings_page() -> bytes:
    defaults = pipeline()["settings"]
    rows = [
        f"| `{ENVIRONMENT_PREFIX}{name.upper()}` | `{to_json(defaults[name]).decode()}` "
        f"| {field.description} |\n"
        for name, field in Settings.model_fields.items()
    ]
    return (SETTINGS_HEAD + "".join(rows)).encode()


@pytest.mark.parametrize(
    ("page", "made"), [("result.schema.json", result_schema), ("settings.md", settings_page)]
)
def test_a_published_page_is_what_the_code_does(
    page: str, made: object, renew_golden: bool
) -> None:
    assert callable(made)
    if renew_golden:
        (DOCS / page).write_bytes(made())
    assert (DOCS / page).read_bytes() == made()


def test_a_result_document_follows_its_published_schema() -> None:
    schema = parse_json((DOCS / "result.schema.json").read_bytes())
    now = parse_json(b'"2026-01-02T03:04:05Z"')
    record = extract_text("Glucose 7.10 mmol/L\n", settings=load_settings(), extracted_at=now)
    document = parse_json(to_json(record))
    jsonschema.validate(document, schema)
    (glucose,) = document["categories"]["lab_results"]
    assert str(glucose["value"]) == "7.10"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**document, "surplus": 1}, schema)
