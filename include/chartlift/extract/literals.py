"""What a text must hold for a pattern to match, told from the pattern without compiling it.

Compiling a rule takes milliseconds, and most pages hold no word of most rules. A text that holds
none of a pattern's literals has no match; one that holds some may have.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache

from chartlift.extract.patterns import PATTERN_TOKEN

Literals = tuple[str, ...]
"""Folded pieces, of which a matching text holds at least one; none where nothing is known."""

_Token = tuple[str, str, str, str]
"""Characters that stand for themselves, an opening, an ending, a quantifier; else empty."""

_LETTER_I = str.maketrans({"ı": "i", "İ": "i"})
"""Cases of i to `regex`, whatever the language; `casefold` parts them."""


def may_match(pattern: str, text: str) -> bool:
    """Whether the text holds what it must for a rule's pattern, which ignores case, to match."""
    literals, folded = literals_of(pattern), fold_case(text)
    return not literals or any(literal in folded for literal in literals)


@lru_cache(maxsize=256)
def fold_case(text: str) -> str:
    """The text with all characters made one that match each other where case is ignored."""
    return text.translate(_LETTER_I).casefold()


@cache
def literals_of(pattern: str) -> Literals:
    """The literals of a rule's pattern; its `(?&piece)` parts may be anything."""
    closed = f"{pattern})"  # as if it were a group, so that each alternative has an end
    return _alternatives(iter(PATTERN_TOKEN.findall(closed)))[0]


def _alternatives(tokens: Iterator[_Token]) -> tuple[Literals, str]:
    """The literals of alternatives up to the bracket that closes them, and its quantifier."""
    pieces: list[str] = []
    known, end, quantifier = True, "|", ""
    while end == "|":
        literals, end, quantifier = _sequence(tokens)
        pieces += literals
        known = known and bool(literals)
    return tuple(dict.fromkeys(pieces)) if known else (), quantifier


def _sequence(tokens: Iterator[_Token]) -> tuple[Literals, str, str]:
    """The literals of one alternative, what ends it, and the quantifier of that."""
    found: list[Literals] = [()]
    run, end, quantifier = "", "", ""
    for plain, opening, end, quantifier in tokens:
        if plain and not _is_optional(quantifier):
            run += plain.removeprefix("\\")
        if plain and not quantifier:
            continue
        if run:
            found.append((fold_case(run),))
            run = ""
        if end:
            break
        if opening:
            inner, many = _alternatives(tokens)
            # What a look-around looks at is no part of the match.
            if opening[-1] in "(:>" and not _is_optional(many):
                found.append(inner)
    return max(found, key=_selectivity), end, quantifier


def _is_optional(quantifier: str) -> bool:
    return quantifier.startswith(("?", "*", "{0", "{,"))


def _selectivity(literals: Literals) -> int:
    return min(map(len, literals), default=0)
