"""Draws a page from its seed: the same seed, the same page."""

from __future__ import annotations

import cv2
import numpy as np

from benchmarks.pages.layouts import LAYOUTS
from benchmarks.pages.press import new_press
from benchmarks.pages.truth import Page
from benchmarks.pages.typeset import DPI

LANGUAGES = ("eng", "fra", "khm")
TUNING_SEEDS = range(1, 100_000)
REPORT_SEEDS = range(100_001, 200_000)
"""Anything may be tried on pages of tuning seeds. Pages of report seeds are only ever read to be
reported; some fonts stand on no others."""
POINTS = {"small_print": (6.6, 8.0), "dot_matrix": (11.0, 12.5), "lab_cumulative": (8.5, 10.0)}
PIN = 3
"""Pixels from one pin's dot to the next of a dot-matrix printer."""


def seeds(half: str) -> range:
    """The seeds of `tuning` or `report` pages."""
    return {"tuning": TUNING_SEEDS, "report": REPORT_SEEDS}[half]


def draw_page(seed: int) -> Page:
    """The page of a seed, clean; its language and layout follow from the seed in turn."""
    language, layout = language_of(seed), layout_of(seed)
    random = np.random.default_rng(seed)
    low, high = POINTS.get(layout, (9.0, 11.5))
    points = float(random.uniform(low, high))
    press = new_press(
        language,
        random,
        held_out=seed in REPORT_SEEDS,
        points=points,
        fixed=layout == "dot_matrix",
    )
    LAYOUTS[layout](press)
    press.stamp()
    press.footer()
    pixels = press.sheet.pixels()
    record = press.sheet.record
    return Page(
        name=f"{language}_{seed}_{layout}",
        language=language,
        layout=layout,
        seed=seed,
        pixels=_dotted(pixels) if layout == "dot_matrix" else pixels,
        dpi=DPI,
        words=tuple(record.words),
        lines=tuple(record.lines),
        rows=tuple(record.rows),
        tables=tuple(record.tables),
        smallest=round(press.sheet.smallest, 1),
    )


def language_of(seed: int) -> str:
    """The language of a seed's page."""
    return LANGUAGES[_place(seed) % len(LANGUAGES)]


def layout_of(seed: int) -> str:
    """The name of the layout of a seed's page."""
    return list(LAYOUTS)[_place(seed) // len(LANGUAGES) % len(LAYOUTS)]


def _place(seed: int) -> int:
    """Where a seed stands in its half, from 0."""
    return seed - (REPORT_SEEDS if seed in REPORT_SEEDS else TUNING_SEEDS).start


def _dotted(pixels: np.ndarray) -> np.ndarray:
    """The print as the pins of a dot-matrix printer leave it."""
    height, width = pixels.shape
    size = (width // PIN, height // PIN)
    struck = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA) < 185
    dots = np.zeros((size[1] * PIN, size[0] * PIN), np.float32)
    dots[1::PIN, 1::PIN] = struck
    ink = cv2.GaussianBlur(dots, (0, 0), 0.42 * PIN) * 2.2 * PIN
    paper = np.full(pixels.shape, 255.0, np.float32)
    paper[: ink.shape[0], : ink.shape[1]] -= np.clip(ink, 0, 1) * 205
    return paper.astype(np.uint8)
