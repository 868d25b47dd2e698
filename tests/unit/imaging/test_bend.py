import cv2
import numpy as np
import pytest
from tests.unit.reading.drawn import (
    COLUMNS,
    LAB_ROWS,
    PROSE,
    TABLE_TOP,
    Pixels,
    lab_page,
    noisy,
    prose_page,
    raster,
    tilted,
)

from chartlift.geometry import carry, lead_back
from chartlift.imaging.bend import lay_flat
from chartlift.imaging.photo import straighten_sheet
from chartlift.imaging.rulings import find_strokes
from chartlift.imaging.skew import deskew

LONG_PAGE = prose_page(PROSE * 3, size=40)


def _lift(shape: tuple[int, ...], pixels: float) -> np.ndarray:
    """How far each column of a bound page is moved down, most at the spine on its left."""
    return (pixels * np.exp(-3.2 * np.linspace(0, 1, shape[1]))).astype(np.float32)


def _bound(page: Pixels, lift: float) -> Pixels:
    height, width = page.shape
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    up = _lift(page.shape, lift)
    return cv2.remap(page, x, y - up[None], cv2.INTER_CUBIC, borderValue=(255,)).astype(np.uint8)


def _arched(page: Pixels, bow: float) -> Pixels:
    """The page on a dark table, its upper and lower edge bowed up by so many pixels."""
    height, width = page.shape
    x, y = np.meshgrid(
        np.arange(-90, width + 90, dtype=np.float32),
        np.arange(-190, height + 90, dtype=np.float32),
    )
    up = bow * np.sin(np.pi * (x / width).clip(0, 1))
    table = np.random.default_rng(3).normal(70, 5, x.shape)
    covered = cv2.remap(np.full_like(page, 255), x, y + up, cv2.INTER_LINEAR) / 255
    sheet = cv2.remap(page, x, y + up, cv2.INTER_CUBIC, borderValue=(255,)) * 0.85
    return np.clip(sheet * covered + table * (1 - covered), 0, 255).astype(np.uint8)


def _level_rulings(pixels: Pixels) -> int:
    width = COLUMNS[-1] - COLUMNS[0]
    strokes = find_strokes(raster(pixels))
    return sum(s.horizontal and s.box.width > 0.97 * width for s in strokes)


@pytest.mark.parametrize("lift", [110.0, -90.0])
def test_a_bound_page_is_laid_flat_and_its_rulings_run_level_again(lift: float) -> None:
    page = _bound(lab_page(), lift)

    done = lay_flat(raster(noisy(page, 4)))

    assert _level_rulings(page) < len(LAB_ROWS) + 1
    assert _level_rulings(done.pixels) == len(LAB_ROWS) + 1


def test_the_columns_of_a_bound_page_stand_plumb() -> None:
    lean = cv2.getRotationMatrix2D((900, 700), -3.0, 1.0)
    page = cv2.warpAffine(_bound(lab_page(), 110), lean, (1900, 1500), borderValue=(255,))

    down = [s for s in find_strokes(lay_flat(raster(np.asarray(page)))) if not s.horizontal]

    assert len(down) == len(COLUMNS)
    assert all(s.box.width < 10 for s in down)


@pytest.mark.parametrize("tilt", [0.0, 2.5])
def test_what_is_read_on_the_flat_page_is_found_on_the_bent_one(tilt: float) -> None:
    page = _bound(lab_page(), 110)
    done = lay_flat(raster(tilted(page, tilt)))
    corner = np.array([(COLUMNS[0], TABLE_TOP), (COLUMNS[-1], TABLE_TOP)], np.float64)
    corner[:, 1] += _lift(page.shape, 110)[corner[:, 0].astype(int)]

    if not tilt:
        top = min(find_strokes(done), key=lambda s: (not s.horizontal, s.box.top)).box
        ends = np.array([(top.left, top.center[1]), (top.right, top.center[1])])
        assert carry(done.to_page, ends) == pytest.approx(corner, abs=6)
    points = np.array([(300.0, 400.0), (1500.0, 900.0)])
    assert carry(done.to_page, lead_back(done.to_page, points)) == pytest.approx(points, abs=0.01)


@pytest.mark.parametrize(
    "page",
    [lab_page(), LONG_PAGE, tilted(LONG_PAGE, 4.0), tilted(lab_page(), -6.0), noisy(LONG_PAGE, 14)],
    ids=["a table", "prose", "tilted prose", "a tilted table", "grain"],
)
def test_lines_that_are_straight_are_left_to_be_turned(page: Pixels) -> None:
    given = raster(page)

    assert lay_flat(given) is given


def test_a_page_laid_flat_needs_no_turn_and_is_not_laid_flat_again() -> None:
    done = lay_flat(raster(tilted(_bound(LONG_PAGE, 120), 3.0)))

    assert len(done.to_page.bends) == 1
    assert lay_flat(done) is done
    assert deskew(done) is done


def test_a_sheet_that_arches_on_a_table_is_cut_out_along_its_curved_edges() -> None:
    page = lab_page()
    photo = _arched(page, 100)

    done = straighten_sheet(raster(photo))

    assert _level_rulings(done.pixels) == len(LAB_ROWS) + 1
    middle = lead_back(
        done.to_page, np.array([(90 + 950.0, 190 - 100.0), (90 + 950.0, 190 + 1500 - 100)])
    )
    assert middle[:, 1] == pytest.approx([0, done.pixels.shape[0]], abs=8)


def test_edges_that_are_all_but_straight_are_straight() -> None:
    assert straighten_sheet(raster(_arched(lab_page(), 1.5))).to_page.bends == ()
