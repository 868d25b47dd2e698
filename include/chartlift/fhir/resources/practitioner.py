"""Practitioner: the person who signs the document, known from it alone."""

from __future__ import annotations

from chartlift.fhir.chart import Chart
from chartlift.fhir.datatypes import Resource
from chartlift.fhir.definitions import load_terms
from chartlift.fhir.provenance import evidence, identifier, labels
from chartlift.frozen import Frozen
from chartlift.record import PersonMention


class PractitionerTerms(Frozen):
    """`data/fhir/practitioner.toml`."""

    roles: tuple[str, ...]


def practitioner_ids(chart: Chart) -> tuple[str, ...]:
    """The ids of the document's practitioners, in its order."""
    return tuple(chart.resource_id("Practitioner", local) for local, _ in _signers(chart))


def map_practitioners(chart: Chart) -> tuple[Resource, ...]:
    """One Practitioner for each person in a role that signs."""
    return tuple(
        {
            "resourceType": "Practitioner",
            "id": chart.resource_id("Practitioner", local),
            "meta": labels(chart, shared=False),
            "identifier": identifier(chart, local),
            "name": [{"text": person.name}],
            "extension": evidence(chart, person.evidence, raw=person.name),
        }
        for local, person in _signers(chart)
    )


def _signers(chart: Chart) -> tuple[tuple[str, PersonMention], ...]:
    roles = load_terms("practitioner", PractitionerTerms).roles
    seen: dict[int, int] = {}
    signers = []
    for person in chart.record.people:
        if person.role in roles:
            page = person.evidence.page
            ordinal = seen.get(page, 0)
            seen[page] = ordinal + 1
            signers.append((f"p{page}:practitioner:{ordinal}", person))
    return tuple(signers)
