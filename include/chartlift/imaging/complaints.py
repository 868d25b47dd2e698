"""What a library prints about the file it is decoding, where it has no other way to say so.

Runs in the bounded child, which prints nothing itself. libtiff fills the lines of a fax that it
cannot decode with white, tells standard error, and reports success.
"""

from __future__ import annotations

import os
from types import TracebackType
from typing import Self

_STANDARD_ERROR = 2


class Complaints:
    """A context manager that takes what this process prints to standard error meanwhile."""

    def __init__(self) -> None:
        self.heard = False
        """Whether it was anything, once the context has ended."""

    def __enter__(self) -> Self:
        self._kept = os.dup(_STANDARD_ERROR)
        self._notes = os.memfd_create("complaints")
        os.dup2(self._notes, _STANDARD_ERROR)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.dup2(self._kept, _STANDARD_ERROR)
        os.close(self._kept)
        self.heard = os.fstat(self._notes).st_size > 0
        os.close(self._notes)
