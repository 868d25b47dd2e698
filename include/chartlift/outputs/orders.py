"""What is asked of the child that opens the original document; light, both sides import it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

UNFINISHED: Final = ".part"
"""Ends the names of what the child is still writing."""


@dataclass(frozen=True)
class Original:
    """Which document is opened."""

    source: str
    file_type: str


@dataclass(frozen=True)
class PictureOrder:
    """Which page of a picture file is written, under which name in the child's folder."""

    number: int
    target: str


@dataclass(frozen=True)
class LayerOrder:
    """Which layers of text are laid under the pages of a PDF, and under which name it is kept."""

    layers: str
    """A PDF with as many pages; a page's size is the picture its words were read from, in pixels,
    and it has no contents where there is nothing to lay under."""
    target: str


@dataclass(frozen=True)
class StoredPicture:
    """A page's picture as the bytes of a PDF stream: what the child answers to a PictureOrder."""

    columns: int
    rows: int
    bits: int
    channels: int
    jpeg: bool
    """JPEG as it came; else rows of a PNG: deflated, each behind its filter's number."""
    inverted: bool
    """Whether 0 is full ink, as Pillow and most programs take CMYK in a JPEG."""
    orientation: int
    """EXIF's number for the way the picture must be turned to stand upright, 1-8."""
