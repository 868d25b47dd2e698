"""Patient: shared between documents only by a trusted record number, never by a name."""

from __future__ import annotations

from chartlift.fhir.chart import Chart, Subject
from chartlift.fhir.datatypes import Resource, concept, fhir_date, without_empty
from chartlift.fhir.definitions import load_terms
from chartlift.fhir.identity import reference
from chartlift.fhir.provenance import evidence, identifier, labels, terms
from chartlift.finding import Coding
from chartlift.frozen import Frozen

ELEMENTS = {
    "name": "name",
    "birth_date": "birthDate",
    "gender": "gender",
    "mrn": "identifier",
    "phone": "telecom",
    "address": "address",
}
"""The record's fields that have a place in FHIR, and that place."""


class PatientTerms(Frozen):
    """`data/fhir/patient.toml`."""

    record_number: Coding


def map_patients(chart: Chart) -> tuple[Resource, ...]:
    """The document's patients; only of the first are name and numbers known."""
    return tuple(_patient(chart, subject) for subject in chart.subjects)


def _patient(chart: Chart, subject: Subject) -> Resource:
    first = subject.index == 0
    base = {
        "resourceType": "Patient",
        "id": subject.id,
        "meta": labels(chart, doubted=bool(chart.doubted_fields), shared=subject.shared),
    }
    local = identifier(chart, f"patient:{subject.index}")
    if not first:
        return base | {"identifier": local}
    numbers = ([] if subject.shared else local) + _record_number(chart)
    return base | without_empty({"identifier": numbers, **_demographics(chart)})


def _record_number(chart: Chart) -> list[Resource]:
    if not chart.trusts_field("mrn"):
        return []
    kind = concept(load_terms("patient", PatientTerms).record_number)
    number: Resource = {"use": "usual", "type": kind, "value": chart.record.patient.mrn}
    if chart.facility:
        number["system"] = f"{terms().systems.facility}/{chart.facility.key}/mrn"
    if chart.organization_id:
        number["assigner"] = reference(chart.organization_id)
    return [number]


def _demographics(chart: Chart) -> Resource:
    patient = chart.record.patient
    trusted = {name for name in ELEMENTS if chart.trusts_field(name)}
    phone = {"system": "phone", "value": patient.phone}
    elements: Resource = {
        "name": [{"text": patient.name}] if "name" in trusted else None,
        "telecom": [phone] if "phone" in trusted else None,
        "gender": patient.gender if "gender" in trusted else None,
        "birthDate": fhir_date(patient.birth_date, "") if "birth_date" in trusted else None,
        "address": [{"text": patient.address}] if "address" in trusted else None,
    }
    elements["extension"] = [
        part
        for field, element in ELEMENTS.items()
        if field in patient.evidence
        for part in evidence(
            chart, patient.evidence[field], raw=getattr(patient, field), element=element
        )
    ]
    return elements
