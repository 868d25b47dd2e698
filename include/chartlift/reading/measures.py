"""Words that are units of measure."""

from __future__ import annotations

from functools import cache

from chartlift.vocab import units


@cache
def _unit_spellings() -> frozenset[str]:
    return frozenset(printed for unit in units() for printed in unit.printed)


def is_unit(text: str) -> bool:
    """Whether it is a unit of measure as papers print it, of two characters or more."""
    return len(text) > 1 and text in _unit_spellings()
