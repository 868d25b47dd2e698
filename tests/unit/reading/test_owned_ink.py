"""Each piece of a page's ink belongs to the line of text it was printed with."""

import numpy as np
from numpy.typing import NDArray

from chartlift.imaging.ink import ink_mask
from chartlift.ocr.protocol import TextBox
from chartlift.reading.owned_ink import FAINT, find_ink

Pixels = NDArray[np.uint8]
FIRST, SECOND = 0, 1


def box(top: float, bottom: float) -> TextBox:
    return TextBox(((10.0, top), (390.0, top), (390.0, bottom), (10.0, bottom)), 1.0)


BOXES = {FIRST: box(16, 64), SECOND: box(57, 105)}


def two_lines() -> Pixels:
    """Letters of 18 pixels in two lines that are 41 pixels apart."""
    page = np.full((130, 400), 255, np.uint8)
    for left in range(20, 380, 20):
        page[31:49, left : left + 12] = 0
        page[72:90, left : left + 12] = 0
    return page


def owner_at(page: Pixels, x: int, y: int) -> list[int]:
    ink = find_ink(ink_mask(page, FAINT), BOXES)
    return [line for line in BOXES if ink.of(line)[ink.labels[y, x]]]


def test_a_sign_above_letters_is_theirs_though_the_line_above_is_near() -> None:
    page = two_lines()
    page[62:69, 22:30] = 0

    assert owner_at(page, 25, 65) == [SECOND]


def test_a_sign_under_letters_is_theirs() -> None:
    page = two_lines()
    page[52:60, 22:30] = 0

    assert owner_at(page, 25, 55) == [FIRST]


def test_a_sign_that_touches_one_of_the_next_line_is_parted_from_it() -> None:
    page = two_lines()
    page[51:62, 25:27] = 0
    page[62:69, 22:30] = 0

    assert owner_at(page, 26, 53) == [FIRST]
    assert owner_at(page, 26, 65) == [SECOND]


def test_a_frame_around_both_lines_is_not_cut() -> None:
    page = two_lines()
    page[2:120, 4:6] = 0
    page[2:4, 4:396] = 0

    ink = find_ink(ink_mask(page, FAINT), BOXES)

    assert ink.labels[10, 5] == ink.labels[110, 5]
