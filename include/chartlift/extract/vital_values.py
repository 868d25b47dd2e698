"""Values of vital signs behind their labels."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from chartlift import vocab
from chartlift.extract import patterns
from chartlift.extract.context import Line
from chartlift.extract.patterns import Match
from chartlift.extract.phrases import Labels
from chartlift.extract.rules import Rule, load_rules
from chartlift.extract.text import fold_digits, label_key, unconfuse_digits
from chartlift.extract.units import kinds_of, read_unit
from chartlift.vocab import Unit, VitalSign

SIGNS = frozenset(
    {
        "bp_panel",
        "bp_systolic",
        "bp_diastolic",
        "heart_rate",
        "resp_rate",
        "temperature",
        "spo2",
        "weight",
        "height",
        "bmi",
        "pain_nrs",
    }
)
"""The vital signs that are read; the others' labels only keep their values from being taken."""
_YIELDS = {
    "bp_systolic": "bp_part",
    "bp_diastolic": "bp_part",
    "heart_rate": "rate",
    "resp_rate": "rate",
    "weight": "size",
    "height": "size",
}
"""What a vital sign's rules yield, where that is not its own key."""


class Seen(NamedTuple):
    """A value behind its label."""

    sign: VitalSign
    label: str
    line: Line
    start: int
    end: int
    match: Match
    rule: Rule
    unit: Unit | None
    raw_unit: str | None
    guessed: bool
    doubted: bool = False
    """Whether it may be of another column."""


@cache
def labels_of_signs() -> tuple[Labels, dict[str, VitalSign]]:
    """All labels of vital signs, and the sign that each names."""
    signs = {
        label: sign for sign in vocab.vital_signs() for label in (sign.display, *sign.synonyms)
    }
    return Labels(signs), {label_key(label): sign for label, sign in signs.items()}


@cache
def _hypothetical() -> frozenset[str]:
    rows = (row for row in vocab.row_words() if row.meaning == "hypothetical")
    return frozenset(label_key(term) for row in rows for term in row.printed)


def rules_of(sign: VitalSign) -> list[Rule]:
    """The rules that spell the values of a vital sign."""
    wanted = _YIELDS.get(sign.key, sign.key)
    return [rule for rule in load_rules("vitals") if rule.yields == wanted]


def behind_labels(line: Line, after: Line) -> list[Seen]:
    """The values behind the labels of a line; that of its last may stand on the line after."""
    return _kept(list(_behind_labels(line, after)))


def _behind_labels(line: Line, after: Line) -> Iterator[Seen]:
    labels, signs = labels_of_signs()
    both = Line((*line.tokens, *after.tokens))
    text = fold_digits(both.text)
    for match in labels.pattern(text).finditer(text, 0, len(line.text)):
        before = label_key(text[: match.start()]).split()
        sign = signs[label_key(match[0])]
        if sign.key not in SIGNS or (before and before[-1] in _hypothetical()):
            continue
        # Only a label at the very end of its line has its value on the next.
        whole = both if match.end() >= len(line.text.rstrip(" :.=-")) else line
        seen = value_behind(sign, match[0], whole, match.end(), None)
        if seen is not None:
            yield seen


def value_behind(
    sign: VitalSign, label: str, line: Line, start: int, header: Unit | None
) -> Seen | None:
    """The value of a vital sign that begins at `start`; `header` is the unit its column names."""
    text = fold_digits(line.text)
    for guessed in (False, True):
        rest = unconfuse_digits(text[start:]) if guessed else text[start:]
        for rule in rules_of(sign):
            for match in rule.find(rest):
                unit, raw = _unit(sign, text, start + match.end("value"))
                between = text[start : start + match.start("value")].strip(" :.=|()")
                unit = unit or named_unit(sign, between) or header
                at = start + match.start("value"), start + match.end("value")
                if guessed and not patterns.DIGIT.search(text[slice(*at)]):
                    return None
                return Seen(sign, label, line, *at, match, rule, unit, raw, guessed)
    return None


def named_unit(sign: VitalSign, text: str) -> Unit | None:
    """The unit a label or a column's head names."""
    reading = read_unit(text) if text else None
    wanted = kinds_of((sign.unit_ucum, *sign.other_units))
    return next(
        (unit for unit in (reading.options if reading else ()) if unit.kind in wanted), None
    )


def _unit(sign: VitalSign, text: str, at: int) -> tuple[Unit | None, str | None]:
    """The unit printed right behind a value."""
    words = [word.end() for word in patterns.WORD.finditer(text, at, at + 24)][:3]
    for end in reversed(words):
        printed = text[at:end].strip(" .,;:)|")
        unit = named_unit(sign, printed)
        if unit is not None:
            return unit, printed
    return None, None


def _kept(found: list[Seen]) -> list[Seen]:
    """The values that their labels bear: a short label needs its unit, a colon or company."""
    return [seen for seen in found if _is_borne(seen, len(found))]


def _is_borne(seen: Seen, company: int) -> bool:
    if _YIELDS.get(seen.sign.key) == "size" and seen.unit is None:
        return False
    if seen.raw_unit is not None or seen.sign.key == "bp_panel":
        return True
    if len(label_key(seen.label)) == 1:
        return seen.unit is not None
    colon = seen.line.text[: seen.start].rstrip().endswith((":", "="))
    return len(label_key(seen.label)) > 2 or colon or company > 1
