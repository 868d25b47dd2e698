"""What is doubted of who the patient is and when it was: fields and dates have no flags."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chartlift.extract.calendar import find_dates, is_order_told
from chartlift.extract.context import Page, printed
from chartlift.record import DATE_ROLE, PATIENT_FIELD, DateMention, Flag, Patient, ReviewReason

USED = frozenset({"report", "collected", "visit", "discharge"})
"""Roles whose date becomes that of a result, a report or a statement."""


def doubts_of(
    pages: Sequence[Page], patient: Patient, dates: Sequence[DateMention], review_below: float
) -> tuple[ReviewReason, ...]:
    """Why a person is asked about the patient's fields and the dates, each reason once."""
    told = is_order_told(pages)
    found = (*_fields(pages, patient, review_below, told), *_dates(dates, review_below, told))
    return tuple(dict.fromkeys(found))


def _fields(
    pages: Sequence[Page], patient: Patient, review_below: float, told: bool
) -> Iterator[ReviewReason]:
    for field, proof in patient.evidence.items():
        name = PATIENT_FIELD + field
        if proof.confidence < review_below:
            yield ReviewReason(finding=name, page=proof.page, code=Flag.LOW_CONFIDENCE)
        if field == "birth_date" and not told and _is_either(printed(pages, proof)):
            yield ReviewReason(finding=name, page=proof.page, code=Flag.AMBIGUOUS_DATE)


def _dates(dates: Sequence[DateMention], review_below: float, told: bool) -> Iterator[ReviewReason]:
    for mention in dates:
        name, proof = DATE_ROLE + mention.role, mention.evidence
        if mention.role in USED and proof.confidence < review_below:
            yield ReviewReason(finding=name, page=proof.page, code=Flag.LOW_CONFIDENCE)
        if mention.role in USED and not told and _is_either(mention.raw_value):
            yield ReviewReason(finding=name, page=proof.page, code=Flag.AMBIGUOUS_DATE)


def _is_either(text: str) -> bool:
    """Whether day and month of a date could as well stand the other way round."""
    return any(found.either for found in find_dates(text, first_is_month=False))
