"""The bounded child that opens an original document again, seen from its parent."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, Self

import simplejson

from chartlift.errors import (
    DamagedFile,
    EncryptedFile,
    EngineCrashed,
    PageTimeout,
    PageTooLarge,
    StorageFull,
)
from chartlift.imaging.bounded import BoundedChild, ChildDied, ChildKilled, ChildTimedOut, Limits
from chartlift.outputs.orders import LayerOrder, Original, PictureOrder

_CHILD: Final = "chartlift.outputs.original_child"
_MEMORY_BYTES: Final = 1280 * 1024 * 1024
_SPARE_BYTES: Final = 512 * 1024 * 1024
_CODES: Final = {
    kind.code: kind for kind in (DamagedFile, EncryptedFile, PageTooLarge, StorageFull)
}


class OriginalChild:
    """The child with one document open; a context manager.

    Args:
        original: the document.
        folder: where the child stands, and writes.
        seconds: how long it may take for each answer.
    """

    def __init__(self, original: Original, folder: Path, seconds: int) -> None:
        size = Path(original.source).stat().st_size
        self.folder = folder
        self._original = original
        self._limits = Limits(_MEMORY_BYTES, 2 * size + _SPARE_BYTES, seconds)

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            child = BoundedChild(_CHILD, self._limits, folder=self.folder)
            self._child = opened.enter_context(child)
            self.ask(self._original)
            opened.pop_all()  # what was opened stays open
        return self

    def __exit__(self, *_: object) -> None:
        self._child.close()

    def ask(self, question: Original | PictureOrder | LayerOrder) -> dict[str, Any]:
        """The child's answer.

        Raises:
            DamagedFile, EncryptedFile, PageTooLarge: what the child met.
            PageTimeout, EngineCrashed, StorageFull: time, memory or space ran out.
        """
        try:
            answer = simplejson.loads(
                self._child.ask(simplejson.dumps(asdict(question)).encode("ascii"))
            )
        except ChildTimedOut:
            raise PageTimeout from None
        except ChildKilled:
            raise EngineCrashed from None
        except ChildDied:
            raise DamagedFile from None
        if "code" in answer:
            raise _CODES[answer["code"]]
        return dict(answer)
