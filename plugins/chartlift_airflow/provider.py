"""What Airflow is told about this package: connection types come from provider packages only."""

from __future__ import annotations


def get_provider_info() -> dict[str, object]:
    """The provider's description, by Airflow's schema for it."""
    return {
        "package-name": "chartlift",
        "name": "chartlift",
        "description": "Lifts paper charts into FHIR.",
        "connection-types": [
            {
                "connection-type": "fhir",
                "hook-class-name": "chartlift_airflow.hooks.fhir.FhirHook",
                "hook-name": "FHIR R4 server",
                "ui-field-behaviour": {
                    "hidden-fields": [],
                    "relabeling": {
                        "login": "User",
                        "password": "Password or token",
                        "schema": "Schema (http or https)",
                    },
                    "placeholders": {
                        "host": "fhir.example.org, or https://fhir.example.org/fhir",
                        "schema": "https",
                    },
                },
                "conn-fields": {
                    "base_path": _text_field(
                        "Base path",
                        "Path of the FHIR endpoint, where the host is a name only.",
                        "/fhir",
                    ),
                    "auth": _text_field(
                        "Login as",
                        "basic: user and password; bearer: the password is a token.",
                        "basic",
                        enum=["basic", "bearer"],
                    ),
                },
            }
        ],
    }


def _text_field(
    label: str, description: str, default: str, **schema: list[str]
) -> dict[str, object]:
    return {
        "label": label,
        "description": description,
        "schema": {"type": ["string", "null"], "default": default, **schema},
    }
