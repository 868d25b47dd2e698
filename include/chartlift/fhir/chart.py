"""One document on its way to FHIR: what all its resources share, and who is who in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from chartlift.fhir.datatypes import fhir_date
from chartlift.fhir.identity import in_document, record_number_identity, resource_id
from chartlift.finding import Evidence, Finding
from chartlift.record import DATE_ROLE, PATIENT_FIELD, DateMention, Record
from chartlift.settings import Facility


@dataclass(frozen=True)
class MappingContext:
    """What a bundle needs beside the record: the site, the run's time, and where the bytes are."""

    site_key: bytes
    facilities: tuple[Facility, ...]
    planned_at: datetime
    """UTC, whole seconds: the only time of ours that appears."""
    time_zone: str
    """IANA zone of printed times; empty: they are given as dates."""
    source_address: str
    result_address: str
    content_type: str
    file_size: int
    """Bytes of the source."""
    source_sha1: bytes
    """FHIR R4 says that an attachment's hash is SHA-1."""
    software_version: str
    component_versions: Mapping[str, str]


@dataclass(frozen=True)
class Subject:
    """A patient of the document: `index` counts them from 0."""

    index: int
    id: str
    identity: str
    shared: bool
    """Whether other documents name the same patient, by a trusted record number."""


@dataclass(frozen=True)
class Chart:
    """A record with its context; every id in it follows from the site key and the record alone."""

    record: Record
    context: MappingContext

    def resource_id(self, kind: str, local: str, *, subject: str | None = None) -> str:
        """The id of something this document says."""
        identity = in_document(self.record.document_id, local)
        return resource_id(self.context.site_key, kind, identity, subject=subject)

    @cached_property
    def facility(self) -> Facility | None:
        """The trusted hospital whose letterhead the document has."""
        printed = _folded(self.record.possible_facility)
        for facility in self.context.facilities:
            if printed and printed in {_folded(n) for n in (facility.name, *facility.synonyms)}:
                return facility
        return None

    @cached_property
    def organization_id(self) -> str | None:
        """The id of the hospital the document comes from; None where it names none."""
        if self.facility:
            return resource_id(self.context.site_key, "Organization", self.facility.key)
        if self.record.possible_facility:
            return self.resource_id("Organization", "organization:0")
        return None

    @cached_property
    def document_reference_id(self) -> str:
        """The id of the scan's DocumentReference."""
        return self.resource_id("DocumentReference", "document", subject=self.subjects[0].id)

    @cached_property
    def subjects(self) -> tuple[Subject, ...]:
        """The document's patients; the record's `patient` is the first."""
        indices = {segment.patient for segment in self.record.segments} - {None, 0}
        return (
            self._first_subject(),
            *(self._document_subject(i) for i in sorted(filter(None, indices))),
        )

    def subject_of(self, evidence: Evidence) -> Subject:
        """Whom a value is about, by the page it stands on."""
        for segment in self.record.segments:
            if evidence.page in segment.pages and segment.patient is not None:
                return next(s for s in self.subjects if s.index == segment.patient)
        return self.subjects[0]

    def doubts(self, finding: Finding) -> bool:
        """Whether a person must settle the finding before its value may be acted on."""
        return bool(finding.flags) or finding.id in self._doubted

    def trusts_field(self, name: str) -> bool:
        """Whether a field of the record's patient is known, evidenced and free of doubt."""
        patient = self.record.patient
        return (
            getattr(patient, name) is not None
            and name in patient.evidence
            and PATIENT_FIELD + name not in self._doubted
        )

    @cached_property
    def doubted_fields(self) -> tuple[str, ...]:
        """The fields of the record's patient that a person must settle."""
        fields = self.record.patient.evidence
        return tuple(name for name in fields if PATIENT_FIELD + name in self._doubted)

    def date_of(self, *roles: str, of: Subject) -> str | None:
        """The date in the first of these roles that the patient's pages have, as FHIR dateTime.

        None where that role has several dates or a doubted one: no other role stands in for it.
        """
        for role in roles:
            if any(mention.role == role for mention in self._dates(of)):
                return fhir_date(self._only(role, of), self.context.time_zone)
        if "report" in roles and len(self.subjects) == 1 and not self._doubts_dates:
            return fhir_date(self.record.possible_report_date, self.context.time_zone)
        return None

    def trusts_date(self, role: str) -> bool:
        """Whether the dates of a role are free of doubt."""
        return DATE_ROLE + role not in self._doubted

    def _only(self, role: str, of: Subject) -> str | None:
        values = {mention.value for mention in self._dates(of) if mention.role == role}
        return values.pop() if len(values) == 1 and self.trusts_date(role) else None

    def _dates(self, of: Subject) -> tuple[DateMention, ...]:
        dates = self.record.dates
        return tuple(mention for mention in dates if self.subject_of(mention.evidence) == of)

    @property
    def _doubts_dates(self) -> bool:
        return any(name.startswith(DATE_ROLE) for name in self._doubted)

    @cached_property
    def _doubted(self) -> frozenset[str]:
        reasons = self.record.review.reasons
        return frozenset(reason.finding for reason in reasons if reason.finding)

    def _first_subject(self) -> Subject:
        number = self.record.patient.mrn
        # A number that neither a name nor a birth date can confirm may be another's, misread.
        named = self.trusts_field("name") or self.trusts_field("birth_date")
        if self.facility is None or number is None or not (named and self.trusts_field("mrn")):
            return self._document_subject(0)
        identity = record_number_identity(self.facility.key, number)
        key = resource_id(self.context.site_key, "Patient", identity)
        return Subject(index=0, id=key, identity=identity, shared=True)

    def _document_subject(self, index: int) -> Subject:
        local = f"patient:{index}"
        identity = in_document(self.record.document_id, local)
        return Subject(
            index=index, id=self.resource_id("Patient", local), identity=identity, shared=False
        )


def _folded(name: str | None) -> str:
    return " ".join(name.casefold().split()) if name else ""
