"""What a bundle depends on beside its record, for the map stage's fingerprint."""

from __future__ import annotations

from chartlift.fhir.definitions import definitions_fingerprint

VERSION = "2"
"""Raised when the mapping's own code changes what comes out."""


def fhir_components() -> dict[str, str]:
    """Versions of what decides how a record is mapped."""
    return {"fhir mapper": VERSION, "fhir definitions": definitions_fingerprint()}
