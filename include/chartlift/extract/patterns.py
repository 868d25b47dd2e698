"""Every regular expression of extraction that is not a rule: numbers, ranges, units, separators.

`FRAGMENTS` are the pieces that rules in `data/rules` name as `(?&piece)`; `load` compiles such a
pattern. Text is folded first (`chartlift.extract.text.fold_digits`), so digits are 0-9 here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import TypeAlias

import regex

Pattern: TypeAlias = "regex.Pattern[str]"
Match: TypeAlias = "regex.Match[str]"

# A number as printed: digits in groups of three with one mark, or plain, with decimals after a
# point or a comma. Groups apart by a space are `grouped`: two numbers may stand side by side.
_NUMBER = (
    r"(?:\d{1,3}(?:['’]\d{3})+(?:[.,]\d+)?"
    r"|\d{1,3}(?:,\d{3})+\.\d+|\d{1,3}(?:\.\d{3})+,\d+"
    r"|\d{1,3}(?:,\d{3}){2,}|\d{1,3}(?:\.\d{3}){2,}"
    r"|\d+[.,]\d+|[.,]\d+|\d+)"
)
_GROUPED = r"(?:\d{1,3}(?:[ \u00a0\u202f]\d{3})+)"
_DASH = r"(?:-|–|—|−|‐|‑|~)"
_TO = rf"(?:{_DASH}|to\b|à\b|a\b|ដល់|_)"
_COMPARATOR = r"(?:<=|>=|=<|=>|<|>|≤|≥|&lt;|&gt;)"
_SIGNED = rf"(?:[-−+]\s?)?{_NUMBER}"

FRAGMENTS: Mapping[str, str] = {
    "number": _NUMBER,
    "signed": _SIGNED,
    "comparator": _COMPARATOR,
    "date": (
        r"(?:\d{4}(?:-\d{1,2}-|/\d{1,2}/|\.\d{1,2}\.)\d{1,2}"
        r"|\d{1,2}(?:-\d{1,2}-|/\d{1,2}/|\.\d{1,2}\.)(?:\d{4}|\d{2})"
        r"|\d{1,2}[- ]?\p{L}{3,9}\.?,?[- ]?\d{4}|\p{L}{3,9}\.? \d{1,2},? \d{4})"
    ),
    "time": r"(?:\d{1,2}\s?[:hH]\s?\d{2}(?:\s?[:]\s?\d{2})?(?:\s?[AaPp]\.?[Mm]\.?)?)",
    "dose_unit": (
        r"(?:mg|mgs|gm?|mcg|ug|[µμ]g|m?iu|m?ui|i\.u\.|u\.i\.|units?|unit[eé]s?|u|meq|mmol|ml|%)"
    ),
    # How many of something, in figures, fractions or words; vocab/numbers.csv has their values.
    "count": (
        r"(?:\d+\s?[½¼¾]|[½¼¾]|\d+\s(?:and\s|et\s)?\d/\d|\d/\d(?!\d)|\d{1,3}(?:,\d{3})+"
        r"|\d+(?:[.,]\d+)?"
        r"|(?:one|two) (?:and|&) (?:a|one)[- ]half|one[- ]half|a half|one quarter|half|one|two"
        r"|three|four|five|six|seven|eight|nine|ten|twelve|un demi|une demi|demi|une?|deux"
        r"|trois|quatre|cinq|sept|huit|dix|មួយ|ពីរ|បី|បួន|ប្រាំ|កន្លះ)"
    ),
    "sex": (
        r"(?:\b(?:males?|females?|m[ae]n|wom[ae]n|hommes?|femmes?|adults?|adultes?|[mfh])\b|ប្រុស|ស្រី)"
    ),
    # Between a label and its value: a unit in brackets, a colon, a small word.
    "link": (
        r"\s*(?:\([^()]{1,12}\)\s*)?(?:\s*[:=|.]+\s*|\s+)?"
        r"(?:(?:is|was|of|at|est|à|de|score|now|\#)\b\s*[:=]?\s*){0,2}"
    ),
    # A row of results is spelled by its items, one letter each (chartlift.extract.items).
    "aside": r"(?:S|\([A-Z]*\))",
    "start": r"(?<![\p{L}\p{M}\d.,/:_-])",
    "stop": r"(?![\p{L}\p{M}\d]|[.,/:]\d)",
}

_NEVER = "(?!)"
"""An alternative that is never taken, where there may be no other."""
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


def any_of(terms: Iterable[str]) -> Pattern:
    """One of these terms as a whole word, the longest first; of one or two letters in their case.

    Khmer is written without spaces: a Khmer term may stand inside a run of letters.
    """
    khmer, long, short = [_NEVER], [_NEVER], [_NEVER]
    for term in sorted(set(terms), key=len, reverse=True):
        among = khmer if "\u1780" <= term[0] <= "\u17ff" else long if len(term) > 2 else short
        among.append(r"\s+".join(regex.escape(word) for word in term.split()))
    letter = r"[\p{L}\p{M}\d]"
    words = f"(?<!{letter})(?:(?i:{'|'.join(long)})|{'|'.join(short)})(?!{letter})"
    return regex.compile(f"{words}|(?i:{'|'.join(khmer)})")


DATE: Pattern = load(r"(?&date)(?!\d)")
TIME: Pattern = load(r"(?&time)(?![\p{L}\d])")
NUMBER: Pattern = load(r"(?P<comparator>(?&comparator))?\s?(?P<number>(?&signed))")
RANGE: Pattern = load(
    rf"(?:(?P<sex>(?&sex))\s*[:.=]?\s*)?"
    rf"(?:(?P<low>{_GROUPED})\s*{_TO}\s*(?P<high>{_GROUPED})"
    rf"|(?P<low>{_SIGNED})\s?%?\s*{_TO}\s*(?P<high>{_SIGNED})"
    rf"|(?P<comparator>(?&comparator)|up to\b|jusqu'à\b|inf[ée]rieur à\b|sup[ée]rieur à\b)"
    rf"\s*(?P<bound>{_SIGNED}))(?![\p{{L}}\d/]|[.,]\d)"
)
SIGN: Pattern = load(r"^(?&comparator)\s*")
GROUPED: Pattern = load(_GROUPED)
AMBIGUOUS: Pattern = load(r"[-+]?\d{1,3}[.,]\d{3}")
DIGIT_LOOKALIKE: Pattern = load(r"[<>]?\s?[\dOolI|]*\d[\dOolI|]*(?:[.,][\dOolI|]+)?|[OolI|][.,]\d+")
# The sign of a power is small: scanned, ^ becomes any other sign. A digit in its place is a guess.
POWER: Pattern = load(r"^[x×*]?\s?\(?10\)?\s?(?:[^\p{L}\d\s/]{1,2}|e|x)?\s?(\d{1,2})\)?(?=/|$)")
GUESSED_POWER: Pattern = load(r"^[x×*]?10\*?[4a](3|6|9|12)(?=/)")
POWERED: Pattern = load(
    r"[x×*]?10(?:[^\p{L}\d\s/]{1,2}|[ex])?[\d¹²³⁴⁵⁶⁷⁸⁹]{1,3}\s?/\s?[\p{L}μ]+\d?(?=[\s;,)]|$)"
)
UNIT_SHAPED: Pattern = load(
    r"(?:[kmcdunpfμ]?(?:g|l|mol|u|iu|ui|eq|kat|osm)|cells?|copies|mm)/(?:[\p{L}μ\d][\p{L}\d²³.]{0,9})(?=[\s;,)]|$)"
)
STUCK_FLAG: Pattern = load(r"(?-i:H{1,2}|L{1,2}|[*↑↓]{1,2})(?:[\s),;.|]|$)")
SKIPPED: Pattern = load(r"[\s:=;,|•·_…'\"“”«»^]+|/(?=\s)|\.{2,}|\.(?=\s|$)|-(?=\s)")
BULLET: Pattern = load(r"(?:\d{1,2}[.)]|[-*•·–>]+)")
GLUED: Pattern = load(r"[-/_]\w")
BEHIND_LABEL: Pattern = load(r"(?:\s?\([^()]{1,20}\))?\s*[:：=.]*\s*[:：=]?[\s._]*")
COLON: Pattern = load(r"[:：=]|\.{2,}|_{2,}")
STAMP: Pattern = load(r"^\s*(?:(?:(?&date)|(?&time)|\d{1,2}[/-]\d{1,2})(?=\s|$)\s*)+")
WORD: Pattern = load(r"\S+")
PLAIN_WORD: Pattern = load(r"[^\s()\[\]]+")
ZERO_WIDTH: Pattern = load(r"[\u200b-\u200f\u2060\ufeff\u00ad]")
NOT_LETTERS: Pattern = load(r"[^\p{L}\p{M}\p{N}%#+]+")
BRACKETS: Pattern = load(r"\([^()]*\)")
DIGIT: Pattern = load(r"\d")
HEADING_PARTS: Pattern = load(
    r"\s[-–—/|]\s|[:()]|(?<=[\u1780-\u17ff])\s+(?=[A-Za-z])|(?<=[A-Za-z])\s+(?=[\u1780-\u17ff])"
)
LETTERS: Pattern = load(r"\p{L}{2,}")
# A pattern itself: characters that stand for themselves, what opens a group (ending in ( : or >
# where its text counts), what ends an alternative, anything else; then the quantifier.
PATTERN_TOKEN: Pattern = load(
    r"(?:([^\\^$.|?*+()\[{]+(?![?*+{])|[^\\^$.|?*+()\[]|\\[^\p{L}\d])"
    r"|\(\?(?:\&\w+|P=\w+|[a-zA-Z-]+)\)|(\((?:\?(?:P?<\w+>|<?[=!]|[a-zA-Z-]*:|>)?)?)|([|)])"
    r"|\\[pP]\{[^}]*\}|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[\^$.])([?*+]|\{\d*,?\d*\})?[?+]?"
)
