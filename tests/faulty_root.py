"""A root that fails at one chosen call, as networks, disks and kills do."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any

from chartlift.errors import StorageFull, StoreUnavailable
from chartlift.store import LocalRoot


class Fault(StrEnum):
    """What happens at the chosen call."""

    BEFORE = "before"
    """Nothing is done, and the store does not answer."""
    AFTER = "after"
    """It is done, and the answer is lost."""
    REFUSED = "refused"
    """A create is done, and its repeated request is told that the key is taken."""
    FULL = "full"
    """The disk is full: the object's folder is made, the object is not."""


STORING = {"write", "create", "upload"}
MEETS = {
    Fault.BEFORE: STORING | {"read", "download", "exists", "list", "delete"},
    Fault.AFTER: STORING | {"delete"},
    Fault.REFUSED: {"create"},
    Fault.FULL: STORING,
}
"""Which calls a fault can meet."""


class FaultyRoot:
    """A local root whose call number `at`, counted from 1, meets a fault; all others work."""

    def __init__(self, folder: Path, at: int = 0, fault: Fault = Fault.BEFORE) -> None:
        self._root = LocalRoot(folder)
        self._folder = folder
        self._at = at
        self._fault = fault
        self.calls: list[tuple[str, str]] = []

    @property
    def address(self) -> str:
        return self._root.address

    def read(self, key: str) -> bytes:
        return self._call("read", key, lambda: self._root.read(key))

    def write(self, key: str, data: bytes) -> None:
        self._call("write", key, lambda: self._root.write(key, data))

    def create(self, key: str, data: bytes) -> bool:
        return self._call("create", key, lambda: self._root.create(key, data))

    def upload(self, key: str, source: Path) -> None:
        self._call("upload", key, lambda: self._root.upload(key, source))

    def download(self, key: str, target: Path) -> None:
        self._call("download", key, lambda: self._root.download(key, target))

    def exists(self, key: str) -> bool:
        return self._call("exists", key, lambda: self._root.exists(key))

    def list(self, prefix: str) -> tuple[str, ...]:
        return self._call("list", prefix, lambda: self._root.list(prefix))

    def delete(self, key: str) -> None:
        self._call("delete", key, lambda: self._root.delete(key))

    def _call(self, name: str, key: str, act: Callable[[], Any]) -> Any:
        self.calls.append((name, key))
        if len(self.calls) != self._at:
            return act()
        if self._fault is Fault.FULL:
            (self._folder / key).parent.mkdir(parents=True, exist_ok=True)
            raise StorageFull
        if self._fault is not Fault.BEFORE:
            act()
        if self._fault is Fault.REFUSED:
            return False
        raise StoreUnavailable
