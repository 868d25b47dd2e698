"""The record of a document: what each extractor found, with its id, and why a person is asked."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from importlib.metadata import version

from chartlift.extract.category import classify, whole
from chartlift.extract.context import Page, page_of, page_of_text
from chartlift.extract.doubts import doubts_of, with_doubts
from chartlift.extract.extractors import (
    allergies,
    dates,
    diagnoses,
    labs,
    medications,
    people,
    vitals,
)
from chartlift.extract.subjects import Subjects, tell_apart
from chartlift.extract.summary import entities_of, reasons_of, record_page, text_page
from chartlift.finding import LabResult
from chartlift.frozen import Frozen, to_json
from chartlift.model import DocumentId, Fingerprint, Language, ReadPage
from chartlift.record import Categories, Category, DateMention, Record, RecordPage, Review, Segment
from chartlift.settings import Settings
from chartlift.vocab import data_fingerprint

_STAGE = "4"
"""Raised when the same words give another record although no rule or vocabulary changed."""
DATA = ("languages", "rules", "vocab")
"""What of `data` extraction reads."""
_REPORT_ROLES = ("report", "discharge", "visit")
"""Roles of the date that a paper bears, the first that it has."""


class DocumentFacts(Frozen):
    """What extraction is told of a document besides its pages."""

    document_id: DocumentId
    file_type: str
    extracted_at: datetime
    fingerprint: Fingerprint


@cache
def extract_components() -> dict[str, str]:
    """The versions that decide what extraction finds, by name."""
    return {
        "extract": _STAGE,
        "data": data_fingerprint(*DATA),
        "rapidfuzz": version("rapidfuzz"),
        "regex": version("regex"),
    }


def extract_record(
    pages: Sequence[ReadPage], facts: DocumentFacts, *, settings: Settings
) -> Record:
    """The record of a document that was read page by page.

    Args:
        pages: all its pages in order, unreadable ones among them.
        facts: what the record repeats; `file_name`, `status` and the time taken stay None.
        settings: `review_below` decides which values go to a person.
    """
    languages = dict.fromkeys(name for page in pages for name in page.ocr.languages)
    return _record(
        tuple(page_of(page) for page in pages),
        facts,
        settings=settings,
        shown=tuple(record_page(page) for page in pages),
        languages=tuple(languages),
    )


def extract_text(text: str, *, settings: Settings, extracted_at: datetime) -> Record:
    """The record of plain text, as one page; evidence is given by spans of its characters."""
    components = to_json(extract_components())
    fingerprint = hashlib.sha256(components + text.encode()).hexdigest()[:16]
    facts = DocumentFacts(
        document_id=DocumentId(hashlib.sha256(text.encode()).hexdigest()),
        file_type="text",
        extracted_at=extracted_at,
        fingerprint=Fingerprint(fingerprint),
    )
    shown = (text_page(text),)
    return _record((page_of_text(text),), facts, settings=settings, shown=shown, languages=())


def _record(
    pages: Sequence[Page],
    facts: DocumentFacts,
    *,
    settings: Settings,
    shown: tuple[RecordPage, ...],
    languages: tuple[Language, ...],
) -> Record:
    categories = classify(pages)
    mentions = dates.find(pages)
    subjects = tell_apart(pages)
    below = settings.review_below
    results = with_doubts(pages, _collected(labs.find(pages), mentions, subjects), below)
    signs = with_doubts(pages, vitals.find(pages), below)
    drugs = with_doubts(pages, medications.find(pages), below)
    problems = with_doubts(pages, diagnoses.find(pages), below)
    intolerances, none_known = allergies.find(pages)
    people_found = people.find(pages)
    allergic = with_doubts(pages, intolerances, below)
    found = (*results, *drugs, *signs, *problems, *allergic)
    who = subjects.first
    reasons = (
        *subjects.reasons,
        *doubts_of(pages, who, mentions, below),
        *reasons_of(found, shown, poor_below=settings.ocr_fallback_below),
    )
    return Record(
        document_id=facts.document_id,
        file_type=facts.file_type,
        page_count=len(pages),
        languages=languages,
        extracted_at=facts.extracted_at,
        raw_text="\n\f".join(page.text for page in shown),
        average_confidence=_average(shown),
        category=whole(categories),
        segments=_segments(categories, subjects),
        pages=shown,
        patient=who,
        categories=Categories(lab_results=results, prescriptions=drugs),
        vitals=signs,
        diagnoses=problems,
        allergies=allergic,
        no_known_allergies=none_known,
        entities=entities_of(found),
        dates=mentions,
        people=people_found.people,
        possible_report_date=_report_date(mentions),
        possible_facility=people_found.facility,
        possible_doctor=people_found.doctor,
        review=Review(needed=bool(reasons), reasons=reasons),
        fingerprint=facts.fingerprint,
    )


def _collected(
    results: Sequence[LabResult], mentions: Sequence[DateMention], subjects: Subjects
) -> tuple[LabResult, ...]:
    """The results with the time of collection, where the patient's pages name one only."""
    times: dict[int, set[str]] = {}
    for mention in mentions:
        if mention.role == "collected":
            times.setdefault(subjects.of(mention.evidence), set()).add(mention.value)

    def collected(result: LabResult) -> LabResult:
        own = times.get(subjects.of(result.evidence), set())
        if len(own) != 1 or result.status != "current" or result.collected is not None:
            return result
        return result.model_copy(update={"collected": next(iter(own))})

    return tuple(collected(result) for result in results)


def _segments(categories: Sequence[Category], subjects: Subjects) -> tuple[Segment, ...]:
    """Runs of pages of one category and one patient; None where the document names nobody."""
    known = bool(subjects.first.evidence) or any(subjects.of_page.values())
    segments: list[Segment] = []
    for (number, subject), category in zip(subjects.of_page.items(), categories, strict=True):
        last = segments[-1] if segments else None
        owner = subject if known else None
        if last is not None and (category, owner) == (last.category, last.patient):
            segments[-1] = last.model_copy(update={"pages": (*last.pages, number)})
        else:
            segments.append(Segment(pages=(number,), category=category, patient=owner))
    return tuple(segments)


def _report_date(mentions: Sequence[DateMention]) -> str | None:
    """The day of the first role that the paper dates; None where it gives that role several."""
    for role in _REPORT_ROLES:
        days = {mention.value[:10] for mention in mentions if mention.role == role}
        if days:
            return days.pop() if len(days) == 1 else None
    return None


def _average(pages: Sequence[RecordPage]) -> float | None:
    known = [page for page in pages if page.confidence is not None]
    weights = [sum(len(word.text) for word in page.words) for page in known]
    if not sum(weights):
        return None
    total = sum((page.confidence or 0.0) * n for page, n in zip(known, weights, strict=True))
    return round(total / sum(weights), 4)
