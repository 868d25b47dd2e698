import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw
from tests.unit.reading.drawn import Pixels, lab_page, noisy, prose_page, raster, tilted, write

from chartlift.imaging.upright import turn_upright


def _receipt() -> Pixels:
    """A narrow column of short rows: its columns stand out as clearly as its lines."""
    page = Image.new("L", (900, 2000), 255)
    draw = ImageDraw.Draw(page)
    for row in range(30):
        write(draw, (60, 80 + 60 * row), f"{row + 10:03d}", 40)
        write(draw, (330, 80 + 60 * row), "TEA POT", 40)
        write(draw, (700, 80 + 60 * row), f"{row * 3 + 11}.50", 40)
    return np.asarray(page)


def _numbers() -> Pixels:
    page = Image.new("L", (1800, 1500), 255)
    draw = ImageDraw.Draw(page)
    for row in range(18):
        for column in range(7):
            write(draw, (150 + 230 * column, 100 + 75 * row), str(10 + row))
    return np.asarray(page)


PAGES = {
    "table": lab_page(),
    "prose": prose_page(),
    "receipt": _receipt(),
    "numbers": _numbers(),
    "tilted": tilted(lab_page(), 7.0),
    "grainy": noisy(lab_page(), 12),
    "blurred": cv2.GaussianBlur(prose_page(), (0, 0), 6).astype(np.uint8),
    "a few words": prose_page(["Seen on the ward today", "and sent home"]),
}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("quarters", [1, 3])
def test_a_page_on_its_side_is_turned_by_a_quarter(name: str, quarters: int) -> None:
    side = raster(np.rot90(PAGES[name], quarters))

    done = turn_upright(side)

    assert done.pixels.shape == side.pixels.shape[::-1]
    assert turn_upright(done) is done


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_stands_upright_or_on_its_head_is_not_turned(name: str) -> None:
    upright, head = raster(PAGES[name]), raster(np.rot90(PAGES[name], 2))

    assert turn_upright(upright) is upright
    assert turn_upright(head) is head
