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
            }
        ],
    }
