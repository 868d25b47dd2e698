"""Who the paper is about: name, age, sex, birth date, record number, phone and address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from chartlift.extract import patterns
from chartlift.extract.calendar import find_dates, month_first
from chartlift.extract.context import Line, Page, evidence
from chartlift.extract.fields import Field, fields_of
from chartlift.extract.patterns import Match
from chartlift.extract.rules import Rule, load_rules
from chartlift.extract.text import confusable_key, fold_digits, is_khmer
from chartlift.finding import Evidence
from chartlift.names import names_agree
from chartlift.record import Patient

_RULES = {
    "patient_name": ("name",),
    "given_name": ("given_name",),
    "age": ("age",),
    "sex": ("sex",),
    "age_sex": ("age", "sex"),
    "dob": ("birth_date",),
    "mrn": ("mrn",),
    "phone": ("phone",),
    "address": ("address",),
}
_NEAR = 8
"""Phone and address are the patient's only so many lines from the name: letterheads have both."""
_AGE_UNITS = {"m": "mo", "w": "wk", "s": "wk", "d": "d", "j": "d", "ខ": "mo", "ថ": "d"}
"""UCUM unit of an age by the first letter printed; all others are years."""
_BIRTH_RULE = "patient.birth_date/1"

_FIELDS = {"sex": "gender"}
"""Names of the record's fields, where a rule yields another."""

_SINGLE = frozenset({"mrn", "birth_date", "gender"})
"""Fields of which one patient has one value, however it is printed."""

Gender = Literal["male", "female"]


class _Value(NamedTuple):
    field: str
    value: str
    evidence: Evidence
    line: tuple[int, int]
    """Page and line of its label."""


def find(pages: Sequence[Page], *, document: Sequence[Page] = ()) -> Patient:
    """The patient of the pages; the first value of each field that has the field's shape.

    All pages of the document settle in which order day and month stand.
    """
    order = month_first(document or pages)
    labelled = [
        value
        for page in pages
        for field in fields_of(page.lines)
        for value in _values(field, page.number, order)
    ]
    told = [value for page in pages for value in _narrated(page)]
    name = _name([*labelled, *told])
    found: dict[str, _Value] = {} if name is None else {"name": name}
    for value in (*labelled, *told):
        if _belongs(value, name):
            found.setdefault(_FIELDS.get(value.field, value.field), value)
    given = found.pop("given_name", None)
    if name is not None and given is not None and given.line != name.line:
        found["name"] = _joined(name, given)
    return Patient.model_validate(
        {field: value.value for field, value in found.items()}
        | {"evidence": {field: value.evidence for field, value in found.items()}}
    )


def contradictions(page: Page, *, document: Sequence[Page]) -> tuple[str, ...]:
    """The fields that say who the patient is and have two values behind one label of a page."""
    order = month_first(document)
    said: dict[tuple[str, str], list[str]] = {}
    for field in fields_of(page.lines):
        for value in _values(field, page.number, order) if field.certain else ():
            key = _FIELDS.get(value.field, value.field)
            said.setdefault((key, field.label), []).append(value.value)
    return tuple(dict.fromkeys(key for (key, _), told in said.items() if _differ(key, told)))


def _differ(field: str, told: Sequence[str]) -> bool:
    if field == "name":
        return any(names_agree(told[0], other) is False for other in told)
    return field in _SINGLE and len({confusable_key(value) for value in told}) > 1


def _name(values: Sequence[_Value]) -> _Value | None:
    """The first name; where its page has it in both scripts, the one in Latin letters."""
    names = [value for value in values if value.field == "name"]
    if not names:
        return None
    first = names[0]
    latin = [one for one in names if one.line[0] == first.line[0] and not is_khmer(one.value)]
    return latin[0] if latin else first


def _joined(name: _Value, given: _Value) -> _Value:
    """Family and given name of two fields, as one name."""
    return name._replace(value=f"{name.value} {given.value}")


def _belongs(value: _Value, name: _Value | None) -> bool:
    if value.field not in {"phone", "address"}:
        return True
    if name is None or value.line[0] != name.line[0]:
        return False
    return 0 <= value.line[1] - name.line[1] <= _NEAR


def _values(field: Field, page: int, order: bool | None) -> Iterator[_Value]:
    text = fold_digits(field.value.text)
    if not text:
        return
    for wanted in _RULES[field.field]:
        if wanted == "birth_date":
            found = _birth_date(field, text, order)
        else:
            found = _ruled(field, text, "name" if wanted == "given_name" else wanted)
        if found is not None:
            value, line, rule = found
            proof = evidence(line.tokens, rule)
            yield _Value(wanted, value, proof, (page, field.line))


def _birth_date(field: Field, text: str, order: bool | None) -> tuple[str, Line, str] | None:
    for found in find_dates(text, first_is_month=order):
        if found.start <= 2 or field.certain:
            return found.value[:10], field.value.cut(found.start, found.end), _BIRTH_RULE
    return None


def _ruled(field: Field, text: str, wanted: str) -> tuple[str, Line, str] | None:
    for rule in load_rules("patient"):
        if rule.yields != wanted:
            continue
        for match in rule.find(text):
            if not field.certain and match.start() > 1:
                continue
            return _shaped(field, rule, match, wanted)
    return None


def _shaped(field: Field, rule: Rule, match: Match, wanted: str) -> tuple[str, Line, str] | None:
    if wanted == "sex":
        return _gender(match), field.value.cut(*match.span()), rule.tag
    start, end = match.span("value")
    line = field.value.cut(start, end)
    if wanted == "age":
        return _age(match), field.value.cut(match.start(), match.end()), rule.tag
    if wanted == "name":
        line = _latin(line)
    text = line.text if wanted in {"name", "address"} else fold_digits(line.text)
    return text.strip(" ,.-") if wanted != "name" else text.strip(" ,-"), line, rule.tag


def _latin(line: Line) -> Line:
    """Of a name in both scripts, the part in Latin letters."""
    khmer = [token for token in line.tokens if is_khmer(token.text)]
    latin = [token for token in line.tokens if patterns.LETTERS.search(token.text)]
    latin = [token for token in latin if token not in khmer]
    if not khmer or not latin:
        return line
    # One Latin word beside a Khmer name is Khmer misread, and no name.
    return Line(tuple(latin if len(latin) > 1 else khmer))


def _gender(match: Match) -> Gender:
    return "male" if match["male"] is not None else "female"


def _age(match: Match) -> str:
    unit = match["unit"] or ""
    return f"{int(match['value'])} {_AGE_UNITS.get(unit[:1].lower(), 'a')}"


def _narrated(page: Page) -> Iterator[_Value]:
    """Name, age and sex as sentences tell them: a 71-year-old man."""
    rules = [rule for rule in load_rules("patient") if rule.yields == "narrative"]
    for number, line in enumerate(page.lines):
        text = fold_digits(line.text)
        for rule in rules:
            for match in rule.find(text):
                yield from _told(rule, match, line, (page.number, number))


def _told(rule: Rule, match: Match, line: Line, place: tuple[int, int]) -> Iterator[_Value]:
    groups = match.groupdict()
    if groups.get("name"):
        words = line.cut(*match.span("name"))
        yield _Value("name", words.text, evidence(words.tokens, rule.tag), place)
        return
    proof = evidence(line.cut(*match.span()).tokens, rule.tag)
    yield _Value("age", _age(match), proof, place)
    if groups["male"] or groups["female"]:
        yield _Value("sex", _gender(match), proof, place)
