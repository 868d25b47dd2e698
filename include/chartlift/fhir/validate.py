"""Whether a bundle is valid FHIR R4, and says nothing we cannot stand for.

No single validator catches all mistakes, so four look one after the other: the R4B models of
`fhir.resources`, HL7's own JSON schema, its FHIRPath invariants, and our checks of what those
leave open (units, codes, references, identities).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import NamedTuple

import fhirpathpy
from fhir.resources.R4B import get_fhir_model_class
from fhirpathpy.models import models
from jsonschema import Draft6Validator
from pydantic import ValidationError

from chartlift.errors import InvalidBundle
from chartlift.fhir.datatypes import Resource
from chartlift.fhir.definitions import (
    code_systems,
    invariants,
    json_schema,
    loinc_codes,
    own_codes,
    ucum_codes,
)
from chartlift.fhir.resources.document_reference import category_system
from chartlift.finding import ATC, LOINC, UCUM
from chartlift.record import Category

DEFINITION = "#/definitions/"
SUBJECTS = {
    "AllergyIntolerance": "patient",
    "Condition": "subject",
    "DiagnosticReport": "subject",
    "DocumentReference": "subject",
    "MedicationStatement": "subject",
    "Observation": "subject",
}
"""Where each type says whom it is about; FHIR lets some types leave it out, we do not."""


class Issue(NamedTuple):
    """One fault; it names the place and the rule, never the value."""

    entry: int
    """Index of the bundle's entry, from 0."""
    path: str
    """Element names and indices below the resource, dots between."""
    code: str
    """Who found it, and which rule was broken, as in `invariant:obs-6`."""


class Node(NamedTuple):
    """An element of a resource, with its name in the JSON schema."""

    path: str
    kind: str
    value: Resource


def require_valid(bundle: Resource) -> None:
    """Go on only with a valid bundle.

    Raises:
        InvalidBundle: it is not; `found` is the number of issues.
    """
    issues = check_bundle(bundle)
    if issues:
        raise InvalidBundle(found=len(issues))


def check_bundle(bundle: Resource) -> tuple[Issue, ...]:
    """Every fault of a transaction bundle, in the order of its entries."""
    resources = [entry.get("resource", {}) for entry in bundle["entry"]]
    found = [
        Issue(index, path, code)
        for index, resource in enumerate(resources)
        for path, code in _check_resource(resource)
    ]
    across = [*_check_entries(bundle["entry"]), *_check_references(bundle["entry"])]
    return tuple(sorted({*found, *across}))


def _check_resource(resource: Resource) -> Iterator[tuple[str, str]]:
    kind = str(resource.get("resourceType"))
    if kind not in json_schema()["definitions"]:
        yield "resourceType", "own:unknown-type"
        return
    yield from _check_model(kind, resource)
    yield from _check_schema(kind, resource)
    nodes = list(_nodes(kind, resource))
    for node in nodes:
        yield from _check_invariants(node, resource)
        yield from _check_codes(node)
    if kind in SUBJECTS and "reference" not in resource.get(SUBJECTS[kind], {}):
        yield SUBJECTS[kind], "own:no-subject"


def _check_model(kind: str, resource: Resource) -> Iterator[tuple[str, str]]:
    try:
        get_fhir_model_class(kind).model_validate(resource)
    except ValidationError as error:
        for fault in error.errors(include_input=False, include_url=False, include_context=False):
            yield _joined(fault["loc"]), f"model:{fault['type']}"


def _check_schema(kind: str, resource: Resource) -> Iterator[tuple[str, str]]:
    for fault in _schema_validator(kind).iter_errors(resource):
        yield _joined(fault.absolute_path), f"schema:{fault.validator}"


@cache
def _schema_validator(kind: str) -> Draft6Validator:
    definitions = json_schema()["definitions"]
    return Draft6Validator({"$ref": DEFINITION + kind, "definitions": definitions})


def _nodes(kind: str, value: Resource, path: str = "") -> Iterator[Node]:
    yield Node(path, kind, value)
    properties = json_schema()["definitions"][kind].get("properties", {})
    for name, child in value.items():
        reference = _reference(properties.get(name, {}))
        for place, item in _items(child, f"{path}.{name}" if path else name):
            if isinstance(item, dict) and reference in json_schema()["definitions"]:
                yield from _nodes(reference, item, place)


def _reference(schema: Resource) -> str:
    address = schema.get("$ref") or schema.get("items", {}).get("$ref") or ""
    return str(address).removeprefix(DEFINITION)


def _items(child: object, path: str) -> Iterator[tuple[str, object]]:
    if isinstance(child, list):
        yield from ((f"{path}.{index}", item) for index, item in enumerate(child))
    else:
        yield path, child


def _check_invariants(node: Node, resource: Resource) -> Iterator[tuple[str, str]]:
    if not node.value:
        yield node.path, "invariant:ele-1"
    for key, expression in invariants().get(node.kind, {}).items():
        if _rule(expression)(node.value, {"resource": resource, "ucum": UCUM}) != [True]:
            yield node.path, f"invariant:{key}"


@cache
def _rule(expression: str) -> Callable[..., list[object]]:
    # The model tells which elements are choices: without it `value` finds no valueQuantity.
    options = {"userInvocationTable": {"hasValue": {"fn": _has_value, "arity": {0: []}}}}
    rule: Callable[..., list[object]] = fhirpathpy.compile(expression, models["r4"], options)
    return rule


def _has_value(nodes: list[object]) -> list[bool]:
    # FHIRPath's own function of FHIR, which the engine lacks: one primitive that has a value.
    return [len(nodes) == 1 and not isinstance(nodes[0], dict)]


def _check_codes(node: Node) -> Iterator[tuple[str, str]]:
    system, code = node.value.get("system"), node.value.get("code")
    if node.kind in {"Quantity", "Duration"} and code is not None:
        if system != UCUM:
            yield f"{node.path}.system", "own:unit-system"
        elif code not in ucum_codes():
            yield f"{node.path}.code", "own:ucum"
    if node.kind == "Coding" and not _is_known(str(system), str(code)):
        yield f"{node.path}.code", "own:loinc" if system == LOINC else "own:code"


def _is_known(system: str, code: str) -> bool:
    if system == LOINC:
        return code in loinc_codes()
    if system in code_systems():
        return code in code_systems()[system]
    return system == ATC or (system, code) in own_codes() or _is_own_category(system, code)


def _is_own_category(system: str, code: str) -> bool:
    return system == category_system() and code in set(Category)


def _check_entries(entries: Iterable[Resource]) -> Iterator[Issue]:
    indexed = list(enumerate(entries))
    addresses = Counter(entry.get("fullUrl") for _, entry in indexed)
    for index, entry in indexed:
        resource = entry.get("resource", {})
        address = f"{resource.get('resourceType')}/{resource.get('id')}"
        if addresses[entry.get("fullUrl")] > 1:
            yield Issue(index, "fullUrl", "own:duplicate-id")
        if entry.get("fullUrl") != f"urn:uuid:{resource.get('id')}":
            yield Issue(index, "fullUrl", "own:other-id")
        if entry.get("request") != {"method": "PUT", "url": address}:
            yield Issue(index, "request", "own:request")
    yield from _check_identities(indexed)


def _check_identities(indexed: Iterable[tuple[int, Resource]]) -> Iterator[Issue]:
    owners: dict[tuple[str, str, str], int] = {}
    for index, entry in indexed:
        resource = entry.get("resource", {})
        for identifier in resource.get("identifier", []):
            system, value = identifier.get("system"), identifier.get("value")
            key = (str(resource.get("resourceType")), str(system), str(value))
            if system and owners.setdefault(key, index) != index:
                yield Issue(index, "identifier", "own:duplicate-identity")


def _check_references(entries: Iterable[Resource]) -> Iterator[Issue]:
    listed = list(entries)
    known = {entry.get("fullUrl") for entry in listed}
    for index, entry in enumerate(listed):
        for path, target in _references(entry.get("resource", {}), ""):
            if target not in known:
                yield Issue(index, path, "own:dangling-reference")


def _references(node: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _references(item, f"{path}.{index}")
    elif isinstance(node, dict):
        for name, value in node.items():
            place = f"{path}.{name}" if path else name
            if name == "reference" and isinstance(value, str):
                yield place, value
            else:
                yield from _references(value, place)


def _joined(parts: Iterable[object]) -> str:
    return ".".join(str(part) for part in parts)
