"""Dates in the role that their labels give them; birth dates are the patient's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, cast

from chartlift.extract.calendar import PrintedDate, find_dates, month_first
from chartlift.extract.context import Line, Page, evidence
from chartlift.extract.rules import Rule, load_rules
from chartlift.extract.text import fold_digits
from chartlift.record import DateMention

Role = Literal["report", "collected", "received", "visit", "admission", "discharge", "other"]

_ROLES = frozenset({"report", "collected", "received", "visit", "admission", "discharge"})
_LABELS = _ROLES | {"birth", "none"}
_REACH = 60
"""A label stands at most so many characters before its date."""

_WORDS_OF_A_PLACE = 4


class _Placed(NamedTuple):
    line: Line
    date: PrintedDate
    rule: Rule | None
    """The label's rule; None where the date has no label."""
    alone: bool
    """Whether the line holds little else, as below a letter."""


def find(pages: Sequence[Page]) -> tuple[DateMention, ...]:
    """The dates that have a role, in reading order, each value once for a role.

    A date without a label that stands alone, as it does beside a signature, is the report's where
    no other is. Dates whose order of day and month cannot be told are left out.
    """
    first_is_month = month_first(pages)
    placed = [
        found for page in pages for line in page.lines for found in _placed(line, first_is_month)
    ]
    mentions = [
        _mention(found, cast(Role, found.rule.yields), found.rule.tag)
        for found in placed
        if found.rule and found.rule.yields in _ROLES
    ]
    if not any(mention.role == "report" for mention in mentions):
        alone = next((found for found in placed if found.alone), None)
        mentions += [_mention(alone, "report", "date.alone/1")] if alone else []
    once: dict[tuple[str, str], DateMention] = {}
    for mention in mentions:
        once.setdefault((mention.role, mention.value), mention)
    return tuple(once.values())


def _placed(line: Line, first_is_month: bool | None) -> Iterator[_Placed]:
    text, begin = fold_digits(line.text), 0
    for found in find_dates(line.text, first_is_month=first_is_month):
        before = text[max(begin, found.start - _REACH) : found.start]
        begin = found.end
        rule = _label(before)
        rest = text[: found.start] + text[found.end :]
        few = len(rest.split()) <= _WORDS_OF_A_PLACE and not any(c.isdigit() for c in rest)
        yield _Placed(line, found, rule, rule is None and (found.khmer or few))


def _label(before: str) -> Rule | None:
    for rule in load_rules("dates"):
        if rule.yields in _LABELS and any(rule.find(before)):
            return rule
    return None


def _mention(found: _Placed, role: Role, rule: str) -> DateMention:
    printed = found.line.text[found.date.start : found.date.end]
    return DateMention(
        role=role,
        value=found.date.value,
        raw_value=printed.strip(),
        evidence=evidence(found.line.tokens_at(found.date.start, found.date.end), rule),
    )
