"""Whose pages these are: a page that names another patient starts that patient's own.

A page without a patient's name or number goes on with the patient of the page before; a register's
pages are no patient's. Only the
first patient is described; another is known by its pages alone until a person has looked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from chartlift.extract.context import Page
from chartlift.extract.extractors import patient
from chartlift.extract.registers import is_register, without_people
from chartlift.extract.text import confusable_key
from chartlift.finding import Evidence, Flag
from chartlift.names import dates_agree, names_agree
from chartlift.record import PATIENT_FIELD, Patient, ReviewReason

_COMPARED = ("mrn", "name", "birth_date", "gender")
_DECIDING = ("mrn", "name")
"""Fields that name a person; where one of them is doubted, so is the other."""

_Agreement = dict[str, bool | None]
"""For each compared field whether two blocks agree; None where one of them does not say."""


class Subjects(NamedTuple):
    """The first patient of a document, the patient of each page, and why a person is asked."""

    first: Patient
    of_page: dict[int, int]
    """Which patient each page is about, counted from 0, by the page's number and in its order."""
    reasons: tuple[ReviewReason, ...]

    def of(self, evidence: Evidence) -> int:
        """Which patient a value is about, by the page it stands on."""
        return self.of_page[evidence.page]


def tell_apart(pages: Sequence[Page]) -> Subjects:
    """The patients of the pages.

    Two blocks are of two people where their record numbers differ, unless name and birth date
    both agree, or where their names differ and nothing else says that they are one.
    """
    known: list[Patient] = []
    told: list[int | None] = []
    doubts: list[tuple[str, int]] = []
    before = 0
    for page in pages:
        if is_register(page):
            told.append(None)
            doubts += [(field, page.number) for field in _DECIDING]
            continue
        form = without_people(page)
        block = patient.find([form], document=pages)
        doubts += [(field, page.number) for field in patient.contradictions(form, document=pages)]
        if any(getattr(block, field) for field in _COMPARED):
            before = _owner(known, before, block)
            doubts += [(field, page.number) for field in _doubts(known, before, block)]
            known = _told(known, before, block)
        told.append(before)
    # Whoever a register names first is not the others on it: its pages are no patient's.
    owners = [max(len(known), 1) if owner is None else owner for owner in told]
    pairs = zip(pages, owners, strict=True)
    own = [without_people(page) for page, owner in pairs if owner == 0]
    of_page = {page.number: owner for page, owner in zip(pages, owners, strict=True)}
    return Subjects(patient.find(own, document=pages), of_page, _reasons(doubts))


def _owner(known: Sequence[Patient], before: int, block: Patient) -> int:
    """Whom a block names: the patient of the page before, if it can, else one known, or a new."""
    agreements = [_agreement(one, block) for one in known]
    if not known or not _is_another(agreements[before]):
        return before
    same = (n for n, one in enumerate(agreements) if _is_named(one) and not _is_another(one))
    return next(same, len(known))


def _agreement(first: Patient, second: Patient) -> _Agreement:
    agreement: _Agreement = {}
    for field in _COMPARED:
        ours, theirs = getattr(first, field), getattr(second, field)
        known = ours is not None and theirs is not None
        agreement[field] = _agree(field, ours, theirs) if known else None
    return agreement


def _agree(field: str, first: str, second: str) -> bool | None:
    if field == "name":
        return names_agree(first, second)
    if field == "birth_date":
        return dates_agree(first, second)
    return confusable_key(first) == confusable_key(second)


def _is_another(agreement: _Agreement) -> bool:
    number, name, birth = agreement["mrn"], agreement["name"], agreement["birth_date"]
    if number is False:
        return not (name and birth)
    if number:
        return name is False and birth is False
    if name is False:
        return not birth
    return birth is False and (not name or agreement["gender"] is False)


def _is_named(agreement: _Agreement) -> bool:
    return any(agreement[field] for field in ("mrn", "name", "birth_date"))


def _doubts(known: Sequence[Patient], owner: int, block: Patient) -> tuple[str, ...]:
    """The fields that a block makes doubtful of the first patient."""
    if owner:
        return _DECIDING
    if not known:
        return ()
    differ = [field for field, same in _agreement(known[0], block).items() if same is False]
    return (*differ, *(_DECIDING if set(differ) & set(_DECIDING) else ()))


def _told(known: Sequence[Patient], owner: int, block: Patient) -> list[Patient]:
    """The patients with what a block adds: what was said first stays."""
    if owner == len(known):
        return [*known, block]
    said = known[owner].model_dump(exclude_none=True, include=set(_COMPARED))
    both = block.model_copy(update=said)
    return [both if index == owner else one for index, one in enumerate(known)]


def _reasons(doubts: Sequence[tuple[str, int]]) -> tuple[ReviewReason, ...]:
    return tuple(
        ReviewReason(finding=PATIENT_FIELD + field, page=page, code=Flag.CROSS_CHECK)
        for field, page in dict.fromkeys(doubts)
    )
