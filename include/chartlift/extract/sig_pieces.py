"""The parts of a sig and where each stands: limits, amounts, times, durations, routes.

One kind is looked for after the other, each blind to what an earlier one took.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from chartlift.extract.patterns import Match
from chartlift.extract.phrases import fold_letters
from chartlift.extract.rules import Rule, load_rules
from chartlift.extract.sig_words import Unit, count_value, frequencies, routes, units
from chartlift.extract.timing import PhrasePiece

_DISPENSED = 10
"""From here on a bare count of tablets is what the pharmacy hands out, not one dose."""


class Piece(NamedTuple):
    """One part of a sig and where it stands in the text."""

    kind: str
    start: int
    end: int
    low: Decimal | None = None
    high: Decimal | None = None
    unit: Unit | None = None
    key: str | None = None
    phrase: PhrasePiece | None = None
    doubt: bool = False


class _Reader:
    """The text with what was taken blotted out."""

    def __init__(self, text: str) -> None:
        self.printed = text
        self.folded = fold_letters(text)
        self.pieces: list[Piece] = []

    def take(self, piece: Piece) -> None:
        self.pieces.append(piece)
        blot = "\x00" * (piece.end - piece.start)
        self.folded = self.folded[: piece.start] + blot + self.folded[piece.end :]

    def rules(self, *kinds: str) -> Iterator[tuple[Rule, Match]]:
        for rule in load_rules("sig"):
            if rule.yields in kinds:
                yield from ((rule, match) for match in tuple(rule.find(self.folded)))


def read_pieces(text: str) -> tuple[Piece, ...]:
    """The parts of a sig, none over another, in the order of their kinds."""
    reader = _Reader(text)
    _take_plain(reader, "limit", "until")
    _take_counted(reader, "duration", named=True)
    _take_slots(reader)
    _take_counted(reader, "quantity")
    _take_amounts(reader)
    _take_plain(reader, "as_needed")
    for found in frequencies().find(reader.folded, text):
        phrase = PhrasePiece(found.meaning, _count(found.n), _count(found.m))
        reader.take(
            Piece("phrase", found.start, found.end, phrase=phrase, doubt=bool(found.meaning.doubt))
        )
    _take_plain(reader, "clock", "then", "verb")
    for route in routes().find(reader.folded, text):
        reader.take(Piece("route", route.start, route.end, key=route.meaning))
    _take_counted(reader, "duration", named=False)
    _take_bare(reader)
    return tuple(reader.pieces)


def _count(printed: str | None) -> Decimal | None:
    return count_value(printed) if printed else None


def _take_plain(reader: _Reader, *kinds: str) -> None:
    for rule, match in reader.rules(*kinds):
        reader.take(Piece(rule.yields, *match.span()))


def _take_counted(reader: _Reader, kind: str, *, named: bool | None = None) -> None:
    for rule, match in reader.rules(kind):
        if named is not None and rule.id.endswith(".named") != named:
            continue
        groups = match.groupdict()
        unit = groups.get("unit") or groups.get("pack") or groups.get("qsp")
        reader.take(
            Piece(
                kind,
                *match.span(),
                low=_count(groups.get("n")),
                high=_count(groups.get("m")),
                key=unit,
            )
        )


def _take_slots(reader: _Reader) -> None:
    for _, match in reader.rules("slots"):
        doses = [_count(match[name]) or Decimal(0) for name in "abcd" if match[name]]
        if any(doses):
            phrase = PhrasePiece(None, None, None, tuple(doses))
            reader.take(Piece("slots", *match.span(), low=max(doses), phrase=phrase))


def _take_amounts(reader: _Reader) -> None:
    for _, match in reader.rules("amount"):
        if "\x00" in reader.folded[match.start() : match.end()]:
            continue
        unit = units().at(reader.folded, reader.printed, match.end())
        if unit is None:
            continue
        low, doubt = _count(match["n"]), False
        if low == 0:
            continue
        if low is None:
            low, doubt = Decimal(1), True
        dispensed = unit.meaning.form and low >= _DISPENSED and not match["m"]
        kind = "quantity" if dispensed else "amount"
        reader.take(
            Piece(kind, match.start(), unit.end, low, _count(match["m"]), unit.meaning, doubt=doubt)
        )


def _take_bare(reader: _Reader) -> None:
    for _, match in reader.rules("bare"):
        before = reader.folded[: match.start()].rstrip()
        low = _count(match["n"])
        opens = (
            not before or before[-1] in "\x00;:," or before.endswith((" and", " et", " of", " de"))
        )
        if opens and low is not None and low < _DISPENSED:
            reader.take(Piece("amount", *match.span(), low, _count(match["m"])))
