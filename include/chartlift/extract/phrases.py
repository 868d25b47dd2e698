"""Vocabulary terms as one pattern: many spellings, counts inside them, the longest wins.

A term may hold `{n}` and `{m}`, which stand for a count. A term of up to three letters written in
capitals is found in capitals only (`PR` is a route, `pr` is not); any other in any case.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Generic, NamedTuple, TypeVar

import regex

from chartlift.extract.patterns import FRAGMENTS, Match, Pattern
from chartlift.extract.text import fold_digits, is_khmer

Meaning = TypeVar("Meaning")


class Found(NamedTuple, Generic[Meaning]):
    """A term in a text: what it means, where it stands, the counts inside it."""

    meaning: Meaning
    start: int
    end: int
    n: str | None
    m: str | None


@cache
def _plain(character: str) -> str:
    folded = unicodedata.normalize("NFD", character.casefold())
    return folded[0] if folded and not unicodedata.combining(folded[0]) else character


def fold_letters(text: str) -> str:
    """The text in lower case without accents, digits folded; each character keeps its place."""
    return "".join(
        _plain(character) if ord(character) < 0x1780 else character
        for character in fold_digits(text)
    )


class Phrasebook(Generic[Meaning]):
    """Terms and what each means, ready to be looked for."""

    def __init__(self, entries: Iterable[tuple[str, Meaning]], *, glued: bool = False) -> None:
        """Make the book; a `glued` term may follow a digit without a space, as in 500mg."""
        ordered = sorted(entries, key=lambda entry: -len(entry[0]))
        self._meanings = [meaning for _, meaning in ordered]
        self.terms = [term for term, _ in ordered]
        # An empty group at the end of each alternative says which of them matched.
        parts = [f"{_pattern(term, glued)}(?P<t{index}>)" for index, term in enumerate(self.terms)]
        self._pattern: Pattern = regex.compile("|".join(parts) or "(?!)")

    def find(self, folded: str, printed: str) -> Iterator[Found[Meaning]]:
        """The terms of a text folded by `fold_letters`, left to right, none over another."""
        for match in self._pattern.finditer(folded):
            found = self._found(match, printed)
            if found:
                yield found

    def at(self, folded: str, printed: str, start: int) -> Found[Meaning] | None:
        """The longest term that begins exactly here, if any."""
        match = self._pattern.match(folded, start)
        return self._found(match, printed) if match else None

    def _found(self, match: Match, printed: str) -> Found[Meaning] | None:
        groups = match.groupdict()
        index = next(i for i in range(len(self.terms)) if groups[f"t{i}"] is not None)
        start, end = match.span()
        term = self.terms[index]
        if _needs_capitals(term) and not printed[start:end].isupper():
            return None
        return Found(self._meanings[index], start, end, groups.get("n"), groups.get("m"))


def _needs_capitals(term: str) -> bool:
    return len(term) <= 3 and term.isalpha() and term.isupper()


def _pattern(term: str, glued: bool) -> str:
    count = FRAGMENTS["count"]
    space = r"\s*" if is_khmer(term) else r"(?:\s+|\s*-\s*)"
    body = "".join(_piece(character, space) for character in fold_letters(term))
    for name in ("n", "m"):
        body = body.replace(rf"\{{{name}\}}", rf"(?P<{name}>{count})(?:\s*\(\s*\p{{L}}+\s*\))?\s*")
    bounded = not glued and (term[0].isalnum() or term[0] == "{")
    start = FRAGMENTS["start"] if bounded else ""
    stop = r"(?![\p{L}\p{M}\d])" if term[-1].isalnum() or term[-1] == "}" else ""
    return body if is_khmer(term) else f"{start}{body}{stop}"


def _piece(character: str, space: str) -> str:
    if character == " ":
        return space
    return r"\s*/\s*" if character == "/" else regex.escape(character, special_only=True)
