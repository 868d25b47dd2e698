"""Draws pages and writes each as PNG beside a JSON of its truth.

    python -m benchmarks.pages OUT [--seeds tuning|report] [--count N] [--damages NAME,...|all|turn]
        [--languages eng,fra,khm] [--layouts NAME,...]

With `turn` (the default) each page has one damage, so that every layout meets every damage in
time; with `all` or names each page is written under each of them.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.pages.damages import DAMAGES, damage, fits
from benchmarks.pages.drawing import LANGUAGES
from benchmarks.pages.layouts import LAYOUTS
from benchmarks.pages.series import series
from benchmarks.pages.truth import write_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.pages.truth import Page


def pages(half: str, count: int, damages: Sequence[str] = ()) -> Iterator[Page]:
    """So many pages of a half in each language, each under each of the damages that it fits.

    Where none is named, each page is under the one that is its turn.
    """
    for page, its_turn in series(half, count):
        wanted = damages or (its_turn,)
        yield from (damage(page, name) for name in wanted if fits(page, name))


def main() -> None:
    """Writes the pages that were asked for, and prints where each is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seeds", choices=("tuning", "report"), default="tuning")
    parser.add_argument("--count", type=int, default=21, help="pages in each language")
    parser.add_argument("--damages", default="turn")
    parser.add_argument("--languages", default=",".join(LANGUAGES))
    parser.add_argument("--layouts", default=",".join(LAYOUTS))
    asked = parser.parse_args()
    named = {"turn": (), "all": tuple(DAMAGES)}.get(asked.damages, asked.damages.split(","))
    asked.out.mkdir(parents=True, exist_ok=True)
    for page in pages(asked.seeds, asked.count, named):
        if page.language in asked.languages.split(",") and page.layout in asked.layouts.split(","):
            print(write_page(page, asked.out))


if __name__ == "__main__":
    main()
