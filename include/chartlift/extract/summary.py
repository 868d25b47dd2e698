"""What the result document tells besides its findings: pages, marked spans, reasons for review."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chartlift.finding import Allergy, Diagnosis, Finding, LabResult, Prescription, Vital
from chartlift.model import ReadPage, Word
from chartlift.record import Entity, RecordPage, ReviewReason

POORLY_READ = "poorly-read"
"""Code of a page of which much was not read, or not surely."""


def record_page(page: ReadPage) -> RecordPage:
    """A page that was read, as the result document shows it."""
    read = page.ocr
    return RecordPage(
        number=read.number,
        width=read.width,
        height=read.height,
        dpi=read.dpi,
        rotation=read.rotation,
        skew_degrees=read.skew_degrees,
        source=read.source,
        steps=read.steps,
        engine=read.engine,
        text=page.text,
        confidence=mean_confidence(read.words),
        score=read.score,
        unreadable=read.unreadable,
        words=read.words,
    )


def text_page(text: str) -> RecordPage:
    """Plain text as the one page of its document; it has neither size nor words."""
    return RecordPage(
        number=1,
        width=0,
        height=0,
        dpi=0,
        rotation=0,
        skew_degrees=0.0,
        source="text",
        steps=(),
        engine=None,
        text=text,
        confidence=None,
        score=None,
        unreadable=None,
        words=(),
    )


def mean_confidence(words: Sequence[Word]) -> float | None:
    """The mean confidence of words, weighted by their length; None without words."""
    letters = sum(len(word.text) for word in words)
    if not letters:
        return None
    return round(sum(word.confidence * len(word.text) for word in words) / letters, 4)


def entities_of(findings: Sequence[Finding]) -> tuple[Entity, ...]:
    """The findings as flat spans, in their order."""
    return tuple(
        Entity(
            type=kind,
            text=" ".join(part for part in parts if part),
            confidence=finding.confidence,
            page=finding.evidence.page,
            box=finding.evidence.box,
        )
        for finding in findings
        for kind, parts in _spans(finding)
    )


def _spans(finding: Finding) -> Iterator[tuple[str, tuple[str | None, ...]]]:
    match finding:
        case LabResult():
            yield "lab_result", (finding.test_name, finding.raw_value, finding.raw_unit)
        case Prescription():
            yield "medication", (finding.medication, finding.strength)
        case Vital():
            yield "vital", (finding.name, finding.raw_value)
        case Diagnosis():
            yield "diagnosis", (finding.text,)
        case Allergy():
            yield "allergy", (finding.substance,)


def reasons_of(
    findings: Sequence[Finding], pages: Sequence[RecordPage], *, poor_below: float
) -> tuple[ReviewReason, ...]:
    """Why a person is asked: each doubt of a finding, pages not read, and pages read poorly.

    Args:
        findings: what was found.
        pages: where.
        poor_below: score under which a page is read poorly.
    """
    return (
        *(
            ReviewReason(finding=finding.id, page=finding.evidence.page, code=flag)
            for finding in findings
            for flag in finding.flags
        ),
        *(
            ReviewReason(finding=None, page=page.number, code=page.unreadable)
            for page in pages
            if page.unreadable is not None
        ),
        *(
            ReviewReason(finding=None, page=page.number, code=POORLY_READ)
            for page in pages
            if page.unreadable is None and page.score is not None and page.score < poor_below
        ),
    )
