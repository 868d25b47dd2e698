"""What reading doubtful words again changes, on pages with a known truth.

    python benchmarks/reread.py [--half report|tune] [--data FOLDER] [--tables N]

Prints one row for each kind of page: places (cells, words or lines) that the second reading made
right and wrong, numbers found of those printed, numbers read that the page does not have, how many
of those no confidence gives away, and what it costs. Pages drawn from other seeds, and the other
half of the forms and receipts, were used to choose the limits.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np
import regex
from table_pages import DAMAGES, damage, data_pages, draw_table, drawn_pages

from chartlift.geometry import carry
from chartlift.layout.page import lay_out
from chartlift.model import PageImage
from chartlift.ocr.engines import rapidocr
from chartlift.ocr.registry import engine_defaults
from chartlift.reading.prepare import prepare_page
from chartlift.reading.recognise import read_page
from chartlift.reading.reread import read_again
from chartlift.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from table_pages import Page, Region

    from chartlift.model import Word
    from chartlift.ocr.protocol import LineRecogniser

NUMBER = regex.compile(r"\d+(?:[.,]\d+)*")
DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
FIRST_SEED = {"tune": 1, "report": 1001}
FLAGGED_BELOW = 0.80
FOLDED = str.maketrans({"–": "-", "—": "-", "μ": "µ", "’": "'", "‘": "'"})
HEAD = (
    *("pages", "n", "places", "right", "made right", "made wrong", "numbers", "found"),
    *("not printed", "of these unflagged", "CPU ms a page"),
)


class Count(NamedTuple):
    """What was counted on one page; before and after the second reading."""

    places: int
    right: tuple[int, int]
    made: tuple[int, int]
    """Places made right, and made wrong."""
    numbers: int
    found: tuple[int, int]
    invented: tuple[int, int]
    unflagged: tuple[int, int]
    milliseconds: float


def bare(text: str) -> str:
    """Text without its spaces; quotes and dashes of one shape, letters of one case."""
    return "".join(text.split()).translate(FOLDED).upper()


def measure(page: Page, before: Sequence[Word], after: Sequence[Word], seconds: float) -> Count:
    """Counts what the second reading changed on a page."""
    states = [_right_places(page, words) for words in (before, after)]
    printed = Counter(NUMBER.findall(" ".join(region.text for region in _whole(page))))
    readings = [_numbers(words) for words in (before, after)]
    found = [sum((Counter(n for n, _ in reading) & printed).values()) for reading in readings]
    wrong = [_not_printed(reading, printed) for reading in readings]
    pairs = list(zip(*states, strict=True))
    return Count(
        places=len(pairs),
        right=(sum(a for a, _ in pairs), sum(b for _, b in pairs)),
        made=(sum(b and not a for a, b in pairs), sum(a and not b for a, b in pairs)),
        numbers=sum(printed.values()),
        found=(found[0], found[1]),
        invented=(len(wrong[0]), len(wrong[1])),
        unflagged=(_sure(wrong[0]), _sure(wrong[1])),
        milliseconds=seconds * 1000,
    )


def _whole(page: Page) -> list[Region]:
    wide = [region for region in page.regions if region.box[0] < -1e5]
    return wide or list(page.regions)


def _right_places(page: Page, words: Sequence[Word]) -> list[bool]:
    """For each place that has print, whether the words that stand there say just that."""
    regions = [r for r in page.regions if r.box[0] > -1e5 and r.text.strip()]
    held: dict[int, list[tuple[float, str]]] = defaultdict(list)
    for word in words:
        x, y = carry(page.to_clean, np.array([word.box.center], dtype=np.float64))[0]
        for index, (left, top, right, bottom) in enumerate(region.box for region in regions):
            if left <= x <= right and top <= y <= bottom:
                held[index].append((float(x), word.text))
                break
    return [
        bare("".join(text for _, text in sorted(held[index]))) == bare(region.text)
        for index, region in enumerate(regions)
    ]


def _numbers(words: Sequence[Word]) -> list[tuple[str, float]]:
    return [(n, word.confidence) for word in words for n in NUMBER.findall(word.text)]


def _not_printed(reading: list[tuple[str, float]], printed: Counter[str]) -> list[float]:
    """The confidences of numbers that the page does not have, or not so often."""
    left, wrong = Counter(printed), []
    for number, confidence in sorted(reading, key=lambda item: -item[1]):
        if left[number] > 0:
            left[number] -= 1
        else:
            wrong.append(confidence)
    return wrong


def _sure(confidences: list[float]) -> int:
    return sum(confidence >= FLAGGED_BELOW for confidence in confidences)


def pages(half: str, data: Path, tables: int) -> Iterator[tuple[str, Page]]:
    """The pages of one half, each with its kind."""
    names, first = list(DAMAGES), FIRST_SEED[half]
    for seed in range(first, first + tables):
        name = names[seed % len(names)]
        yield f"drawn tables, {name}", damage(draw_table(seed), name, seed)
    if (data / "synthetic_pages").is_dir():
        for number, page in enumerate(drawn_pages(data)):
            for turn in range(2):
                name = names[(number + first + 2 * turn) % len(names)]
                yield "medical pages", damage(page, name, number + first)
        for page in data_pages(data, half):
            yield ("receipts" if page.dpi == 150 else "forms"), page


class Reader:
    """Reads pages once by Tesseract alone, and their doubtful words again."""

    def __init__(self) -> None:
        self.settings = load_settings({"profile": "fast", "ocr_fallback_engine": "none"})
        options = rapidocr.Options.model_validate(engine_defaults(rapidocr.NAME))
        self.recogniser: LineRecogniser = rapidocr.create(options)
        self.recogniser.recognise(np.full((48, 96), 255, np.uint8))

    def count(self, page: Page) -> Count | None:
        """What the second reading changed; None where preparing did not leave it upright."""
        height, width = page.pixels.shape
        image = PageImage(number=1, width=width, height=height, dpi=page.dpi, image="page.png")
        picture = cv2.imencode(".png", page.pixels)[1].tobytes()
        raster, prepared = prepare_page(image, picture, profile=self.settings.profile)
        read = read_page(image, raster, prepared, settings=self.settings)
        if read.ocr.rotation or read.ocr.unreadable:
            return None
        before = read.ocr.words
        start = time.process_time()
        again = read_again(
            before, read.layout, raster, self.recogniser, below=self.settings.reread_word_below
        )
        after, _ = lay_out(again, prepared.rulings, raster.to_page)
        return measure(page, before, after, time.process_time() - start)


@cache
def reader() -> Reader:
    """This process's reader, its models loaded."""
    return Reader()


def count(item: tuple[str, Page]) -> tuple[str, Count | None]:
    """The kind of a page and what was counted on it."""
    return item[0], reader().count(item[1])


def row(kind: str, counts: Sequence[Count]) -> tuple[str, ...]:
    """One row of the table: sums over the pages of a kind, before > after."""

    def both(pairs: Iterable[tuple[int, int]]) -> str:
        before, after = (sum(side) for side in zip(*pairs, strict=True))
        return f"{before} > {after}"

    return (
        *(kind, str(len(counts)), str(sum(c.places for c in counts))),
        *(both(c.right for c in counts), *(str(sum(c.made[i] for c in counts)) for i in (0, 1))),
        *(str(sum(c.numbers for c in counts)), both(c.found for c in counts)),
        *(both(c.invented for c in counts), both(c.unflagged for c in counts)),
        f"{sum(c.milliseconds for c in counts) / len(counts):.0f}",
    )


def main() -> None:
    """Reads the pages and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=FIRST_SEED, default="report")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--tables", type=int, default=36, help="tables that are drawn")
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    counts: dict[str, list[Count]] = defaultdict(list)
    left_out = 0
    with ProcessPoolExecutor(asked.workers) as pool:
        for kind, found in pool.map(count, pages(asked.half, asked.data, asked.tables)):
            if found is None:
                left_out += 1
            else:
                counts[kind].append(found)
    rows = [row(kind, found) for kind, found in sorted(counts.items())]
    rows.append(row("all", [one for found in counts.values() for one in found]))
    for line in (HEAD, ("---",) * len(HEAD), *rows):
        print("| " + " | ".join(line) + " |")
    print(f"{left_out} pages were left out: turned by their preparation, or not read in time.")


if __name__ == "__main__":
    main()
