"""What a report says was examined, beside a label: Specimen: urine, Prélèvement : LCR."""

from __future__ import annotations

from chartlift.extract.lexicon import heading_meanings
from chartlift.extract.text import label_key

_LONGEST = 4
"""Most words a label, or what stands beside it, has."""
_NEAR = 2
"""Words behind a sample among which another one begins: then it names two."""


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
    """The samples that words begin with; a colon, a number or a date may stand before them.

    None where the sentence goes on: `urine sent for culture`, `urines non reçues`.
    """
    first = next((n for n, word in enumerate(words) if any(map(str.isalpha, word))), len(words))
    length, sample = _longest(words[first:])
    behind = words[first + length : first + length + _NEAR]
    if sample is None or (behind and behind[0].isalpha() and behind[0].islower()):
        return set()
    others = (_longest(behind[start:])[1] for start in range(len(behind)))
    return {sample, *(other for other in others if other is not None)}


def _longest(words: list[str]) -> tuple[int, str | None]:
    """The longest sample that words begin with, by how many of them, and what it is."""
    known = heading_meanings("sample")
    for count in range(min(_LONGEST, len(words)), 0, -1):
        if (phrase := label_key(" ".join(words[:count]))) in known:
            return count, known[phrase]
    return 0, None
