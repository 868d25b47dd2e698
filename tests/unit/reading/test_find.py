import numpy as np
from tests.unit.reading.drawn import prose_page, raster

from chartlift.model import Box
from chartlift.ocr.registry import load_line_reader
from chartlift.reading.find import find_text, inked_area


def test_the_inked_area_of_a_sheet_holds_its_print_and_little_more() -> None:
    sheet = np.full((2000, 1600), 250, np.uint8)
    sheet[500:900, 300:700] = 200

    area = inked_area(sheet)

    assert area.left <= 300 <= area.left + 60
    assert area.top <= 500 <= area.top + 60
    assert area.right - 60 <= 700 <= area.right
    assert area.bottom - 60 <= 900 <= area.bottom


def test_a_bare_sheet_is_searched_whole() -> None:
    assert inked_area(np.full((2000, 1600), 250, np.uint8)) == Box(0, 0, 1600, 2000)


def test_small_print_on_a_large_sheet_is_found_where_it_stands() -> None:
    reader = load_line_reader("rapidocr", {"longest": 640})
    page = prose_page()
    height, width = page.shape
    sheet = np.full((6 * height, 4 * width), 255, np.uint8)
    sheet[3 * height : 4 * height, width : 2 * width] = page

    alone, within = (find_text(raster(picture), reader) for picture in (page, sheet))

    assert len(within) == len(alone)
    for box in within:
        (left, top), _, (right, bottom), _ = box.corners
        assert width < left < right < 2 * width
        assert 3 * height < top < bottom < 4 * height
