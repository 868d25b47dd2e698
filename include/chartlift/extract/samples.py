"""What a report says was examined, beside a label: Specimen: urine, Prélèvement : LCR."""

from __future__ import annotations

from functools import cache

from chartlift import vocab
from chartlift.extract.text import label_key

_LONGEST = 4
"""Most words a label, or what stands beside it, has."""
_REACH = 4
"""Words behind a label among which its sample begins."""


@cache
def _meanings(kind: str) -> dict[str, str]:
    rows = (row for row in vocab.headings() if row.kind == kind)
    return {label_key(term): row.meaning for row in rows for term in row.printed}


def sample_of(text: str) -> str | None:
    """What was examined, where a line says so; None where it does not, or names two.

    A label opens its line or ends with a colon.
    """
    words = text.split()
    for start in range(len(words)):
        for end in range(start + 1, min(start + _LONGEST, len(words)) + 1):
            label = " ".join(words[start:end])
            opens = start == 0 or label.endswith((":", "៖")) or words[end : end + 1] == [":"]
            if opens and label_key(label) in _meanings("label"):
                found = _named(words[end : end + _REACH + _LONGEST])
                if found:
                    return found.pop() if len(found) == 1 else None
    return None


def _named(words: list[str]) -> set[str]:
    known = _meanings("sample")
    phrases = (
        " ".join(words[start : start + count])
        for start in range(min(_REACH, len(words)))
        for count in range(1, _LONGEST + 1)
    )
    return {known[label_key(phrase)] for phrase in phrases if label_key(phrase) in known}
