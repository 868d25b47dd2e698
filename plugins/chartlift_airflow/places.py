"""Places where documents lie: folders of this machine, and prefixes of object stores.

A place is an absolute path or a URL: file:///path, or s3://connection@bucket/prefix. A file is
named by its URL, percent-encoded, so that any name a file system allows can be kept. Names are
looked at, never told: what is wrong with a file is counted, not logged.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast
from urllib.parse import quote, unquote, unquote_to_bytes

from airflow.sdk import ObjectStoragePath

from chartlift.errors import InvalidList, PlaceNotAllowed, StoreUnavailable
from chartlift.ledger import SeenFile
from chartlift_airflow.storage import store_errors

LOCAL, OBJECTS = "file://", "s3://"
READ_AHEAD_BYTES = 8 << 20


def list_folder(place: str, pattern: str) -> tuple[SeenFile, ...]:
    """The files directly in a folder whose names fit the pattern, oldest first.

    Hidden files and symbolic links are passed over. The case of letters makes no difference.

    Raises:
        StoreUnavailable: the folder cannot be listed, as when its share is not mounted.
    """
    path = _local_path(place)
    found = _list_local(path) if path else _list_objects(_Address.parse(place))
    fitting = [file for name, file in found if _fits(name, pattern)]
    return tuple(sorted(fitting, key=lambda file: file.modified))


def look_at(place: str) -> SeenFile | None:
    """The file at a place; None where there is no file.

    Raises:
        OSError: the name is impossible, or the folder may not be entered.
    """
    path = _local_path(place)
    if path:
        return _look_at_local(path)
    address = _Address.parse(place)
    with store_errors():
        try:
            entry = address.files.info(address.path, refresh=True)
        except FileNotFoundError:
            return None
    return _seen_object(address, entry) if entry["type"] == "file" else None


def open_file(file: SeenFile) -> BinaryIO:
    """The file's bytes, from the first.

    Raises:
        OSError: it vanished, or may not be read.
    """
    path = _local_path(file.place)
    if path:
        return path.open("rb")
    address = _Address.parse(file.place)
    stream = address.files.open(address.path, "rb", block_size=READ_AHEAD_BYTES)
    return cast("BinaryIO", stream)


def require_allowed(places: Iterable[str], roots: Iterable[str]) -> None:
    """Check that every place lies below one of the roots, links followed.

    Raises:
        InvalidList: a place is neither an absolute path nor an address.
        PlaceNotAllowed: a place lies outside the roots.
    """
    allowed = [_parts(root) for root in roots]
    for place in places:
        try:
            parts = _parts(place)
        except (ValueError, OSError, RuntimeError):  # a NUL byte, a circle of links
            continue  # nothing can be opened there either: intake counts it
        if ".." in parts or not any(parts[: len(root)] == root for root in allowed):
            raise PlaceNotAllowed


class _Address(NamedTuple):
    """Where an object lies: who to ask for it (connection@bucket), and under which key."""

    host: str
    key: str

    @classmethod
    def parse(cls, place: str) -> _Address:
        host, _, key = place.removeprefix(OBJECTS).partition("/")
        return cls(host, unquote(key).rstrip("/"))

    @property
    def files(self) -> Any:  # noqa: ANN401 - s3fs ships no types
        return ObjectStoragePath(f"{OBJECTS}{self.host}").fs

    @property
    def path(self) -> str:
        return f"{self.host.rpartition('@')[2]}/{self.key}"


def _local_path(place: str) -> Path | None:
    if place.startswith(LOCAL):
        return Path(os.fsdecode(unquote_to_bytes(place.removeprefix(LOCAL))))
    return Path(place) if place.startswith("/") else None


def _parts(place: str) -> tuple[str, ...]:
    path = _local_path(place)
    if path and path.is_absolute():
        return (LOCAL, *path.resolve().parts)
    address = _Address.parse(place)
    if not place.startswith(OBJECTS) or not address.host:
        raise InvalidList
    return (address.host, *filter(None, address.key.split("/")))


def _fits(name: str, pattern: str) -> bool:
    return not name.startswith(".") and fnmatch(name.lower(), pattern.lower())


def _list_local(folder: Path) -> Iterator[tuple[str, SeenFile]]:
    try:
        entries = list(os.scandir(folder))
    except (OSError, ValueError):
        raise StoreUnavailable(subject="scan_sources") from None
    for entry in entries:
        try:
            if entry.is_file(follow_symlinks=False):
                facts = entry.stat(follow_symlinks=False)
                yield entry.name, _seen(Path(entry.path), facts)
        except FileNotFoundError:
            continue  # moved away since the folder was listed


def _look_at_local(path: Path) -> SeenFile | None:
    try:
        facts = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except ValueError:  # a NUL byte
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL)) from None
    return _seen(path, facts) if stat.S_ISREG(facts.st_mode) else None


def _seen(path: Path, facts: os.stat_result) -> SeenFile:
    return SeenFile(path.absolute().as_uri(), facts.st_size, facts.st_mtime)


def _list_objects(folder: _Address) -> Iterator[tuple[str, SeenFile]]:
    with store_errors():
        try:
            entries = folder.files.ls(folder.path, detail=True, refresh=True)
        except FileNotFoundError:
            return  # a prefix without objects does not exist
    for entry in entries:
        if entry["type"] == "file" and not entry["name"].endswith("/"):
            yield entry["name"].rpartition("/")[2], _seen_object(folder, entry)


def _seen_object(below: _Address, entry: Mapping[str, Any]) -> SeenFile:
    key = entry["name"].partition("/")[2]
    place = f"{OBJECTS}{below.host}/{quote(key)}"
    return SeenFile(place, int(entry["size"]), entry["LastModified"].timestamp())
