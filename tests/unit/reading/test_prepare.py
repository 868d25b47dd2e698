import numpy as np
import pytest
from tests.unit.reading.drawn import (
    COLUMNS,
    LAB_ROWS,
    TABLE_TOP,
    Pixels,
    lab_page,
    noisy,
    page_image,
    png,
    prose_page,
    shaded,
    tilted,
)

from chartlift.errors import DamagedFile, UnknownProfile
from chartlift.geometry import carry
from chartlift.imaging.raster import decode, encode
from chartlift.model import PreparedPage, Raster, Way
from chartlift.reading.prepare import prepare_page


def _prepare(pixels: Pixels, profile: str = "fast") -> tuple[Raster, PreparedPage]:
    return prepare_page(page_image(pixels), png(pixels), profile=profile)


def test_a_clean_page_without_rulings_goes_through_as_it_is() -> None:
    page = prose_page()

    raster, prepared = _prepare(page)

    assert prepared.steps == ()
    assert prepared.to_page == Way()
    assert np.array_equal(raster.pixels, page)


def test_only_the_steps_that_ran_are_named_in_their_order() -> None:
    _, prepared = _prepare(tilted(shaded(lab_page()), 2.0, paper=200))

    assert prepared.steps == ("flatten_light", "deskew", "remove_rulings")


@pytest.mark.parametrize("degrees", [-4.0, 1.5, 6.0])
def test_the_tilt_is_told_clockwise_and_the_rulings_are_kept(degrees: float) -> None:
    _, prepared = _prepare(noisy(tilted(lab_page(), degrees), 6))

    assert prepared.skew_degrees == pytest.approx(degrees, abs=0.08)
    assert prepared.rotation == 0
    across = [ruling for ruling in prepared.rulings if ruling.horizontal]
    assert len(across) == len(LAB_ROWS) + 1
    assert len(prepared.rulings) - len(across) == len(COLUMNS)


def test_the_homography_leads_from_the_prepared_corner_to_the_page_corner() -> None:
    clean = lab_page()

    raster, prepared = _prepare(np.ascontiguousarray(np.rot90(clean)))

    # The page was turned counter-clockwise by a quarter: it is upright, or stands on its head.
    assert prepared.rotation in {90, 270}
    places = carry(prepared.to_page, np.array([(0.0, 0.0)]))[0]
    assert raster.pixels.shape == clean.shape
    assert tuple(places) in {(0.0, clean.shape[1]), (clean.shape[0], 0.0)}


def test_what_is_stored_between_two_tasks_is_what_was_prepared() -> None:
    raster, prepared = _prepare(tilted(lab_page(), 3.0))

    again = decode(encode(raster), prepared)

    assert np.array_equal(again.pixels, raster.pixels)
    assert again.dpi == raster.dpi
    assert again.to_page == raster.to_page


def test_preparing_twice_gives_the_same_bytes() -> None:
    page = noisy(tilted(lab_page(), 2.0), 8)

    (one, prepared), (two, again) = _prepare(page), _prepare(page)

    assert encode(one) == encode(two)
    assert prepared == again


def test_the_classic_profile_does_what_it_always_does() -> None:
    raster, prepared = _prepare(tilted(lab_page(), 2.0), "classic")

    assert prepared.steps == (
        "deskew_by_hough",
        "denoise_nlm",
        "equalize_clahe",
        "threshold_adaptive",
    )
    assert set(np.unique(raster.pixels)) == {0, 255}


def test_auto_prepares_as_its_own_profile_says() -> None:
    page = noisy(tilted(lab_page(), 2.0), 8)

    assert encode(_prepare(page, "auto")[0]) == encode(_prepare(page, "fast")[0])


def test_an_unknown_profile_is_named() -> None:
    with pytest.raises(UnknownProfile, match="turbo"):
        _prepare(prose_page(), "turbo")


def test_a_damaged_picture_is_an_input_error() -> None:
    with pytest.raises(DamagedFile):
        prepare_page(page_image(prose_page()), b"\x89PNG but no more", profile="fast")


def test_the_lab_table_is_where_the_rulings_say() -> None:
    _, prepared = _prepare(lab_page())

    top = min(ruling.ends[0][1] for ruling in prepared.rulings if ruling.horizontal)
    assert abs(top - TABLE_TOP) <= 3
