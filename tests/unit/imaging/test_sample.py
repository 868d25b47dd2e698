import numpy as np
import pytest
from tests.unit.reading.drawn import noisy, prose_page, raster

from chartlift.imaging.ink import glyphs, ink_mask, text_height
from chartlift.imaging.noise import grain
from chartlift.imaging.sample import bands, sampled_glyphs

PAGE = np.concatenate([prose_page(["a plain line of print and its reader"] * 12)] * 3)


def test_a_sample_is_a_quarter_of_the_page_and_as_grainy() -> None:
    page = raster(noisy(PAGE, 9))

    sample = bands(page)

    assert sample.shape == (6 * 150, 1900)
    assert grain(sample) == pytest.approx(grain(page.pixels), rel=0.1)


def test_letters_are_as_tall_in_the_sample_as_on_the_page() -> None:
    page = raster(PAGE)

    sampled = text_height(sampled_glyphs(page), 300)

    assert sampled == pytest.approx(text_height(glyphs(ink_mask(PAGE)), 300), abs=3)


def test_letters_that_a_band_cuts_are_not_sampled() -> None:
    page = np.full((1200, 400), 255, np.uint8)
    page[200:340, 100:120] = 0
    page[420:500, 200:220] = 0

    assert len(sampled_glyphs(raster(page)).top) == 0


def test_a_page_too_small_for_bands_is_its_own_sample() -> None:
    page = raster(np.full((300, 200), 255, np.uint8))

    assert bands(page).shape == page.pixels.shape
