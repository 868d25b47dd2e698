"""Vocabulary terms as one pattern: many spellings, counts inside them, the longest wins.

A term may hold `{n}` and `{m}`, which stand for a count. A term of up to three letters written in
capitals is found in capitals only (`PR` is a route, `pr` is not); any other in any case.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import Generic, NamedTuple, TypeVar

import regex

from chartlift.extract.literals import fold_case
from chartlift.extract.patterns import FRAGMENTS, Match, Pattern, any_of
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
    if text.isascii():
        return text.lower()
    return "".join(
        _plain(character) if ord(character) < 0x1780 else character
        for character in fold_digits(text)
    )


class Phrasebook(Generic[Meaning]):
    """Terms and what each means, ready to be looked for.

    A term's pattern is compiled when a text first holds all the term's pieces: most documents
    hold few of the thousands of terms, and compiling all of them takes seconds.
    """

    def __init__(self, entries: Iterable[tuple[str, Meaning]], *, glued: bool = False) -> None:
        """Make the book; a `glued` term may follow a digit without a space, as in 500mg."""
        ordered = sorted(entries, key=lambda entry: -len(entry[0]))
        self._meanings = [meaning for _, meaning in ordered]
        self.terms = [term for term, _ in ordered]
        self._pieces = [_pieces(term) for term in self.terms]
        self._glued = glued

    def find(self, folded: str, printed: str) -> Iterator[Found[Meaning]]:
        """The terms of a text folded by `fold_letters`, left to right, none over another."""
        patterns = self._held(folded)
        matches = {index: pattern.search(folded) for index, pattern in patterns.items()}
        while ahead := {index: match for index, match in matches.items() if match}:
            first = min(ahead, key=lambda index: (ahead[index].start(), index))
            found, end = self._found(first, ahead[first], printed), ahead[first].end()
            if found:
                yield found
            for index, match in ahead.items():
                if match.start() < end:
                    matches[index] = patterns[index].search(folded, end)

    def at(self, folded: str, printed: str, start: int) -> Found[Meaning] | None:
        """The longest term that begins exactly here, if any."""
        for index, pattern in self._held(folded).items():
            if match := pattern.match(folded, start):
                return self._found(index, match, printed)
        return None

    def _held(self, folded: str) -> dict[int, Pattern]:
        """The patterns of the terms whose pieces the text holds, longest term first."""
        return {
            index: _compiled(self.terms[index], self._glued)
            for index, (longest, *others) in enumerate(self._pieces)
            if longest in folded and all(piece in folded for piece in others)
        }

    def _found(self, index: int, match: Match, printed: str) -> Found[Meaning] | None:
        start, end = match.span()
        term, groups = self.terms[index], match.groupdict()
        if _needs_capitals(term) and not printed[start:end].isupper():
            return None
        return Found(self._meanings[index], start, end, groups.get("n"), groups.get("m"))


class Labels:
    """Labels of forms, each found as a whole word in its very spelling.

    A pattern is made of the labels that a text holds: most lines hold none of the hundreds.
    """

    def __init__(self, labels: Iterable[str]) -> None:
        """Take the labels; the longest word of each says whether a text may hold it."""
        self._words = [(max(fold_case(label).split(), key=len), label) for label in labels]

    def pattern(self, text: str) -> Pattern:
        """What finds all of these labels in this text."""
        folded = fold_case(text)
        return _one_of(tuple(label for word, label in self._words if word in folded))


@lru_cache(maxsize=1024)
def _one_of(labels: tuple[str, ...]) -> Pattern:
    return any_of(labels)


def _pieces(term: str) -> tuple[str, ...]:
    """The parts of a term that stand in a text as they are, folded, the longest first."""
    pieces = fold_letters(term).replace("{n}", " ").replace("{m}", " ").replace("/", " ").split()
    return tuple(sorted(set(pieces), key=len, reverse=True)) or ("",)


@cache
def _compiled(term: str, glued: bool) -> Pattern:
    pattern: Pattern = regex.compile(_pattern(term, glued))
    return pattern


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
