"""Allergies: substances below their heading or named in prose, and that none is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from chartlift.extract.context import FindingIds, Line, Page, evidence
from chartlift.extract.patterns import Match
from chartlift.extract.phrases import fold_letters
from chartlift.extract.rules import Rule, load_rules
from chartlift.extract.sections import place_lines
from chartlift.finding import Allergy

_MOST_WORDS = 4
_JOINTS = (",", ";", " and ", " et ", " & ", " និង ", " + ")
_EDGES = " .,;:-–—•*()[]·"
_HEADED = "allergy.headed/1"


class _Item(NamedTuple):
    line: Line
    start: int
    end: int
    reaction: str | None
    rule: str


def find(pages: Sequence[Page]) -> tuple[tuple[Allergy, ...], bool | None]:
    """The allergies in reading order, each substance once; and whether there are said to be none.

    The second value is True where the paper says so and names none, else None.
    """
    ids = FindingIds("allergy")
    found: dict[str, Allergy] = {}
    none_said = False
    for page in pages:
        for item, said in _items(page):
            none_said = none_said or said
            if item is None:
                continue
            substance = " ".join(item.line.text[item.start : item.end].split())
            if fold_letters(substance) in found:
                continue
            seen = evidence(item.line.tokens_at(item.start, item.end), item.rule)
            found[fold_letters(substance)] = Allergy(
                id=ids.next(page.number),
                substance=substance,
                reaction=item.reaction,
                confidence=seen.confidence,
                evidence=seen,
            )
    return tuple(found.values()), True if none_said and not found else None


def _rules(kind: str) -> Iterator[Rule]:
    return (rule for rule in load_rules("allergies") if rule.yields == kind)


def _matches(text: str, kind: str) -> Iterator[tuple[Rule, Match]]:
    for rule in _rules(kind):
        yield from ((rule, match) for match in rule.find(text))


def _items(page: Page) -> Iterator[tuple[_Item | None, bool]]:
    listed = False
    for placed in place_lines(page):
        text = placed.line.text
        in_section = placed.section == "allergies"
        listed = in_section and (placed.is_heading or listed)
        if any(_matches(text, "none")):
            yield None, True
            listed = False
        elif listed:
            yield from ((item, False) for item in _listed(placed.line, placed.offset))
            # A heading with its list on the same line is done with it.
            listed = not (placed.is_heading and text[placed.offset :].strip())
        else:
            yield from ((item, False) for item in _named(placed.line))


def _listed(line: Line, offset: int) -> Iterator[_Item]:
    for start, end in _parts(line.text, offset, len(line.text)):
        item = _item(line, start, end, _HEADED)
        if item:
            yield item


def _named(line: Line) -> Iterator[_Item]:
    for kind in ("allergy", "allergy_before"):
        for rule, match in _matches(line.text, kind):
            for start, end in _parts(line.text, *match.span("list")):
                item = _item(line, start, end, rule.tag)
                if item:
                    yield item


def _parts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """What stands between commas and joining words, but not inside brackets."""
    begin, depth, at = start, 0, start
    while at < end:
        depth += (text[at] in "([") - (text[at] in ")]")
        joint = next((j for j in _JOINTS if text.startswith(j, at)), None)
        if joint and depth <= 0:
            yield begin, at
            begin = at = at + len(joint)
        else:
            at += 1
    yield begin, end


def _item(line: Line, start: int, end: int, rule: str) -> _Item | None:
    text = line.text
    reaction = None
    for at in range(start + 1, end):
        found = next((m for _, m in _matches(text[at:end], "reaction")), None)
        if found:
            reaction, end = " ".join(found["reaction"].split()), at
            break
    while start < end and text[start] in _EDGES:
        start += 1
    while end > start and text[end - 1] in _EDGES:
        end -= 1
    name = text[start:end]
    digits = sum(character.isdigit() for character in name)
    if not 0 < len(name.split()) <= _MOST_WORDS or len(name) < 3 or digits:
        return None
    return None if any(_matches(name, "not")) else _Item(line, start, end, reaction, rule)
