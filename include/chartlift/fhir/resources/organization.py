"""Organization: the hospital the document comes from."""

from __future__ import annotations

from chartlift.fhir.chart import Chart
from chartlift.fhir.datatypes import Resource, concept
from chartlift.fhir.definitions import load_terms
from chartlift.fhir.provenance import identifier, labels, terms
from chartlift.finding import Coding
from chartlift.frozen import Frozen


class OrganizationTerms(Frozen):
    """`data/fhir/organization.toml`."""

    type: Coding


def map_organization(chart: Chart) -> tuple[Resource, ...]:
    """The trusted facility under its own key, else the letterhead's name; () without either."""
    if chart.organization_id is None:
        return ()
    base = {
        "resourceType": "Organization",
        "id": chart.organization_id,
        "meta": labels(chart, shared=chart.facility is not None),
        "type": [concept(load_terms("organization", OrganizationTerms).type)],
    }
    facility = chart.facility
    if facility is None:
        known = {
            "identifier": identifier(chart, "organization:0"),
            "name": chart.record.possible_facility,
        }
        return (base | known,)
    key = {"system": terms().systems.facility, "value": facility.key}
    aliases = {"alias": list(facility.synonyms)} if facility.synonyms else {}
    return (base | {"identifier": [key], "name": facility.name} | aliases,)
