"""What a report says was examined, beside a label: Specimen: urine, Prélèvement : LCR."""

from __future__ import annotations

from chartlift.extract.lexicon import heading_meanings
from chartlift.extract.text import label_key

_LONGEST = 4
"""Most words a label, or what stands beside it, has."""
_NEAR = 2
"""Words behind a sample's first one among which another one's begins: then it names two."""


def sample_of(text: str) -> str | None:
    """What was examined, where a line says so; None where it does not, or names two.

    A label opens its line or ends with a colon.
    """
    words = text.split()
    for start in range(len(words)):
        for end in range(start + 1, min(start + _LONGEST, len(words)) + 1):
            label = " ".join(words[start:end])
            opens = start == 0 or label.endswith((":", "៖")) or words[end : end + 1] == [":"]
            if opens and label_key(label) in heading_meanings("label"):
                found = _named(words[end:])
                if found:
                    return found.pop() if len(found) == 1 else None
    return None


def _named(words: list[str]) -> set[str]:
    """The samples that words begin with; a colon, a number or a date may stand before them."""
    known = heading_meanings("sample")
    first = next((n for n, word in enumerate(words) if any(map(str.isalpha, word))), len(words))
    found: set[str] = set()
    for start in range(first, min(first + 1 + _NEAR, len(words))):
        phrases = (label_key(" ".join(words[start : start + n])) for n in range(1, _LONGEST + 1))
        found.update(known[phrase] for phrase in phrases if phrase in known)
        if not found:
            break
    return found
