import cv2
import numpy as np
import pytest
from tests.unit.reading.drawn import Pixels, noisy, prose_page, raster, shaded

from chartlift.imaging.back import wipe_back
from chartlift.imaging.ink import ink_mask
from chartlift.imaging.light import flatten_light

FRONT = np.concatenate([prose_page(["The patient was seen in the ward and has no pain"] * 12)] * 2)
BACK = np.concatenate([prose_page(["Other tablets were given in the night before it"] * 12)] * 2)


def _seen_through(strength: float) -> Pixels:
    """The front with the print of the back, mirrored and soft, between its lines and under them."""
    soft = cv2.GaussianBlur(np.roll(BACK[:, ::-1], 35, axis=0).astype(np.float32), (0, 0), 2.2)
    shown = FRONT - (255 - soft) * strength
    noise = np.random.default_rng(2).normal(0, 2, FRONT.shape)
    return np.clip(np.clip(shown, 0, 250) + noise, 0, 255).astype(np.uint8)


def _pale(level: int) -> Pixels:
    """The front with every third line printed in grey."""
    page = FRONT.copy()
    for top in range(150, page.shape[0] - 80, 3 * 79):
        line = page[top : top + 79]
        page[top : top + 79] = 255 - (255 - line) * ((255 - level) / 240)
    return page


def _faded_in_places() -> Pixels:
    """The front as a worn head prints it: pale and soft in one strip from top to bottom."""
    page = FRONT.astype(np.float32)
    third, half = page.shape[1] // 3, page.shape[1] // 2
    soft = 255 - (255 - cv2.GaussianBlur(page, (0, 0), 1.2)) * 0.2
    page[:, third:half] = soft[:, third:half]
    return page.astype(np.uint8)


@pytest.mark.parametrize("strength", [0.18, 0.3])
def test_what_shows_through_from_the_back_becomes_paper_and_the_front_stays(
    strength: float,
) -> None:
    dirty = raster(_seen_through(strength))

    done = wipe_back(dirty).pixels

    front = cv2.dilate(ink_mask(FRONT), np.ones((9, 9), np.uint8)) > 0
    assert np.mean(dirty.pixels[~front] < 225) > 0.004
    assert np.mean(done[~front] < 225) < 0.0005
    print_there = ink_mask(FRONT) > 0
    assert np.array_equal(done[print_there], dirty.pixels[print_there])


@pytest.mark.parametrize(
    "page",
    [
        FRONT,
        noisy(FRONT, 6),
        _pale(165),
        _pale(200),
        _faded_in_places(),
        cv2.GaussianBlur(_seen_through(0.3), (0, 0), 4),
        np.full((1500, 1200), 240, np.uint8),
        flatten_light(raster(shaded(FRONT))).pixels,
    ],
    ids=["clean", "grainy", "grey lines", "pale lines", "faded", "out of focus", "blank", "shaded"],
)
def test_a_page_whose_back_does_not_show_comes_back_untouched(page: Pixels) -> None:
    given = raster(page)

    assert wipe_back(given) is given
