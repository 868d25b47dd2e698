"""Every regular expression of extraction that is not a rule: numbers, ranges, units, separators.

`FRAGMENTS` are the pieces that rules in `data/rules` name as `(?&piece)`; `load` compiles such a
pattern. Text is folded first (`chartlift.extract.text.fold_digits`), so digits are 0-9 here.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TypeAlias

import regex

Pattern: TypeAlias = "regex.Pattern[str]"
Match: TypeAlias = "regex.Match[str]"

# A number as printed: digits in groups of three with one separator, or plain, with decimals after
# a point or a comma. Nothing that could belong to the same number may stand beside it.
_NUMBER = (
    r"(?:\d{1,3}(?:[ \u00a0\u202f'’]\d{3})+(?:[.,]\d+)?"
    r"|\d{1,3}(?:,\d{3})+\.\d+|\d{1,3}(?:\.\d{3})+,\d+"
    r"|\d{1,3}(?:,\d{3}){2,}|\d{1,3}(?:\.\d{3}){2,}"
    r"|\d+[.,]\d+|[.,]\d+|\d+)"
)
_DASH = r"(?:-|–|—|−|‐|‑|~)"
_TO = rf"(?:{_DASH}|to\b|à\b|a\b|ដល់|_)"
_COMPARATOR = r"(?:<=|>=|=<|=>|<|>|≤|≥|&lt;|&gt;)"
_SIGNED = rf"(?:[-−+]\s?)?{_NUMBER}"

FRAGMENTS: Mapping[str, str] = {
    "number": _NUMBER,
    "signed": _SIGNED,
    "comparator": _COMPARATOR,
    "dash": _DASH,
    "range": rf"{_SIGNED}\s*{_TO}\s*{_SIGNED}",
    "sep": r"(?:\s*[:：៖=]\s*|\s+|\s*\.{2,}\s*)",
    "date": (
        r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})"
        r"|\d{1,2}[- ]?\p{L}{3,9}\.?,?[- ]?\d{4}|\p{L}{3,9}\.? \d{1,2},? \d{4})"
    ),
    "time": r"(?:\d{1,2}\s?[:hH]\s?\d{2}(?:\s?[:]\s?\d{2})?(?:\s?[AaPp]\.?[Mm]\.?)?)",
    "start": r"(?<![\p{L}\p{M}\d.,/:_-])",
    "stop": r"(?![\p{L}\p{M}\d]|[.,/:]\d)",
}

_FRAGMENT = regex.compile(r"\(\?&(\w+)\)")


@cache
def load(pattern: str) -> Pattern:
    """A rule's pattern, compiled, its `(?&piece)` replaced by that piece; case is ignored.

    Raises:
        KeyError: the pattern names a piece that does not exist.
        regex.error: the pattern is not valid.
    """
    whole = _FRAGMENT.sub(lambda match: f"(?:{FRAGMENTS[match[1]]})", pattern)
    return regex.compile(whole, regex.IGNORECASE)


NUMBER: Pattern = load(r"(?P<comparator>(?&comparator))?\s*(?P<number>(?&signed))")
PLAIN_NUMBER: Pattern = load(r"(?&number)")
RANGE: Pattern = load(rf"(?P<low>(?&signed))\s*{_TO}\s*(?P<high>(?&signed))")
BOUND: Pattern = load(r"(?P<comparator>(?&comparator)|up to\b|jusqu'à\b)\s*(?P<bound>(?&signed))")
THOUSANDS: Pattern = load(r"(?P<whole>\d{1,3})(?P<mark>[.,])(?P<rest>\d{3})")
GROUPED: Pattern = load(r"\d{1,3}(?:[ \u00a0\u202f'’]\d{3})+(?:[.,]\d+)?")
SEXES: Pattern = load(
    r"(?P<male>\b(?:m|h|male|males|men|man|hommes?|masculin)\b|ប្រុស)"
    r"|(?P<female>\b(?:f|w|female|females|women|woman|femmes?|féminin)\b|ស្រី)"
)
ZERO_WIDTH: Pattern = load(r"[\u200b-\u200f\u2060\ufeff\u00ad]")
SPACE: Pattern = load(r"\s+")
NOT_LETTERS: Pattern = load(r"[^\p{L}\p{M}\p{N}%#+]+")
WORDS: Pattern = load(r"\p{L}[\p{L}\p{M}]*")
