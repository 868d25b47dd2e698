"""The object store: one root, injected, and where each object of a document stands under it.

    documents/<document_id>/
      source.<ext>  arrivals/<k>.json   the bytes as they came; under which name, from where, when
      split/<fp>/ prepare/<fp>/ ocr/<fp>/ extract/<fp>/ fhir/<fp>/   written once, never changed
      runs/<n>/                         plan, chain, verdict, NDJSON of one numbered run
    index/<verdict>/<document_id>       what lists are made from
    ledger/                             files seen and lists given (`ledger`)

Keys are relative to the root, with forward slashes; they hold ids, numbers and fingerprints only.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from chartlift.errors import ObjectMissing, StorageFull, StoreUnavailable
from chartlift.model import DocumentId, Fingerprint

_CHUNK_BYTES = 1 << 20


class Root(Protocol):
    """A place that keeps objects under keys; every method may raise StoreUnavailable."""

    @property
    def address(self) -> str:
        """Where the root is, as a URL without credentials (file:///... or s3://bucket/prefix)."""
        ...

    def read(self, key: str) -> bytes:
        """The object's bytes; raises ObjectMissing where there is none."""
        ...

    def write(self, key: str, data: bytes) -> None:
        """Store the bytes, replacing what was there, all or nothing; raises StorageFull."""
        ...

    def create(self, key: str, data: bytes) -> bool:
        """Store the bytes only if the key is free: of many callers, exactly one gets True."""
        ...

    def upload(self, key: str, source: Path) -> None:
        """Store a local file's bytes without holding them in memory, all or nothing."""
        ...

    def download(self, key: str, target: Path) -> None:
        """Copy the object's bytes into a local file without holding them in memory.

        Raises ObjectMissing where there is none, StorageFull where the file does not fit.
        """
        ...

    def exists(self, key: str) -> bool:
        """Whether an object stands under exactly this key."""
        ...

    def list(self, prefix: str) -> tuple[str, ...]:
        """Sorted names of the objects and folders directly below a folder; () where none is."""
        ...

    def delete(self, key: str) -> None:
        """Remove the object; nothing happens where there is none."""
        ...


class LocalRoot:
    """A root in a folder of this machine: written to a temporary file, synced, then linked."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    @property
    def address(self) -> str:
        """The folder as a file URL."""
        return self._folder.as_uri()

    def read(self, key: str) -> bytes:
        """The object's bytes."""
        with _store_errors():
            return self._path(key).read_bytes()

    def write(self, key: str, data: bytes) -> None:
        """Store the bytes, replacing what was there."""
        with _store_errors(), self._temporary(key) as temporary:
            _write_synced(temporary, data)
            temporary.replace(self._path(key))

    def create(self, key: str, data: bytes) -> bool:
        """Store the bytes only if the key is free."""
        with _store_errors(), self._temporary(key) as temporary:
            _write_synced(temporary, data)
            try:
                os.link(temporary, self._path(key))
            except FileExistsError:
                return False
            return True

    def upload(self, key: str, source: Path) -> None:
        """Store a local file's bytes."""
        with _store_errors(), self._temporary(key) as temporary:
            with source.open("rb") as incoming, temporary.open("wb") as copy:
                shutil.copyfileobj(incoming, copy, _CHUNK_BYTES)
                copy.flush()
                os.fsync(copy.fileno())
            temporary.replace(self._path(key))

    def download(self, key: str, target: Path) -> None:
        """Copy the object's bytes into a local file."""
        with (
            _store_errors(),
            self._path(key).open("rb") as stored,
            target.open("wb") as copy,
        ):
            shutil.copyfileobj(stored, copy, _CHUNK_BYTES)

    def exists(self, key: str) -> bool:
        """Whether an object stands under this key."""
        return self._path(key).is_file()

    def list(self, prefix: str) -> tuple[str, ...]:
        """Sorted names directly below a folder."""
        try:
            names = os.listdir(self._path(prefix))  # noqa: PTH208 - names only, no Path objects
        except (FileNotFoundError, NotADirectoryError):
            return ()
        return tuple(sorted(name for name in names if not name.startswith(".")))

    def delete(self, key: str) -> None:
        """Remove the object."""
        with _store_errors():
            self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        path = self._folder.joinpath(key)
        if not path.is_relative_to(self._folder) or ".." in Path(key).parts:
            raise ValueError("a key stays below its root")
        return path

    @contextmanager
    def _temporary(self, key: str) -> Iterator[Path]:
        folder = self._path(key).parent
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = folder / f".{secrets.token_hex(8)}"
        try:
            yield temporary
        finally:
            temporary.unlink(missing_ok=True)


def _write_synced(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _store_errors() -> Iterator[None]:
    # The message of an OSError holds a path; ours hold a code, so nothing leaks into a log.
    try:
        yield
    except FileNotFoundError:
        raise ObjectMissing from None
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        raise (StorageFull() if full else StoreUnavailable()) from None


@dataclass(frozen=True)
class Shelf:
    """The keys of one document's objects."""

    document_id: DocumentId

    @property
    def folder(self) -> str:
        """The folder of all that belongs to the document."""
        return f"documents/{self.document_id}"

    def source(self, extension: str) -> str:
        """The document's bytes as they came."""
        return f"{self.folder}/source.{extension}"

    def arrivals(self, k: int | None = None) -> str:
        """The folder of arrivals, or the k-th of them, from 1."""
        return f"{self.folder}/arrivals" + ("" if k is None else f"/{k}.json")

    def artefact(self, stage: str, fingerprint: Fingerprint, name: str) -> str:
        """An object a stage made; `name` is a page's number or a fixed word."""
        return f"{self.folder}/{stage}/{fingerprint}/{name}"

    def runs(self) -> str:
        """The folder of numbered runs."""
        return f"{self.folder}/runs"

    def run(self, n: int, name: str) -> str:
        """An object of run n, as in `plan.json`."""
        return f"{self.folder}/runs/{n}/{name}"


def page_name(number: int, extension: str) -> str:
    """A page's object name: 0001.png."""
    return f"{number:04d}.{extension}"
