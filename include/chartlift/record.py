"""The result document: what was found on all pages of a document, and whether a person is asked.

`Record` is the result document of the command line, the REST API and `extract/<fp>/result.json`.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from chartlift.finding import (
    Allergy,
    Diagnosis,
    Evidence,
    Finding,
    ImagingStudy,
    LabResult,
    OtherFinding,
    Prescription,
    Vital,
)
from chartlift.frozen import Frozen
from chartlift.model import Box, Confidence, DocumentId, Fingerprint, Language, PageNumber, Word

PATIENT_FIELD = "patient:"
"""A review reason whose finding is this and a field's name (`patient:mrn`) doubts that field."""
DATE_ROLE = "date:"
"""A review reason whose finding is this and a role (`date:report`) doubts that role's dates."""


class Category(StrEnum):
    """What kind of paper a document, or a run of its pages, is."""

    LAB_REPORT = "lab_report"
    PRESCRIPTION = "prescription"
    IMAGING_REPORT = "imaging_report"
    DISCHARGE_SUMMARY = "discharge_summary"
    REFERRAL_LETTER = "referral_letter"
    TRIAGE_NOTE = "triage_note"
    OTHER = "other"


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
