"""Resources that several documents speak of: what the server has stays, what it lacks is added."""

from __future__ import annotations

from chartlift.fhir.datatypes import Resource
from chartlift.fhir.provenance import terms
from chartlift.names import dates_agree, names_agree

SERVERS_OWN = frozenset({"versionId", "lastUpdated"})
"""Parts of `meta` that a server writes by itself."""


def is_shared(resource: Resource) -> bool:
    """Whether other documents may have written the same resource."""
    shared = terms().scope.shared
    tags = resource.get("meta", {}).get("tag", [])
    return any(tag.get("system") == shared.system and tag["code"] == shared.code for tag in tags)


def is_another_patient(theirs: Resource, ours: Resource) -> bool:
    """Whether a Patient on the server has a name or birth date and neither agrees with ours.

    Names may differ in case, accents, order and a few letters; any name the server has will do.
    """
    if theirs.get("resourceType") != "Patient":
        return False
    names, born = _names(theirs), theirs.get("birthDate")
    if not names and not born:
        return False
    if any(names_agree(name, own) for name in names for own in _names(ours)):
        return False
    own_birth = ours.get("birthDate")
    return not (born and own_birth and dates_agree(born, own_birth))


def _names(patient: Resource) -> list[str]:
    names = patient.get("name", [])
    spelled = (one.get("text") or " ".join(_parts(one)) for one in names)
    return [name for name in spelled if name]


def _parts(name: Resource) -> list[str]:
    return [*name.get("given", []), *filter(None, [name.get("family")])]


def merge_shared(theirs: Resource, ours: Resource) -> Resource:
    """The server's resource with the elements and identifiers of ours that it lacks.

    Nothing is removed and no element that has a value is changed: a person may have set it.
    """
    known = [_key(identifier) for identifier in theirs.get("identifier", [])]
    more = [item for item in ours.get("identifier", []) if _key(item) not in known]
    merged = {**ours, **theirs}
    merged["meta"] = {k: v for k, v in theirs.get("meta", {}).items() if k not in SERVERS_OWN}
    if more:
        merged["identifier"] = [*theirs.get("identifier", []), *more]
    return merged


def adds_nothing(theirs: Resource, merged: Resource) -> bool:
    """Whether the merged resource says no more than the server's."""
    return merged == {**theirs, "meta": merged["meta"]}


def _key(identifier: Resource) -> tuple[object, object]:
    return identifier.get("system"), identifier.get("value")
