"""A font whose glyphs cover nothing and whose codes say which character they stand for.

The text over a scan is there to be searched and copied, never to be seen. So the font has two
glyphs only, and every character of any script gets a code of its own, in the order in which
it is first used; the `ToUnicode` map leads from the code back to the character (ISO 32000-1, 9.7
and 9.10.3). The font file is made here, table by table (OpenType 1.9).
"""

from __future__ import annotations

import struct
from itertools import accumulate
from typing import Final

EM: Final = 1000
"""Units of a glyph's size: the letters reach from the base line to one em above it."""
ADVANCE: Final = 500
"""How far a letter moves the pen, in units."""
_SPACE_ADVANCE: Final = 10
"""A space is there to part two words; the gap between them belongs to neither."""
_ADVANCES: Final = (ADVANCE, ADVANCE, _SPACE_ADVANCE)
"""Of the three glyphs."""
SPACE: Final = (1,)
"""The code of the space that ends a word."""
_MOST_CODES: Final = 0x10000
_MOST_WORD_CODES: Final = 0xC000
"""The codes above are kept for characters."""
_LONGEST_WORD: Final = 128
"""What a code stands for has 512 bytes at most (Adobe Technical Note 5411)."""
_PAIRS_A_BLOCK: Final = 100
"""A CMap's block of mappings holds no more (Adobe Technical Note 5014)."""
_MAGIC: Final = b"\x5f\x0f\x3c\xf5"

_CMAP_HEAD: Final = """\
/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
"""
_CMAP_TAIL: Final = "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"

DESCRIPTOR: Final = (
    f"/FontName /Invisible /Flags 4 /FontBBox [0 0 {ADVANCE} {EM}] /ItalicAngle 0 "
    f"/Ascent {EM} /Descent -1 /CapHeight {EM} /StemV 80"
)
"""What a PDF's font descriptor says of the font. Some readers take a descent of 0 for unknown."""
WIDTHS: Final = f"/DW {ADVANCE} /W [{SPACE[0]} [{_SPACE_ADVANCE}]]"


class TextCodes:
    """The codes of one document's characters and words, given out in the order they come."""

    def __init__(self) -> None:
        self._codes = {" ": SPACE[0]}

    def of_characters(self, text: str) -> tuple[int, ...]:
        """A code for each character; one beyond the 65,535th different code is left out."""
        codes = (self._code(character, _MOST_CODES) for character in text)
        return tuple(code for code in codes if code is not None)

    def of_word(self, text: str) -> tuple[int, ...]:
        """One code for the whole word, where the document has not had too many different ones."""
        code = self._code(text, _MOST_WORD_CODES) if len(text) <= _LONGEST_WORD else None
        return self.of_characters(text) if code is None else (code,)

    def to_unicode(self) -> bytes:
        """The CMap that leads from the codes back to what they stand for."""
        pairs = [
            f"<{code:04X}> <{text.encode('utf-16-be', 'replace').hex().upper()}>"
            for text, code in self._codes.items()
        ]
        blocks = [pairs[at : at + _PAIRS_A_BLOCK] for at in range(0, len(pairs), _PAIRS_A_BLOCK)]
        body = "".join(
            f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n" for block in blocks
        )
        return (_CMAP_HEAD + body + _CMAP_TAIL).encode("ascii")

    def _code(self, text: str, limit: int) -> int | None:
        known = self._codes.get(text)
        if known is None and len(self._codes) + 1 < limit:
            known = self._codes[text] = len(self._codes) + 1
        return known


def glyph_of_code() -> bytes:
    """For each of the 65,536 codes its glyph, two bytes each: 2 for the space, else 1."""
    glyphs = bytearray(b"\x00\x01" * _MOST_CODES)
    glyphs[2 * SPACE[0] + 1] = 2
    return bytes(glyphs)


def font_file() -> bytes:
    """The TrueType file: `.notdef`, a letter and a space, none of which covers any paper."""
    glyphs = [_glyph(advance) for advance in _ADVANCES]
    ends = [0, *accumulate(map(len, glyphs))]
    metrics = [number for advance in _ADVANCES for number in (advance, 0)]
    tables = {
        b"OS/2": _os2(),
        b"cmap": struct.pack(">HHHHL", 0, 1, 3, 1, 12) + _empty_map(),
        b"glyf": b"".join(glyphs),
        b"head": _head(),
        b"hhea": struct.pack(">L3hH11hH", 0x00010000, EM, 0, 0, ADVANCE, *[0] * 11, len(glyphs)),
        b"hmtx": struct.pack(">HhHhHh", *metrics),
        b"loca": struct.pack(">4H", *(end // 2 for end in ends)),
        b"maxp": struct.pack(">L14H", 0x00010000, len(glyphs), 3, 1, 0, 0, 2, *[0] * 8),
        b"name": struct.pack(">HHH", 0, 0, 6),
        b"post": struct.pack(">LLhhLLLLL", 0x00030000, 0, 0, 0, 1, 0, 0, 0, 0),
    }
    data = _file(tables)
    # The sum over the whole file stands before the magic number, and was 0 while it was taken.
    at = data.index(_MAGIC) - 4
    adjustment = struct.pack(">L", (0xB1B0AFBA - _sum(data)) & 0xFFFFFFFF)
    return data[:at] + adjustment + data[at + 4 :]


def _glyph(advance: int) -> bytes:
    # A line there and back: it has an extent, which PDFium takes for the letter's, and no area.
    extent = struct.pack(">5h", 1, 0, 0, advance, EM)
    ends = struct.pack(">HH", 2, 0)
    across = struct.pack(">3h", 0, advance, -advance // 2)
    up = struct.pack(">3h", 0, EM, -EM // 2)
    return extent + ends + b"\x01\x01\x01" + across + up + b"\x00"


def _file(tables: dict[bytes, bytes]) -> bytes:
    count = len(tables)
    power = count.bit_length() - 1
    search = 16 << power
    directory = struct.pack(">LHHHH", 0x00010000, count, search, power, 16 * count - search)
    at, body = len(directory) + 16 * count, b""
    for tag, data in sorted(tables.items()):
        directory += struct.pack(">4sLLL", tag, _sum(data), at + len(body), len(data))
        body += data + b"\x00" * (-len(data) % 4)
    return directory + body


def _sum(data: bytes) -> int:
    padded = data + b"\x00" * (-len(data) % 4)
    words: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}L", padded)
    return sum(words) & 0xFFFFFFFF


def _head() -> bytes:
    # Revision 1.0, the magic number, no dates, 8 pixels at least, left to right, short offsets.
    return struct.pack(
        ">LLL4sHHqqhhhhHHhhh",
        *(0x00010000, 0x00010000, 0, _MAGIC, 0, EM, 0, 0),
        *(0, 0, ADVANCE, EM, 0, 8, 2, 0, 0),
    )


def _os2() -> bytes:
    head = struct.pack(">HhHHH", 3, ADVANCE, 400, 5, 0) + struct.pack(">10h", *[0] * 10)
    classes = struct.pack(">h10s4L4s", 0, b"\x00" * 10, 0, 0, 0, 0, b"NONE")
    limits = struct.pack(">HHHhhhHH", 0x40, 0x20, 0x20, EM, 0, 0, EM, 0)
    return head + classes + limits + struct.pack(">LLhhHHH", 0, 0, EM, EM, 0, 0x20, 0)


def _empty_map() -> bytes:
    # Format 4 with its one obligatory segment: no character has a glyph, the codes lead there.
    return struct.pack(">10HhH", 4, 24, 0, 2, 2, 0, 0, 0xFFFF, 0, 0xFFFF, 1, 0)
