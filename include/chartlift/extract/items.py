"""The items of a row of results, left to right: numbers, ranges, units, flags, words.

A row is spelled by one letter per item, and the rules in `data/rules/labs.toml` say which
spellings are results: N number, B number with comparator, Q result in words, R range, U unit,
F flag, D date or time, S word that means nothing, W any other word; brackets stay brackets.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

from chartlift import vocab
from chartlift.extract import patterns
from chartlift.extract.patterns import Match
from chartlift.extract.text import fold_digits
from chartlift.extract.units import LONGEST, UnitReading, read_unit

_FOREIGN_KINDS = frozenset(
    {
        "temperature_celsius",
        "temperature_fahrenheit",
        "mass",
        "length",
        "mass_area",
        "liquid_volume",
        "rate",
        "score",
    }
)
"""Units that no laboratory result has: of doses and of vital signs."""


class Item(NamedTuple):
    """One item of a row; `start` and `end` count characters of the row's text."""

    letter: str
    start: int
    end: int
    meaning: str | None = None
    """What a flag or a result in words means."""
    unit: UnitReading | None = None
    guessed: bool = False
    """True where a letter was read as the digit it looks like."""


class Scan(NamedTuple):
    """Where scanning stands: the folded text, and the place."""

    text: str
    at: int
    kinds: frozenset[str]
    """Kinds of words beside flags and results that are known here: group, appearance."""


@cache
def _words(kind: str) -> dict[str, str]:
    rows = (row for row in vocab.row_words() if row.kind == kind)
    return {_exactly(term): row.meaning for row in rows for term in row.printed}


def _exactly(term: str) -> str:
    """A word as it is compared: one letter keeps its case, signs stay."""
    text = fold_digits(term).replace(" ", "")
    return text if len(text) <= 2 and text.isascii() and text.isalpha() else text.casefold()


def _phrase(scan: Scan, kind: str, longest: int) -> Item | None:
    ends = [m.end() for m in patterns.WORD.finditer(scan.text, scan.at)][:longest]
    known = _words(kind)
    for end in reversed(ends):
        printed = scan.text[scan.at : end].rstrip(",;:")
        for text in (printed, printed.rstrip(")].")):
            meaning = known.get(_exactly(text))
            if meaning is not None:
                return Item(kind, scan.at, scan.at + len(text), meaning)
    return None


def _date(scan: Scan) -> Item | None:
    match = patterns.DATE.match(scan.text, scan.at) or patterns.TIME.match(scan.text, scan.at)
    return Item("D", scan.at, match.end()) if match else None


def _range(scan: Scan) -> Item | None:
    match = patterns.RANGE.match(scan.text, scan.at)
    if match is None:
        return None
    letter = "B" if match["bound"] and not match["sex"] else "R"
    return Item(letter, scan.at, match.end())


def _number(scan: Scan) -> Item | None:
    match: Match | None = patterns.NUMBER.match(scan.text, scan.at)
    if match is not None and _may_end(scan, match.end()):
        return Item("B" if match["comparator"] else "N", scan.at, match.end())
    match = patterns.DIGIT_LOOKALIKE.match(scan.text, scan.at)
    if match is not None and _may_end(scan, match.end()):
        return Item("B" if match[0][0] in "<>" else "N", scan.at, match.end(), guessed=True)
    return None


def _may_end(scan: Scan, end: int) -> bool:
    """Whether a number may end here: at a gap, or where a flag or a unit sticks to it."""
    rest = scan.text[end : end + 24].split(" ")[0]
    if not rest or not rest.strip(")];,.*:|"):
        return True
    if rest[0].isdigit() or (rest[0] in ".,-/:" and rest[1:2].isdigit()):
        return False
    if patterns.STUCK_FLAG.match(rest):
        return True
    stuck = rest.rstrip(")];,.:")
    # Any other single letter stuck to a number may be a digit misread: 7A is 7.4.
    return not (len(stuck) == 1 and stuck.isalpha()) and _unit(scan._replace(at=end)) is not None


def _flag(scan: Scan) -> Item | None:
    item, filler = _phrase(scan, "flag", 3), _phrase(scan, "filler", 3)
    if item is None or (filler is not None and filler.end > item.end):
        return None
    return item._replace(letter="F")


def _result(scan: Scan) -> Item | None:
    for kind in ("group", "appearance", "qualitative"):
        if kind == "qualitative" or kind in scan.kinds:
            item = _phrase(scan, kind, 6)
            if item is not None:
                return item._replace(letter="Q")
    return None


def _unit(scan: Scan) -> Item | None:
    if scan.text[scan.at] == "(":
        return None
    ends = [m.end() for m in patterns.WORD.finditer(scan.text, scan.at)][:LONGEST]
    for end in reversed(ends):
        printed = scan.text[scan.at : end].rstrip(";,.:")
        for text in (printed, printed.rstrip(")];,.:")):
            reading = read_unit(text)
            if reading is not None and text.count("(") == text.count(")"):
                dose = all(unit.kind in _FOREIGN_KINDS for unit in reading.options)
                return Item("W" if dose else "U", scan.at, scan.at + len(text), unit=reading)
    return None


def _filler(scan: Scan) -> Item | None:
    item = _phrase(scan, "filler", 3)
    return item and item._replace(letter="S")


def _reference(scan: Scan) -> Item | None:
    item = _phrase(scan, "reference", 3)
    return item and item._replace(letter="R")


def _power(scan: Scan) -> Item | None:
    """A unit that begins with a power of ten, which is no number: 10^9/L, 109/L."""
    word = patterns.POWERED.match(scan.text, scan.at)
    reading = read_unit(word[0]) if word else None
    return Item("U", scan.at, word.end(), unit=reading) if word and reading else None


def _unknown_unit(scan: Scan) -> Item | None:
    match = patterns.UNIT_SHAPED.match(scan.text, scan.at)
    return Item("U", scan.at, match.end()) if match else None


_READERS: Sequence[Callable[[Scan], Item | None]] = (
    _power,
    _date,
    _range,
    _number,
    _result,
    _flag,
    _unit,
    _reference,
    _filler,
    _unknown_unit,
)


def read_items(
    text: str,
    start: int = 0,
    *,
    kinds: frozenset[str] = frozenset(),
    stops: Callable[[int], bool] = lambda _: False,
) -> tuple[Item, ...]:
    """The items of folded text from `start` on.

    Args:
        text: one row, folded by `fold_digits`.
        start: where its label ends.
        kinds: `group`, `appearance` where such words may be results.
        stops: whether another label begins at this place; reading ends there.
    """
    items: list[Item] = []
    at = start
    while at < len(text):
        if skipped := patterns.SKIPPED.match(text, at):
            at = skipped.end()
            continue
        item = _read(Scan(text, at, kinds))
        if item.letter == "W" and items and not _is_dose(text, item) and stops(at):
            break
        items.append(item)
        at = item.end
    return _balanced(items)


def _is_dose(text: str, item: Item) -> bool:
    """Whether a word is a dose's unit as it is written: `mg`, and not the label `Mg`."""
    options = item.unit.options if item.unit else ()
    return any(text[item.start : item.end] in unit.printed for unit in options)


def _balanced(items: Sequence[Item]) -> tuple[Item, ...]:
    """The items; where a bracket lacks its partner, without any bracket."""
    depth = 0
    for item in items:
        depth += {"(": 1, ")": -1}.get(item.letter, 0)
        if depth not in {0, 1}:
            break
    if depth == 0:
        return tuple(items)
    return tuple(item for item in items if item.letter not in {"(", ")"})


def _read(scan: Scan) -> Item:
    for reader in _READERS:
        item = reader(scan)
        if item is not None:
            return item
    if scan.text[scan.at] in "()[]":
        return Item("(" if scan.text[scan.at] in "([" else ")", scan.at, scan.at + 1)
    match = patterns.PLAIN_WORD.match(scan.text, scan.at)
    return Item("W", scan.at, match.end() if match else scan.at + 1)


def spelling(items: Sequence[Item]) -> str:
    """One letter per item, in their order."""
    return "".join(item.letter for item in items)
