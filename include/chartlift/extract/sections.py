"""Headings: which part of a page a line stands in; `data/rules/sections.toml` knows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from chartlift.extract.context import Line, Page
from chartlift.extract.rules import load_rules
from chartlift.extract.text import fold_digits

_LONGEST_HEADING = 60
"""A line without a colon that is longer than this, in characters, is no heading."""


class Placed(NamedTuple):
    """A line and the part of the page it stands in."""

    line: Line
    section: str | None
    """What the nearest heading above, or at the line's start, says; None before the first."""
    offset: int
    """Where the line's own text begins, after a heading on the same line."""
    is_heading: bool
    """Whether the line opens its section."""


def place_lines(page: Page) -> Iterator[Placed]:
    """The lines of a page in order, each in its section; sections end with the page."""
    section: str | None = None
    for line in page.lines:
        found = heading_of(line.text)
        if found is not None:
            section, offset = found
            yield Placed(line, section, offset, is_heading=True)
        else:
            yield Placed(line, section, 0, is_heading=False)


def heading_of(text: str) -> tuple[str, int] | None:
    """The section a line opens and where its own text begins; None for any other line."""
    folded = fold_digits(text)
    for rule in load_rules("sections"):
        for match in rule.find(folded):
            if match["mark"].strip() or len(text) <= _LONGEST_HEADING:
                return rule.yields, match.start("rest")
    return None


def whole_text(lines: Sequence[Line]) -> Line:
    """Lines as one, for what is wrapped over them."""
    return Line(tuple(token for line in lines for token in line.tokens))
