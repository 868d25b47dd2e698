"""Results of several days beside each other: columns whose heads are dates.

The newest day's column holds the results, wherever it stands; the others hold earlier ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from chartlift.extract import patterns
from chartlift.extract.calendar import find_dates
from chartlift.extract.context import Line, Row
from chartlift.extract.text import fold_digits, label_key


class DatedColumns(NamedTuple):
    """The columns of a table whose heads are dates."""

    header: int
    """The header's row."""
    roles: Mapping[int, str]
    """What the other columns hold."""
    days: Mapping[int, str | None]
    """By column the day in ISO 8601; None where its order of day and month is not told."""
    newest: int
    """The column of the latest day."""


def is_day(head: Line) -> bool:
    """Whether a head is a date and nothing else."""
    return any(_day(head, order) is not None for order in (False, True))


def dated_columns(
    rows: Sequence[Row], header: int, roles: Mapping[int, str], orders: Sequence[bool]
) -> DatedColumns | None:
    """The dated columns below a header, None where there are none or the latest is not told.

    Args:
        rows: the rows of the table.
        header: which of them may be its header.
        roles: what its other columns are told to hold.
        orders: in which orders day and month may stand, True for the month first; at least one.
    """
    heads = rows[header]
    dated = [n for n, head in enumerate(heads) if n not in roles and is_day(head)]
    unknown = set(range(len(heads))) - {*dated, *roles}
    # A column of values below a head that cannot be read may be the latest.
    if not dated or any(_has_values(rows[header + 1 :], n) for n in unknown):
        return None
    read = [{n: _day(heads[n], order) for n in dated} for order in orders]
    newest = {_newest(days) for days in read}
    latest = newest.pop()
    if latest is None or newest:
        return None
    days = {n: read[0][n] if len({one[n] for one in read}) == 1 else None for n in dated}
    return DatedColumns(header, roles, days, latest)


def _has_values(rows: Sequence[Row], column: int) -> bool:
    return any(patterns.DIGIT.search(fold_digits(row[column].text)) for row in rows)


def _day(head: Line, month_first: bool) -> str | None:
    text = head.text
    found = list(find_dates(text, first_is_month=month_first))
    if len(found) != 1 or label_key(text[: found[0].start] + text[found[0].end :]):
        return None
    return found[0].value


def _newest(days: Mapping[int, str | None]) -> int | None:
    """The column of the latest day; None where one has no day, or two have the latest."""
    known = {n: day for n, day in days.items() if day is not None}
    latest = max(known, key=lambda n: known[n], default=None)
    if latest is None or len(known) < len(days):
        return None
    same = [day for day in known.values() if known[latest].startswith(day)]
    return latest if len(same) == 1 else None
