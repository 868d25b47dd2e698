"""MedicationStatement: what the paper says the patient takes, took or is to take."""

from __future__ import annotations

import re

from pydantic import Field

from chartlift.fhir.chart import Chart
from chartlift.fhir.datatypes import Resource, compiled, concept, number, quantity, without_empty
from chartlift.fhir.definitions import load_terms
from chartlift.fhir.identity import reference
from chartlift.fhir.provenance import evidence_of, identifier, labels
from chartlift.finding import Prescription, Timing
from chartlift.frozen import Frozen


class Amount(Frozen):
    """How one number, or two, and one word are printed, with examples."""

    pattern: str
    matches: tuple[str, ...]
    misses: tuple[str, ...]


class MedicationStatementTerms(Frozen):
    """`data/fhir/medication_statement.toml`."""

    doubted: str
    status: dict[str, str]
    amount: Amount
    durations: dict[str, str] = Field(min_length=1)


def medication_terms() -> MedicationStatementTerms:
    """The terms of medication statements."""
    return load_terms("medication_statement", MedicationStatementTerms)


def map_medication_statements(chart: Chart) -> tuple[Resource, ...]:
    """One MedicationStatement for each drug, or phase of one; none for a drug not tolerated."""
    known = medication_terms().status
    prescriptions = chart.record.categories.prescriptions
    return tuple(_statement(chart, drug) for drug in prescriptions if drug.status in known)


def _statement(chart: Chart, drug: Prescription) -> Resource:
    words = medication_terms()
    doubted = chart.doubts(drug)
    subject = chart.subject_of(drug.evidence)
    name = " ".join(part for part in (drug.medication, drug.strength, drug.form) if part)
    return without_empty(
        {
            "resourceType": "MedicationStatement",
            "id": chart.resource_id("MedicationStatement", drug.id, subject=subject.id),
            "meta": labels(chart, doubted=doubted),
            "extension": evidence_of(chart, drug, name),
            "identifier": identifier(chart, drug.id),
            "status": words.doubted if doubted else words.status[drug.status],
            "medicationCodeableConcept": concept(None if doubted else drug.code, text=name),
            "subject": reference(subject.id),
            "dateAsserted": chart.date_of("report", "visit", of=subject),
            "derivedFrom": [reference(chart.document_reference_id)],
            "dosage": _dosage(drug, doubted=doubted),
        }
    )


def _dosage(drug: Prescription, *, doubted: bool) -> list[Resource]:
    said = (drug.dosage, drug.route, drug.frequency, drug.duration)
    text = ", ".join(part for part in said if part)
    if doubted:
        return [{"text": text}] if text else []
    dosage = without_empty(
        {
            "text": text,
            "timing": _timing(drug),
            "asNeededBoolean": True if drug.as_needed else None,
            "route": concept(text=drug.route),
            "doseAndRate": _dose(drug.dosage),
        }
    )
    return [{"sequence": drug.phase, **dosage}] if dosage else []


def _timing(drug: Prescription) -> Resource | None:
    timing = drug.timing or Timing()
    repeat = without_empty(
        {
            **_bounds(drug.duration),
            # Timing's fields bear the names of FHIR's own.
            **timing.model_dump(),
            "when": list(timing.when),
        }
    )
    return {"repeat": repeat} if repeat else None


def _bounds(text: str | None) -> Resource:
    words = medication_terms()
    match = _amount(text)
    unit = words.durations.get(match["unit"].strip().casefold()) if match else None
    return _one_or_range(match, unit, "boundsDuration", "boundsRange") if match and unit else {}


def _dose(text: str | None) -> list[Resource]:
    match = _amount(text)
    if match is None:
        return []
    said = _one_or_range(match, match["unit"].strip(), "doseQuantity", "doseRange")
    return [said] if said else []


def _amount(text: str | None) -> re.Match[str] | None:
    return compiled(medication_terms().amount.pattern).fullmatch(text.strip()) if text else None


def _one_or_range(match: re.Match[str], unit: str, one: str, span: str) -> Resource:
    """The amount under the key of a single one or of a range; {} where it ends before it begins."""
    low = number(match["number"])
    if match["most"] is None:
        return {one: quantity(low, unit)}
    high = number(match["most"])
    return {span: {"low": quantity(low, unit), "high": quantity(high, unit)}} if low < high else {}
