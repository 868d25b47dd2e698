"""XML written piece by piece: nothing of it is kept in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

_REPLACEMENT = 0xFFFD
_NO_XML = dict.fromkeys(
    [
        *(code for code in range(0x20) if code not in (0x09, 0x0A, 0x0D)),
        *range(0xD800, 0xE000),
        0xFFFE,
        0xFFFF,
    ],
    _REPLACEMENT,
)
"""What no XML document may hold, not even escaped (XML 1.0, section 2.2, production Char)."""


class Markup:
    """An XML document in UTF-8 on its way into a file; elements indented by one space a level."""

    def __init__(self, out: BinaryIO, *, doctype: str = "") -> None:
        self._xml = XMLGenerator(out, encoding="utf-8", short_empty_elements=True)
        self._depth = 0
        self._xml.startDocument()
        if doctype:
            self._xml.ignorableWhitespace(f"<!DOCTYPE {doctype}>")

    @contextmanager
    def element(self, name: str, attributes: Mapping[str, object | None]) -> Iterator[None]:
        """An element on lines of its own; attributes that are None are left out."""
        self._break()
        self._start(name, attributes)
        self._depth += 1
        yield
        self._depth -= 1
        self._break()
        self._xml.endElement(name)

    def leaf(
        self, name: str, attributes: Mapping[str, object | None], text: str | None = None
    ) -> None:
        """An element without elements in it."""
        self._break()
        self._start(name, attributes)
        if text is not None:
            self._xml.characters(text.translate(_NO_XML))
        self._xml.endElement(name)

    def close(self) -> None:
        """End the document."""
        self._xml.ignorableWhitespace("\n")
        self._xml.endDocument()

    def _start(self, name: str, attributes: Mapping[str, object | None]) -> None:
        given = {
            key: str(value).translate(_NO_XML)
            for key, value in attributes.items()
            if value is not None
        }
        self._xml.startElement(name, AttributesImpl(given))

    def _break(self) -> None:
        self._xml.ignorableWhitespace("\n" + " " * self._depth)
