"""From the phrases of a sig to FHIR's terms of how often a drug is taken."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from chartlift.extract.sig_words import Frequency
from chartlift.finding import Timing

MEALS = frozenset({"AC", "PC", "C"})
SLOTS = ("MORN", "NOON", "EVE", "NIGHT")
_PART_OF_DAY = {
    "ACM": "MORN",
    "PCM": "MORN",
    "ACD": "NOON",
    "PCD": "NOON",
    "ACV": "EVE",
    "PCV": "EVE",
}
_HOURS = {"min": Decimal(1) / 60, "h": Decimal(1), "d": Decimal(24), "wk": Decimal(168)}


class PhrasePiece(NamedTuple):
    """A phrase of frequency with its counts, or the slots of "1-0-1"."""

    row: Frequency | None
    n: Decimal | None
    m: Decimal | None
    slots: tuple[Decimal, ...] = ()

    @property
    def is_rate(self) -> bool:
        """Whether it says how often in a length of time."""
        return bool(self.row and self.row.period)

    @property
    def is_meal(self) -> bool:
        """Whether it only says how the drug goes with meals."""
        return bool(self.row and self.row.when) and not self.is_rate and set(self.when) <= MEALS

    @property
    def meals(self) -> int:
        """How many meals a day it speaks of; 0 where it does not say each of them."""
        return int(self.number(self.row.frequency) or 0) if self.row and self.is_meal else 0

    @property
    def when(self) -> tuple[str, ...]:
        """FHIR event codes of the times of day."""
        if self.slots:
            return tuple(code for code, dose in zip(SLOTS, self.slots, strict=False) if dose)
        return self.row.when if self.row else ()

    def number(self, cell: str | None) -> Decimal | None:
        """The number of a cell of the vocabulary, `n` and `m` filled in."""
        if cell is None:
            return None
        return {"n": self.n, "m": self.m}.get(cell) if cell in {"n", "m"} else Decimal(cell)


def timing_of(phrases: Sequence[PhrasePiece], *, clocks: int = 0) -> tuple[Timing | None, bool]:
    """The timing that phrases say together, and whether two of them contradict each other."""
    rates = [timing for phrase in phrases if phrase.is_rate and (timing := _rate(phrase))]
    times = _times([code for phrase in phrases for code in phrase.when if code not in MEALS])
    meals = tuple(dict.fromkeys(c for p in phrases for c in p.when if c in MEALS))
    if rates:
        return _with_times(rates[0], times, meals), len({_hours_between(t) for t in rates}) > 1
    at_meals = [
        phrase.number(phrase.row.frequency) for phrase in phrases if phrase.is_meal and phrase.row
    ]
    count = len(times) + int(max((each for each in at_meals if each), default=0))
    if count:
        return Timing(frequency=count, period=Decimal(1), periodUnit="d", when=times + meals), False
    if clocks:
        return Timing(frequency=clocks, period=Decimal(1), periodUnit="d"), False
    single = any(p.row and p.row.frequency and not p.is_rate and not p.is_meal for p in phrases)
    return (Timing(frequency=1), False) if single else (None, False)


def _rate(phrase: PhrasePiece) -> Timing | None:
    row = phrase.row
    if row is None:
        return None
    frequency, most = phrase.number(row.frequency), phrase.number(row.frequency_max)
    return Timing(
        frequency=None if frequency is None else int(frequency),
        frequencyMax=None if most is None else int(most),
        period=phrase.number(row.period),
        periodMax=phrase.number(row.period_max),
        periodUnit=row.period_unit,
        when=tuple(code for code in row.when),
    )


def _times(codes: Sequence[str]) -> tuple[str, ...]:
    """The times of day without those that another names more exactly."""
    exact = {_PART_OF_DAY[code] for code in codes if code in _PART_OF_DAY}
    if "HS" in codes:
        exact.add("NIGHT")
    return tuple(dict.fromkeys(code for code in codes if code not in exact))


def _with_times(rate: Timing, times: tuple[str, ...], meals: tuple[str, ...]) -> Timing:
    daily = rate.period == 1 and rate.periodUnit == "d"
    if daily and rate.frequency == 1 and len(times) > 1:
        return rate.model_copy(update={"frequency": len(times), "when": times})
    if daily and times and len(times) == rate.frequency:
        return rate.model_copy(update={"when": times})
    return rate.model_copy(update={"when": () if times else meals})


def _hours_between(rate: Timing) -> Decimal | None:
    hours = _HOURS.get(rate.periodUnit or "")
    if hours is None or not rate.frequency or not rate.period:
        return None
    return hours * rate.period / rate.frequency
