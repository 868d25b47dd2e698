"""Taking a file in: its bytes into the store, its name into an arrival, its run into a plan.

After `take_in` the original is not needed. Every step may be repeated after a crash: the bytes
land on the same key, a plan exists at most once, and an arrival too many is only a note too many.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NamedTuple
from urllib.parse import unquote

from chartlift.artefacts import stage_to_repeat
from chartlift.imaging.source import HEAD_BYTES, detect_type
from chartlift.ledger import (
    Arrival,
    FileEntry,
    SeenFile,
    read_arrivals,
    record_arrival,
    record_file,
)
from chartlift.model import DocumentId, FileType
from chartlift.runs import (
    ENDED_BADLY,
    Mode,
    Plan,
    VerdictKind,
    Workspace,
    announce,
    create_plan,
    document_verdict,
    highest_run,
    read_verdict,
    records_of,
)
from chartlift.settings import LARGEST_FILE_MB, Settings
from chartlift.store import Root, Shelf

PLANNED_ANEW = ENDED_BADLY | {VerdictKind.PURGED}
"""Verdicts after which the same bytes arriving again are read anew."""


class Terms(NamedTuple):
    """What a run is planned with, whichever document it is for."""

    settings: Settings
    site_key_hash: str
    now: datetime
    """UTC, whole seconds."""


class Taken(NamedTuple):
    """What became of a file: run n of the document is to process it, or already has."""

    document_id: DocumentId
    n: int
    duplicate: bool


class _Spooled(NamedTuple):
    document_id: DocumentId
    file_type: FileType
    size: int


def take_in(root: Root, file: SeenFile, incoming: BinaryIO, terms: Terms) -> Taken | None:
    """Copy a file into the store, note it, and plan a run unless its bytes are known.

    Returns None, with nothing noted, where the file changed while it was copied: it is still being
    written, and the next scan looks again. A file that no setting would ever let in
    (`LARGEST_FILE_MB`) is noted and planned, to end with its verdict, but not copied.

    Raises:
        BrokenRecords: what the store holds of this document cannot be read.
        OSError: the file cannot be read, or the spool folder is full.
    """
    with tempfile.TemporaryDirectory(prefix="chartlift-") as folder:
        spool = Path(folder, "source")
        readable = file.size <= LARGEST_FILE_MB << 20
        before = _state(incoming)
        came = _spool(incoming, spool if readable else Path(os.devnull))
        if came.size != file.size or _state(incoming) != before:
            return None
        source = Shelf(came.document_id).source(came.file_type)
        if readable and not root.exists(source):
            root.upload(source, spool)
    name = unquote(PurePosixPath(file.place).name)
    arrival = Arrival(file_name=name, place=file.place, arrived_at=terms.now)
    with records_of(came.document_id):
        k = record_arrival(root, came.document_id, arrival)
        taken = _plan_arrival(root, came, arrival, terms)
        record_file(root, file, FileEntry(arrival=k, **taken._asdict()))
    return taken


def plan_again(root: Root, document_id: DocumentId, mode: Mode, terms: Terms) -> Taken | None:
    """Plan one more run of a known document; None while its highest run is alive.

    Raises:
        BrokenRecords: the document was never planned, or what the store holds of it cannot be
            read.
    """
    n = highest_run(root, document_id)
    with records_of(document_id):
        before = Workspace(root, document_id, n).plan()
        if read_verdict(root, document_id, n) is None:
            announce(root, document_id, n, terms.now)
            return None
        again = _stages_again(root, document_id, n)
    plan = before.model_copy(
        update={
            **again,
            "n": n + 1,
            "mode": mode,
            "settings": terms.settings,
            "site_key_hash": terms.site_key_hash,
            "planned_at": terms.now,
        }
    )
    return Taken(document_id, plan.n, duplicate=False) if create_plan(root, plan) else None


def _state(incoming: BinaryIO) -> tuple[int, int] | None:
    # An object of a bucket has no file number, and is never seen half written.
    try:
        facts = os.fstat(incoming.fileno())
    except OSError:
        return None
    return facts.st_size, facts.st_mtime_ns


def _spool(incoming: BinaryIO, spool: Path) -> _Spooled:
    digest, size, head = hashlib.sha256(), 0, b""
    with spool.open("wb") as copy:
        while chunk := incoming.read(1 << 20):
            digest.update(chunk)
            copy.write(chunk)
            size += len(chunk)
            head = head or chunk[:HEAD_BYTES]
    return _Spooled(DocumentId(digest.hexdigest()), detect_type(head), size)


def _plan_arrival(root: Root, came: _Spooled, arrival: Arrival, terms: Terms) -> Taken:
    n = highest_run(root, came.document_id)
    verdict = document_verdict(root, came.document_id, n)
    if verdict is VerdictKind.PROCESSING:
        # The plan may be the trace of an intake that died before it noted this very file.
        announce(root, came.document_id, n, terms.now)
        places = {known.place for known in read_arrivals(root, came.document_id)}
        return Taken(came.document_id, n, duplicate=places != {arrival.place})
    if verdict is not None and verdict not in PLANNED_ANEW:
        return Taken(came.document_id, n, duplicate=True)
    plan = Plan(
        document_id=came.document_id,
        n=n + 1,
        mode=Mode.NEW,
        file_type=came.file_type,
        file_size=came.size,
        declared_extension=PurePosixPath(arrival.file_name).suffix.removeprefix(".").lower()
        or None,
        settings=terms.settings,
        site_key_hash=terms.site_key_hash,
        planned_at=terms.now,
    )
    plan = plan.model_copy(update=_stages_again(root, came.document_id, n))
    won = create_plan(root, plan)
    return Taken(came.document_id, plan.n, duplicate=not won)


def _stages_again(root: Root, document_id: DocumentId, n: int) -> dict[str, int]:
    """What run n + 1 makes anew, beside what run n had to, as fields of its plan."""
    workspace = Workspace(root, document_id, n)
    if not n or not (verdict := read_verdict(root, document_id, n)):
        return {}
    before = workspace.plan()
    again = {"split_again": before.split_again, "ocr_again": before.ocr_again}
    if verdict.counts.unreadable or verdict.kind in ENDED_BADLY:
        stage = stage_to_repeat(workspace)
        again |= {f"{stage}_again": n + 1} if stage else {}
    return again
