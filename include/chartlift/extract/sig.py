"""Reading a sig, the line that says how a drug is taken: "1 cap PO TID x 7 days (#21)".

`read_sigs` cuts the parts that `sig_pieces` finds into doses: a new one begins at "then" (the
next phase) and at each further amount that has a time of its own (the same phase). Vocabularies
and rules name the parts; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from chartlift.extract.phrases import fold_letters
from chartlift.extract.sig_pieces import Piece, read_pieces
from chartlift.extract.sig_words import Unit
from chartlift.extract.timing import timing_of
from chartlift.finding import Flag, Timing

MASS = frozenset({"mg", "g", "mcg", "IU", "MIU", "mEq", "mmol", "%"})
"""Units a strength is printed in; a count of forms or millilitres is always a dose."""

_DURATION_UNITS = {
    "7": "day", "d": "day", "j": "day", "ថ": "day", "52": "week", "w": "week", "s": "week",
    "ស": "week", "12": "month", "m": "month", "ខ": "month", "y": "year", "a": "year", "h": "hour",
}  # fmt: skip


class Sig(NamedTuple):
    """One dose of a sig; spans are offsets into the text, one per part that was used."""

    low: Decimal | None
    high: Decimal | None
    unit: Unit | None
    dosage: str | None
    route: str | None
    frequency: str | None
    timing: Timing | None
    duration: str | None
    quantity: str | None
    as_needed: bool
    phase: int
    flags: tuple[Flag, ...]
    spans: tuple[tuple[int, int], ...]


def read_sigs(text: str) -> tuple[Sig, ...]:
    """The doses a text tells of, in order; at least one, which may be empty."""
    pieces = sorted(read_pieces(text), key=lambda piece: piece.start)
    segments = _merged(_segments(pieces))
    sigs: list[Sig] = []
    for phase, segment in segments:
        sigs.append(_sig(text, phase, segment, sigs[-1] if sigs else None))
    whole = [piece for piece in pieces if piece.kind == "quantity"]
    return _with_quantity(sigs, text, whole)


def read_duration(text: str) -> str | None:
    """A length of time in a text, normalised: "7 days"; None where none stands there."""
    return next((_duration(piece) for piece in read_pieces(text) if piece.kind == "duration"), None)


def names_dose(text: str) -> bool:
    """Whether a text has a verb or an amount with its unit; a bare number may be a list's."""
    pieces = read_pieces(text)
    return any(piece.kind == "verb" or piece.unit is not None for piece in pieces)


def begins_with_sig(text: str) -> bool:
    """Whether a text opens as a sig does: with a verb, an amount, a time or a quantity."""
    start = len(text) - len(text.lstrip(" -,:;("))
    return any(piece.start <= start for piece in read_pieces(text))


def _segments(pieces: Sequence[Piece]) -> list[tuple[int, list[Piece]]]:
    segments: list[tuple[int, list[Piece]]] = [(1, [])]
    for piece in pieces:
        phase, current = segments[-1]
        kinds = {part.kind for part in current}
        if piece.kind == "then" and kinds & {"amount", "phrase", "slots"}:
            segments.append((phase + 1, []))
        elif piece.kind == "amount" and "amount" in kinds and kinds & {"phrase", "clock"}:
            segments.append((phase, [piece]))
        elif piece.kind not in {"limit", "then", "quantity"}:
            current.append(piece)
    return [segment for segment in segments if segment[1]] or [(1, [])]


def _merged(segments: list[tuple[int, list[Piece]]]) -> list[tuple[int, list[Piece]]]:
    """Segments of one phase that only say more about the one before are joined to it."""
    merged: list[tuple[int, list[Piece]]] = []
    for phase, segment in segments:
        if merged and merged[-1][0] == phase and _elaborates(merged[-1][1], segment):
            merged[-1][1].extend(part for part in segment if part.kind != "amount")
        else:
            merged.append((phase, list(segment)))
    return merged


def _elaborates(first: Sequence[Piece], more: Sequence[Piece]) -> bool:
    if not any(part.kind in {"phrase", "clock"} for part in more):
        return True
    says_rate = any(part.phrase and part.phrase.is_rate for part in first)
    adds_rate = any(part.phrase and part.phrase.is_rate for part in more)
    same = _amount(first)[:2] == _amount(more)[:2]
    return not adds_rate and (says_rate or same)


def _amount(segment: Sequence[Piece]) -> tuple[Decimal | None, Decimal | None, Piece | None]:
    amounts = [part for part in segment if part.kind in {"amount", "slots"}]
    counted = [part for part in amounts if part.unit is None or part.unit.key not in MASS]
    piece = next(iter(counted or amounts), None)
    return (piece.low, piece.high, piece) if piece else (None, None, None)


def _sig(text: str, phase: int, segment: Sequence[Piece], before: Sig | None) -> Sig:
    low, high, amount = _amount(segment)
    unit = amount.unit if amount else None
    phrases = [part.phrase for part in segment if part.phrase]
    timing, doubtful = timing_of(phrases, clocks=sum(p.kind == "clock" for p in segment))
    frequency = _printed(text, segment)
    route = next((part.key for part in segment if part.kind == "route"), None)
    if before and phase > before.phase:
        if low is None:
            low, high, unit = before.low, before.high, before.unit
        if timing is None:
            timing, frequency = before.timing, before.frequency
    if before:
        unit, route = unit or before.unit, route or before.route
    as_needed = any(part.kind == "as_needed" for part in segment)
    if unit is None and timing is None and not as_needed and phase == 1:
        low = high = None  # a count of nothing, at no time, is no dose
    doubted = any(part.doubt for part in segment)
    flags = ((Flag.DIGIT_SUBSTITUTION,) if doubted else ()) + (
        (Flag.CROSS_CHECK,) if doubtful else ()
    )
    return Sig(
        low=low,
        high=high,
        unit=unit,
        dosage=dosage_text(low, high, unit),
        route=route,
        frequency=frequency,
        timing=timing,
        duration=next((_duration(p) for p in segment if p.kind == "duration"), None),
        quantity=None,
        as_needed=as_needed,
        phase=phase,
        flags=flags,
        spans=tuple((part.start, part.end) for part in segment if part.kind != "verb"),
    )


def _printed(text: str, segment: Sequence[Piece]) -> str | None:
    """How often, as printed; meals only where nothing else says it."""
    said = [p for p in segment if p.kind in {"phrase", "slots"} and p.phrase]
    daily = [p for p in said if p.phrase and not p.phrase.is_meal] or said
    return " ".join(text[p.start : p.end].strip() for p in daily) or None


def number_text(value: Decimal) -> str:
    """A count as people write it: 1, 0.5, 12."""
    return format(value.normalize(), "f")


def dosage_text(low: Decimal | None, high: Decimal | None, unit: Unit | None) -> str | None:
    """A dose in words: "2 tablets", "1-2 puffs", "0.5 tablet"; None without a count."""
    if low is None:
        return None
    count = number_text(low) + (f"-{number_text(high)}" if high is not None else "")
    if unit is None:
        return count
    return f"{count} {unit.plural if (high or low) > 1 else unit.key}"


def _duration(piece: Piece) -> str | None:
    if piece.low is None or not piece.key:
        return None
    key = fold_letters(piece.key)
    unit = _DURATION_UNITS.get(key) or _DURATION_UNITS[key[0]]
    if key.startswith(("mois", "mo", "mth")):
        unit = "month"
    count = number_text(piece.low) + (f"-{number_text(piece.high)}" if piece.high else "")
    return f"{count} {unit}{'' if (piece.high or piece.low) == 1 else 's'}"


def _with_quantity(sigs: list[Sig], text: str, pieces: Sequence[Piece]) -> tuple[Sig, ...]:
    if not pieces:
        return tuple(sigs)
    piece = pieces[0]
    count = number_text(piece.low) if piece.low is not None else None
    said = f"{count} {piece.key}" if count and piece.key else count or text[piece.start : piece.end]
    first = sigs[0]._replace(quantity=said, spans=(*sigs[0].spans, (piece.start, piece.end)))
    return (first, *sigs[1:])
