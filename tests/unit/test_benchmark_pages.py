"""The pages benchmarks are run on: the same seed draws the same page, and the truth is true."""

from __future__ import annotations

import unicodedata
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import simplejson
from benchmarks.pages.__main__ import pages
from benchmarks.pages.damages import DAMAGES, damage, fits
from benchmarks.pages.drawing import REPORT_SEEDS, TUNING_SEEDS, draw_page
from benchmarks.pages.layouts import LAYOUTS
from benchmarks.pages.series import series
from benchmarks.pages.truth import Page, write_page
from benchmarks.pages.typeset import BREAK, families

FIRST = TUNING_SEEDS.start
IN_PLACE = set(DAMAGES) - {"curl", "phone", "skew", "office", "borders"}


@pytest.fixture(scope="module")
def page() -> Page:
    return draw_page(FIRST)


def darkest(page: Page, box: tuple[float, ...]) -> int:
    left, top, right, bottom = (max(0, round(value)) for value in box)
    return int(page.pixels[top : bottom + 1, left : right + 1].min())


def test_a_seed_draws_the_same_page_each_time(page: Page) -> None:
    again = draw_page(FIRST)
    assert np.array_equal(page.pixels, again.pixels)
    assert page.words == again.words


def test_tuning_and_report_seeds_share_no_seed_and_no_page() -> None:
    assert not set(TUNING_SEEDS) & set(REPORT_SEEDS)
    assert draw_page(TUNING_SEEDS.start).text != draw_page(REPORT_SEEDS.start).text


def test_held_out_families_stand_on_report_pages_only() -> None:
    for script in ("latin", "khmer"):
        assert set(map(str, families(script, held_out=False))) < set(
            map(str, families(script, held_out=True))
        )


def test_each_word_of_each_layout_is_printed_where_its_box_is() -> None:
    for seed in range(FIRST, FIRST + 3 * len(LAYOUTS)):
        drawn = draw_page(seed)
        for word in drawn.words:
            assert darkest(drawn, word.box) < 140, (drawn.name, word)
            assert BREAK not in word.text
            assert word.text == unicodedata.normalize("NFC", word.text)


def test_both_orders_of_a_page_hold_each_word_once() -> None:
    for seed in range(FIRST, FIRST + 3 * len(LAYOUTS)):
        drawn = draw_page(seed)
        whole = list(range(len(drawn.words)))
        for lines in (drawn.lines, drawn.rows):
            assert sorted(i for line in lines for i in line) == whole, drawn.name


def test_every_layout_comes_in_every_language() -> None:
    drawn = {(p.language, p.layout) for s in range(FIRST, FIRST + 54) if (p := draw_page(s))}
    assert drawn == {(tag, layout) for tag in ("eng", "fra", "khm") for layout in LAYOUTS}


def test_a_cell_over_several_rows_pushes_the_next_rows_aside() -> None:
    wrapped = next(
        p for s in range(FIRST, FIRST + 54) if (p := draw_page(s)).layout == "lab_wrapped"
    )
    cells = wrapped.tables[0].cells
    tall = next(cell for cell in cells if cell.row_span > 1)
    below = [cell for cell in cells if cell.row == tall.row + 1]
    assert min(cell.column for cell in below) == tall.column + 1


@pytest.mark.parametrize("name", list(DAMAGES))
def test_words_stand_in_their_boxes_after_a_damage(page: Page, name: str) -> None:
    done = damage(page, name)
    assert done.pixels.dtype == np.uint8
    assert done.damage == name
    height, width = done.pixels.shape
    for word in done.words:
        left, top, right, bottom = word.box
        assert -2 <= left < right <= width + 2, word
        assert -2 <= top < bottom <= height + 2, word
    inked = [_contrast(done, word.box) for word in done.words]
    assert np.mean(np.array(inked) > 12) > 0.98


def _contrast(page: Page, box: tuple[float, ...]) -> float:
    left, top, right, bottom = (max(0, round(value)) for value in box)
    part = page.pixels[top : bottom + 1, left : right + 1]
    return float(np.percentile(part, 90) - np.percentile(part, 3))


@pytest.mark.parametrize("name", list(DAMAGES))
def test_a_damage_is_the_same_each_time(page: Page, name: str) -> None:
    part = page.pixels[400:1400, 200:1200]
    once, again = (DAMAGES[name](part, page.dpi, np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(once.pixels, again.pixels)


def test_small_print_is_not_given_to_a_scan_that_loses_it() -> None:
    small = next(p for s in range(FIRST, FIRST + 54) if (p := draw_page(s)).layout == "small_print")
    assert not fits(small, "dpi_100")
    assert fits(small, "clean")


def test_every_damage_is_used_as_often_as_the_others() -> None:
    turns = [name for page, name in series("tuning", 2 * len(DAMAGES)) if page.language == "eng"]
    counts = Counter(turns)
    assert set(counts) == set(DAMAGES)
    assert max(counts.values()) - min(counts.values()) <= 1
    assert turns[:3] == list(DAMAGES)[:3]


def test_a_page_is_written_under_each_damage_it_fits() -> None:
    made = [(page.seed, page.damage) for page in pages("tuning", 1, ("clean", "skew"))]
    assert made == [(seed, name) for seed in (1, 2, 3) for name in ("clean", "skew")]


def test_a_written_truth_says_where_each_word_stands(page: Page, tmp_path: Path) -> None:
    path = write_page(page, tmp_path)
    truth = simplejson.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert truth["text"] == page.text
    assert truth["words"][0] == {"text": page.words[0].text, "box": list(page.words[0].box)}
    assert truth["tables"][0]["cells"][0]["row"] == 0
