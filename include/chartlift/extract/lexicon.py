"""Which laboratory tests a printed label can mean: exact, in another word order, or misread.

Short labels must agree exactly (`K`, `Na`, `PT`): only from five letters on is a misread label
taken for the nearest one, and only where no other test's label is nearly as near.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz, process

from chartlift import vocab
from chartlift.extract.text import confusable_key, is_khmer, label_key
from chartlift.vocab import LabTest

LONGEST = 9
"""Most words one label has."""
_SHORTEST_FUZZY, _SCORE, _MARGIN = 5, 88.0, 5.0


class LabelReading(NamedTuple):
    """The tests a label can mean; several where only unit or specimen can tell."""

    tests: tuple[LabTest, ...]
    specimen: str | None = None
    """A specimen the label itself names."""
    misspelt: bool = False


Index = dict[str, tuple[LabTest, ...]]


def _add(index: Index, key: str, test: LabTest) -> None:
    if key and test not in index.get(key, ()):
        index[key] = (*index.get(key, ()), test)


@cache
def _label_words(meaning: str) -> frozenset[str]:
    rows = (row for row in vocab.row_words() if row.kind == "label" and row.meaning == meaning)
    return frozenset(label_key(term) for row in rows for term in row.printed)


def _bag(key: str) -> str:
    """The words of a key that matter, in alphabetical order."""
    return " ".join(sorted(set(key.split()) - _label_words("filler")))


def _labels(test: LabTest) -> Iterable[str]:
    yield test.display
    yield from (*test.synonyms_en, *test.synonyms_fr, *test.synonyms_km)
    for name in (test.loinc1_display, test.loinc2_display):
        if name is not None:
            yield name
            yield name.split(" by ")[0]


@cache
def _indices() -> tuple[Index, Index, Index]:
    exact: Index = {}
    bags: Index = {}
    confusable: Index = {}
    for test in vocab.lab_tests():
        for label in _labels(test):
            key = label_key(label)
            _add(exact, key, test)
            _add(bags, _bag(key), test)
            _add(confusable, confusable_key(label), test)
    return exact, bags, confusable


@cache
def _fuzzy_keys() -> tuple[str, ...]:
    return tuple(key for key in _indices()[0] if len(key) >= _SHORTEST_FUZZY)


@lru_cache(maxsize=16384)
def read_label(printed: str) -> LabelReading | None:
    """What a whole printed label means, its spelling exact; None where no test is called so."""
    exact, bags, _ = _indices()
    key = label_key(printed)
    if tests := exact.get(key):
        return LabelReading(tests)
    words = set(key.split())
    urine = words & _label_words("urine")
    bag = _bag(" ".join(words - urine - _label_words("blood")))
    if not bag or (bag == key and not urine):
        return None
    tests = bags.get(bag) or bags.get(_bag(key))
    return LabelReading(tests, "urine" if urine else None) if tests else None


@lru_cache(maxsize=16384)
def guess_label(printed: str) -> LabelReading | None:
    """What a label means that may be misread; None where nothing, or more than one, is near."""
    exact, _, confusable = _indices()
    if tests := confusable.get(confusable_key(printed)):
        return LabelReading(tests, misspelt=True)
    key = label_key(printed)
    if len(key) < _SHORTEST_FUZZY or is_khmer(key):
        return None
    found = process.extract(key, _fuzzy_keys(), scorer=fuzz.ratio, limit=8, score_cutoff=70)
    if not found or found[0][1] < _SCORE:
        return None
    best = exact[found[0][0]]
    rivals = [score for other, score, _ in found if not set(exact[other]) & set(best)]
    if rivals and found[0][1] - rivals[0] < _MARGIN:
        return None
    return LabelReading(best, misspelt=True)


def longest_label(words: Sequence[str]) -> tuple[int, LabelReading] | None:
    """The longest run of words from the first on that is a label, with its number of words."""
    for count in range(min(LONGEST, len(words)), 0, -1):
        reading = read_label(" ".join(words[:count]))
        if reading is not None and label_key(words[count - 1]):
            return count, reading
    return None


def is_label(words: Sequence[str]) -> bool:
    """Whether the words are a label and nothing else."""
    found = longest_label(words)
    return found is not None and found[0] == len(words)


@cache
def heading_meanings(kind: str) -> dict[str, str]:
    """What the printed terms of a kind of heading mean, by their `label_key`."""
    rows = (row for row in vocab.headings() if row.kind == kind)
    return {label_key(term): row.meaning for row in rows for term in row.printed}
