"""Fields of a form: a label, and the value right of it, or below it where nothing stands right.

A value ends where the next label begins, or at a wide gap. Labels are data: English and French
ones in `vocab/field_labels.csv`, Khmer ones in `vocab/khmer_labels.csv`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from chartlift import vocab
from chartlift.extract import patterns
from chartlift.extract.context import Line, Token
from chartlift.extract.patterns import Match
from chartlift.extract.phrases import Labels
from chartlift.extract.text import fold_digits, label_key

_OWN = frozenset({"patient_name", "age", "sex", "dob", "mrn", "phone", "address"})
_OTHER = frozenset(
    {
        "nationality", "occupation", "doctor", "hospital", "department", "date", "date_admission",
        "date_discharge", "time", "diagnosis", "symptom", "history", "allergy", "treatment",
        "signature", "followup", "vital_bp", "vital_hr", "vital_rr", "vital_temp", "vital_wt",
        "vital_ht",
    }
)  # fmt: skip
"""Khmer labels of other fields; the rest of the Khmer words are values, or parts of them."""
_BARE = frozenset({"age", "sex", "age_sex", "dob", "mrn"})
"""Fields whose value alone shows that the word before it is their label."""
_WIDE = 3
"""A gap of so many spaces, or line heights, parts two fields."""


class Field(NamedTuple):
    """A label and what stands behind it; the value's line may be empty."""

    field: str
    value: Line
    certain: bool
    """False where no colon and no gap marks the label as one."""
    line: int
    """Number of the line its label stands on."""
    label: str
    """The label's key: `MRN` and `Reg. No` are two numbers of one patient."""


@cache
def _labels() -> tuple[Labels, dict[str, str]]:
    fields: dict[str, str] = {}
    for row in vocab.field_labels():
        fields |= dict.fromkeys(row.printed, row.field)
    for word in vocab.khmer_labels():
        if word.field in _OWN | _OTHER:
            fields[word.khmer] = word.field if word.field in _OWN else "other"
    return Labels(fields), {label_key(label): field for label, field in fields.items()}


def is_field_label(printed: str) -> bool:
    """Whether the words are the label of a form's field and nothing else."""
    return label_key(printed) in _labels()[1]


class _Label(NamedTuple):
    field: str
    start: int
    end: int
    """Where the value begins, behind colon and brackets."""
    marked: bool


def fields_of(lines: Sequence[Line]) -> Iterator[Field]:
    """The fields of a page, in reading order."""
    for number, line in enumerate(lines):
        labels = list(_labels_in(line))
        for n, label in enumerate(labels):
            if label.field == "other":
                continue
            end = labels[n + 1].start if n + 1 < len(labels) else len(line.text)
            value = _until_gap(line, label.end, end)
            if not value.tokens and number + 1 < len(lines):
                right = labels[n + 1] if n + 1 < len(labels) else None
                value = _below(line, label, right, lines[number + 1])
            printed = label_key(line.text[label.start : label.end])
            yield Field(label.field, value, label.marked, number, printed)


def _labels_in(line: Line) -> Iterator[_Label]:
    labels, fields = _labels()
    text = fold_digits(line.text)
    at = 0
    for match in labels.pattern(text).finditer(text):
        if match.start() < at or patterns.GLUED.match(text, match.end()):
            continue
        field = fields[label_key(match[0])]
        behind = patterns.BEHIND_LABEL.match(text, match.end())
        end = behind.end() if behind else match.end()
        colon = behind is not None and bool(patterns.COLON.search(behind[0]))
        marked = colon or end >= len(text) or _gap(line, match.end()) >= _WIDE
        if not marked and field not in _BARE:
            continue
        if field == "patient_name" and not _begins(line, text, match):
            field = "other"
        yield _Label(field, match.start(), end, marked)
        at = end


def _begins(line: Line, text: str, match: Match) -> bool:
    """Whether `Name` begins a field, and is not the end of `Facility Name`."""
    before = text[: match.start()].rstrip()
    if not before or not before[-1].isalpha() or not before[-1].isascii():
        return True
    return _gap(line, len(before)) >= _WIDE


def _gap(line: Line, at: int) -> float:
    """The gap behind the token that ends at or holds character `at`, in spaces or line heights."""
    before, after = line.tokens_at(max(at - 1, 0), at), line.tokens_at(at + 1, at + 2)
    if not before or not after or before[-1] is after[0]:
        return 0
    return _distance(before[-1], after[0])


def _distance(left: Token, right: Token) -> float:
    if left.box is not None and right.box is not None:
        return (right.box.left - left.box.right) / max(left.box.height, right.box.height, 1)
    if left.span is not None and right.span is not None:
        return right.span[0] - left.span[1]
    return 0


def _until_gap(line: Line, start: int, end: int) -> Line:
    value = _trimmed(line.cut(start, end))
    kept: list[Token] = []
    for token in value.tokens:
        if kept and _distance(kept[-1], token) > _WIDE + 1:
            break
        kept.append(token)
    return Line(tuple(kept))


def _trimmed(line: Line) -> Line:
    """The line without the dots, rules and colons around it."""
    text = line.text
    left = len(text) - len(text.lstrip(" :._-|=#…"))
    right = len(text.rstrip(" :_-|=,;…"))
    return line.cut(left, right)


def _below(line: Line, label: _Label, right: _Label | None, after: Line) -> Line:
    """What stands under a label, up to where the next label of its line begins."""
    tokens = line.cut(label.start, label.end).tokens
    box = tokens[0].box if tokens else None
    if box is None:
        alone = right is None and label.start == 0
        return _trimmed(after) if alone and not list(_labels_in(after)) else Line(())
    end = line.cut(right.start, right.end).tokens if right else ()
    limit = end[0].box.left if end and end[0].box else None
    under = [
        token
        for token in after.tokens
        if token.box is not None
        and token.box.center[0] >= box.left - box.height
        and (limit is None or token.box.center[0] < limit - box.height / 2)
    ]
    if list(_labels_in(Line(tuple(under)))):
        return Line(())
    return _until_gap(Line(tuple(under)), 0, len(Line(tuple(under)).text))
