"""Dose tables, as Cambodian prescriptions have them: a column for each time of the day.

ល.រ | ឈ្មោះឱសថ | ចំនួន | វិធីប្រើ | ព្រឹក | ថ្ងៃត្រង់ | ល្ងាច | យប់ - headers in Khmer, French or
English, in any order. A filled time column is a dose; the length of the treatment is the quantity
by the daily sum, where that divides, and doubted where it does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from chartlift.extract.context import Line, Page, Row, Table, Token
from chartlift.extract.drugs import Mention, find_names, guess_name, words_of
from chartlift.extract.entries import Entry, find_strengths, read_entry
from chartlift.extract.phrases import fold_letters
from chartlift.extract.rules import load_rules
from chartlift.extract.sections import whole_text
from chartlift.extract.sig import Sig, dosage_text, number_text, read_duration, read_sigs
from chartlift.extract.sig_words import Unit, count_value, forms, unit_of_form, units
from chartlift.extract.text import fold_digits, unconfuse_digits
from chartlift.extract.timing import SLOTS
from chartlift.finding import Flag, Timing

_HEADER_ROWS = 3
_MOST_AT_ONCE = 10
"""A count from here on is a misread one."""

_LIKE_ONE = "រ"
"""What a lone 1 is read as where Khmer is expected."""

_EMPTY = frozenset("-–—_.~/,:;0oO*")
"""What stands in a time column where nothing is taken; a lone zero too."""


class _Dose(NamedTuple):
    """What one time column says; `amount` is zero where nothing is taken or nothing can be read."""

    slot: str
    amount: Decimal
    doubted: bool = False


def read_tables(page: Page) -> tuple[list[tuple[Line, Entry]], frozenset[Token]]:
    """The entries of a page's dose tables, each with its row; and all tokens of these tables."""
    entries: list[tuple[Line, Entry]] = []
    tokens: set[Token] = set()
    for table in page.tables:
        columns, first = _columns(table)
        if not columns:
            continue
        tokens.update(table.tokens)
        slots = [columns[slot] for slot in SLOTS if slot in columns]
        marked = _marks_nothing(table.rows[first:], slots)
        for number, row in enumerate(table.rows[first:], first):
            missed = marked and not all(row[slot].tokens for slot in slots)
            doubted = missed or number in table.doubted or _may_hold_dose(row, columns)
            entries += _row_entries(row, columns, doubted=doubted)
    return entries, frozenset(tokens)


def _columns(table: Table) -> tuple[dict[str, int], int]:
    """The column of each role and the first row below the header; no roles in another table."""
    for number, row in enumerate(table.rows[:_HEADER_ROWS]):
        roles: dict[str, int] = {}
        for column, cell in enumerate(row):
            role = _role(cell.text)
            if role:
                roles.setdefault(role, column)
        if "day" in roles and _is_noon(roles):
            roles["NOON"] = roles.pop("day")
        times = sum(slot in roles for slot in SLOTS)
        if (
            "name" in roles
            and (times or len(roles) >= 3)
            and (times or roles.keys() & {"number", "usage", "day"})
        ):
            return roles, number + 1
    return {}, 0


def _is_noon(roles: dict[str, int]) -> bool:
    """Whether the column headed day is a time of it: behind the morning, before the evening.

    Where no head of evening or night was read, only the column next to the morning's is.
    """
    times = any(slot in roles for slot in SLOTS)
    morning = roles.get("MORN", -1)
    evening = roles.get("EVE", roles.get("NIGHT", morning + 2))
    return times and "NOON" not in roles and morning < roles["day"] < evening


def _role(header: str) -> str | None:
    for part in (header, *header.split("/")):
        text = fold_digits(part)
        for rule in load_rules("medications"):
            if rule.yields.startswith("column_") and any(rule.find(text)):
                return rule.yields.removeprefix("column_")
    return None


def _marks_nothing(rows: Sequence[Row], slots: Sequence[int]) -> bool:
    """Whether dashes stand where nothing is taken: then a cell without any sign was missed."""
    cells = [fold_digits(row[slot].text).strip() for row in rows for slot in slots]
    dashes = sum(bool(text) and set(text) <= _EMPTY for text in cells)
    return dashes > sum(not text for text in cells)


def _may_hold_dose(row: Row, columns: dict[str, int]) -> bool:
    """Whether a count stands where it may be a dose: below no head that was read, or below day."""
    told = {n for role, n in columns.items() if role != "day" or "NOON" in columns}
    unknown = (cell.text for n, cell in enumerate(row) if n not in told)
    counts = (count_value(fold_digits(text).strip()) for text in unknown)
    times = any(slot in columns for slot in SLOTS)
    return times and any(count is not None and count < _MOST_AT_ONCE for count in counts)


def _row_entries(
    row: Row, columns: dict[str, int], *, doubted: bool
) -> Iterator[tuple[Line, Entry]]:
    def cell(role: str) -> Line:
        return row[columns[role]] if role in columns else Line(())

    told = whole_text([cell(role) for role in ("name", "strength", "form", "usage")])
    mention = _named(told.text, len(cell("name").text))
    if mention is None:
        return
    entry = read_entry(told.text, mention, (0, len(told.text)))
    doses = [_dose(slot, cell(slot).text) for slot in SLOTS]
    quantity = _quantity(cell("quantity").text)
    length = _days(cell("days").text or cell("day").text) or cell("duration").text
    sigs = _sigs(entry, doses, quantity, length)
    whole = whole_text([line for at, line in enumerate(row) if at != columns.get("number")])
    untimed = not any(dose.amount for dose in doses) and any(sig.timing for sig in sigs)
    missed = untimed and any(slot in columns for slot in SLOTS)
    doubts = (Flag.PLACE_UNCLEAR,) if doubted or missed else ()
    yield (
        whole,
        entry._replace(
            sigs=sigs,
            flags=tuple(dict.fromkeys((*entry.flags, *_flags(sigs), *doubts))),
            spans=((0, len(whole.text)),),
        ),
    )


def _flags(sigs: tuple[Sig, ...]) -> Iterator[Flag]:
    return (flag for sig in sigs for flag in sig.flags)


def _named(text: str, length: int) -> Mention | None:
    """The drug of a name cell; what stands before the strength where no vocabulary knows it."""
    known = next((m for m in find_names(text[:length])), None)
    if known:
        return known
    strength = next(find_strengths(fold_digits(text)), None)
    end = min(strength.start if strength else length, length)
    form = next(forms().find(fold_letters(text[:end]), text), None)
    words = [word for word in words_of(text[: form.start if form else end]) if word.text.isalpha()]
    if not words or sum(len(word.text) for word in words) < 3:
        return None
    for word in words:
        drug = guess_name(text[word.start : word.end])
        if drug:
            return Mention(word.start, word.end, drug, guessed=True)
    return Mention(words[0].start, words[-1].end, None)


def _dose(slot: str, printed: str) -> _Dose:
    text = fold_digits(printed).strip()
    if not text or set(text) <= _EMPTY:
        return _Dose(slot, Decimal(0))
    count = count_value(text)
    if count is None:
        count = read_sigs(text)[0].low
    if count is not None and count < _MOST_AT_ONCE:
        return _Dose(slot, count)
    looked = count_value(unconfuse_digits(text).replace(_LIKE_ONE, "1"))
    return _Dose(slot, looked if looked == 1 else Decimal(0), doubted=True)


def _quantity(printed: str) -> tuple[Decimal, Unit | None] | None:
    """The count of a quantity cell, and the form it is counted in."""
    text = fold_digits(printed).strip()
    digits = "".join(c for c in text if c.isdigit() or c in ".,").strip(".,")
    count = count_value(digits) if digits else None
    if count is None or not text.startswith(digits):
        return None
    unit = units().at(fold_letters(text), text, len(digits) + (text[len(digits) :][:1] == " "))
    return count, unit.meaning if unit else None


def _days(printed: str) -> str:
    """What a column of days says; its head is the unit of a number alone."""
    text = fold_digits(printed).strip()
    return f"{text} days" if text.isdecimal() else text


def _sigs(
    entry: Entry,
    doses: list[_Dose],
    quantity: tuple[Decimal, Unit | None] | None,
    duration: str,
) -> tuple[Sig, ...]:
    said = entry.sigs[0]
    unit = said.unit or (unit_of_form(entry.form) if entry.form else None)
    unit = unit or (quantity[1] if quantity else None)
    length, doubted = _length(
        doses, quantity, read_duration(fold_digits(duration)) or said.duration
    )
    count = number_text(quantity[0]) if quantity else said.quantity
    doubts = [Flag.CROSS_CHECK] if doubted else []
    doubts += [Flag.DIGIT_SUBSTITUTION] if any(dose.doubted for dose in doses) else []
    flags = tuple(dict.fromkeys((*said.flags, *doubts)))
    if not any(dose.amount for dose in doses):
        timing = None if any(dose.doubted for dose in doses) else said.timing
        said = said._replace(timing=timing)
        return (said._replace(duration=length, quantity=count, flags=flags), *entry.sigs[1:])
    return tuple(
        said._replace(
            low=amount,
            high=None,
            unit=unit,
            dosage=dosage_text(amount, None, unit),
            timing=Timing(frequency=len(slots), period=Decimal(1), periodUnit="d", when=slots),
            frequency=None,
            duration=length,
            quantity=count,
            flags=flags,
        )
        for amount, slots in _by_amount(doses).items()
    )


def _by_amount(doses: list[_Dose]) -> dict[Decimal, tuple[str, ...]]:
    """The times at which each amount is taken."""
    times: dict[Decimal, tuple[str, ...]] = {}
    for dose in doses:
        if not dose.amount:
            continue
        times[dose.amount] = (*times.get(dose.amount, ()), dose.slot)
    return times


def _length(
    doses: list[_Dose], quantity: tuple[Decimal, Unit | None] | None, printed: str | None
) -> tuple[str | None, bool]:
    """How long the quantity lasts, and whether that is doubted."""
    daily = sum((dose.amount for dose in doses), Decimal(0))
    if not daily or quantity is None:
        return printed, False
    days, left = divmod(quantity[0], daily)
    computed = f"{number_text(days)} day{'s' if days != 1 else ''}"
    if printed is not None:
        return printed, printed != computed and printed.endswith(("day", "days"))
    return (None, True) if left or not days else (computed, False)
