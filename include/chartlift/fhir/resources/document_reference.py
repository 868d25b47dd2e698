"""DocumentReference: the scan itself, and the result document made from it."""

from __future__ import annotations

import base64

from chartlift.fhir.chart import Chart
from chartlift.fhir.datatypes import Resource, concept, without_empty
from chartlift.fhir.definitions import load_terms
from chartlift.fhir.identity import reference
from chartlift.fhir.provenance import identifier, labels, terms
from chartlift.fhir.resources.practitioner import practitioner_ids
from chartlift.finding import Coding
from chartlift.frozen import Frozen
from chartlift.model import Language
from chartlift.record import Category


class CategorySystem(Frozen):
    """The code system of our categories."""

    url: str


class DocumentReferenceTerms(Frozen):
    """`data/fhir/document_reference.toml`."""

    confidentiality: Coding
    category_system: CategorySystem
    types: dict[Category, Coding]
    languages: dict[Language, str]


def category_system() -> str:
    """The code system of the documents' categories."""
    return load_terms("document_reference", DocumentReferenceTerms).category_system.url


def map_document_reference(chart: Chart) -> Resource:
    """The scan with its hash, size and address, its kind, and whom it is about."""
    record, context = chart.record, chart.context
    words = load_terms("document_reference", DocumentReferenceTerms)
    category = Coding(system=words.category_system.url, code=record.category.value)
    subject = reference(chart.subjects[0].id)
    printed = chart.date_of("report", "visit", of=chart.subjects[0])
    organization = chart.organization_id
    return without_empty(
        {
            "resourceType": "DocumentReference",
            "id": chart.document_reference_id,
            "meta": labels(chart, doubted=record.review.needed),
            "masterIdentifier": {"system": terms().systems.scan, "value": record.document_id},
            "identifier": identifier(chart, "document"),
            "status": "current",
            "type": concept(words.types.get(record.category)),
            "category": [concept(category)],
            "subject": subject,
            "date": context.planned_at.isoformat(timespec="seconds"),
            "author": [reference(person) for person in practitioner_ids(chart)],
            "custodian": reference(organization) if organization else None,
            "securityLabel": [concept(words.confidentiality)],
            "content": _content(chart, words),
            "context": without_empty(
                {
                    "period": {"start": printed} if printed else None,
                    "sourcePatientInfo": subject,
                }
            ),
        }
    )


def _content(chart: Chart, words: DocumentReferenceTerms) -> list[Resource]:
    record, context = chart.record, chart.context
    language = words.languages[record.languages[0]] if len(record.languages) == 1 else None
    scan = {
        "contentType": context.content_type,
        "language": language,
        "url": context.source_address,
        "size": context.file_size,
        "hash": base64.b64encode(context.source_sha1).decode(),
    }
    result = {"contentType": "application/json", "url": context.result_address}
    return [{"attachment": without_empty(scan)}, {"attachment": result}]
