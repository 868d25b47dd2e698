"""What is doubted because of how its words were read, and of dates whose order nothing tells.

A finding carries its doubts as flags; who the patient is and when it was have none, so that their
doubts are reasons only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from chartlift.extract.calendar import find_dates, is_order_told
from chartlift.extract.context import Page, tokens_of
from chartlift.extract.registers import anybodys
from chartlift.finding import Evidence, Finding, Flag
from chartlift.record import DATE_ROLE, PATIENT_FIELD, DateMention, Patient, ReviewReason

USED = frozenset({"report", "collected", "visit", "discharge"})
"""Roles whose date becomes that of a result, a report or a statement."""

AnyFinding = TypeVar("AnyFinding", bound=Finding)


def with_doubts(
    pages: Sequence[Page], findings: Sequence[AnyFinding], review_below: float
) -> tuple[AnyFinding, ...]:
    """The findings, flagged where engines read their words differently or confidence is low.

    Those of a list of people are flagged too: whose they are is not told. Low confidence is told
    only where nothing else is doubted: it says the least.
    """
    listed = {page.number: anybodys(page) for page in pages}

    def is_anybodys(proof: Evidence) -> bool:
        return not listed[proof.page].isdisjoint(proof.words or ())

    return tuple(
        _with_doubts(pages, one, review_below, is_anybodys=is_anybodys(one.evidence))
        for one in findings
    )


def _with_doubts(
    pages: Sequence[Page], finding: AnyFinding, review_below: float, *, is_anybodys: bool
) -> AnyFinding:
    flags = finding.flags
    if is_anybodys and Flag.CROSS_CHECK not in flags:
        flags = (*flags, Flag.CROSS_CHECK)
    if Flag.ENGINES_DISAGREE not in flags and _is_disputed(pages, finding.evidence):
        flags = (*flags, Flag.ENGINES_DISAGREE)
    if finding.confidence < review_below and not flags:
        flags = (Flag.LOW_CONFIDENCE,)
    return finding.model_copy(update={"flags": flags}) if flags != finding.flags else finding


def doubts_of(
    pages: Sequence[Page], patient: Patient, dates: Sequence[DateMention], review_below: float
) -> tuple[ReviewReason, ...]:
    """Why a person is asked about the patient's fields and the dates, each reason once."""
    told = is_order_told(pages)
    found = (
        *_fields(pages, patient, review_below, told),
        *_dates(pages, dates, review_below, told),
    )
    return tuple(dict.fromkeys(found))


def _fields(
    pages: Sequence[Page], patient: Patient, review_below: float, told: bool
) -> Iterator[ReviewReason]:
    for field, proof in patient.evidence.items():
        name = PATIENT_FIELD + field
        yield from _as_read(pages, name, proof, review_below)
        if field == "birth_date" and not told and _is_either(_printed(pages, proof)):
            yield ReviewReason(finding=name, page=proof.page, code=Flag.AMBIGUOUS_DATE)


def _dates(
    pages: Sequence[Page], dates: Sequence[DateMention], review_below: float, told: bool
) -> Iterator[ReviewReason]:
    for mention in dates:
        name, proof = DATE_ROLE + mention.role, mention.evidence
        if mention.role not in USED:
            continue
        yield from _as_read(pages, name, proof, review_below)
        if not told and _is_either(mention.raw_value):
            yield ReviewReason(finding=name, page=proof.page, code=Flag.AMBIGUOUS_DATE)


def _as_read(
    pages: Sequence[Page], name: str, proof: Evidence, review_below: float
) -> Iterator[ReviewReason]:
    """Why a person is asked how its words read; the more telling reason alone."""
    if _is_disputed(pages, proof):
        yield ReviewReason(finding=name, page=proof.page, code=Flag.ENGINES_DISAGREE)
    elif proof.confidence < review_below:
        yield ReviewReason(finding=name, page=proof.page, code=Flag.LOW_CONFIDENCE)


def _is_disputed(pages: Sequence[Page], proof: Evidence) -> bool:
    return any(token.other is not None for token in tokens_of(pages, proof))


def _printed(pages: Sequence[Page], proof: Evidence) -> str:
    return " ".join(token.text for token in tokens_of(pages, proof))


def _is_either(text: str) -> bool:
    """Whether day and month of a date could as well stand the other way round."""
    return any(found.either for found in find_dates(text, first_is_month=False))
