"""Whether two printed names, or two birth dates, can be those of one person."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from rapidfuzz import fuzz

_ALIKE = 90.0
"""Least likeness, of 100, of two whole names where a space was lost or won between words."""
_WORDS_ALIKE = 75.0
"""Least likeness of two words: of four letters one may be misread."""


def names_agree(first: str, second: str) -> bool | None:
    """Whether two names can be one person's; None where they are in scripts of their own.

    Case, accents, order and punctuation do not count, nor do a few letters misread; of a name
    that is cut short ("J. Hart") each word is one of the other's, or its first letter.
    """
    (latin, khmer), (other_latin, other_khmer) = _words(first), _words(second)
    if latin and other_latin:
        return _alike(latin, other_latin)
    if khmer and other_khmer:
        return _alike(khmer, other_khmer)
    return None


def dates_agree(first: str, second: str) -> bool:
    """Whether two ISO 8601 dates are one, as far as the less precise of them goes."""
    length = min(len(first), len(second))
    return first[:length] == second[:length]


def _words(name: str) -> tuple[list[str], list[str]]:
    """The folded words of a name: those in other scripts, those in Khmer."""
    plain = unicodedata.normalize("NFD", name.casefold())
    kept = "".join(c if c.isalnum() or _is_khmer(c) else " " for c in plain if not _is_accent(c))
    words = kept.split()
    khmer = [word for word in words if any(map(_is_khmer, word))]
    return [word for word in words if word not in khmer], khmer


def _is_khmer(character: str) -> bool:
    return "\u1780" <= character <= "\u17ff"


def _is_accent(character: str) -> bool:
    return "\u0300" <= character <= "\u036f"


def _alike(first: Sequence[str], second: Sequence[str]) -> bool:
    fewer, more = sorted((first, second), key=len)
    if all(_has(word, more) for word in fewer):
        return True
    return fuzz.ratio("".join(first), "".join(second)) >= _ALIKE


def _has(word: str, others: Sequence[str]) -> bool:
    return any(
        fuzz.ratio(word, other) >= _WORDS_ALIKE or word == other[0] or word[0] == other
        for other in others
    )
