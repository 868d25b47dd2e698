"""Layers of text laid under the pages of a PDF, which look as they did.

Runs in the bounded child; pikepdf is imported here alone. The text goes before what a page draws,
so that whatever its drawing does to the coordinates does not move it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from copy import copy
from itertools import count
from pathlib import Path
from typing import Final, NamedTuple

import pikepdf

from chartlift import __version__
from chartlift.errors import DamagedFile, EncryptedFile
from chartlift.outputs.invisible_text import FONT
from chartlift.outputs.orders import UNFINISHED, LayerOrder
from chartlift.outputs.unseen_text import drop_unseen_text

_LETTER: Final = (0.0, 0.0, 612.0, 792.0)
"""What PDFium takes for a page without a usable media box."""
_HIGHEST_TREE: Final = 64
# pikepdf's own words for objects that are not what they should be.
_ODD_OBJECTS: Final = (ValueError, TypeError, AttributeError, LookupError, RuntimeError)


class Frame(NamedTuple):
    """What a viewer shows of a page: a rectangle in points, and by how much it is turned."""

    left: float
    bottom: float
    right: float
    top: float
    rotate: int
    """Degrees clockwise: 0, 90, 180 or 270."""


def lay_under(source: Path, order: LayerOrder) -> None:
    """Write a copy of a PDF with its layers of text, in the current folder.

    Where a page gets words, the invisible ones it had go. What the PDF says of its title, author
    and history is left out: it may name a person.

    Raises:
        EncryptedFile: it asks for a password.
        DamagedFile: it cannot be opened, or has other pages than were read.
    """
    part = Path(order.target).with_suffix(UNFINISHED)
    try:
        with pikepdf.open(source) as pdf, pikepdf.open(order.layers) as layers:
            if len(pdf.pages) != len(layers.pages):
                raise DamagedFile
            for page, layer in zip(pdf.pages, layers.pages, strict=True):
                _lay_under(pdf, page, layer)
            _forget_remarks(pdf)
            pdf.save(part, deterministic_id=not pdf.is_encrypted, encryption=pdf.is_encrypted)
    except pikepdf.PasswordError:
        raise EncryptedFile from None
    except (pikepdf.PdfError, *_ODD_OBJECTS):
        raise DamagedFile from None
    part.replace(order.target)


def _lay_under(pdf: pikepdf.Pdf, page: pikepdf.Page, layer: pikepdf.Page) -> None:
    if "/Contents" not in layer:
        return
    # What cannot be parsed stays as it is: a viewer may still make something of it.
    with suppress(pikepdf.PdfError, *_ODD_OBJECTS):
        drop_unseen_text(pdf, page)
    _, _, width, height = (float(edge) for edge in layer.mediabox)
    matrix = " ".join(f"{number:.6f}" for number in placing(frame_of(page), width, height))
    font = pdf.copy_foreign(layer.obj["/Resources"]["/Font"][f"/{FONT}"])
    name = _add_font(page, font)
    operators = layer.obj["/Contents"].read_bytes()
    # Its first mention is the only one: the words are hexadecimal.
    operators = operators.replace(f"/{FONT} ".encode(), f"{name} ".encode(), 1)
    page.contents_add(b"q " + matrix.encode("ascii") + b" cm\n" + operators + b"Q\n", prepend=True)


def _add_font(page: pikepdf.Page, font: pikepdf.Object) -> str:
    """Give the page the font under a free name; what it shares with other pages stays as it is."""
    resources = copy(next(_inherited(page, "/Resources"), pikepdf.Dictionary()))
    fonts = copy(resources["/Font"]) if "/Font" in resources else pikepdf.Dictionary()
    name = next(name for n in count() if (name := f"/{FONT}{n or ''}") not in fonts)
    fonts[name] = font
    resources["/Font"] = fonts
    page.obj["/Resources"] = resources
    return name


def _forget_remarks(pdf: pikepdf.Pdf) -> None:
    for name in ("/Metadata", "/PieceInfo"):
        if name in pdf.Root:
            del pdf.Root[name]
    pdf.trailer["/Info"] = pdf.make_indirect(
        pikepdf.Dictionary(Producer=pikepdf.String(f"chartlift {__version__}"))
    )


def frame_of(page: pikepdf.Page) -> Frame:
    """What PDFium shows of a page: its crop box as far as it lies in its media box."""
    media = _box(page, "/MediaBox") or _LETTER
    crop = _box(page, "/CropBox") or media
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    right, top = min(media[2], crop[2]), min(media[3], crop[3])
    if left >= right or bottom >= top:
        left, bottom, right, top = media
    turned = next((int(value) for value in _inherited(page, "/Rotate")), 0)
    return Frame(left, bottom, right, top, turned // 90 * 90 % 360)


def placing(frame: Frame, width: float, height: float) -> tuple[float, ...]:
    """The six numbers of the matrix from a page's picture to the page.

    From pixels of the picture as a viewer shows it, `width` x `height` of them, origin top left,
    y downwards, to points of the page before it is turned.
    """
    left, bottom, right, top, rotate = frame
    across, down = right - left, top - bottom
    if rotate == 90:
        return 0, down / width, across / height, 0, left, bottom
    if rotate == 180:
        return -across / width, 0, 0, down / height, right, bottom
    if rotate == 270:
        return 0, -down / width, -across / height, 0, right, top
    return across / width, 0, 0, -down / height, left, top


def _box(page: pikepdf.Page, name: str) -> tuple[float, float, float, float] | None:
    for value in _inherited(page, name):
        one, two, three, four = (float(edge) for edge in value)
        box = min(one, three), min(two, four), max(one, three), max(two, four)
        if box[0] < box[2] and box[1] < box[3]:
            return box
    return None


def _inherited(page: pikepdf.Page, name: str) -> Iterator[pikepdf.Object]:
    """An entry of the page or of the nearest folder of pages that has it."""
    node: pikepdf.Object = page.obj
    for _ in range(_HIGHEST_TREE):
        if name in node:
            yield node[name]
            return
        if "/Parent" not in node:
            return
        node = node["/Parent"]
