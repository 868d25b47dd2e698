"""What to do about a PDF page that came out blank: look at what it holds, and ask poppler.

Runs in the bounded child; pikepdf is imported only here and only when a page is in doubt.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from PIL import Image

from chartlift.errors import MissingProgram, RenderFailed
from chartlift.imaging.bounded import die_with_parent
from chartlift.imaging.orders import UNFINISHED
from chartlift.imaging.sheet import Canvas

if TYPE_CHECKING:
    import pikepdf

PROGRAM: Final = "pdftoppm"

_DEEPEST_FORM: Final = 8
_SHOW_TEXT: Final = frozenset({"Tj", "TJ", "'", '"'})
# A space in one byte, and as the third glyph of a TrueType font, which it nearly always is.
_BLANKS: Final = b" \x00\x03\t\r\n"

Content = Literal["nothing", "images", "text"]


def holds_something(path: Path, number: int) -> Content:
    """What a page's content streams draw, in the order of what matters: text before images.

    A page that cannot be parsed is taken to hold text: doubt is no reason to call it blank.
    """
    import pikepdf

    try:
        with pikepdf.open(path) as pdf:
            found = set(_drawn(pdf.pages[number - 1].obj, 0))
    except (pikepdf.PdfError, ValueError, TypeError, IndexError, KeyError):
        return "text"
    return "text" if "text" in found else "images" if "images" in found else "nothing"


def render_again(path: Path, number: int, canvas: Canvas, *, seconds: int) -> Image.Image:
    """The page in RGB, rendered by poppler to the very size of the canvas.

    Its file passes through a folder below the current one, which is the child's own.

    Raises:
        MissingProgram: poppler is not installed.
        RenderFailed: it failed, took too long, or made a picture of another size.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        raise MissingProgram(subject=PROGRAM)
    size = ("-scale-to-x", str(canvas.width), "-scale-to-y", str(canvas.height))
    which = ("-f", str(number), "-l", str(number), "-singlefile", "-cropbox")
    with (
        tempfile.TemporaryDirectory(dir=Path.cwd(), suffix=UNFINISHED) as folder,
        path.open("rb") as source,
    ):
        target = Path(folder, "page")
        try:
            subprocess.run(
                [program, "-q", *which, *size, "-", str(target)],
                check=False,
                timeout=seconds,
                stdin=source,  # a file's name may be a patient's, and arguments are public
                preexec_fn=die_with_parent,
            )
            with Image.open(target.with_suffix(".ppm"), formats=["PPM"]) as image:
                image.load()
        except (OSError, subprocess.TimeoutExpired):
            raise RenderFailed(page=number) from None
    if image.size != (canvas.width, canvas.height):
        raise RenderFailed(page=number)
    return image


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
