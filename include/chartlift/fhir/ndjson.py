"""A bundle as NDJSON: one file for each resource type, one resource a line."""

from __future__ import annotations

from typing import Any

from chartlift.fhir.datatypes import Resource
from chartlift.frozen import to_json


def by_type(bundle: Resource) -> dict[str, bytes]:
    """Resource type to the lines of its resources, in the bundle's order.

    References inside the bundle become `Type/id`: outside of it a urn leads nowhere.
    """
    addresses = bundle_addresses(bundle)
    lines: dict[str, bytes] = {}
    for entry in bundle["entry"]:
        resource = literal_references(entry["resource"], addresses)
        kind = resource["resourceType"]
        lines[kind] = lines.get(kind, b"") + to_json(resource) + b"\n"
    return lines


def bundle_addresses(bundle: Resource) -> dict[str, str]:
    """The `Type/id` of each entry by its fullUrl."""
    return {
        entry["fullUrl"]: f"{entry['resource']['resourceType']}/{entry['resource']['id']}"
        for entry in bundle["entry"]
    }


def literal_references(node: Any, addresses: dict[str, str]) -> Any:  # noqa: ANN401 - any JSON
    """A copy of the JSON whose references to these fullUrls are addresses on a server."""
    if isinstance(node, list):
        return [literal_references(item, addresses) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: addresses.get(value, value)
        if key == "reference" and isinstance(value, str)
        else literal_references(value, addresses)
        for key, value in node.items()
    }
