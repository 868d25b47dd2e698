"""What the parent asks of the child that parses a document; light, both sides import it."""

from __future__ import annotations

from typing import Final, NamedTuple

UNFINISHED: Final = ".part"
"""Ends the names of what the child has not finished; its parent removes them."""


class Job(NamedTuple):
    """Which document is to be read."""

    source: str
    file_type: str
    keep_words: bool
    """Whether the words of a PDF's text layer are taken."""
    seconds: int
    """How long a page may take."""


class Order(NamedTuple):
    """Which page is to be written, and under which name in the child's folder."""

    number: int
    name: str
    """Without its extension, which the answer tells."""
    again: bool
    """Whether the first renderer crashed on this page."""
