"""Reading a printed reference range, and judging a value by it."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from chartlift.extract import patterns
from chartlift.extract.numbers import Comparator, comparator_of, read_number
from chartlift.extract.text import fold_digits, label_key
from chartlift.finding import Note

_UPPER = {"<", "<="}


class Bounds(NamedTuple):
    """What one printed range allows; None where it is open."""

    low: Decimal | None
    high: Decimal | None
    open_low: bool = False
    """True where the lower bound itself is outside."""
    open_high: bool = False

    def side(self, value: Decimal) -> int:
        """-1 below, 1 above, 0 inside."""
        if self.low is not None and (value < self.low or (self.open_low and value == self.low)):
            return -1
        if self.high is not None and (value > self.high or (self.open_high and value == self.high)):
            return 1
        return 0


def read_bounds(printed: str) -> tuple[Bounds, ...]:
    """The bounds a printed range holds, one for each sex or age it names."""
    found = []
    for match in patterns.RANGE.finditer(fold_digits(printed)):
        if match["bound"] is not None:
            found.append(_one_sided(match["comparator"], _value(match["bound"])))
        else:
            decimals = any(
                Note.DECIMAL_COMMA in read_number(match[n]).notes for n in ("low", "high")
            )
            low, high = (_value(match[name], decimals=decimals) for name in ("low", "high"))
            if low <= high:
                found.append(Bounds(low, high))
    return tuple(found)


def _value(printed: str, *, decimals: bool = False) -> Decimal:
    reading = read_number(printed)
    if reading.value is not None:
        return reading.value
    # "150,000 - 400,000" has thousands; in "0,900 - 1,100" the other bound tells of decimals.
    return Decimal(printed.replace(",", "." if decimals else "").replace(" ", ""))


def _one_sided(sign: str, bound: Decimal) -> Bounds:
    comparator: Comparator | None = comparator_of(sign)
    if comparator is None:
        upper = not label_key(sign).startswith("sup")
        return Bounds(None, bound) if upper else Bounds(bound, None)
    if comparator in _UPPER:
        return Bounds(None, bound, open_high=comparator == "<")
    return Bounds(bound, None, open_low=comparator == ">")


def side_of(
    value: Decimal, comparator: Comparator | None, ranges: tuple[Bounds, ...]
) -> int | None:
    """-1 below, 0 inside, 1 above all the ranges; None where they differ or cannot tell."""
    if not ranges:
        return None
    sides = {_side(value, comparator, bounds) for bounds in ranges}
    return sides.pop() if len(sides) == 1 else None


def _side(value: Decimal, comparator: Comparator | None, bounds: Bounds) -> int | None:
    if comparator is None:
        return bounds.side(value)
    if comparator in _UPPER:
        # "<0.01" is below any bound from there on; of a lower bound it says nothing.
        below = bounds.high is not None and value <= bounds.high
        return 0 if below and bounds.low in {None, Decimal(0)} else None
    return 1 if bounds.high is not None and value >= bounds.high else None
