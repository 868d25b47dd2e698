"""What kind of paper each page is, and the document as a whole.

A title near the top weighs more than any number of hints; a page that says nothing goes on the one
before it. `data/rules/category.toml` holds titles and hints.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from chartlift.extract.context import Page
from chartlift.extract.rules import load_rules
from chartlift.extract.text import fold_digits
from chartlift.record import Category

_TITLE = 6
_TITLE_LINES = 15
_LONGEST_TITLE = 90
"""A line of more characters than this is no title."""

_MOST_HINTS = 5
_ENOUGH = 2
"""Hints that decide without a title."""


def classify(pages: Sequence[Page]) -> tuple[Category, ...]:
    """The category of each page, in order; OTHER where nothing tells."""
    found: list[Category] = []
    for page in pages:
        own = _own_category(page)
        before = found[-1] if found else Category.OTHER
        found.append(before if own is None else own)
    return tuple(found)


def whole(categories: Sequence[Category]) -> Category:
    """The document's category: that of its first page that has one."""
    return next((each for each in categories if each is not Category.OTHER), Category.OTHER)


def _own_category(page: Page) -> Category | None:
    scores: Counter[Category] = Counter()
    hints: Counter[Category] = Counter()
    for number, line in enumerate(page.lines):
        text = fold_digits(line.text)
        may_title = number < _TITLE_LINES and len(text) <= _LONGEST_TITLE
        for rule in load_rules("category"):
            kind, _, name = rule.yields.partition(":")
            count = len(list(rule.find(text))) if kind == "hint" or may_title else 0
            (hints if kind == "hint" else scores)[Category(name)] += count
    for category, count in hints.items():
        scores[category] += min(count, _MOST_HINTS)
    for category in scores:
        titles = scores[category] - min(hints[category], _MOST_HINTS)
        scores[category] += (_TITLE - 1) * min(titles, 1)
    best = scores.most_common(1)
    return best[0][0] if best and best[0][1] >= _ENOUGH else None
