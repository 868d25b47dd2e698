"""FHIR's data types as we write them: concepts, quantities, and dates as precise as printed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chartlift.errors import InvalidSetting
from chartlift.fhir.definitions import ucum_codes
from chartlift.finding import UCUM, Coding

Resource: TypeAlias = dict[str, Any]
"""FHIR JSON: a resource, a bundle, or an element of one."""


def coding(code: Coding) -> Resource:
    """A Coding, its display only where we know it."""
    written = {"system": code.system, "code": code.code}
    return written | ({"display": code.display} if code.display else {})


def concept(*codes: Coding | None, text: str | None = None) -> Resource:
    """A CodeableConcept of the codes that are not None, with the words of the paper."""
    codings = [coding(code) for code in codes if code is not None]
    return without_empty({"coding": codings, "text": text})


def quantity(
    value: Decimal, unit: str | None, printed: str | None = None, comparator: str | None = None
) -> Resource:
    """A Quantity with the value's printed digits; a unit that is no UCUM code is text only."""
    known = unit is not None and unit in ucum_codes()
    return without_empty(
        {
            "value": value,
            "comparator": comparator,
            "unit": printed or unit,
            "system": UCUM if known else None,
            "code": unit if known else None,
        }
    )


def without_empty(element: Resource) -> Resource:
    """The element without keys whose value is None or empty: FHIR knows no empty element."""
    return {key: value for key, value in element.items() if value not in (None, "", [], {})}


def extension(url: str, **values: object) -> Resource:
    """A complex extension; each keyword is `<name>__<FHIR type>`, a None is left out."""
    return {"url": url, "extension": list(_parts(values.items()))}


def _parts(items: Iterable[tuple[str, object]]) -> Iterable[Resource]:
    for key, value in items:
        name, _, kind = key.partition("__")
        for single in value if isinstance(value, tuple) else (value,):
            if single is not None:
                yield {"url": name, f"value{kind}": single}


def fhir_date(text: str | None, zone: str) -> str | None:
    """A printed ISO 8601 date or time as FHIR dateTime, as precise as it stands there.

    A time without an offset takes the site's zone; without a zone it is given as a date. None
    where the text is no date.

    Raises:
        InvalidSetting: the site's time zone is not known.
    """
    if text is None:
        return None
    try:
        if "T" in text:
            return _time(datetime.fromisoformat(text), zone)
        full = text if len(text) == 10 else f"{text}-01-01"[:10]
        # Cut to what was printed; a week date comes out as the day it means.
        return date.fromisoformat(full).isoformat()[: len(text)]
    except ValueError:
        return None


def _time(moment: datetime, zone: str) -> str:
    if moment.tzinfo is None:
        if not zone:
            return moment.date().isoformat()
        moment = moment.replace(tzinfo=_zone(zone))
    return moment.isoformat(timespec="seconds")


@cache
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise InvalidSetting(subject="site_time_zone") from None


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of a terms' file, matched without regard to case."""
    return re.compile(pattern, re.IGNORECASE)


def number(text: str) -> Decimal:
    """A printed number; a comma in it is a decimal comma."""
    return Decimal(text.replace(",", "."))
