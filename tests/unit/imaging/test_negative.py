import numpy as np
from tests.unit.reading.drawn import lab_page, noisy, prose_page, raster, shaded

from chartlift.imaging.negative import invert_negative, light_print


def test_white_print_on_black_becomes_black_on_white() -> None:
    clean = prose_page()

    assert np.array_equal(invert_negative(raster(255 - clean)).pixels, clean)


def test_a_faint_grey_negative_is_told_too() -> None:
    faint = (40 + (255 - lab_page()) * 0.2).astype(np.uint8)

    assert invert_negative(raster(faint)).pixels.mean() > 180


def test_a_dark_photo_of_black_print_is_no_negative() -> None:
    dark = raster((noisy(shaded(lab_page()), 8) * 0.25).astype(np.uint8))

    assert invert_negative(dark) is dark


def test_a_bare_page_says_nothing_of_its_print() -> None:
    assert light_print(np.zeros((1200, 900), np.uint8)) is None
    assert light_print(np.zeros((20, 20), np.uint8)) is None
