"""What qpdf says about a PDF that PDFium cannot open, or a page it leaves blank.

Runs in the bounded child; pikepdf is imported here alone and only where there is a doubt, since
that costs as much as a page.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from chartlift.errors import DamagedFile, EncryptedFile, NoPages

if TYPE_CHECKING:
    import pikepdf

_DEEPEST_FORM: Final = 8
_SHOW_TEXT: Final = frozenset({"Tj", "TJ", "'", '"'})
# A space in one byte, and as the third glyph of a TrueType font, which it nearly always is.
_BLANKS: Final = b" \x00\x03\t\r\n"

# pikepdf's own words for a dictionary that is a number, a name that is missing, a count that
# overflows: a damaged file holds anything anywhere.
_ODD_OBJECTS: Final = (ValueError, TypeError, AttributeError, LookupError, RuntimeError)

Content = Literal["nothing", "images", "text"]


def repair(path: Path, target: Path) -> None:
    """Write a sound copy of a PDF whose cross-references are broken but whose pages are there.

    Raises:
        EncryptedFile: it asks for a password.
        NoPages: it is sound and has none.
        DamagedFile: it cannot be repaired, or fewer pages are left than it once had.
    """
    import pikepdf

    try:
        with pikepdf.open(path) as pdf:
            found, promised = len(pdf.pages), int(pdf.Root.Pages.get("/Count", -1))
            if found == promised == 0:
                raise NoPages
            if found != promised:
                raise DamagedFile
            pdf.save(target)
    except pikepdf.PasswordError:
        raise EncryptedFile from None
    except (pikepdf.PdfError, *_ODD_OBJECTS):
        raise DamagedFile from None


def holds_something(path: Path, number: int) -> Content:
    """What a page's content streams draw, in the order of what matters: text before images.

    A page that cannot be parsed is taken to hold text: doubt is no reason to call it blank.
    """
    import pikepdf

    try:
        with pikepdf.open(path) as pdf:
            found = set(_drawn(pdf.pages[number - 1].obj, 0))
    except (pikepdf.PdfError, *_ODD_OBJECTS):
        return "text"
    return "text" if "text" in found else "images" if "images" in found else "nothing"


def _drawn(stream: pikepdf.Object, depth: int) -> Iterator[Content]:
    import pikepdf

    for instruction in pikepdf.parse_content_stream(stream):
        name = str(instruction.operator)
        if name == "INLINE IMAGE":
            yield "images"
        elif name in _SHOW_TEXT and any(map(_says_something, instruction.operands)):
            yield "text"
        elif name == "Do" and depth < _DEEPEST_FORM:
            yield from _painted(stream, str(instruction.operands[0]), depth)


def _painted(stream: pikepdf.Object, name: str, depth: int) -> Iterator[Content]:
    drawn = stream["/Resources"]["/XObject"][name]
    if drawn.get("/Subtype") == "/Form":
        yield from _drawn(drawn, depth + 1)
    else:
        yield "images"


def _says_something(operand: object) -> bool:
    import pikepdf

    if isinstance(operand, pikepdf.Array):
        return any(map(_says_something, operand))
    return isinstance(operand, pikepdf.String) and bool(bytes(operand).strip(_BLANKS))
