"""The words of a sig: counts, units, dose forms, routes and frequencies, from `data/vocab`."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Literal

from chartlift.extract.phrases import Phrasebook, fold_letters
from chartlift.frozen import Frozen
from chartlift.vocab import Terms, load_table


class NumberWord(Frozen):
    """A count in words or as a fraction."""

    word: str
    value: Decimal


class SigUnit(Frozen):
    """What a dose is counted in."""

    key: str
    plural: str
    route: str | None
    synonyms: Terms


class DoseForm(Frozen):
    """A form a drug comes in; `plural` is None where it is not counted."""

    key: str
    plural: str | None
    snomed: str | None
    snomed_display: str | None
    route: str | None
    synonyms: Terms


class Route(Frozen):
    """A way a drug is given."""

    key: str
    snomed: str
    snomed_display: str
    in_R4_route_codes: Literal["yes", "no"]  # noqa: N815 - names the R4 value set
    synonyms: Terms


class Frequency(Frozen):
    """How often, or when in the day; `n` and `m` stand for the counts inside the phrase."""

    phrases: Terms
    lang: Literal["en", "fr", "km"]
    frequency: str | None
    frequency_max: str | None
    period: str | None
    period_max: str | None
    period_unit: Literal["min", "h", "d", "wk", "mo", "a"] | None
    when: Terms
    doubt: Literal["yes"] | None
    """Set where scans misread another spelling as this one."""
    notes: str | None


class Unit(Frozen):
    """A unit of a dose as it is normalised."""

    key: str
    plural: str
    route: str | None
    form: bool
    """Whether it names a dose form: then a dose in it tells the form."""


@cache
def number_words() -> dict[str, Decimal]:
    """The value of each count that is not written in figures."""
    return {fold_letters(row.word): row.value for row in load_table("numbers", NumberWord)}


def count_value(printed: str) -> Decimal | None:
    """The value of a count as it stands, None where it is no count."""
    text = " ".join(fold_letters(printed).split())
    if text in number_words():
        return number_words()[text]
    whole, mark, rest = text.partition(",")
    plain = whole + rest if mark and len(rest) == 3 and whole != "0" else f"{whole}.{rest}"
    plain = plain.rstrip(".")
    return Decimal(plain) if plain.replace(".", "", 1).isdecimal() else None


@cache
def forms() -> Phrasebook[DoseForm]:
    """The dose forms by all their spellings."""
    return Phrasebook(
        (term, row) for row in load_table("dose_forms", DoseForm) for term in row.synonyms
    )


@cache
def units() -> Phrasebook[Unit]:
    """What doses are counted in: units, and the dose forms that can be counted."""
    return Phrasebook(_units(), glued=True)


def _units() -> Iterator[tuple[str, Unit]]:
    seen = set()
    for row in load_table("sig_units", SigUnit):
        unit = Unit(key=row.key, plural=row.plural, route=row.route, form=False)
        for term in row.synonyms:
            seen.add(term)
            yield term, unit
    for form in load_table("dose_forms", DoseForm):
        if form.plural:
            unit = Unit(key=form.key, plural=form.plural, route=form.route, form=True)
            yield from ((term, unit) for term in form.synonyms if term not in seen)


@cache
def unit_of_form(key: str) -> Unit | None:
    """The dose form as a unit; None where it is not counted."""
    return next((unit for _, unit in _units() if unit.form and unit.key == key), None)


@cache
def routes() -> Phrasebook[str]:
    """The keys of the routes by all their spellings."""
    return Phrasebook(
        (term, row.key) for row in load_table("routes", Route) for term in row.synonyms
    )


@cache
def frequencies() -> Phrasebook[Frequency]:
    """The frequencies by all their phrases."""
    return Phrasebook(
        (phrase, row) for row in load_table("sig_frequencies", Frequency) for phrase in row.phrases
    )
