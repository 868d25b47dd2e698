import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from tests.unit.reading.drawn import (
    COLUMNS,
    LAB_ROWS,
    ROW_HEIGHT,
    TABLE_TOP,
    lab_page,
    noisy,
    prose_page,
    raster,
    tilted,
    turned_point,
    write,
)

from chartlift.imaging.ink import ink_mask
from chartlift.imaging.rulings import find_strokes, part_rulings, remove_rulings, rulings_of
from chartlift.imaging.skew import deskew

Pixels = NDArray[np.uint8]


def test_every_line_of_a_table_is_found_where_it_was_drawn() -> None:
    strokes = find_strokes(raster(lab_page()))

    levels = [stroke.box.center[1] for stroke in strokes if stroke.horizontal]
    places = [stroke.box.center[0] for stroke in strokes if not stroke.horizontal]
    drawn = [TABLE_TOP + number * ROW_HEIGHT for number in range(len(LAB_ROWS) + 1)]
    assert sorted(levels) == pytest.approx(drawn, abs=2)
    assert sorted(places) == pytest.approx(COLUMNS, abs=2)


def test_without_its_rulings_a_page_is_the_page_without_a_table() -> None:
    done = remove_rulings(raster(lab_page())).pixels

    left = cv2.countNonZero(ink_mask(done))
    letters = cv2.countNonZero(ink_mask(lab_page(ruled=False)))
    assert left == pytest.approx(letters, rel=0.02)


def test_prose_holds_no_rulings() -> None:
    assert find_strokes(raster(prose_page())) == ()


def test_the_strokes_of_a_title_of_24_points_are_no_rulings() -> None:
    assert find_strokes(raster(prose_page(["HILL TELETHE"], size=100))) == ()


def test_the_stems_of_letters_below_each_other_are_no_rulings() -> None:
    page = Image.new("L", (900, 700), 255)
    for line in range(12):
        write(ImageDraw.Draw(page), (60, 40 + 42 * line), "DENIED HILFE 1110", 44)

    assert find_strokes(raster(np.asarray(page), dpi=150)) == ()


def _ragged_page() -> Pixels:
    page = np.full((300, 900), 255, np.uint8)
    page[150, 100:800] = page[152, 100:800] = 0
    page[150, 100:800:16] = page[152, 108:800:16] = 255
    page[151, 100:800] = np.where(np.arange(700) % 16 < 12, 0, 255)
    return page


def test_a_ruling_of_which_no_row_is_whole_is_found_between_walls() -> None:
    page = _ragged_page()
    page[60:240, 99:102] = page[60:240, 799:802] = 0

    (across,) = [stroke for stroke in find_strokes(raster(page)) if stroke.horizontal]

    assert (across.box.left, across.box.right) == pytest.approx((100, 801), abs=3)
    assert across.box.center[1] == pytest.approx(151.5, abs=1)


def test_a_ragged_line_without_walls_is_no_ruling() -> None:
    assert find_strokes(raster(_ragged_page())) == ()


def test_a_letter_that_crosses_a_ruling_keeps_its_stroke() -> None:
    page = Image.new("L", (900, 300), 255)
    draw = ImageDraw.Draw(page)
    draw.line((200, 100, 200, 180), fill=0, width=6)
    draw.line((50, 140, 850, 140), fill=0, width=3)

    done = remove_rulings(raster(np.asarray(page))).pixels

    assert done[138:143, 200].max() < 128
    assert done[140, 300:800].min() > 200


def test_a_letter_that_stands_on_a_ruling_or_hangs_from_it_keeps_its_end() -> None:
    page = np.full((300, 900), 255, np.uint8)
    page[139:142, 50:851] = 0
    page[100:139, 197:203] = page[142:180, 497:503] = 0

    done = remove_rulings(raster(page)).pixels

    assert (done[100:139, 200] < 100).all()
    assert (done[142:180, 500] < 100).all()
    assert (done[139:142] == 255).all()


def test_nothing_is_left_of_a_grey_tilted_ruling_not_even_its_ends() -> None:
    page = Image.new("L", (900, 300), 255)
    ImageDraw.Draw(page).line((50, 140, 850, 143), fill=70, width=3)
    blurred = cv2.GaussianBlur(np.asarray(page), (3, 3), 0)

    done = remove_rulings(raster(blurred.astype(np.uint8))).pixels

    assert done.min() > 200


def test_short_walls_between_two_rulings_are_found() -> None:
    page = Image.new("L", (900, 300), 255)
    draw = ImageDraw.Draw(page)
    for level in (100, 160):
        draw.line((50, level, 850, level), fill=0, width=3)
    draw.line((400, 100, 400, 160), fill=0, width=3)
    write(draw, (420, 110), "Ill", 40)

    walls = [stroke for stroke in find_strokes(raster(np.asarray(page))) if not stroke.horizontal]

    assert [round(wall.box.center[0], -1) for wall in walls] == [400]


def test_a_broken_line_of_a_fax_is_one_ruling() -> None:
    page = np.full((200, 900), 255, np.uint8)
    page[100:103, 50:850] = 0
    page[95:110, 200:850:150] = 255

    assert len(find_strokes(raster(page))) == 1


def test_rulings_are_kept_in_pixels_of_the_tilted_page() -> None:
    clean = lab_page()
    level = deskew(raster(noisy(tilted(clean, 3.0), 5)))

    rulings = rulings_of(level, find_strokes(level))

    across = [ruling for ruling in rulings if ruling.horizontal]
    first = min(across, key=lambda ruling: ruling.ends[0][1])
    middle = ((COLUMNS[0] + COLUMNS[-1]) / 2, TABLE_TOP)
    assert len(across) == len(LAB_ROWS) + 1
    assert np.mean(first.ends, axis=0) == pytest.approx(turned_point(middle, clean, 3.0), abs=4)


def test_rulings_under_a_markers_stroke_are_found_as_elsewhere() -> None:
    page = lab_page()
    band = slice(TABLE_TOP + 2 * ROW_HEIGHT + 14, TABLE_TOP + 3 * ROW_HEIGHT - 8)
    marked = page.copy()
    marked[band, 150:1600] = (page[band, 150:1600] * 0.65).astype(np.uint8)

    plain, found = (find_strokes(raster(pixels)) for pixels in (page, marked))

    assert [s.box for s in found] == [s.box for s in plain]


def test_a_copiers_streak_from_rim_to_rim_is_taken_out_but_no_ruling() -> None:
    page = lab_page()
    page = page.copy()
    page[:, 1500:1504] = 60

    done, rulings = part_rulings(raster(page))

    assert len(rulings) == len(find_strokes(raster(lab_page())))
    assert done.pixels[1300:, 1490:1515].min() > 200
