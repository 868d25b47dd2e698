"""Takes out of a page the invisible words another program laid over its scan.

They would be found and copied beside the words read here. Runs in the bounded child.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import pikepdf

_INVISIBLE: Final = 3
"""Text rendering mode (ISO 32000-1, 9.3.6)."""
_SHOWS: Final = frozenset({"Tj", "TJ", "'", '"'})
_DEEPEST_FORM: Final = 8

Instruction = pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage


def drop_unseen_text(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """Leave out the text objects of the page, and of its forms, that show invisible text only.

    One that shows visible text as well stays whole: the place of that may follow from the rest.

    Raises:
        pikepdf.PdfError: what the page draws cannot be parsed.
    """
    kept = _without_unseen(page.obj)
    if kept is not None:
        page.obj["/Contents"] = pdf.make_stream(kept)
    _drop_in_forms(page.obj, 0)


def _drop_in_forms(holder: pikepdf.Object, depth: int) -> None:
    drawn = holder.get("/Resources", pikepdf.Dictionary()).get("/XObject", pikepdf.Dictionary())
    for form in drawn.values() if depth < _DEEPEST_FORM else ():
        if form.get("/Subtype") == "/Form":
            kept = _without_unseen(form)
            if kept is not None:
                form.write(kept)
            _drop_in_forms(form, depth + 1)


def _without_unseen(drawn: pikepdf.Object) -> bytes | None:
    """What is drawn, without unseen text; None where there is none."""
    instructions = list(pikepdf.parse_content_stream(drawn))
    kept = list(_seen(instructions))
    unchanged = len(kept) == len(instructions)
    return None if unchanged else pikepdf.unparse_content_stream(kept)


def _seen(instructions: Sequence[Instruction]) -> Iterator[Instruction]:
    mode, outer = 0, list[int]()
    block: list[Instruction] = []
    modes: set[int] = set()
    for instruction in instructions:
        name = str(instruction.operator)
        if name == "q":
            outer.append(mode)
        elif name == "Q":
            mode = outer.pop() if outer else mode
        elif name == "Tr":
            mode = int(instruction.operands[0])
        elif name in _SHOWS:
            modes.add(mode)
        block.append(instruction)
        if name == "ET":
            yield from (i for i in block if modes != {_INVISIBLE} or str(i.operator) not in _SHOWS)
            block, modes = [], set()
    yield from block
