"""Device: the software that read the document, one for each set of component versions."""

from __future__ import annotations

import hashlib

from chartlift.fhir.chart import Chart
from chartlift.fhir.datatypes import Resource
from chartlift.fhir.definitions import load_terms
from chartlift.fhir.identity import resource_id
from chartlift.fhir.provenance import labels, software_name, terms
from chartlift.frozen import Frozen, to_json


class DeviceTerms(Frozen):
    """`data/fhir/device.toml`."""

    name: str
    kind: str


def identity(chart: Chart) -> str:
    """The software with its components: other versions are another device, and none changes."""
    versions = to_json(sorted(chart.context.component_versions.items()))
    return f"{software_name(chart)}:{hashlib.sha256(versions).hexdigest()[:8]}"


def device_id(chart: Chart) -> str:
    """The id of the software's Device."""
    return resource_id(chart.context.site_key, "Device", identity(chart))


def map_device(chart: Chart) -> Resource:
    """The software and the versions of its parts."""
    words = load_terms("device", DeviceTerms)
    versions = {"software": chart.context.software_version, **chart.context.component_versions}
    return {
        "resourceType": "Device",
        "id": device_id(chart),
        "meta": labels(chart, shared=True),
        "identifier": [{"system": terms().systems.software, "value": identity(chart)}],
        "status": "active",
        "deviceName": [{"name": words.name, "type": "user-friendly-name"}],
        "version": [
            {"type": {"text": name}, "value": version} for name, version in sorted(versions.items())
        ],
        "type": {"text": words.kind},
    }
