"""How well pages are read, beside other systems on the same pages.

    python -m benchmarks.accuracy [--half tuning|report] [--drawn N] [--systems NAME,...]
        [--groups NAME,...] [--damages NAME,...] [--workers N] [--by damage|layout|page]
        [--handwriting] [--show PAGE]

Prints markdown tables. Readings are kept: a second run reads only what changed. See
docs/benchmarks.md for what the columns mean.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from difflib import unified_diff
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from benchmarks.material import handwritten_lines, printed_lines, samples, truth_of
from benchmarks.metrics import (
    Numbers,
    cells_exact,
    character_errors,
    fold,
    mean_over,
    numbers,
    paired_interval,
    words_found,
)
from benchmarks.pages.drawing import layout_of
from benchmarks.readings import read_all, read_one
from benchmarks.systems import SYSTEMS
from benchmarks.tables import print_table
from chartlift.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from benchmarks.material import Sample
    from benchmarks.readings import Read

HEAD = (
    *("system", "n", "CER", "CER clean", "worst damage", "words", "numbers", "numbers clean"),
    *("invented", "invented clean", "cells", "cells clean", "turned", "CPU s", "p95"),
)
TURNED = "upside_down", "sideways"
STANDS = 0.5
"""A page counts as turned upright where so many of its words were read."""


class Score(NamedTuple):
    """What was counted on one page for one system."""

    sample: Sample
    errors: float
    words: float
    numbers: Numbers | None
    cells: tuple[int, int] | None
    cpu: float


def score(sample: Sample, read: Read) -> Score:
    """Counts one reading against the truth."""
    truth = truth_of(sample)
    texts = [fold(text, case=truth.case) for text in truth.texts]
    text = fold(read.reading.text, case=truth.case)
    cells = None
    if read.reading.tables is not None and truth.tables:
        counted = [cells_exact(table, read.reading.tables) for table in truth.tables]
        cells = sum(exact for exact, _ in counted), sum(of for _, of in counted)
    return Score(
        sample,
        character_errors(texts, text),
        words_found(texts[0], text),
        numbers(texts[0], text) if truth.numbers else None,
        cells,
        read.cpu,
    )


Scores = dict[str, dict[str, dict[str, Score]]]
"""By group, system and page."""


def score_all(jobs: Sequence[tuple[str, Sample]], workers: int) -> Scores:
    """The scores of all pages."""
    found: Scores = defaultdict(lambda: defaultdict(dict))
    for name, sample, read in read_all(jobs, workers):
        found[sample.group][name][sample.name] = score(sample, read)
    return found


def summary(name: str, scores: Sequence[Score]) -> tuple[str, ...]:
    """One system's row on one group of pages."""
    clean = [s for s in scores if s.sample.damage == "clean"]
    damaged = [s for s in scores if s.sample.damage not in {"clean", "real"}]
    turned = [s for s in damaged if s.sample.damage in TURNED]
    cpu = [s.cpu for s in scores]
    return (
        *(name, str(len(scores)), _percent(_mean(scores, lambda s: s.errors))),
        *(_percent(_mean(clean, lambda s: s.errors)), _worst(damaged)),
        _percent(_mean(scores, lambda s: s.words)),
        *(_percent(_share(part, _found)) for part in (damaged or scores, clean)),
        *(_percent(_share(part, _invented)) for part in (damaged or scores, clean)),
        *(_percent(_share(part, lambda s: s.cells)) for part in (damaged or scores, clean)),
        f"{sum(s.words >= STANDS for s in turned)}/{len(turned)}" if turned else "",
        *(f"{np.median(cpu):.2f}", f"{np.percentile(cpu, 95):.1f}"),
    )


def _mean(scores: Sequence[Score], value: Callable[[Score], float]) -> float | None:
    if not scores:
        return None
    return mean_over([value(s) for s in scores], [s.sample.damage for s in scores])


def _share(
    scores: Sequence[Score], counted: Callable[[Score], tuple[int, int] | None]
) -> float | None:
    pairs = [pair for s in scores if (pair := counted(s))]
    of = sum(pair[1] for pair in pairs)
    return sum(pair[0] for pair in pairs) / of if of else None


def _found(scored: Score) -> tuple[int, int] | None:
    return scored.numbers and (scored.numbers.both, scored.numbers.printed)


def _invented(scored: Score) -> tuple[int, int] | None:
    return scored.numbers and (scored.numbers.read - scored.numbers.both, scored.numbers.read)


def _worst(scores: Sequence[Score]) -> str:
    by_damage = _by(scores, lambda s: s.sample.damage)
    means = {name: np.mean([s.errors for s in part]) for name, part in by_damage.items()}
    worst = max(means, key=lambda name: means[name], default=None)
    return "" if worst is None else f"{worst} {100 * means[worst]:.1f}"


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f}"


def _by(scores: Iterable[Score], key: Callable[[Score], str]) -> dict[str, list[Score]]:
    parts: dict[str, list[Score]] = defaultdict(list)
    for scored in scores:
        parts[key(scored)].append(scored)
    return parts


def differences(found: dict[str, dict[str, Score]]) -> list[tuple[str, ...]]:
    """The first system's CER less each other's, on the pages both read."""
    first, *others = found
    rows = []
    for other in others:
        pages = [page for page in found[first] if page in found[other]]
        gaps = [found[first][page].errors - found[other][page].errors for page in pages]
        strata = [found[first][page].sample.damage for page in pages]
        mean, low, high = (100 * value for value in paired_interval(gaps, strata))
        rows.append(
            (f"{first} - {other}", str(len(pages)), f"{mean:+.1f}", f"{low:+.1f} to {high:+.1f}")
        )
    return rows


BY: dict[str, Callable[[Score], str]] = {
    "damage": lambda s: s.sample.damage,
    "layout": lambda s: truth_layout(s.sample),
    "page": lambda s: s.sample.name,
}


def truth_layout(sample: Sample) -> str:
    """The layout a drawn page has."""
    return layout_of(int(sample.name.split("_")[0])) if sample.drawn else sample.name


def detail(
    found: dict[str, dict[str, Score]], key: Callable[[Score], str]
) -> list[tuple[str, ...]]:
    """Each system's CER on each kind of page of a group, and how many pages that are."""
    parts = {name: _by(scores.values(), key) for name, scores in found.items()}
    kinds = sorted({kind for part in parts.values() for kind in part})
    rows = [("", "n", *found)]
    for kind in kinds:
        means = [
            np.mean([s.errors for s in part.get(kind, [])] or [np.nan]) for part in parts.values()
        ]
        count = max(len(part.get(kind, [])) for part in parts.values())
        rows.append((kind, str(count), *(f"{100 * mean:.1f}" for mean in means)))
    return rows


def report(found: Scores, by: str) -> None:
    """Prints the tables of all groups."""
    for group, systems in found.items():
        print(f"### {group}\n")
        print_table([HEAD, *(summary(name, list(s.values())) for name, s in systems.items())])
        if len(systems) > 1:
            print_table([("CER", "n", "difference", "95 %"), *differences(systems)])
        if by and (group.startswith("drawn") or by == "page"):
            print_table(detail(systems, BY[by]))


def handwriting(half: str, names: Sequence[str], workers: int) -> None:
    """Prints how many handwritten and printed lines hold a word that a person is asked about."""
    below = load_settings().review_below
    lines = [*printed_lines(half), *handwritten_lines(half)]
    rows = [("lines", "system", "n", "flagged", "read as nothing", "CER")]
    jobs = [(name, line) for name in names for line in lines]
    groups: dict[tuple[str, str], list[tuple[bool, bool, float]]] = defaultdict(list)
    for name, line, read in read_all(jobs, workers):
        words = read.reading.words
        doubted = any(word.confidence < below for word in words)
        errors = score(line, read).errors
        groups[line.group, name].append((doubted or not words, not words, errors))
    for (group, name), counted in sorted(groups.items()):
        shares = [f"{100 * np.mean(column):.1f}" for column in zip(*counted, strict=True)]
        rows.append((group, name, str(len(counted)), *shares))
    print_table(rows)


def show(samples_read: Sequence[Sample], names: Sequence[str]) -> None:
    """Prints where the lines that systems read differ from the printed ones."""
    for sample in samples_read:
        truth = truth_of(sample)
        printed = fold(truth.texts[0], case=truth.case).splitlines()
        print(sample.path)
        for name in names:
            text = read_one((name, sample)).reading.text
            lines = fold(text, case=truth.case).splitlines()
            print(*unified_diff(printed, lines, "printed", name, lineterm="", n=0), sep="\n")


def main() -> None:
    """Reads what is asked for and prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=("tuning", "report"), default="tuning")
    parser.add_argument("--drawn", type=int, default=42, help="drawn pages in each language")
    parser.add_argument("--systems", default=",".join(SYSTEMS))
    parser.add_argument("--groups", default="", help="beginnings of names, as in drawn,FUNSD")
    parser.add_argument("--damages", default="")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--by", choices=("", *BY), default="")
    parser.add_argument("--handwriting", action="store_true")
    parser.add_argument("--show", default="", help="a page of the tuning half, as in 39_clean")
    asked = parser.parse_args()
    names = asked.systems.split(",")
    if asked.handwriting:
        handwriting(asked.half, [name for name in names if name in {"auto", "fast"}], asked.workers)
        return
    if asked.show:
        show([s for s in samples("tuning", asked.drawn) if s.name == asked.show], names)
        return
    wanted = [
        sample
        for sample in samples(asked.half, asked.drawn)
        if sample.group.startswith(tuple(asked.groups.split(",")))
        and (not asked.damages or sample.damage in asked.damages.split(","))
    ]
    report(score_all([(name, s) for name in names for s in wanted], asked.workers), asked.by)


if __name__ == "__main__":
    main()
