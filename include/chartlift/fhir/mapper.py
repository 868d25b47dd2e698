"""From a record to a FHIR R4 transaction bundle: same record, same context, same bytes."""

from __future__ import annotations

from chartlift.fhir.chart import Chart, MappingContext
from chartlift.fhir.datatypes import Resource
from chartlift.fhir.resources.allergy_intolerance import map_allergies
from chartlift.fhir.resources.condition import map_conditions
from chartlift.fhir.resources.device import map_device
from chartlift.fhir.resources.diagnostic_report import map_diagnostic_reports
from chartlift.fhir.resources.document_reference import map_document_reference
from chartlift.fhir.resources.medication_statement import map_medication_statements
from chartlift.fhir.resources.observation import map_observations
from chartlift.fhir.resources.organization import map_organization
from chartlift.fhir.resources.patient import map_patients
from chartlift.fhir.resources.practitioner import map_practitioners
from chartlift.fhir.resources.provenance import map_provenance
from chartlift.record import Record

__all__ = ["MappingContext", "Resource", "map_record"]


def map_record(record: Record, context: MappingContext) -> Resource:
    """The transaction bundle of everything the record says, with ids of our own choosing.

    Raises:
        InvalidSetting: the site's time zone is not known.
    """
    chart = Chart(record, context)
    read = (
        *map_patients(chart),
        *map_practitioners(chart),
        map_document_reference(chart),
        *map_observations(chart),
        *map_diagnostic_reports(chart),
        *map_medication_statements(chart),
        *map_conditions(chart),
        *map_allergies(chart),
    )
    resources = (
        map_device(chart),
        *map_organization(chart),
        *read,
        map_provenance(chart, read),
    )
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "timestamp": context.planned_at.isoformat(timespec="seconds"),
        "entry": [_entry(resource) for resource in resources],
    }


def _entry(resource: Resource) -> Resource:
    address = f"{resource['resourceType']}/{resource['id']}"
    return {
        "fullUrl": f"urn:uuid:{resource['id']}",
        "resource": resource,
        "request": {"method": "PUT", "url": address},
    }
