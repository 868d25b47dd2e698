import cv2
import numpy as np
import pytest
from tests.unit.reading.drawn import Pixels, lab_page, noisy, raster

from chartlift.imaging.focus import sharpen, softest_edges


def _shaken(page: Pixels, kernel: np.ndarray) -> Pixels:
    return np.asarray(cv2.filter2D(page, -1, kernel / kernel.sum()), np.uint8)


@pytest.mark.parametrize(
    "kernel",
    [
        np.ones((1, 11), np.float32),
        np.ones((11, 1), np.float32),
        np.eye(9, dtype=np.float32),
        cv2.getGaussianKernel(21, 3.2) @ cv2.getGaussianKernel(21, 3.2).T,
    ],
    ids=["sideways", "up and down", "aslant", "out of focus"],
)
def test_a_page_blurred_in_any_direction_is_sharpened(kernel: np.ndarray) -> None:
    page = noisy(_shaken(lab_page(), kernel), 3)

    done = sharpen(raster(page)).pixels

    before, after = softest_edges(page), softest_edges(done)
    assert before is not None
    assert after is not None
    assert after > 1.2 * before


@pytest.mark.parametrize(
    "page",
    [
        lab_page(),
        noisy(lab_page(), 12),
        cv2.GaussianBlur(lab_page(), (0, 0), 1.2),
        np.full((900, 900), 240, np.uint8),
    ],
    ids=["sharp", "grain", "a phone's softness", "empty"],
)
def test_a_page_that_is_not_blurred_is_left_as_it_is(page: Pixels) -> None:
    given = raster(np.asarray(page, np.uint8))

    assert sharpen(given) is given
