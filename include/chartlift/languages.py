"""The languages that are read, and how a page's words tell which one it is in.

One file `data/languages/<code>.toml` a language: its name, the Unicode block of a script of its
own, and frequent words that tell it from the others of its script.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, get_args

from chartlift.frozen import Frozen
from chartlift.model import Language

if TYPE_CHECKING:
    from collections.abc import Iterable

ALL: tuple[Language, ...] = get_args(Language)


class LanguageData(Frozen):
    """What `data/languages/<code>.toml` says of a language."""

    name: str
    tag: str
    """Its BCP 47 tag, as HTML, ALTO and PDF name it."""
    script: tuple[int, int] | tuple[()]
    """First and last code point of a script that is this language's alone; empty for Latin."""
    words: frozenset[str]

    def own_letters(self, text: str) -> int:
        """How many characters of the text are of this language's own script."""
        if not self.script:
            return 0
        first, last = self.script
        return sum(first <= ord(character) <= last for character in text)


@cache
def language_data(code: Language) -> LanguageData:
    """The data of one language."""
    text = files("chartlift").joinpath(f"data/languages/{code}.toml").read_text(encoding="utf-8")
    return LanguageData.model_validate(tomllib.loads(text))


def script_letters(words: Iterable[str]) -> dict[Language, int]:
    """For each language with a script of its own, how many of its characters the words hold."""
    text = "".join(words)
    return {
        code: language_data(code).own_letters(text) for code in ALL if language_data(code).script
    }


def word_votes(words: Iterable[str]) -> dict[Language, int]:
    """For each language told by its words, how many of these words are its own."""
    folded = [word.casefold().strip(".,;:()") for word in words]
    return {
        code: sum(word in language_data(code).words for word in folded)
        for code in ALL
        if language_data(code).words
    }
