"""The ledger: which files were seen, which document each became, and the lists people gave.

    ledger/files/<hash>.json     one per file seen, by the hash of its place, size and time
    ledger/waiting/<hash>.json   one per file that is not stable yet, by the hash of its place
    ledger/lists/<list_id>.json  the documents of a manual run

No record holds a name or a path: both stand in `documents/<id>/arrivals/<k>.json` only.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Literal, NamedTuple

from chartlift.frozen import Frozen, from_json, to_json
from chartlift.model import DocumentId
from chartlift.store import Root, Shelf


class SeenFile(NamedTuple):
    """A file as a listing shows it; lives inside one process."""

    place: str
    """Its full address as a percent-encoded URL, as in file:///scans/a%20b.pdf."""
    size: int
    """Bytes."""
    modified: float
    """Seconds since the epoch, by the clock of whoever keeps the file."""

    @property
    def key(self) -> str:
        """Names this state of the file; a changed file is another one."""
        return _digest(f"{self.place}\n{self.size}\n{self.modified!r}")


class FileEntry(Frozen):
    """What became of a file that was seen."""

    version: Literal[1] = 1
    document_id: DocumentId
    arrival: int
    """Number of the document's arrival record, from 1; 1 is the first time these bytes came."""
    n: int
    """The run that was planned for this arrival, or the one that stood when a duplicate came."""
    duplicate: bool
    """True where the same bytes had come before and were not planned anew."""


class Sighting(Frozen):
    """A file that was seen and may still be growing."""

    version: Literal[1] = 1
    size: int
    modified: float
    since: datetime
    """When it was first seen in this state, by our own clock."""


class Arrival(Frozen):
    """How the document's bytes came, once; the only record that holds a file name."""

    version: Literal[1] = 1
    file_name: str
    place: str
    arrived_at: datetime


class DocumentList(Frozen):
    """The documents a person asked for in one manual run."""

    version: Literal[1] = 1
    places: tuple[str, ...]


def find_file(root: Root, file: SeenFile) -> FileEntry | None:
    """What became of the file; None where this state of it was never taken in."""
    key = f"ledger/files/{file.key}.json"
    return from_json(FileEntry, root.read(key)) if root.exists(key) else None


def known_files(root: Root) -> frozenset[str]:
    """The keys of all files that were taken in, for leaving them out at one glance."""
    return frozenset(name.removesuffix(".json") for name in root.list("ledger/files"))


def record_file(root: Root, file: SeenFile, entry: FileEntry) -> None:
    """Note what became of the file; it no longer waits."""
    root.write(f"ledger/files/{file.key}.json", to_json(entry))
    root.delete(_waiting_key(file))


def is_stable(root: Root, file: SeenFile, *, now: datetime, seconds: float) -> bool:
    """Whether the file has kept its size and time for so many seconds by our own clock.

    The first sight of a state is noted, so that a server's clock, a copied modification time or
    a copy that pauses cannot make a growing file look finished.
    """
    key = _waiting_key(file)
    if root.exists(key):
        seen = from_json(Sighting, root.read(key))
        if (seen.size, seen.modified) == (file.size, file.modified):
            return (now - seen.since).total_seconds() >= seconds
    root.write(key, to_json(Sighting(size=file.size, modified=file.modified, since=now)))
    return seconds == 0


def record_arrival(root: Root, document_id: DocumentId, arrival: Arrival) -> int:
    """Store the arrival under the next free number, and return the number."""
    shelf = Shelf(document_id)
    k = len(root.list(shelf.arrivals())) + 1
    while not root.create(shelf.arrivals(k), to_json(arrival)):
        k += 1
    return k


def read_arrivals(root: Root, document_id: DocumentId) -> tuple[Arrival, ...]:
    """How the document's bytes came, each time."""
    shelf = Shelf(document_id)
    count = len(root.list(shelf.arrivals()))
    return tuple(from_json(Arrival, root.read(shelf.arrivals(k))) for k in range(1, count + 1))


def write_list(root: Root, documents: DocumentList) -> str:
    """Store a manual run's list, and return its id: the same list has the same id."""
    data = to_json(documents)
    list_id = hashlib.sha256(data).hexdigest()[:32]
    root.write(f"ledger/lists/{list_id}.json", data)
    return list_id


def read_list(root: Root, list_id: str) -> DocumentList:
    """The documents of a manual run.

    Raises:
        ObjectMissing: no list has this id.
    """
    return from_json(DocumentList, root.read(f"ledger/lists/{list_id}.json"))


def _waiting_key(file: SeenFile) -> str:
    return f"ledger/waiting/{_digest(file.place)}.json"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
