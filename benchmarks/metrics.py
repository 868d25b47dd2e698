"""How well a reading agrees with what is printed: pure functions of texts and boxes.

Texts are folded alike on both sides first (`fold`): NFC, zero-width characters out, one shape of
quote, dash, micro sign and Khmer colon, leaders and empty boxes of forms out. A share is 0.0-1.0.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import regex
from rapidfuzz.distance import Levenshtein

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

Box = tuple[float, float, float, float]

SHAPES = str.maketrans(
    {"–": "-", "—": "-", "−": "-", "‐": "-", "μ": "µ", "’": "'", "‘": "'", "´": "'", "`": "'",
     "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "៖": ":", "：": ":", "，": ",",
     "\N{NO-BREAK SPACE}": " ", "□": None, "☐": None, "☑": None, "☒": None}
)  # fmt: skip
INVISIBLE = regex.compile(r"[\u200b-\u200f\u2060\ufeff\u00ad]")
LEADER = regex.compile(r"[.…_·]{4,}|(?:[._·] ){3,}[._·]?")
NUMBER = regex.compile(r"\d+(?:[.,]\d+)*")
KHMER = regex.compile(r"\p{Khmer}")
AROUND = ".,:;()[]\"'!?-|"
RESAMPLED = 2000


def fold(text: str, *, case: bool = True) -> str:
    """A text in the shape in which texts are compared; without `case`, in capitals."""
    plain = INVISIBLE.sub("", unicodedata.normalize("NFC", text)).translate(SHAPES)
    plain = LEADER.sub(" ", plain)
    return plain if case else plain.upper()


def bare(text: str) -> str:
    """A text without its spaces."""
    return "".join(text.split())


def character_errors(truths: Sequence[str], text: str) -> float:
    """The edit distance of a reading by the truth's length, in order, without spaces; at most 1.

    Of several truths (orders in which a page may as well be read) the nearest one counts.
    """
    return min(_errors(bare(truth), bare(text)) for truth in truths)


def _errors(truth: str, text: str) -> float:
    if not truth:
        return float(bool(text))
    return min(Levenshtein.distance(truth, text) / len(truth), 1.0)


def words_found(truth: str, text: str) -> float:
    """The share of the printed words that were read, wherever they stand.

    A word counts without the punctuation around it. One with Khmer letters, which no space
    parts from its neighbours, counts where it stands anywhere in the text without spaces.
    """
    printed, read, run = _words(truth), Counter(_words(text)), bare(text)
    found = 0
    for word in printed:
        if KHMER.search(word):
            found += word in run
        elif read[word] > 0:
            read[word] -= 1
            found += 1
    return found / len(printed) if printed else 1.0


def _words(text: str) -> list[str]:
    return [word for part in text.split() if (word := part.strip(AROUND))]


class Numbers(NamedTuple):
    """The numbers of a page: printed, read, and those that are both."""

    printed: int
    read: int
    both: int


def numbers(truth: str, text: str) -> Numbers:
    """Counts a page's numbers, each as often as it stands; Khmer digits count as Arabic ones."""
    printed, read = (Counter(NUMBER.findall(_arabic(side))) for side in (truth, text))
    return Numbers(printed.total(), read.total(), (printed & read).total())


def _arabic(text: str) -> str:
    return "".join(str(unicodedata.digit(c, c)) if c.isdecimal() else c for c in text)


class GridCell(NamedTuple):
    """A cell of a table, where it stands in its grid and on the page."""

    row: int
    column: int
    text: str
    box: Box


def cells_exact(truth: Sequence[GridCell], tables: Iterable[Sequence[GridCell]]) -> tuple[int, int]:
    """How many of a true table's printed cells a reading has exactly, of how many.

    A cell is exact where the read cell that covers most of it has the same text, spaces apart,
    and stands in the row and the column in which most cells of its true row and column stand.
    """
    filled = [cell for cell in truth if bare(fold(cell.text))]
    best: list[tuple[GridCell, GridCell]] = []
    for table in tables:
        pairs = [(cell, other) for cell in filled if (other := _covering(cell, table))]
        best = max(best, pairs, key=len)
    rows = _usual((cell.row, other.row) for cell, other in best)
    columns = _usual((cell.column, other.column) for cell, other in best)
    exact = sum(
        bare(fold(cell.text)) == bare(fold(other.text))
        and other.row == rows[cell.row]
        and other.column == columns[cell.column]
        for cell, other in best
    )
    return exact, len(filled)


def _covering(cell: GridCell, table: Sequence[GridCell]) -> GridCell | None:
    areas = [(_shared(cell.box, other.box), index) for index, other in enumerate(table)]
    area, index = max(areas, default=(0.0, 0))
    return table[index] if area > 0 else None


def _shared(a: Box, b: Box) -> float:
    wide, tall = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    return max(wide, 0.0) * max(tall, 0.0)


def _usual(pairs: Iterable[tuple[int, int]]) -> Mapping[int, int]:
    counts: dict[int, Counter[int]] = {}
    for true, read in pairs:
        counts.setdefault(true, Counter())[read] += 1
    return {true: min(seen, key=lambda r: (-seen[r], r)) for true, seen in counts.items()}


class Interval(NamedTuple):
    """A mean and the bounds that hold 95 % of the means of resampled pages."""

    mean: float
    low: float
    high: float


def paired_interval(differences: Sequence[float], strata: Sequence[str], seed: int = 0) -> Interval:
    """The mean difference of two systems on the same pages, with its bootstrap interval.

    Each stratum (damage) weighs the same; pages are drawn again from all, each with its weight,
    as most strata hold too few pages to be drawn from by themselves.
    """
    values, weights = np.array(differences), _weights(strata)
    drawn = np.random.default_rng(seed).integers(len(values), size=(RESAMPLED, len(values)))
    means = (values * weights)[drawn].sum(axis=1) / weights[drawn].sum(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return Interval(mean_over(differences, strata), float(low), float(high))


def mean_over(values: Sequence[float], strata: Sequence[str]) -> float:
    """The mean of the strata's means."""
    return float(np.average(np.array(values), weights=_weights(strata)))


def _weights(strata: Sequence[str]) -> NDArray[np.float64]:
    counts = Counter(strata)
    return np.array([1 / counts[stratum] for stratum in strata])
