"""What becomes of damaged documents: no crash, no hang, no page lost without a word.

    python -m benchmarks.mutations [--count 2000] [--seed 1] [--workers 3] [--show]

Damages sound documents of every type (`mutants`) and splits each. A page of the sound document is
*lost* without a word if the damaged one is not refused, and its manifest gives the page neither a
code nor a picture with ink on it; it is lost *in part* if the picture has ink in less than seven
tenths as many places (of 16 x 16) as before. A *crash* is any exception but `InputError`, or a file
left behind that the manifest does not name; a *hang* takes longer than its pages are granted.
Ends with 1 if there is a crash, a hang or a lost page.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from benchmarks.mutants import Mutant, Original, mutant, originals
from chartlift.errors import InputError
from chartlift.imaging.raster import from_picture
from chartlift.imaging.sheet import STANDARD_DPI
from chartlift.imaging.source import HEAD_BYTES, detect_type
from chartlift.imaging.split import split_source
from chartlift.model import PageManifest
from chartlift.settings import load_settings

GRID = 16
INK_CONTRAST = 64
BLANK_BELOW, PART_BELOW = 0.02, 0.7
PAGE_SECONDS = 10
SETTINGS = load_settings({"page_seconds": PAGE_SECONDS})
READ, CODED = "read", "read, pages with a code"
CRASH, HANG, LOST, PART = "CRASH", "HANG", "LOST", "lost in part"
FAULTS = (CRASH, HANG, LOST)


class Outcome(NamedTuple):
    """What became of one damaged document."""

    number: int
    kind: str
    name: str
    damage: str
    verdict: str
    """One of the above, or the code the document is refused with."""


def outcome_of(number: int, damaged: Mutant) -> Outcome:
    """Split the damaged document and compare its pages with those of the sound one."""
    sound, started = inked_places(damaged.original), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        verdict = _verdict(damaged, sound, Path(folder))
    if time.monotonic() - started > PAGE_SECONDS * (2 * len(sound) + 2):
        verdict = HANG
    original = damaged.original
    return Outcome(number, original.kind, original.name, damaged.damage, verdict)


@cache
def inked_places(original: Original) -> tuple[int, ...]:
    """In how many places each page of the sound document has ink."""
    with tempfile.TemporaryDirectory() as folder:
        manifest = _split(original.data, Path(folder))
        return tuple(_inked(Path(folder, "pages", str(page.image))) for page in manifest.pages)


def _verdict(damaged: Mutant, sound: Sequence[int], folder: Path) -> str:
    try:
        manifest = _split(damaged.data, folder)
    except InputError as error:
        return CRASH if _left(folder) else error.code
    named = {name for page in manifest.pages for name in (page.image, page.text_layer) if name}
    if named != _left(folder):
        return CRASH
    shares = [
        _inked(folder / "pages" / page.image) / before
        for page, before in zip(manifest.pages, sound, strict=False)
        if page.image is not None
    ]
    if len(manifest.pages) < len(sound) or any(share < BLANK_BELOW for share in shares):
        return LOST
    if any(share < PART_BELOW for share in shares):
        return PART
    return CODED if any(page.unreadable for page in manifest.pages) else READ


def _split(data: bytes, folder: Path) -> PageManifest:
    source, pages = folder / "source", folder / "pages"
    source.write_bytes(data)
    pages.mkdir()
    return split_source(
        source,
        pages,
        file_type=detect_type(data[:HEAD_BYTES]),
        settings=SETTINGS,
        declared_extension=None,
    )


def _left(folder: Path) -> set[str]:
    return {path.name for path in (folder / "pages").iterdir()}


def _inked(picture: Path) -> int:
    grey = Image.fromarray(from_picture(picture.read_bytes(), dpi=STANDARD_DPI).pixels)
    xs = [grey.width * step // GRID for step in range(GRID + 1)]
    ys = [grey.height * step // GRID for step in range(GRID + 1)]
    places = (
        grey.crop((xs[column], ys[row], xs[column + 1], ys[row + 1])).getextrema()
        for column in range(GRID)
        for row in range(GRID)
        if xs[column] < xs[column + 1] and ys[row] < ys[row + 1]
    )
    return sum(high - low >= INK_CONTRAST for low, high in places)


def run_one(seed: int, number: int) -> Outcome:
    """The outcome of one number."""
    return outcome_of(number, mutant(seed, number, originals()))


def run(seed: int, count: int, workers: int) -> Iterator[Outcome]:
    """The outcomes of a whole run, in order."""
    among = originals()  # before the workers are forked
    with ProcessPoolExecutor(workers) as pool:
        asked = [pool.submit(run_one, seed, number) for number in range(count)]
        for number, future in enumerate(asked):
            error = future.exception()
            if error is None:
                yield future.result()
            else:
                damaged = mutant(seed, number, among)
                kind, name = damaged.original.kind, damaged.original.name
                yield Outcome(number, kind, name, damaged.damage, CRASH)


def print_table(outcomes: Sequence[Outcome]) -> None:
    """How many documents of each type ended how."""
    kinds = sorted({outcome.kind for outcome in outcomes})
    counts = Counter((outcome.verdict, outcome.kind) for outcome in outcomes)
    totals = Counter(outcome.verdict for outcome in outcomes)
    print(f"| what became of it | {' | '.join(kinds)} | all |")
    print("|---" * (len(kinds) + 2) + "|")
    for verdict in dict.fromkeys((*FAULTS, PART, READ, CODED, *sorted(totals))):
        row = " | ".join(str(counts[verdict, kind]) for kind in kinds)
        print(f"| {verdict} | {row} | {totals[verdict]} |")


def main() -> int:
    """Run, print the table, tell whether there were faults."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--show", action="store_true", help="list what was lost, wholly or in part")
    chosen = parser.parse_args()
    outcomes = list(run(chosen.seed, chosen.count, chosen.workers))
    print_table(outcomes)
    for outcome in outcomes:
        if chosen.show and outcome.verdict in (*FAULTS, PART):
            print(*outcome, sep=" | ")
    return int(any(outcome.verdict in FAULTS for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
