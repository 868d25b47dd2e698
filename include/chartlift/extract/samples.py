"""What a report says was examined, beside a label: Specimen: urine, Prélèvement : LCR."""

from __future__ import annotations

from functools import cache

from chartlift import vocab
from chartlift.extract.text import label_key

_LONGEST = 4
"""Most words a label, or what stands beside it, has."""
_NEAR = 2
"""Words behind a sample's first one among which another one's begins: then it names two."""


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
                found = _named(words[end:])
                if found:
                    return found.pop() if len(found) == 1 else None
    return None


def _named(words: list[str]) -> set[str]:
    """The samples that words begin with; a colon, a number or a date may stand before them."""
    known = _meanings("sample")
    first = next((n for n, word in enumerate(words) if any(map(str.isalpha, word))), len(words))
    found: set[str] = set()
    for start in range(first, min(first + 1 + _NEAR, len(words))):
        phrases = (label_key(" ".join(words[start : start + n])) for n in range(1, _LONGEST + 1))
        found.update(known[phrase] for phrase in phrases if phrase in known)
        if not found:
            break
    return found
