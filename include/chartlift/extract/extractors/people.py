"""Doctors and others in the role the paper gives them, and the facility on its letterhead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple, cast

from chartlift.extract.context import Line, Page, evidence
from chartlift.extract.patterns import Match
from chartlift.extract.rules import Rule, load_rules
from chartlift.record import PersonMention

Role = Literal["author", "requester", "recipient", "other"]

_LABELLED = ("patient", "recipient", "requester", "author")
_RANK: tuple[Role, ...] = ("requester", "author", "recipient", "other")
"""Which role a person keeps who is named in several, the first."""

_DOCTORS: tuple[Role, ...] = ("requester", "author", "other")
_TITLES = frozenset({"dr", "docteur", "doctor", "prof", "professeur", "professor", "pr"})
_LETTERHEAD_LINES = 12
_HEAD_LINES = 5
"""Names without a label on the first lines of a longer page are the house's, not the author's."""

_WIDE_GAP = 1.8
"""A gap of so many word heights ends a name: what follows is another field."""

_LONGEST_LETTERHEAD = 110
"""A line of more characters than this is prose."""

_SHORTEST_FACILITY = 6
_LONGEST_SPECK = 2


class Found(NamedTuple):
    """The people of a document, the facility it comes from, the doctor it speaks of."""

    people: tuple[PersonMention, ...]
    facility: str | None
    doctor: str | None


class _Name(NamedTuple):
    text: str
    start: int
    end: int
    rule: str


def find(pages: Sequence[Page]) -> Found:
    """The people with their roles, each name once; the patient is never among them.

    The doctor is who requested or prescribed, else who signed; never who is written to.
    """
    seen: dict[str, PersonMention] = {}
    for page in pages:
        for number, line in enumerate(page.lines):
            above = page.lines[number - 1].text if number else ""
            heads = number < _HEAD_LINES < len(page.lines) - _HEAD_LINES
            for mention in _people(line, above, signs="other" if heads else "author"):
                known = seen.get(_key(mention.name))
                if known is None or _RANK.index(mention.role) < _RANK.index(known.role):
                    seen[_key(mention.name)] = mention
    people = tuple(seen.values())
    return Found(people, _facility(pages), _doctor(people))


def _rules(kind: str) -> Iterator[Rule]:
    return (rule for rule in load_rules("people") if rule.yields == kind)


def _key(name: str) -> str:
    """A name without title and degrees, for knowing it again."""
    words = name.partition(",")[0].casefold().replace(".", " ").split()
    return " ".join(word for word in words if word not in _TITLES)


def _doctor(people: Sequence[PersonMention]) -> str | None:
    for role in _DOCTORS:
        for person in people:
            if person.role == role:
                return person.name
    return None


def _people(line: Line, above: str, *, signs: Role) -> Iterator[PersonMention]:
    """The people of a line; one without label or words before has the role `signs`."""
    text, begin = line.text, 0
    for name in _names(line):
        if name.start < begin:
            continue
        role = _role(text[begin : name.start], above, signs)
        begin = name.end
        if role is not None:
            yield PersonMention(
                role=role,
                name=name.text,
                evidence=evidence(line.tokens_at(name.start, name.end), name.rule),
            )


def _role(before: str, above: str, signs: Role) -> Role | None:
    """The role that the text before a name, or the line above, gives; None for the patient."""
    label = _label(before) or (_label(above) if not before.strip(" :.-") else None)
    if label == "patient":
        return None
    if label is not None:
        return cast(Role, label)
    return "other" if any(character.isalpha() for character in before) else signs


def _label(before: str) -> str | None:
    for kind in _LABELLED:
        if any(any(rule.find(before)) for rule in _rules(kind)):
            return kind
    return None


def _names(line: Line) -> list[_Name]:
    text = line.text
    names = [
        name
        for rule in _rules("name")
        for match in rule.find(text)
        if (name := _name(line, match, rule.tag))
    ]
    for kind in ("requester", "author"):
        for rule in _rules("bare"):
            names += _after_label(line, kind, rule)
    return sorted(names, key=lambda name: (name.start, -name.end))


def _after_label(line: Line, kind: str, rule: Rule) -> Iterator[_Name]:
    """Names without a title, right after a label that ends with a colon."""
    text = line.text
    for at, character in enumerate(text):
        if character != ":" or not any(any(label.find(text[: at + 1])) for label in _rules(kind)):
            continue
        for match in rule.find(text[at + 1 :]):
            name = _cut(line, match["name"], at + 1 + match.start("name"), rule.tag)
            if name and not _is_place(text[name.end :]):
                yield name


def _is_place(after: str) -> bool:
    """Whether what follows a name shows that it is that of a clinic or ward."""
    return any(match.start() == 0 for match in _find("place", after.lstrip()))


def _name(line: Line, match: Match, rule: str) -> _Name | None:
    return _cut(line, match["name"], match.start("name"), rule)


def _cut(line: Line, printed: str, start: int, rule: str) -> _Name | None:
    """A name without what belongs to the next field; None where nothing is left of it."""
    end = start + len(printed)
    for stop in _rules("stop"):
        for match in stop.find(printed):
            end = min(end, start + match.start())
    if end == start:
        return None
    end = min(end, _gap(line, start, end))
    text = line.text[start:end].rstrip(" ,-.:")
    words = [word for word in text.split() if len(word.strip(".,")) > 1]
    return _Name(text, start, start + len(text), rule) if len(words) > 1 else None


def _gap(line: Line, start: int, end: int) -> int:
    """Where a wide gap between two words ends a name; `end` where there is none."""
    tokens = line.tokens_at(start, end)
    at = line.text.index(tokens[0].text, max(0, start - len(tokens[0].text)))
    for left, right in pairwise(tokens):
        at += len(left.text) + 1
        if left.box and right.box and right.box.left - left.box.right > _WIDE_GAP * left.box.height:
            return at
    return end


def _facility(pages: Sequence[Page]) -> str | None:
    letterhead = [line for page in pages[:1] for line in page.lines[:_LETTERHEAD_LINES]]
    short = [line for line in letterhead if len(line.text) <= _LONGEST_LETTERHEAD]
    own = [line for line in short if not any(_find("not_letterhead", line.text))]
    everywhere = [line for page in pages for line in page.lines]
    for kind, lines in (
        ("facility", own),
        ("facility_khmer", own),
        ("facility_labelled", everywhere),
    ):
        for line in lines:
            for match in _find(kind, line.text):
                name = _house(line, *match.span("name"))
                if len(name) >= _SHORTEST_FACILITY and not any(_find("title", name)):
                    return name
    return None


def _house(line: Line, start: int, end: int) -> str:
    """The name of a facility without its address and without specks."""
    stops = [match.start() for match in _find("address", line.text) if match.start() > start]
    return _without_specks(line.text[start : min([end, _gap(line, start, end), *stops])])


def _without_specks(name: str) -> str:
    """A name without the specks that a scan adds at its end."""
    words = name.strip(" ,.-").split()
    while len(words) > 1 and len(words[-1]) <= _LONGEST_SPECK:
        words.pop()
    return " ".join(words)


def _find(kind: str, text: str) -> Iterator[Match]:
    for rule in _rules(kind):
        yield from rule.find(text)
