"""Numbered runs: who may process a document, with which plan, and how it ended.

Whoever wants to process a document creates `runs/<n>/plan.json` only if absent, n one above the
highest: one winner, no lock, no lease. The highest run owns the document; a task of a lower one
stops as superseded. A document's verdict is that of its highest run that is not dry.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import ValidationError, field_validator

from chartlift.errors import ObjectMissing
from chartlift.frozen import Frozen, from_json, to_json
from chartlift.model import DocumentId, FileType, Fingerprint
from chartlift.settings import Settings, pipeline
from chartlift.store import Root, Shelf


class Mode(StrEnum):
    """What a run is for."""

    NEW = "new"
    REREAD = "reread"
    DRY_RUN = "dry_run"


class Plan(Frozen):
    """What one run does; everything a stage needs to know, frozen before its first task."""

    version: Literal[1] = 1
    document_id: DocumentId
    n: int
    mode: Mode
    file_type: FileType
    file_size: int
    """Bytes of the source."""
    declared_extension: str | None
    """The extension of the latest arrival's name, lower case, without its dot."""
    settings: Settings
    site_key_hash: str
    """`hash_site_key` of the key the run's resource ids are made with."""
    planned_at: datetime
    """UTC, whole seconds: the only time that stands in what the stages write."""
    split_again: int = 0
    """The latest run before or this one that split the document anew, because pages had been
    given up for lack of time: a busy moment is not kept for ever. 0 where none had to."""
    ocr_again: int = 0
    """The same of reading pages."""

    @field_validator("settings", mode="before")
    @classmethod
    def _of_this_version(cls, given: object) -> object:
        # A plan outlives the version that froze it: what is new has its default, what is gone
        # goes. A fingerprint holds only settings that its stage uses.
        if not isinstance(given, Mapping):
            return given
        known = {name: value for name, value in given.items() if name in Settings.model_fields}
        return {**pipeline()["settings"], **known}


Stage = Literal["split", "prepare", "ocr", "extract", "fhir"]


class Chain(Frozen):
    """The fingerprint of each stage's output, fixed by split for the whole run."""

    version: Literal[1] = 1
    split: Fingerprint
    prepare: Fingerprint
    ocr: Fingerprint
    extract: Fingerprint
    fhir: Fingerprint


class VerdictKind(StrEnum):
    """How a document stands; each file seen has exactly one."""

    WAITING = "WAITING"
    PROCESSING = "PROCESSING"
    INGESTED = "INGESTED"
    NEEDS_REVIEW = "NEEDS_REVIEW"
    QUARANTINED = "QUARANTINED"
    FAILED = "FAILED"
    DUPLICATE = "DUPLICATE"
    PURGED = "PURGED"


KILLED = "killed"
"""Code of a stage that failed without a word: its process was killed, retries and all."""
INCOMPLETE = "incomplete"
"""Code of a run none of whose tasks failed, yet one was skipped by hand."""
LOST = "lost"
"""Code of a run that ended without a verdict."""

ENDED_BADLY = frozenset({VerdictKind.QUARANTINED, VerdictKind.FAILED})
"""Verdicts after which the same bytes arriving again are planned anew, and Airflow's run is red."""


class Counts(Frozen):
    """What a run made, in numbers."""

    pages: int = 0
    unreadable: int = 0
    findings: int = 0
    reasons: int = 0
    """Why a person is asked, counted."""
    resources: int = 0
    loaded: int = 0
    """Resources the FHIR server has confirmed; 0 without a server."""
    confidence: float | None = None
    """Mean over the words, 0.0-1.0."""


class Verdict(Frozen):
    """How one run ended; stored once as `runs/<n>/verdict.json`."""

    version: Literal[1] = 1
    kind: VerdictKind
    code: str | None = None
    counts: Counts = Counts()


class LoadReport(Frozen):
    """What the load stage sent; its presence says that load has ended well."""

    version: Literal[1] = 1
    resources: int
    confirmed: int
    """Resources the FHIR server has confirmed; 0 where no server is connected."""


class Announcement(Frozen):
    """Why a document is listed as PROCESSING: its run n is planned, or about to be."""

    version: Literal[1] = 1
    n: int
    at: datetime


class BrokenRecords(Exception):
    """What the store holds about one document cannot be read; its one argument is the id."""


class Superseded(Exception):
    """A run with a higher number owns the document; this one stops without a verdict."""


@dataclass(frozen=True)
class Workspace:
    """What a stage works in: the store's root and one run of one document."""

    root: Root
    document_id: DocumentId
    n: int

    @property
    def shelf(self) -> Shelf:
        """The keys of the document."""
        return Shelf(self.document_id)

    def plan(self) -> Plan:
        """The run's plan.

        Raises:
            ObjectMissing: the run was never planned.
        """
        return from_json(Plan, self.root.read(self.shelf.run(self.n, "plan.json")))

    def chain(self) -> Chain:
        """The run's fingerprints.

        Raises:
            ObjectMissing: split has not run.
        """
        return from_json(Chain, self.root.read(self.shelf.run(self.n, "chain.json")))

    def require_current(self) -> None:
        """Go on only while no higher run exists.

        Raises:
            Superseded: a higher run owns the document.
        """
        if highest_run(self.root, self.document_id) > self.n:
            raise Superseded


@contextmanager
def records_of(document_id: DocumentId) -> Iterator[None]:
    """Keep what is broken of one document from stopping the work on others.

    Raises:
        BrokenRecords: a record was missing or not of its form; nothing of it is told.
    """
    try:
        yield
    except (ValidationError, ObjectMissing):
        raise BrokenRecords(document_id) from None


def hash_site_key(key: bytes) -> str:
    """16 hexadecimal digits that tell two site keys apart and give neither away."""
    return hashlib.sha256(b"chartlift site key" + key).hexdigest()[:16]


def highest_run(root: Root, document_id: DocumentId) -> int:
    """The number of the document's newest run; 0 where it was never planned.

    Whoever fails to store a plan, or is just storing it, leaves a folder without one: no run.
    """
    shelf = Shelf(document_id)
    numbers = (int(name) for name in root.list(shelf.runs()) if name.isdigit())
    for n in sorted(numbers, reverse=True):
        if root.exists(shelf.run(n, "plan.json")):
            return n
    return 0


def create_plan(root: Root, plan: Plan) -> bool:
    """Store the plan only if its number is free: of many callers, exactly one gets True.

    The document is listed as PROCESSING first: a plan whose creator is killed, or is never told
    that it won, is found there all the same.
    """
    indexed = plan.mode is not Mode.DRY_RUN
    if indexed:
        announce(root, plan.document_id, plan.n, plan.planned_at)
    won = root.create(Shelf(plan.document_id).run(plan.n, "plan.json"), to_json(plan))
    if won and indexed:
        _delist(root, plan.document_id, set(VerdictKind) - {VerdictKind.PROCESSING})
    return won


def announce(root: Root, document_id: DocumentId, n: int, at: datetime) -> None:
    """List the document as PROCESSING for a run that is planned, or about to be, at a time."""
    key = f"index/{VerdictKind.PROCESSING}/{document_id}"
    root.write(key, to_json(Announcement(n=n, at=at)))


def read_announcement(root: Root, document_id: DocumentId) -> Announcement | None:
    """For which run the document is listed as PROCESSING; None where it is not."""
    key = f"index/{VerdictKind.PROCESSING}/{document_id}"
    return from_json(Announcement, root.read(key)) if root.exists(key) else None


def read_verdict(root: Root, document_id: DocumentId, n: int) -> Verdict | None:
    """How run n ended; None while it has no verdict."""
    key = Shelf(document_id).run(n, "verdict.json")
    return from_json(Verdict, root.read(key)) if root.exists(key) else None


def document_verdict(
    root: Root, document_id: DocumentId, highest: int | None = None
) -> VerdictKind | None:
    """How the document stands by its highest run that is not dry; None where none was planned.

    Args:
        root: the store.
        document_id: the document.
        highest: its highest run, where the caller goes on with that number: a run planned
            meanwhile is then left out.
    """
    for n in range(highest_run(root, document_id) if highest is None else highest, 0, -1):
        if Workspace(root, document_id, n).plan().mode is not Mode.DRY_RUN:
            verdict = read_verdict(root, document_id, n)
            return verdict.kind if verdict else VerdictKind.PROCESSING
    return None


def write_verdict(workspace: Workspace, verdict: Verdict) -> None:
    """Store how the run ended, and put the document into the index of its verdict."""
    root = workspace.root
    root.write(workspace.shelf.run(workspace.n, "verdict.json"), to_json(verdict))
    if workspace.plan().mode is not Mode.DRY_RUN:
        write_index(root, workspace.document_id, verdict.kind, workspace.n)


def write_index(root: Root, document_id: DocumentId, kind: VerdictKind, n: int) -> None:
    """List the document under the verdict of its run n and under no other.

    Where a higher run has been announced meanwhile, it stays listed as PROCESSING too.
    """
    root.write(f"index/{kind}/{document_id}", b"")
    announced = read_announcement(root, document_id)
    kept = {kind, VerdictKind.PROCESSING} if announced and announced.n > n else {kind}
    _delist(root, document_id, set(VerdictKind) - kept)


def _delist(root: Root, document_id: DocumentId, kinds: Iterable[VerdictKind]) -> None:
    for kind in sorted(kinds):
        root.delete(f"index/{kind}/{document_id}")
