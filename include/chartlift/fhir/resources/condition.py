"""Condition: a problem the paper says the patient has or had."""

from __future__ import annotations

from chartlift.fhir.chart import Chart
from chartlift.fhir.datatypes import Resource, concept, without_empty
from chartlift.fhir.definitions import load_terms
from chartlift.fhir.identity import reference
from chartlift.fhir.provenance import evidence_of, identifier, labels
from chartlift.finding import Coding, Diagnosis
from chartlift.frozen import Frozen


class ConditionTerms(Frozen):
    """`data/fhir/condition.toml`."""

    category: Coding
    active: Coding
    verification: Coding
    certainty: dict[str, bool]


def map_conditions(chart: Chart) -> tuple[Resource, ...]:
    """One Condition for each diagnosis that is the patient's own and not denied."""
    certainties = load_terms("condition", ConditionTerms).certainty
    diagnoses = chart.record.diagnoses
    return tuple(_condition(chart, item) for item in diagnoses if item.certainty in certainties)


def _condition(chart: Chart, diagnosis: Diagnosis) -> Resource:
    words = load_terms("condition", ConditionTerms)
    doubted = chart.doubts(diagnosis)
    present = words.certainty[diagnosis.certainty] and not doubted
    subject = chart.subject_of(diagnosis.evidence)
    return without_empty(
        {
            "resourceType": "Condition",
            "id": chart.resource_id("Condition", diagnosis.id, subject=subject.id),
            "meta": labels(chart, doubted=doubted),
            "extension": evidence_of(chart, diagnosis, diagnosis.text),
            "identifier": identifier(chart, diagnosis.id),
            "clinicalStatus": concept(words.active) if present else None,
            "verificationStatus": concept(words.verification),
            "category": [concept(words.category)] if present else None,
            "code": concept(None if doubted else diagnosis.code, text=diagnosis.text),
            "subject": reference(subject.id),
            "recordedDate": chart.date_of("report", "visit", of=subject),
            "evidence": [{"detail": [reference(chart.document_reference_id)]}],
        }
    )
