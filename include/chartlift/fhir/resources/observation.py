"""Observation: laboratory results and vital signs, with the value only where nobody doubts it."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from chartlift.fhir.chart import Chart
from chartlift.fhir.datatypes import (
    Resource,
    compiled,
    concept,
    fhir_date,
    number,
    quantity,
    without_empty,
)
from chartlift.fhir.definitions import load_terms, vital_coding
from chartlift.fhir.identity import reference
from chartlift.fhir.provenance import evidence_of, identifier, labels
from chartlift.finding import Coding, Finding, Flag, LabResult, Vital
from chartlift.frozen import Frozen

UNIT_DOUBTS = frozenset({Flag.UNIT_SUBSTITUTION, Flag.UNIT_INFERRED, Flag.UNIT_MISSING})
"""The printed unit selects the code: with the unit in doubt the code is too."""


class Categories(Frozen):
    """What kind of observation it is."""

    laboratory: Coding
    vital_signs: Coding


class Absent(Frozen):
    """Why there is no value."""

    doubted: Coding
    missing: Coding


class Components(Frozen):
    """The vital signs a blood pressure consists of, as rows of their table."""

    systolic: str
    diastolic: str


class Companion(Frozen):
    """A coding that always stands beside another."""

    of: str
    coding: Coding


class RangeForm(Frozen):
    """A way to print a reference range, with its examples."""

    pattern: str
    matches: tuple[str, ...]
    misses: tuple[str, ...]


class ObservationTerms(Frozen):
    """`data/fhir/observation.toml`."""

    category: Categories
    absent: Absent
    components: Components
    interpretation: dict[str, Coding]
    companion: tuple[Companion, ...]
    ranges: tuple[RangeForm, ...] = Field(alias="range")


def observation_terms() -> ObservationTerms:
    """The terms of observations."""
    return load_terms("observation", ObservationTerms)


def observation_id(chart: Chart, finding: Finding) -> str:
    """The id of a finding's Observation."""
    subject = chart.subject_of(finding.evidence)
    return chart.resource_id("Observation", finding.id, subject=subject.id)


def map_observations(chart: Chart) -> tuple[Resource, ...]:
    """One Observation for each laboratory result and each vital sign.

    An earlier result without a date of its own is left out: among the others it would pass for new.
    """
    results = chart.record.categories.lab_results
    labs = (_lab(chart, lab) for lab in results if lab.status == "current" or effective(chart, lab))
    vitals = (_vital(chart, vital) for vital in chart.record.vitals)
    return (*labs, *vitals)


def effective(chart: Chart, lab: LabResult) -> str | None:
    """When the specimen was taken; an earlier result printed beside takes no date of the sheet."""
    own = fhir_date(lab.collected, chart.context.time_zone)
    if lab.status == "prior" or (own and chart.trusts_date("collected")):
        return own
    return chart.date_of("collected", "report", of=chart.subject_of(lab.evidence))


def _lab(chart: Chart, lab: LabResult) -> Resource:
    words = observation_terms()
    doubted = chart.doubts(lab)
    code = None if UNIT_DOUBTS & set(lab.flags) else lab.code
    flag = None if doubted else words.interpretation.get(lab.flag_printed or "")
    return without_empty(
        {
            **_base(chart, lab, words.category.laboratory, raw=lab.raw_value),
            "code": concept(code, *_companions(code), text=lab.test_name),
            "effectiveDateTime": effective(chart, lab),
            **_value(lab.value, lab.raw_value, lab, doubted=doubted),
            "interpretation": [concept(flag)] if flag else None,
            "referenceRange": _reference_range(lab, doubted=doubted),
        }
    )


def _vital(chart: Chart, vital: Vital) -> Resource:
    words = observation_terms()
    doubted = chart.doubts(vital)
    code = None if UNIT_DOUBTS & set(vital.flags) else vital.code
    taken = fhir_date(vital.taken, chart.context.time_zone)
    value = (
        {"component": _components(vital, doubted=doubted)}
        if vital.name == "blood_pressure"
        else _value(vital.value, vital.raw_value, vital, doubted=doubted)
    )
    return without_empty(
        {
            **_base(chart, vital, words.category.vital_signs, raw=vital.raw_value),
            "code": concept(code, *_companions(code), text=vital.name.replace("_", " ")),
            "effectiveDateTime": taken
            or chart.date_of("visit", "report", of=chart.subject_of(vital.evidence)),
            **value,
        }
    )


def _base(chart: Chart, finding: Finding, category: Coding, raw: str) -> Resource:
    organization = chart.organization_id
    return {
        "resourceType": "Observation",
        "id": observation_id(chart, finding),
        "meta": labels(chart, doubted=chart.doubts(finding)),
        "extension": evidence_of(chart, finding, raw),
        "identifier": identifier(chart, finding.id),
        "status": "preliminary",
        "category": [concept(category)],
        "subject": reference(chart.subject_of(finding.evidence).id),
        "performer": [reference(organization)] if organization else None,
        "derivedFrom": [reference(chart.document_reference_id)],
    }


def _companions(code: Coding | None) -> tuple[Coding, ...]:
    if code is None:
        return ()
    return tuple(pair.coding for pair in observation_terms().companion if pair.of == code.code)


def _value(
    value: Decimal | None, raw: str, finding: LabResult | Vital, *, doubted: bool
) -> Resource:
    if doubted:
        return {"dataAbsentReason": concept(observation_terms().absent.doubted)}
    if value is not None:
        printed = finding.raw_unit if isinstance(finding, LabResult) else None
        comparator = finding.comparator if isinstance(finding, LabResult) else None
        return {"valueQuantity": quantity(value, finding.unit, printed, comparator)}
    # A titre or a count of fields is no concept, though it is no single number either.
    if any(character.isdigit() for character in raw):
        return {"valueString": raw}
    return {"valueCodeableConcept": concept(text=raw)}


def _components(vital: Vital, *, doubted: bool) -> list[Resource]:
    words = observation_terms()
    pressures = {
        words.components.systolic: vital.systolic,
        words.components.diastolic: vital.diastolic,
    }
    return [
        {"code": concept(vital_coding(key), text=key.replace("_", " "))}
        | _component_value(value, vital.unit, words.absent, doubted=doubted)
        for key, value in pressures.items()
    ]


def _component_value(
    value: Decimal | None, unit: str | None, absent: Absent, *, doubted: bool
) -> Resource:
    if doubted or value is None:
        return {"dataAbsentReason": concept(absent.doubted if doubted else absent.missing)}
    return {"valueQuantity": quantity(value, unit)}


def _reference_range(lab: LabResult, *, doubted: bool) -> list[Resource]:
    if lab.reference_range is None:
        return []
    ends = {} if doubted or lab.value is None else range_ends(lab.reference_range, lab)
    limits = {end: quantity(value, lab.unit, lab.raw_unit) for end, value in ends.items()}
    return [{**limits, "text": lab.reference_range}]


def range_ends(text: str, lab: LabResult) -> dict[str, Decimal]:
    """The `low` and `high` of a printed range; empty where its form or its unit leaves a doubt."""
    for form in observation_terms().ranges:
        match = compiled(form.pattern).fullmatch(text.strip())
        if match is None:
            continue
        parts = match.groupdict()
        unit = parts.pop("unit")
        if unit and unit.strip() not in {lab.unit, lab.raw_unit}:
            return {}
        ends = {name: number(printed) for name, printed in parts.items() if printed}
        in_order = len(ends) < 2 or ends["low"] <= ends["high"]
        return ends if in_order else {}
    return {}
