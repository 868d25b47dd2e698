"""AllergyIntolerance: what the paper says the patient does not tolerate."""

from __future__ import annotations

from chartlift.fhir.chart import Chart
from chartlift.fhir.datatypes import Resource, concept, without_empty
from chartlift.fhir.definitions import load_terms
from chartlift.fhir.identity import reference
from chartlift.fhir.provenance import evidence_of, identifier, labels
from chartlift.finding import Coding, Finding
from chartlift.frozen import Frozen


class AllergyIntoleranceTerms(Frozen):
    """`data/fhir/allergy_intolerance.toml`."""

    active: Coding
    verification: Coding


def map_allergies(chart: Chart) -> tuple[Resource, ...]:
    """One AllergyIntolerance for each allergy, and each drug listed as not tolerated."""
    said = [
        _allergy(chart, allergy, allergy.substance, allergy.code)
        | without_empty({"reaction": _reaction(allergy.reaction)})
        for allergy in chart.record.allergies
    ]
    drugs = [
        _allergy(chart, drug, drug.medication, drug.code) | {"category": ["medication"]}
        for drug in chart.record.categories.prescriptions
        if drug.status == "allergy"
    ]
    return (*said, *drugs)


def _allergy(chart: Chart, finding: Finding, substance: str, code: Coding | None) -> Resource:
    words = load_terms("allergy_intolerance", AllergyIntoleranceTerms)
    doubted = chart.doubts(finding)
    subject = chart.subject_of(finding.evidence)
    return without_empty(
        {
            "resourceType": "AllergyIntolerance",
            "id": chart.resource_id("AllergyIntolerance", finding.id, subject=subject.id),
            "meta": labels(chart, doubted=doubted),
            "extension": evidence_of(chart, finding, substance),
            "identifier": identifier(chart, finding.id),
            "clinicalStatus": concept(words.active),
            "verificationStatus": concept(words.verification),
            "code": concept(None if doubted else code, text=substance),
            "patient": reference(subject.id),
            "recordedDate": chart.date_of("report", "visit", of=subject),
        }
    )


def _reaction(text: str | None) -> list[Resource]:
    return [{"manifestation": [concept(text=text)]}] if text else []
