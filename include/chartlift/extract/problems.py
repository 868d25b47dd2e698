"""The problems that prose is searched for, and how the words around one say it is meant."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Literal, NamedTuple, cast

from chartlift.extract.patterns import Match
from chartlift.extract.phrases import Phrasebook, fold_letters
from chartlift.extract.rules import Rule, load_rules
from chartlift.extract.text import fold_digits
from chartlift.frozen import Frozen
from chartlift.vocab import Terms, load_table

Certainty = Literal["affirmed", "negated", "uncertain", "historical", "family", "hypothetical"]

_ORDER = ("family", "negated", "hypothetical", "uncertain", "historical", "affirmed")


class Problem(Frozen):
    """A group of problems by the names that papers use."""

    name: str
    synonyms: Terms


class Named(NamedTuple):
    """A problem in a text, with the words before it that belong to its name."""

    start: int
    end: int


@cache
def _book() -> Phrasebook[None]:
    rows = load_table("problems", Problem)
    return Phrasebook((term, None) for row in rows for term in (row.name, *row.synonyms))


def find_problems(text: str) -> Iterator[Named]:
    """The problems of the vocabulary in a text, left to right."""
    for found in _book().find(fold_letters(text), text):
        yield Named(_with_modifiers(text, found.start), found.end)


def _with_modifiers(text: str, start: int) -> int:
    while True:
        before = next((m.start() for m in matches(text[:start], "modifier")), start)
        if before == start:
            return start
        start = before


def certainty_of(before: str, after: str) -> tuple[Certainty, Rule] | None:
    """How the words around a problem mean it; None where they say nothing."""
    before, after = fold_digits(before), fold_digits(after)
    found = {rule.yields: rule for rule in _rules() if any(rule.find(before))}
    for kind in ("negated", "uncertain"):
        for rule in load_rules("diagnoses"):
            if rule.yields == f"after_{kind}" and any(rule.find(after)):
                found.setdefault(kind, rule)
    for certainty in _ORDER:
        if certainty in found:
            return cast(Certainty, certainty), found[certainty]
    return None


def _rules() -> Iterator[Rule]:
    return (rule for rule in load_rules("diagnoses") if rule.yields in _ORDER)


def matches(text: str, kind: str) -> Iterator[Match]:
    """Where the rules of diagnoses of one kind apply."""
    for rule in load_rules("diagnoses"):
        if rule.yields == kind:
            yield from rule.find(fold_digits(text))
