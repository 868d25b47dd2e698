import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from tests.unit.reading.drawn import (
    Pixels,
    lab_page,
    noisy,
    prose_page,
    raster,
    shaded,
    tilted,
)

from chartlift.errors import InvalidData
from chartlift.geometry import carry, lead_back, tilt
from chartlift.imaging.border import clear_border
from chartlift.imaging.ink import ink_mask
from chartlift.imaging.light import flatten_light, stretch_contrast
from chartlift.imaging.noise import grain, smooth_grain, wipe_specks
from chartlift.imaging.rulings import remove_rulings
from chartlift.imaging.scale import GOOD_LETTERS, scale_letters
from chartlift.imaging.skew import deskew
from chartlift.imaging.steps import STEPS, step_named
from chartlift.settings import pipeline

CLASSIC = {"deskew_by_hough", "denoise_nlm", "equalize_clahe", "threshold_adaptive"}
ADAPTIVE = sorted(set(STEPS) - CLASSIC)


@pytest.mark.parametrize("name", sorted(STEPS))
@settings(deadline=None, max_examples=25)
@given(
    arrays.arrays(
        np.uint8, st.tuples(st.integers(1, 60), st.integers(1, 60)), elements=st.integers(0, 255)
    )
)
def test_a_step_keeps_grey_levels_and_a_way_back_for_any_picture(name: str, pixels: Pixels) -> None:
    done = STEPS[name](raster(pixels))

    assert done.pixels.dtype == np.uint8
    assert done.pixels.ndim == 2
    assert done.pixels.size > 0
    corners = np.array([(0.0, 0.0), done.pixels.shape[::-1]])
    assert lead_back(done.to_page, carry(done.to_page, corners)) == pytest.approx(corners)


@pytest.mark.parametrize("name", ADAPTIVE)
def test_a_clean_page_comes_back_untouched(name: str) -> None:
    page = raster(prose_page())

    assert STEPS[name](page) is page


@pytest.mark.parametrize("name", sorted(STEPS))
def test_a_step_leaves_the_raster_it_was_given_as_it_was(name: str) -> None:
    pixels = noisy(tilted(lab_page(), 2.0), 14)
    kept = pixels.copy()

    STEPS[name](raster(pixels))

    assert np.array_equal(pixels, kept)


def test_every_step_of_every_profile_exists() -> None:
    named = {
        name for profile in pipeline()["profiles"].values() for name in profile.get("steps", ())
    }

    assert {step_named(name).__name__ for name in named} == named


def test_an_unknown_step_is_invalid_data() -> None:
    with pytest.raises(InvalidData, match="polish"):
        step_named("polish")


def test_a_page_under_a_lamp_gets_even_paper() -> None:
    even = flatten_light(raster(shaded(lab_page()))).pixels

    assert np.percentile(even, 25) >= 245
    assert even.min() < 60


def test_faint_print_becomes_dark() -> None:
    faint = (lab_page() * 0.4 + 150).astype(np.uint8)

    done = stretch_contrast(raster(faint)).pixels

    assert np.percentile(done, 0.3) < 40
    assert np.median(done) > 245


def test_the_shaded_rows_of_a_sheet_with_little_print_stay_lighter_than_print() -> None:
    sheet = np.full((3508, 2480), 255, np.uint8)
    rows = np.full((600, 1200), 255, np.uint8)
    rows[150:250], rows[350:450] = 228, 228
    print_of = prose_page()[:600, :1200]
    sheet[1000:1600, 600:1800] = np.minimum(rows, print_of)
    page = raster(sheet)

    assert stretch_contrast(page) is page


def test_grain_is_measured_in_grey_levels_and_print_is_no_grain() -> None:
    assert grain(lab_page()) < 1
    assert 9 < grain(noisy(lab_page() * 0 + 128, 12)) < 15


def test_a_grainy_page_is_smoothed() -> None:
    page = raster(noisy(lab_page(), 18))

    assert grain(smooth_grain(page).pixels) < 0.7 * grain(page.pixels)


def test_a_page_of_small_letters_keeps_its_grain_and_its_points() -> None:
    small = cv2.resize(prose_page(), None, fx=0.4, fy=0.4, interpolation=cv2.INTER_AREA)
    page = raster(noisy(small.astype(np.uint8), 9), dpi=120)

    assert smooth_grain(page) is page


def test_paper_of_coarse_grain_becomes_white_and_its_print_stays() -> None:
    clean = prose_page()

    done = smooth_grain(raster(noisy(clean, 28))).pixels

    away = cv2.dilate(ink_mask(clean), np.ones((9, 9), np.uint8)) == 0
    assert np.mean(done[away] == 255) > 0.95
    assert np.mean(done[ink_mask(clean) > 0] < 150) > 0.85


def test_specks_are_wiped_off_and_letters_stay() -> None:
    clean = prose_page()
    dirty = clean.copy()
    random = np.random.default_rng(3)
    dirty[random.integers(0, 1200, 4000), random.integers(0, 1900, 4000)] = 0

    wiped = wipe_specks(raster(dirty)).pixels

    ink, before = cv2.countNonZero(ink_mask(wiped)), cv2.countNonZero(ink_mask(clean))
    assert 0.95 < ink / before < 1.02


def test_the_points_and_leaders_of_a_page_of_few_dots_an_inch_are_no_specks() -> None:
    leaders = prose_page([f"{word} {'. ' * 60} 5.8" for word in ("Sodium", "Urea", "Iron")] * 4)
    small = cv2.resize(leaders, None, fx=0.4, fy=0.4, interpolation=cv2.INTER_AREA)
    page = raster(small.astype(np.uint8), dpi=120)

    assert wipe_specks(page) is page


@pytest.mark.parametrize("share", [0.17, 0.22])
def test_letters_so_small_that_they_fall_into_pieces_are_no_specks(share: float) -> None:
    lines = prose_page(["Total of the receipt of the pharmacy in town, 5.80 and 7.20"] * 26, 22)
    tiny = cv2.resize(lines, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    page = raster(tiny.astype(np.uint8), dpi=150)

    assert wipe_specks(page) is page


def test_a_black_border_becomes_paper_and_the_print_stays() -> None:
    clean = lab_page()
    scanned = np.pad(clean, 60, constant_values=12)

    cleared = clear_border(raster(scanned)).pixels

    assert cleared[:40].min() == 255
    assert np.array_equal(cleared[80:-80, 80:-80], scanned[80:-80, 80:-80])


def test_print_in_the_dim_end_of_a_page_is_no_border() -> None:
    light = np.linspace(1.0, 0.3, 1900)
    page = raster((np.maximum(lab_page(), 40) * light).astype(np.uint8))

    assert clear_border(page) is page


def banded(band: tuple[slice, slice], size: float, *lines: str) -> Pixels:
    """A laboratory page with white print in a dark band at its rim."""
    page = lab_page().copy()
    page[band] = 25
    for row, text in enumerate(lines):
        left, top = (band[1].start or 0) + 20, (band[0].start or 0) + 60 + row * 70
        cv2.putText(page, text, (left, top), cv2.FONT_HERSHEY_SIMPLEX, size, 255, 2, cv2.LINE_AA)
    return page


SIDE, HEAD = (slice(None), slice(1550, None)), (slice(0, 190), slice(None))


@pytest.mark.parametrize("size", [0.8, 1.2, 1.8])
@pytest.mark.parametrize(
    ("band", "lines"),
    [(SIDE, ("ALLERGY", "penicillin")), (HEAD, ("Calmette Hospital", "SOK DARA MRN 004512"))],
    ids=["side panel", "letterhead"],
)
def test_a_dark_band_at_the_rim_with_light_print_stays(
    band: tuple[slice, slice], lines: tuple[str, ...], size: float
) -> None:
    page = raster(banded(band, size, *lines))

    assert clear_border(page) is page


def test_a_dark_band_with_light_print_is_not_taken_for_paper_in_the_shade() -> None:
    even = flatten_light(raster(banded(HEAD, 1.2, "SOK DARA MRN 004512"))).pixels

    assert even[HEAD].max() == 255
    assert np.percentile(even[HEAD], 75) < 120


@pytest.mark.parametrize("band", [SIDE, HEAD], ids=["side", "head"])
def test_a_dark_band_at_the_rim_without_print_becomes_paper(band: tuple[slice, slice]) -> None:
    cleared = clear_border(raster(noisy(banded(band, 1.0), 10))).pixels

    assert cleared[band].min() > 200


def test_small_letters_are_enlarged_to_a_good_size() -> None:
    small = cv2.resize(prose_page(), None, fx=0.34, fy=0.34, interpolation=cv2.INTER_AREA)
    page = raster(small.astype(np.uint8), dpi=100)

    done = scale_letters(page)

    assert done.dpi > 150
    assert done.pixels.shape[0] / page.pixels.shape[0] == pytest.approx(done.dpi / 100, rel=0.02)
    assert scale_letters(done) is done
    assert GOOD_LETTERS > 17


@pytest.mark.parametrize("degrees", [-11.0, -4.2, -0.6, 0.5, 2.3, 7.0, 13.0])
def test_a_tilted_page_is_levelled_within_a_twentieth_of_a_degree(degrees: float) -> None:
    done = deskew(raster(tilted(lab_page(), degrees)))

    assert tilt(done.to_page) == pytest.approx(degrees, abs=0.06)


def test_a_levelled_page_is_not_rotated_again() -> None:
    done = deskew(raster(tilted(prose_page(), 3.0)))

    assert deskew(done) is done


def test_a_blank_page_is_left_alone_by_every_step() -> None:
    blank = raster(np.full((800, 600), 255, np.uint8))

    assert all(STEPS[name](blank) is blank for name in ADAPTIVE)


def test_ruling_removal_finds_nothing_more_the_second_time() -> None:
    done = remove_rulings(raster(lab_page()))

    assert remove_rulings(done) is done
