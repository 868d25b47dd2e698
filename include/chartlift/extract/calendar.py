"""Dates as papers print them: in figures, with months in three languages, in the Buddhist era."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

from chartlift.extract.context import Page
from chartlift.extract.patterns import Match
from chartlift.extract.phrases import fold_letters
from chartlift.extract.rules import load_rules
from chartlift.extract.text import fold_digits
from chartlift.frozen import Frozen
from chartlift.languages import script_letters, word_votes
from chartlift.vocab import Terms, load_table

BUDDHIST_ERA = 543
"""Years the Buddhist era is ahead; Cambodia's year changes in April, so one may be meant less."""

_FIRST_BUDDHIST = 2400
_CENTURY_TURNS = 40
"""A year of two digits up to this is of the 2000s."""

_SHORTEST_MONTH = 3


class Month(Frozen):
    """A month and how it is printed."""

    month: int
    km_cldr: str
    km_ocr_variants: Terms
    en: str
    en_abbr: str
    fr: str
    fr_abbr: str
    fr_noaccent: str


class PrintedDate(NamedTuple):
    """A date and where it stands in its line."""

    start: int
    end: int
    value: str
    """ISO 8601, as precise as printed."""
    khmer: bool
    """Whether it is written out in Khmer, as below a letter."""
    either: bool
    """Whether day and month could as well stand the other way round."""


class _Read(NamedTuple):
    """The numbers of a printed date, before they are known to be one."""

    year: int
    month: int
    day: int | None


@cache
def _months() -> dict[str, int]:
    names: dict[str, int] = {}
    for row in load_table("months", Month):
        printed = (row.km_cldr, *row.km_ocr_variants, row.en, row.en_abbr, row.fr, row.fr_abbr)
        names |= {fold_letters(name).rstrip("."): row.month for name in printed}
    return names


def month_number(printed: str) -> int | None:
    """The number of a month's name, also cut short ("sept"); None for any other word."""
    key = fold_letters(printed).strip(". ")
    if key in _months() or len(key) < _SHORTEST_MONTH:
        return _months().get(key)
    found = {number for name, number in _months().items() if name.startswith(key)}
    return found.pop() if len(found) == 1 else None


def month_first(pages: Sequence[Page]) -> bool | None:
    """Whether figures stand as month/day/year in this document; None where it contradicts itself.

    A number above 12 settles it, else what only American papers print; otherwise the day is first.
    """
    texts = _texts(pages)
    firsts, seconds = _settling(texts)
    if firsts and seconds:
        return None
    if firsts or seconds:
        return bool(seconds)
    return _says(texts, "month_first")


def is_order_told(pages: Sequence[Page]) -> bool:
    """Whether the document shows in which order day and month stand, and it is not assumed.

    A number above 12 shows it, what is printed in countries of one order only, French, and Khmer.
    """
    texts = _texts(pages)
    if any(_settling(texts)) or _says(texts, "month_first") or _says(texts, "day_first"):
        return True
    words = [word for text in texts for word in text.split()]
    votes = word_votes(words)
    return any(script_letters(words).values()) or votes["fra"] > votes["eng"]


def possible_orders(pages: Sequence[Page]) -> tuple[bool, ...]:
    """The orders in which day and month may stand here, True for the month first; one if told."""
    order = month_first(pages)
    return (False, True) if order is None or not is_order_told(pages) else (order,)


def _texts(pages: Sequence[Page]) -> list[str]:
    return [fold_digits(line.text) for page in pages for line in page.lines]


def _settling(texts: Sequence[str]) -> tuple[int, int]:
    """How many dates have a first, and how many a second number that is no month."""
    firsts, seconds = 0, 0
    for text in texts:
        for match in _forms(text):
            groups = match.groupdict()
            if groups.get("a"):
                firsts += int(groups["a"]) > 12
                seconds += int(groups["b"]) > 12
    return firsts, seconds


def _says(texts: Sequence[str], order: str) -> bool:
    rules = [rule for rule in load_rules("dates") if rule.yields == order]
    return any(any(rule.find(text)) for rule in rules for text in texts)


def find_dates(text: str, *, first_is_month: bool | None) -> Iterator[PrintedDate]:
    """The dates of a line, left to right; those whose order cannot be told are left out."""
    folded = fold_digits(text)
    taken = 0
    for match in sorted(_forms(folded), key=lambda match: (match.start(), -match.end())):
        if match.start() < taken:
            continue
        value = _value(match, first_is_month)
        if value is None:
            continue
        end, time = _time(folded, match.end()) if len(value) == 10 else (match.end(), "")
        taken = end
        khmer = match.groupdict().get("month") or ""
        written = any(c > "\u1780" for c in khmer)
        yield PrintedDate(match.start(), end, value + time, written, _is_either(match))


def _is_either(match: Match) -> bool:
    groups = match.groupdict()
    if not groups.get("a"):
        return False
    a, b = int(groups["a"]), int(groups["b"])
    return a != b and max(a, b) <= 12


def _forms(folded: str) -> list[Match]:
    rules = [rule for rule in load_rules("dates") if rule.yields == "form"]
    return [match for rule in rules for match in rule.find(folded)]


def _value(match: Match, first_is_month: bool | None) -> str | None:
    groups = match.groupdict()
    year = _year(groups["year"])
    if groups.get("a"):
        read = _ordered(year, int(groups["a"]), int(groups["b"]), first_is_month)
    else:
        number = groups.get("m")
        month = int(number) if number else month_number(groups.get("month") or "")
        day = groups.get("d")
        read = _Read(year, month, int(day) if day else None) if month else None
    return _iso(read) if read else None


def _ordered(year: int, a: int, b: int, first_is_month: bool | None) -> _Read | None:
    if a > 12 or b > 12:
        return _Read(year, min(a, b), max(a, b))
    if first_is_month is None and a != b:
        return None
    return _Read(year, a, b) if first_is_month else _Read(year, b, a)


def _year(printed: str) -> int:
    year = int(printed)
    if year >= _FIRST_BUDDHIST:
        return year - BUDDHIST_ERA
    if len(printed) == 2:
        return year + (2000 if year <= _CENTURY_TURNS else 1900)
    return year


def _iso(read: _Read) -> str | None:
    try:
        whole = date(read.year, read.month, read.day or 1)
    except ValueError:
        return None
    return whole.isoformat() if read.day else whole.isoformat()[:7]


def _time(folded: str, end: int) -> tuple[int, str]:
    for rule in load_rules("dates"):
        if rule.yields != "time":
            continue
        for match in rule.find(folded[end:]):
            hour = int(match["hour"])
            half = (match["half"] or "").lower()
            if half and hour <= 12:
                hour = hour % 12 + (12 if half.startswith("p") else 0)
            return end + match.end(), f"T{hour:02d}:{match['minute']}"
    return end, ""
