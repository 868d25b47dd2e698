"""Reading a printed number: its decimal with the printed digits, and what was done or doubted."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Literal, NamedTuple

from chartlift.extract import patterns
from chartlift.extract.text import fold_digits, has_khmer_digits
from chartlift.finding import Flag, Note

Comparator = Literal["<", "<=", ">", ">="]
_COMPARATORS: dict[str, Comparator] = {
    "<": "<",
    ">": ">",
    "<=": "<=",
    ">=": ">=",
    "=<": "<=",
    "=>": ">=",
    "≤": "<=",
    "≥": ">=",
    "&lt;": "<",
    "&gt;": ">",
}


class NumberReading(NamedTuple):
    """A number as read; `value` is None where its separator cannot be settled."""

    value: Decimal | None
    notes: tuple[Note, ...]
    flags: tuple[Flag, ...]


def comparator_of(printed: str | None) -> Comparator | None:
    """The comparator of a printed sign, None where there is none."""
    return None if printed is None else _COMPARATORS.get(printed.replace(" ", ""))


def _plain(text: str, mark: str | None) -> Decimal:
    """The decimal of folded text whose decimal mark is `mark`; the other marks only group."""
    kept = "".join(c for c in text if c.isdigit() or c in {mark, "-"})
    return Decimal(kept.replace(",", "."))


def _candidates(text: str) -> tuple[str | None, ...]:
    """The marks that may be the decimal mark, most likely first; None where none is."""
    marks = [character for character in text if character in ".,"]
    if not marks:
        return (None,)
    if len(set(marks)) == 2:
        return (marks[-1],)
    if len(marks) > 1:
        return (None,)
    mark = marks[0]
    if patterns.AMBIGUOUS.fullmatch(text) and not text.lstrip("+-").startswith("0"):
        return (mark, None)
    return (mark,)


def read_number(
    printed: str, *, fits: Callable[[Decimal], bool | None] = lambda _: None
) -> NumberReading:
    """The decimal of a printed number.

    Args:
        printed: the number as it stands, without comparator or unit.
        fits: whether a reading can be right (printed range, plausible values); None where that
            cannot be said. It settles whether `1,234` has decimals or thousands.
    """
    folded = fold_digits(printed).replace(" ", "").replace("'", "")
    text = ("-" if folded.startswith("-") else "") + folded.lstrip("+-")
    notes = (Note.KHMER_DIGITS,) if has_khmer_digits(printed) else ()
    marks = _candidates(text)
    if len(marks) > 1:
        verdicts = [fits(_plain(text, mark)) for mark in marks]
        if verdicts.count(True) == 1:
            marks = (marks[verdicts.index(True)],)
        elif marks[0] == "," or False in verdicts:
            return NumberReading(None, notes, (Flag.AMBIGUOUS_SEPARATOR,))
    if marks[0] == ",":
        notes = (Note.DECIMAL_COMMA, *notes)
    return NumberReading(_plain(text, marks[0]), notes, ())
