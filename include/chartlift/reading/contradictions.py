"""Readings of one place that say the opposite of each other: found and not found, high and low.

In Khmer one sign parts them, as in វិជ្ជមាន and អវិជ្ជមាន: how alike two readings are says nothing
of which one is right.
"""

from __future__ import annotations

from functools import cache

from rapidfuzz.distance import Levenshtein

from chartlift.languages import script_letters
from chartlift.vocab import khmer_labels, row_words

NEAR = 0.25
"""Share of the characters in which a reading may differ from the result it is taken for."""
NEGATION = "neg_"
"""How the fields of Khmer words that deny begin."""


def contradict(first: str, second: str) -> bool:
    """Whether two readings, without characters that have no ink, may say opposite things.

    They do where they are nearest to results of another meaning, or where a word that denies stands
    in one of them only.
    """
    results = {_result(first), _result(second)} - {None}
    return len(results) > 1 or _denials(first) != _denials(second)


def _result(text: str) -> str | None:
    """The meaning of the result that a reading is nearest to, if it is near to any."""
    told = [
        (Levenshtein.normalized_distance(text, word), -len(word), meaning)
        for word, meaning in _results().items()
    ]
    apart, _, meaning = min(told)
    return meaning if apart <= NEAR else None


def _denials(text: str) -> int:
    """How many words that deny are in it; the longer ones begin with a shorter one."""
    return sum(text.count(word) for word in _negations())


@cache
def _results() -> dict[str, str]:
    """Khmer results in words, and what they mean."""
    return {
        text: word.meaning
        for word in row_words()
        if word.kind in {"flag", "qualitative"}
        for text in word.printed
        if script_letters([text])["khm"]
    }


@cache
def _negations() -> frozenset[str]:
    return frozenset(label.khmer for label in khmer_labels() if label.field.startswith(NEGATION))
