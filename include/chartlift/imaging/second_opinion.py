"""What qpdf says about a PDF that PDFium cannot open, or a page it leaves blank.

Runs in the bounded child; pikepdf is imported here alone and only where there is a doubt, since
that costs as much as a page.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from chartlift.errors import DamagedFile, EncryptedFile, NoPages
from chartlift.imaging.packed_streams import is_broken

if TYPE_CHECKING:
    import pikepdf

_DEEPEST_FORM: Final = 8
_MEANS: Final = ("/Font", "/XObject")
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


class Opinion(NamedTuple):
    """What qpdf says about a page."""

    content: Content
    """What its content streams draw, in the order of what matters: text before images."""
    is_whole: bool
    """Whether they are all there and can be unpacked to their ends."""


_IN_DOUBT: Final = Opinion("text", is_whole=False)


def examine(path: Path, number: int) -> Opinion:
    """What a page holds, and whether that is all it once held.

    A page that cannot be parsed is taken to hold text: doubt is no reason to call it blank.
    """
    import pikepdf

    try:
        with pikepdf.open(path) as pdf:
            page, resources = pdf.pages[number - 1].obj, pdf.pages[number - 1].resources
            whole = _has_contents(page, resources) and not any(
                map(is_broken, _packed(page, resources))
            )
            found = _all_drawn(page, resources)
            odd = bool(pdf.get_warnings())
    except (pikepdf.PdfError, *_ODD_OBJECTS):
        return _IN_DOUBT
    is_doubtful = not found and (odd or not whole)
    if "text" in found or is_doubtful:
        return Opinion("text", whole)
    return Opinion("images" if found else "nothing", whole)


def _has_contents(page: pikepdf.Object, resources: pikepdf.Object) -> bool:
    """Whether the page's contents are streams; or nothing, where it has nothing to draw with."""
    import pikepdf

    contents = page.get("/Contents")
    if contents is None:  # qpdf does not tell a reference to nothing from no reference
        return not any(resources.get(kind) for kind in _MEANS)
    streams = contents if isinstance(contents, pikepdf.Array) else [contents]
    return all(isinstance(stream, pikepdf.Stream) for stream in streams)


def _packed(page: pikepdf.Object, resources: pikepdf.Object) -> Iterator[bytes]:
    """The packed bytes of the page's content streams and of its forms."""
    import pikepdf

    contents = page.get("/Contents")
    streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    for stream in (*streams, *_forms(resources, 0)):
        if isinstance(stream, pikepdf.Stream) and _is_deflated(stream):
            packed = stream.read_raw_bytes()
            if packed:  # what some writers make of an empty page
                yield packed


def _forms(resources: pikepdf.Object, depth: int) -> Iterator[pikepdf.Object]:
    import pikepdf

    for thing in dict(resources.get("/XObject") or {}).values():
        if depth < _DEEPEST_FORM and thing.get("/Subtype") == "/Form":
            yield thing
            yield from _forms(thing.get("/Resources") or pikepdf.Dictionary(), depth + 1)


def _is_deflated(stream: pikepdf.Object) -> bool:
    import pikepdf

    how = stream.get("/Filter")
    first = how[0] if isinstance(how, pikepdf.Array) and len(how) else how
    return bool(first == "/FlateDecode") or bool(first == "/Fl")


def _all_drawn(page: pikepdf.Object, resources: pikepdf.Object) -> set[Content]:
    """What is drawn; text, where an operator is not understood. What is named must be there."""
    import pikepdf

    try:
        return set(_drawn(page, resources, 0))
    except (pikepdf.PdfError, TypeError, ValueError, RuntimeError):
        return {"text"}


def _drawn(stream: pikepdf.Object, resources: pikepdf.Object, depth: int) -> Iterator[Content]:
    import pikepdf

    for instruction in pikepdf.parse_content_stream(stream):
        name = str(instruction.operator)
        if name == "INLINE IMAGE":
            yield "images"
        elif name in _SHOW_TEXT and any(map(_says_something, instruction.operands)):
            yield "text"
        elif name == "Do" and depth < _DEEPEST_FORM:
            painted = resources["/XObject"][str(instruction.operands[0])]
            if painted.get("/Subtype") == "/Form":
                yield from _drawn(painted, painted.get("/Resources", resources), depth + 1)
            else:
                yield "images"


def _says_something(operand: object) -> bool:
    import pikepdf

    if isinstance(operand, pikepdf.Array):
        return any(map(_says_something, operand))
    return isinstance(operand, pikepdf.String) and bool(bytes(operand).strip(_BLANKS))
