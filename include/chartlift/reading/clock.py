"""The time one page may take."""

from __future__ import annotations

from time import monotonic

from chartlift.errors import PageTimeout


class Clock:
    """Counts down a page's seconds over all that is read of it."""

    def __init__(self, seconds: float) -> None:
        self._end = monotonic() + seconds

    @property
    def is_over(self) -> bool:
        """Whether no second is left."""
        return monotonic() >= self._end

    def left(self) -> float:
        """Seconds left.

        Raises:
            PageTimeout: none is left.
        """
        left = self._end - monotonic()
        if left <= 0:
            raise PageTimeout
        return left
