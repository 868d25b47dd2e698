import gc
import weakref

import numpy as np
import pytest
from tests.unit.reading.drawn import Pixels, lab_page

from chartlift.imaging.ink import ink_mask, paper, shrink
from chartlift.imaging.kept import kept


def test_a_picture_is_looked_at_once_for_each_question() -> None:
    asked: list[int] = []

    @kept
    def darkest(pixels: Pixels, share: int) -> int:
        asked.append(share)
        return int(pixels.min()) * share

    page, other = lab_page(), lab_page()

    assert [darkest(page, 1), darkest(page, 2), darkest(page, 1), darkest(other, 1)] == [
        15,
        30,
        15,
        15,
    ]
    assert asked == [1, 2, 1]


def test_what_was_found_out_goes_when_the_picture_goes() -> None:
    page = lab_page().copy()
    level, gone = paper(page), weakref.ref(page)
    small = weakref.ref(shrink(page, 400)[0])
    del page
    gc.collect()

    assert gone() is None
    assert small() is None
    assert level.size > 0


def test_a_kept_picture_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        paper(lab_page())[0, 0] = 1


def test_another_picture_at_the_same_place_is_another_picture() -> None:
    for level in (200, 120, 250):
        page = np.full((500, 500), level, np.uint8)
        assert paper(page).min() == level
        del page


def test_a_small_picture_is_shrunk_to_itself() -> None:
    page = np.full((30, 20), 9, np.uint8)

    assert shrink(page, 400) == (page, 1.0)
    assert not ink_mask(page).any()
