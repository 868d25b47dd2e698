"""What is found on a page: values, each with the words it was read from.

A printed value is never rewritten: `raw_value` and `raw_unit` stand as read beside the normalised
`value` (a decimal with its printed digits) and `unit` (UCUM). Absent is None, never "".
`notes` say what was done to a value and is certain; `flags` are doubts, which a person must settle.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import WithJsonSchema

from chartlift.frozen import Frozen
from chartlift.model import Box, Confidence, PageNumber

LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
ATC = "http://www.whocc.no/atc"

Number = Annotated[Decimal, WithJsonSchema({"type": "number"})]
"""A decimal that stands in JSON as a number with its printed digits."""


class Note(StrEnum):
    """What was done to a value, certain and harmless."""

    DECIMAL_COMMA = "decimal-comma"
    KHMER_DIGITS = "khmer-digits"
    UNIT_SPELLING = "unit-spelling"
    NAME_SPELLING = "name-spelling"


class Flag(StrEnum):
    """Why a value may be wrong; any of them asks for a person."""

    DIGIT_SUBSTITUTION = "digit-substitution"
    UNIT_SUBSTITUTION = "unit-substitution"
    ENGINES_DISAGREE = "engines-disagree"
    IMPLAUSIBLE = "implausible"
    AMBIGUOUS_SEPARATOR = "ambiguous-separator"
    CROSS_CHECK = "cross-check"
    LOW_CONFIDENCE = "low-confidence"
    UNIT_INFERRED = "unit-inferred"
    UNIT_MISSING = "unit-missing"
    """No unit, or none that is known, where the test has one."""
    AMBIGUOUS_DATE = "ambiguous-date"
    UNREADABLE = "unreadable"
    PLACE_UNCLEAR = "place-unclear"
    """It may be of another row or column of its table: its place does not tell."""


class Coding(Frozen):
    """A code of a public code system; emitted only when the vocabulary has verified it."""

    system: str
    code: str
    display: str | None = None


class Evidence(Frozen):
    """Where a value was read: no evidence, no value."""

    page: PageNumber
    box: Box | None
    """The value itself on the original page; None when it came from plain text."""
    words: tuple[int, ...] | None
    """Indices of the value's words among the page's words; None when it came from plain text."""
    span: tuple[int, int] | None = None
    """Characters [start, end) of the plain text it came from; None when it came from a page."""
    rule: str
    """Id and version of the rule that found it, as in `labs.row/3`."""
    engine: str | None
    confidence: Confidence
    """The lowest confidence among its words; 1.0 for plain text."""


class Finding(Frozen):
    """One thing found on a page; `id` is `p<page>:<kind>:<concept>:<ordinal>`."""

    id: str
    notes: tuple[Note, ...] = ()
    flags: tuple[Flag, ...] = ()
    confidence: Confidence
    evidence: Evidence


class LabResult(Finding):
    """One row of a laboratory report; a qualitative result has a `raw_value` and no `value`."""

    test_name: str
    value: Number | None
    raw_value: str
    comparator: Literal["<", "<=", ">", ">="] | None = None
    unit: str | None
    raw_unit: str | None
    reference_range: str | None
    abnormal: bool | None
    """True outside the printed range or when flagged, False inside; None where neither is known."""
    flag_printed: str | None
    specimen: str | None = None
    section: str | None = None
    collected: str | None = None
    status: Literal["current", "prior"] = "current"
    code: Coding | None


class Timing(Frozen):
    """How often a drug is taken, in the terms of FHIR Timing.repeat."""

    frequency: int | None = None
    frequencyMax: int | None = None  # noqa: N815 - FHIR's own name
    period: Number | None = None
    periodMax: Number | None = None  # noqa: N815 - FHIR's own name
    periodUnit: Literal["s", "min", "h", "d", "wk", "mo", "a"] | None = None  # noqa: N815 - FHIR's own name
    when: tuple[str, ...] = ()


class Prescription(Finding):
    """One drug, or one phase of a phased prescription."""

    medication: str
    strength: str | None = None
    form: str | None = None
    dosage: str | None = None
    route: str | None = None
    frequency: str | None = None
    duration: str | None = None
    quantity: str | None = None
    as_needed: bool = False
    phase: int = 1
    status: Literal[
        "current", "held", "stopped", "declined", "planned", "administered", "allergy", "unknown"
    ] = "current"
    timing: Timing | None = None
    code: Coding | None = None


class ImagingStudy(Finding):
    """What an imaging report says."""

    modality: str | None
    body_site: str | None
    findings: str | None
    impression: str | None


VitalName = Literal[
    "blood_pressure",
    "heart_rate",
    "respiratory_rate",
    "temperature",
    "spo2",
    "weight",
    "height",
    "bmi",
    "pain",
]


class Vital(Finding):
    """One vital sign; blood pressure has systolic and diastolic and no `value`."""

    name: VitalName
    value: Number | None
    raw_value: str
    systolic: Number | None = None
    diastolic: Number | None = None
    unit: str | None
    taken: str | None = None
    code: Coding | None


class Diagnosis(Finding):
    """A problem the paper names, and how it is meant."""

    text: str
    certainty: Literal["affirmed", "negated", "uncertain", "historical", "family", "hypothetical"]
    code: Coding | None = None


class Allergy(Finding):
    """A substance the patient is said not to tolerate."""

    substance: str
    reaction: str | None = None
    code: Coding | None = None


class OtherFinding(Finding):
    """Something worth keeping that no other category holds."""

    text: str
