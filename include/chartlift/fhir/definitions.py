"""What `data/fhir` holds: the terms of each resource type, and the codes we may emit."""

from __future__ import annotations

import gzip
import hashlib
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

from pydantic import ValidationError

from chartlift.errors import InvalidData
from chartlift.finding import LOINC, Coding
from chartlift.frozen import Frozen, parse_json
from chartlift.vocab import lab_tests, units, vital_signs

Terms = TypeVar("Terms", bound=Frozen)


def _folder() -> Traversable:
    return files("chartlift").joinpath("data/fhir")


def load_terms(name: str, model: type[Terms]) -> Terms:
    """The terms of one resource type, `data/fhir/<name>.toml`.

    Raises:
        InvalidData: the file is not what its model says; `subject` is the file.
    """
    loaded: Terms = _load(name, model)
    return loaded


@cache
def _load(name: str, model: type[Terms]) -> Terms:
    text = _folder().joinpath(f"{name}.toml").read_text(encoding="utf-8")
    try:
        return model.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError):
        raise InvalidData(subject=f"data/fhir/{name}.toml") from None


@cache
def json_schema() -> Mapping[str, Any]:
    """The official JSON schema of FHIR R4."""
    packed = _folder().joinpath("fhir.schema.json.gz").read_bytes()
    schema: Mapping[str, Any] = parse_json(gzip.decompress(packed))
    return schema


@cache
def invariants() -> Mapping[str, Mapping[str, str]]:
    """FHIRPath rules of R4 by definition of the JSON schema and key, those that are errors."""
    rules: Mapping[str, Mapping[str, str]] = parse_json(
        _folder().joinpath("invariants.json").read_bytes()
    )
    return rules


@cache
def code_systems() -> Mapping[str, Mapping[str, str]]:
    """HL7's code systems that we use: url, then code to display."""
    systems: Mapping[str, Mapping[str, str]] = parse_json(
        _folder().joinpath("code_systems.json").read_bytes()
    )
    return systems


@cache
def own_codes() -> frozenset[tuple[str, str]]:
    """System and code of every coding that stands in the terms' files."""
    found: set[tuple[str, str]] = set()
    for file in _folder().iterdir():
        if file.name.endswith(".toml"):
            found |= _codings(tomllib.loads(file.read_text(encoding="utf-8")))
    return frozenset(found)


def _codings(node: object) -> set[tuple[str, str]]:
    if isinstance(node, list):
        return set().union(*(_codings(item) for item in node))
    if not isinstance(node, dict):
        return set()
    below = set().union(*(_codings(item) for item in node.values()))
    return below | ({(node["system"], node["code"])} if {"system", "code"} <= set(node) else set())


@cache
def loinc_codes() -> frozenset[str]:
    """The LOINC codes we may emit: verified in a vocabulary, or standing in the terms' files."""
    labs = [
        code
        for test in lab_tests()
        if test.emit_code == "yes"
        for code, level in ((test.loinc1, test.loinc1_level), (test.loinc2, test.loinc2_level))
        if code and level in {"A", "B"}
    ]
    vitals = [sign.loinc for sign in vital_signs() if sign.loinc and sign.loinc_level != "C"]
    ours = [code for system, code in own_codes() if system == LOINC]
    return frozenset([*labs, *vitals, *ours])


@cache
def ucum_codes() -> frozenset[str]:
    """The UCUM codes we may emit: HL7's common ones, and those of the vocabularies."""
    common = _folder().joinpath("ucum_common.txt").read_text(encoding="utf-8").splitlines()
    labs = [unit for test in lab_tests() for unit in (test.unit1_ucum, test.unit2_ucum)]
    vitals = [sign.unit_ucum for sign in vital_signs()]
    printed = [unit.ucum for unit in units()]
    return frozenset(unit for unit in [*common, *labs, *vitals, *printed] if unit)


@cache
def vital_coding(key: str) -> Coding | None:
    """The code of a row of the table of vital signs; None where it is not verified.

    Raises:
        InvalidData: there is no such row; `subject` is the key.
    """
    for sign in vital_signs():
        if sign.key == key:
            verified = sign.loinc is not None and sign.loinc_level != "C"
            return (
                Coding(system=LOINC, code=str(sign.loinc), display=sign.loinc_display)
                if verified
                else None
            )
    raise InvalidData(subject=key)


@cache
def definitions_fingerprint() -> str:
    """16 hexadecimal digits that change with any byte of `data/fhir`."""
    digest = hashlib.sha256()
    for file in sorted(_folder().iterdir(), key=lambda entry: entry.name):
        digest.update(f"{file.name}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]
