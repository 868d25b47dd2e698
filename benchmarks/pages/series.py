"""Which page gets which damage: all layouts meet all damages in time, and none is left behind."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from benchmarks.pages.damages import DAMAGES, fits
from benchmarks.pages.drawing import LANGUAGES, draw_page, seeds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.pages.truth import Page


def series(half: str, count: int) -> Iterator[tuple[Page, str]]:
    """The first so many pages of a half in each language, clean, each with its damage.

    That is the least used one of its language so far that the page fits.
    """
    used = {language: Counter(dict.fromkeys(DAMAGES, 0)) for language in LANGUAGES}
    for seed in seeds(half)[: count * len(LANGUAGES)]:
        page = draw_page(seed)
        counts = used[page.language]
        name = min((name for name in DAMAGES if fits(page, name)), key=counts.__getitem__)
        counts[name] += 1
        yield page, name
