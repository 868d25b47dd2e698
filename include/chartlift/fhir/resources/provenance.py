"""Provenance: that this software made these resources from this scan, one for each reading."""

from __future__ import annotations

from collections.abc import Sequence

from chartlift.fhir.chart import Chart
from chartlift.fhir.datatypes import Resource, concept, without_empty
from chartlift.fhir.definitions import load_terms
from chartlift.fhir.identity import reference
from chartlift.fhir.resources.device import device_id
from chartlift.finding import Coding
from chartlift.frozen import Frozen


class ProvenanceTerms(Frozen):
    """`data/fhir/provenance.toml`."""

    policy: str
    activity: Coding
    agent: Coding


def map_provenance(chart: Chart, targets: Sequence[Resource]) -> Resource:
    """The reading, its software and its scan; a later reading leaves a Provenance of its own."""
    words = load_terms("provenance", ProvenanceTerms)
    organization = chart.organization_id
    agent = {
        "type": concept(words.agent),
        "who": reference(device_id(chart)),
        "onBehalfOf": reference(organization) if organization else None,
    }
    scan = reference(chart.document_reference_id)
    return {
        "resourceType": "Provenance",
        "id": chart.resource_id("Provenance", f"reading:{chart.record.fingerprint}"),
        "target": [reference(resource["id"]) for resource in targets],
        "recorded": chart.context.planned_at.isoformat(timespec="seconds"),
        "policy": [words.policy],
        "activity": concept(words.activity),
        "agent": [without_empty(agent)],
        "entity": [{"role": "source", "what": scan}],
    }
