"""The object store on S3: chartlift's `Root` over the filesystem of an Airflow connection.

`s3://connection@bucket/prefix` leads to any server that speaks S3. "Create only if absent" is the
condition `If-None-Match: *` on one PUT, which the server decides: s3fs sends it for a pipe in mode
"create". (Its open mode "xb" sends it too, but an empty object then goes unconditionally.)
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from airflow.sdk import ObjectStoragePath

from chartlift.errors import InvalidSetting, ObjectMissing, StorageFull, StoreUnavailable
from chartlift.settings import Settings
from chartlift.store import LocalRoot, Root

PART_BYTES = 8 << 20
"""A larger file is sent in parts of this size, a few at a time."""
PARTS_AT_ONCE = 4
HTTP_NO_SPACE = 507


def root_from(settings: Settings) -> Root:
    """The store that `store_root` names: a folder (file://) or a bucket (s3://).

    Raises:
        InvalidSetting: `store_root` is neither.
    """
    address = urlsplit(settings.store_root)
    if address.scheme == "file" and address.path and not address.netloc:
        return LocalRoot(Path(unquote(address.path)))
    if address.scheme == "s3" and address.hostname:
        return S3Root(settings.store_root)
    raise InvalidSetting(subject="store_root")


class S3Root:
    """A root in a bucket; listings are never cached, so that other workers' objects are seen."""

    def __init__(self, address: str) -> None:
        self._base = ObjectStoragePath(address.rstrip("/"))

    @property
    def address(self) -> str:
        """The bucket and prefix as a URL, without the connection's name."""
        return f"s3://{self._base.path}"

    @cached_property
    def _files(self) -> Any:  # noqa: ANN401 - s3fs ships no types
        return self._base.fs

    def read(self, key: str) -> bytes:
        """The object's bytes."""
        with store_errors():
            try:
                data: bytes = self._files.cat_file(self._path(key))
            except FileNotFoundError:
                raise ObjectMissing from None
            return data

    def write(self, key: str, data: bytes) -> None:
        """Store the bytes, replacing what was there."""
        with store_errors():
            self._files.pipe_file(self._path(key), data)

    def create(self, key: str, data: bytes) -> bool:
        """Store the bytes only if the key is free."""
        with store_errors():
            try:
                self._files.pipe_file(self._path(key), data, mode="create")
            except OSError as error:
                if _status(error) == 412:
                    return False
                raise
            return True

    def upload(self, key: str, source: Path) -> None:
        """Store a local file's bytes."""
        with store_errors():
            self._files.put_file(
                str(source),
                self._path(key),
                chunksize=PART_BYTES,
                max_concurrency=PARTS_AT_ONCE,
            )

    def download(self, key: str, target: Path) -> None:
        """Copy the object's bytes into a local file."""
        with store_errors():
            try:
                self._files.get_file(
                    self._path(key),
                    str(target),
                    chunksize=PART_BYTES,
                    max_concurrency=PARTS_AT_ONCE,
                )
            except FileNotFoundError:
                raise ObjectMissing from None

    def exists(self, key: str) -> bool:
        """Whether an object stands under this key."""
        with store_errors():
            try:
                found = self._files.info(self._path(key), refresh=True)
            except FileNotFoundError:
                return False
            return bool(found["type"] == "file")

    def list(self, prefix: str) -> tuple[str, ...]:
        """Sorted names directly below a folder."""
        folder = self._path(prefix)
        with store_errors():
            try:
                paths = self._files.ls(folder, detail=False, refresh=True)
            except FileNotFoundError:
                return ()
        # An emptied folder may be listed as an object of its own name, with a slash at its end.
        below = (path.rstrip("/") for path in paths if path.rstrip("/") != folder)
        return tuple(sorted({path.rpartition("/")[2] for path in below}))

    def delete(self, key: str) -> None:
        """Remove the object."""
        with store_errors():
            self._files.rm_file(self._path(key))

    def _path(self, key: str) -> str:
        if key.startswith("/") or ".." in key.split("/"):
            raise ValueError("a key stays below its root")
        return f"{self._base.path}/{key}"


def _status(error: OSError) -> int | None:
    # s3fs keeps the server's answer as the cause of the OSError it makes of it.
    answer = getattr(error.__cause__, "response", None) or {}
    status: int | None = answer.get("ResponseMetadata", {}).get("HTTPStatusCode")
    return status


@contextmanager
def store_errors() -> Iterator[None]:
    """Turn what s3fs raises into the store's own errors, whose messages name no key.

    Raises:
        StorageFull: the server, or this machine's disk, has no space left.
        StoreUnavailable: it refused or did not answer.
    """
    from botocore.exceptions import BotoCoreError  # type: ignore[import-untyped]  # ships none

    try:
        yield
    except OSError as error:  # what s3fs makes of an answer; a timeout is one too
        full = _status(error) == HTTP_NO_SPACE or error.errno in {errno.ENOSPC, errno.EDQUOT}
        raise (StorageFull() if full else StoreUnavailable()) from None
    except BotoCoreError:
        raise StoreUnavailable from None
