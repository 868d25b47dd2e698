"""Rules as data: `data/rules/<name>.toml`, each with its id, version and examples.

A rule's `pattern` may name pieces of `chartlift.extract.patterns` as `(?&number)`. `near` holds
labels of which one must stand on the same line before the end of the match; a match that a
`reject` pattern overlaps does not count. `matches` and `misses` are the rule's own tests.

Patterns are compiled when a text may match them: compiling all of them takes longer than reading
a page's findings. That each of them compiles is tested, not looked at whenever a file is loaded.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache, cached_property
from importlib.resources import files

import regex
from pydantic import Field, ValidationError

from chartlift.errors import InvalidData
from chartlift.extract.literals import may_match
from chartlift.extract.patterns import Match, load
from chartlift.extract.text import is_khmer, label_key
from chartlift.frozen import Frozen


class Rule(Frozen):
    """One way a thing is printed."""

    id: str = Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)+$")
    version: int = Field(default=1, ge=1)
    yields: str
    """What the rule finds: a field or a concept of its extractor."""
    pattern: str
    near: tuple[str, ...] = ()
    reject: tuple[str, ...] = ()
    matches: tuple[str, ...] = Field(min_length=1)
    misses: tuple[str, ...] = Field(min_length=1)

    @property
    def tag(self) -> str:
        """Id and version, as evidence names the rule: `bp.slash/1`."""
        return f"{self.id}/{self.version}"

    @cached_property
    def _near(self) -> tuple[str, ...]:
        # Khmer is written without spaces: its labels may stand inside a run of letters.
        keys = (label_key(label) for label in self.near)
        return tuple(key if is_khmer(key) else f" {key} " for key in keys)

    def find(self, text: str) -> Iterator[Match]:
        """The places where the rule applies, left to right; `text` is folded, one line.

        Raises:
            InvalidData: a pattern does not compile; `subject` is the rule's id.
        """
        matches = list(self._matches(self.pattern, text))
        if not matches:
            return
        rejected = [
            found.span() for pattern in self.reject for found in self._matches(pattern, text)
        ]
        for match in matches:
            start, end = match.span()
            if any(left < end and start < right for left, right in rejected):
                continue
            if not self._near or self._is_near(text[:end]):
                yield match

    def _matches(self, pattern: str, text: str) -> Iterator[Match]:
        if not may_match(pattern, text):
            return
        try:
            compiled = load(pattern)
        except (KeyError, regex.error):
            raise InvalidData(subject=f"rule {self.id}") from None
        yield from compiled.finditer(text)

    def _is_near(self, before: str) -> bool:
        key = f" {label_key(before)} "
        return any(label in key for label in self._near)


class RuleFile(Frozen):
    """What a rule file holds."""

    rule: tuple[Rule, ...]


@cache
def load_rules(name: str) -> tuple[Rule, ...]:
    """The rules of `data/rules/<name>.toml`, in the file's order, which is their precedence.

    Raises:
        InvalidData: the file is missing, or holds an unknown key or a repeated id; `subject`
            is the file, and the number of the rule where it is known.
    """
    subject = f"data/rules/{name}.toml"
    try:
        text = files("chartlift").joinpath(subject).read_text(encoding="utf-8")
        rules = RuleFile.model_validate(tomllib.loads(text)).rule
    except (FileNotFoundError, tomllib.TOMLDecodeError):
        raise InvalidData(subject=subject) from None
    except ValidationError as error:
        place = error.errors()[0]["loc"]
        number = f":rule {int(place[1]) + 1}" if len(place) > 1 else ""
        raise InvalidData(subject=f"{subject}{number}") from None
    if len({rule.id for rule in rules}) != len(rules):
        raise InvalidData(subject=subject)
    return rules


def rule_files() -> tuple[str, ...]:
    """The names of all rule files."""
    folder = files("chartlift").joinpath("data/rules")
    return tuple(sorted(f.name[:-5] for f in folder.iterdir() if f.name.endswith(".toml")))
