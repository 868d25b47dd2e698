"""Folding text without losing the way back: what is compared, and what stays as printed.

`fold_digits` keeps every character's place, so that a match in folded text cuts the printed text
at the same offsets. `label_key` and `confusable_key` do not: they are for comparing labels only.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from chartlift.extract import patterns

_KHMER_DIGITS = frozenset(chr(0x17E0 + digit) for digit in range(10))
_PLACES = str.maketrans(
    {
        **{chr(0x17E0 + digit): str(digit) for digit in range(10)},
        **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "−": "-",
        "–": "-",
        "—": "-",
        "‐": "-",
        "‑": "-",
        "：": ":",
        "៖": ":",
        "’": "'",
        "µ": "μ",
        "\u2103": "C",
        "⁄": "/",
        "＜": "<",
        "＞": ">",
        "٪": "%",
    }
)
_DIGIT_LOOKALIKES = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1", "|": "1"})
_LETTER_LOOKALIKES = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "5": "s", "8": "b"})
# Ligatures as two letters, and none of the accents that letters are parted from.
_PLAINER: dict[int, str | None] = {
    ord("œ"): "oe",
    ord("æ"): "ae",
    ord("ß"): "ss",
    **dict.fromkeys(range(0x300, 0x370)),
}
_ASCII_GAPS = {
    code: " " for code in range(128) if not chr(code).isalnum() and chr(code) not in "%#+"
}
"""What `NOT_LETTERS` finds in ASCII text, which most labels are."""
# Two ways to type one subscript consonant (coeng da and coeng ta), drawn alike.
_KHMER_VARIANT = ("\u17d2\u178a", "\u17d2\u178f")


def fold_digits(text: str) -> str:
    """The text with Khmer and full-width digits as 0-9 and one kind of dash, colon and space.

    Every character keeps its place.
    """
    return text.translate(_PLACES)


def has_khmer_digits(text: str) -> bool:
    """Whether a Khmer digit stands in the text."""
    return not _KHMER_DIGITS.isdisjoint(text)


def is_khmer(text: str) -> bool:
    """Whether a character of Khmer script stands in the text."""
    return any("\u1780" <= character <= "\u17ff" for character in text)


def unconfuse_digits(text: str) -> str:
    """The text with letters that look like digits replaced by them; each keeps its place."""
    return text.translate(_DIGIT_LOOKALIKES)


@lru_cache(maxsize=65536)
def label_key(text: str) -> str:
    """What two spellings of one label share: no case, accent, punctuation or zero-width mark."""
    if text.isascii():
        return " ".join(text.lower().translate(_ASCII_GAPS).split())
    plain = patterns.ZERO_WIDTH.sub("", fold_digits(text)).replace(*_KHMER_VARIANT)
    letters = unicodedata.normalize("NFD", plain.casefold())
    return patterns.NOT_LETTERS.sub(" ", letters.translate(_PLAINER)).strip()


@lru_cache(maxsize=65536)
def confusable_key(text: str) -> str:
    """`label_key` with characters that scans confuse folded into one: HbAlc and HbA1c agree."""
    return label_key(text).translate(_LETTER_LOOKALIKES).replace("rn", "m").replace(" ", "")
