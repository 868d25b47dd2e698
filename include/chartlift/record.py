"""What was found on the pages: findings with their evidence, and the result document.

`Record` is the result document of the command line, the REST API and `extract/<fp>/result.json`.
A printed value is never rewritten: `raw_value` and `raw_unit` stand as read beside the normalised
`value` (a decimal with its printed digits) and `unit` (UCUM). Absent is None, never "".
`notes` say what was done to a value and is certain; `flags` are doubts, which a person must settle.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema

from chartlift.model import (
    Box,
    Confidence,
    DocumentId,
    Fingerprint,
    Frozen,
    Language,
    PageNumber,
    Word,
)

LOINC = "http://loinc.org"
PATIENT_FIELD = "patient:"
"""A review reason whose finding is this and a field's name (`patient:mrn`) doubts that field."""
DATE_ROLE = "date:"
"""A review reason whose finding is this and a role (`date:report`) doubts that role's dates."""
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


class Category(StrEnum):
    """What kind of paper a document, or a run of its pages, is."""

    LAB_REPORT = "lab_report"
    PRESCRIPTION = "prescription"
    IMAGING_REPORT = "imaging_report"
    DISCHARGE_SUMMARY = "discharge_summary"
    REFERRAL_LETTER = "referral_letter"
    TRIAGE_NOTE = "triage_note"
    OTHER = "other"


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


class Categories(Frozen):
    """Findings by the kind of paper they stand on."""

    lab_results: tuple[LabResult, ...] = ()
    prescriptions: tuple[Prescription, ...] = ()
    imaging: tuple[ImagingStudy, ...] = ()
    other: tuple[OtherFinding, ...] = ()


class Patient(Frozen):
    """Who the paper is about; `evidence` has one entry per field that is not None."""

    name: str | None = None
    age: str | None = None
    """Number and UCUM unit, as in `45 a` or `8 mo`."""
    birth_date: str | None = None
    """ISO 8601, as precise as printed: 1980, 1980-03 or 1980-03-12."""
    gender: Literal["male", "female", "other", "unknown"] | None = None
    mrn: str | None = None
    phone: str | None = None
    address: str | None = None
    evidence: dict[str, Evidence] = Field(default_factory=dict)


class DateMention(Frozen):
    """A date with the role it plays on the paper."""

    role: Literal["report", "collected", "received", "visit", "admission", "discharge", "other"]
    value: str
    """ISO 8601, as precise as printed."""
    raw_value: str
    evidence: Evidence


class PersonMention(Frozen):
    """A person other than the patient, in the role the paper gives them."""

    role: Literal["author", "requester", "recipient", "other"]
    name: str
    evidence: Evidence


class Entity(Frozen):
    """A finding as a flat span, for callers who want to mark text."""

    type: str
    text: str
    confidence: Confidence
    page: PageNumber
    box: Box | None


class Segment(Frozen):
    """A run of pages of one kind; `patient` counts the document's patients from 0."""

    pages: tuple[int, ...]
    category: Category
    patient: int | None


class ReviewReason(Frozen):
    """Why a person is asked: a finding's id, `patient:<field>`, `date:<role>`, None for a page."""

    finding: str | None
    page: PageNumber | None
    code: str


class Review(Frozen):
    """Whether a person is asked, and why."""

    needed: bool
    reasons: tuple[ReviewReason, ...] = ()


class RecordPage(Frozen):
    """One page as the result document shows it; lengths in pixels of the original page."""

    number: PageNumber
    width: int
    height: int
    dpi: int
    rotation: int
    skew_degrees: float
    source: Literal["ocr", "text-layer", "text"]
    steps: tuple[str, ...]
    engine: str | None
    text: str
    confidence: Confidence | None
    """Mean over the page's words, weighted by their length; None without words."""
    score: Confidence | None = None
    """That mean times the share of the page's ink that lies on words; None for a text layer."""
    unreadable: str | None
    words: tuple[Word, ...]


class Record(Frozen):
    """The result document: everything read from one document, each value with its evidence."""

    schema_version: Literal["1"] = "1"
    document_id: DocumentId
    status: Literal["completed", "needs_review", "failed"] | None = None
    file_name: str | None = None
    file_type: str
    page_count: int
    languages: tuple[Language, ...]
    extracted_at: datetime
    processing_time_ms: float | None = None
    raw_text: str
    average_confidence: Confidence | None
    category: Category
    segments: tuple[Segment, ...] = ()
    pages: tuple[RecordPage, ...]
    patient: Patient
    categories: Categories
    vitals: tuple[Vital, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    allergies: tuple[Allergy, ...] = ()
    no_known_allergies: bool | None = None
    entities: tuple[Entity, ...] = ()
    dates: tuple[DateMention, ...] = ()
    people: tuple[PersonMention, ...] = ()
    possible_report_date: str | None = None
    possible_facility: str | None = None
    possible_doctor: str | None = None
    review: Review
    fingerprint: Fingerprint

    def findings(self) -> tuple[Finding, ...]:
        """Every finding with an id, in the order of the document's parts."""
        parts = self.categories
        return (
            *parts.lab_results,
            *parts.prescriptions,
            *parts.imaging,
            *parts.other,
            *self.vitals,
            *self.diagnoses,
            *self.allergies,
        )
