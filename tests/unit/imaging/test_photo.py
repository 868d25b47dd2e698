import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from tests.unit.reading.drawn import Pixels, lab_page, prose_page, raster, shaded, tilted

from chartlift.geometry import carry
from chartlift.imaging.ink import ink_mask
from chartlift.imaging.photo import straighten_sheet

CORNERS = np.array([(150, 90), (1500, 190), (1560, 1330), (60, 1240)], np.float64)
"""Where the corners of a sheet stand in a photo of 1700 x 1450 pixels."""


def _photo(page: Pixels, corners: NDArray[np.float64] = CORNERS, table: int = 70) -> Pixels:
    """The page photographed at an angle on a table of grain and stripes."""
    height, width = page.shape
    flat = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    matrix = cv2.getPerspectiveTransform(flat, corners.astype(np.float32))
    size = (1700, 1450)
    sheet = cv2.warpPerspective(page, matrix, size, flags=cv2.INTER_AREA, borderValue=(0,))
    covered = cv2.warpPerspective(np.full_like(page, 255), matrix, size) / 255
    random = np.random.default_rng(4)
    wood = table + random.normal(0, 6, (1450, 1700)) + 8 * np.sin(np.arange(1700) / 9)
    return np.clip(sheet * 0.85 * covered + wood * (1 - covered), 0, 255).astype(np.uint8)


def test_a_sheet_photographed_at_an_angle_becomes_a_rectangle_that_leads_back() -> None:
    done = straighten_sheet(raster(_photo(lab_page())))

    height, width = done.pixels.shape
    square = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64)
    assert carry(done.to_page, square) == pytest.approx(CORNERS, abs=8)


def test_what_is_printed_stands_where_the_sheet_has_it() -> None:
    page = prose_page()
    flat = straighten_sheet(raster(_photo(page))).pixels

    size = (flat.shape[1], flat.shape[0])
    printed = cv2.GaussianBlur(cv2.resize(ink_mask(page), size), (0, 0), 4)
    found = cv2.GaussianBlur(ink_mask(flat), (0, 0), 4)
    assert np.corrcoef(printed.ravel(), found.ravel())[0, 1] > 0.9


def test_a_shadow_over_sheet_and_table_hides_no_edge() -> None:
    done = straighten_sheet(raster(shaded(_photo(lab_page()))))

    height, width = done.pixels.shape
    square = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64)
    assert carry(done.to_page, square) == pytest.approx(CORNERS, abs=8)


@pytest.mark.parametrize(
    "pixels",
    [
        lab_page(),
        shaded(lab_page()),
        tilted(lab_page(), 4.0),
        np.pad(lab_page(), ((0, 0), (80, 0)), constant_values=10),
        np.pad(lab_page(), ((80, 0), (80, 80)), constant_values=10),
        _photo(lab_page(), table=205),
        _photo(lab_page(), np.array([(900, 700), (1200, 700), (1200, 900), (900, 900)])),
    ],
    ids=["clean", "shaded", "tilted", "black edge", "three black edges", "white table", "a card"],
)
def test_a_page_that_is_no_sheet_on_a_dark_table_comes_back_untouched(pixels: Pixels) -> None:
    page = raster(pixels)

    assert straighten_sheet(page) is page


def test_a_page_printed_in_a_dark_frame_that_is_crooked_is_no_sheet() -> None:
    page = np.full((1400, 1000), 60, np.uint8)
    cv2.fillPoly(page, [np.array([(500, 80), (900, 700), (500, 1300), (100, 700)])], (240,))

    assert straighten_sheet(raster(page)).pixels is page
