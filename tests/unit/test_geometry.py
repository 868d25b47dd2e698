import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from chartlift.geometry import carry, carry_back, carry_box, clip, flat, lead_back, tilt, unflat
from chartlift.imaging.raster import rescale, rotate, turn
from chartlift.model import Bend, Box, Raster, Way

side = st.integers(min_value=20, max_value=200)
boxes = st.builds(
    lambda x, y, width, height: Box(x, y, x + width, y + height), side, side, side, side
)
angles = st.floats(min_value=-12, max_value=12)


def _turned(degrees: float, quarters: int, factor: float) -> Raster:
    raster = Raster(np.full((400, 300), 255, np.uint8), 300, Way())
    if quarters:
        raster = turn(raster, quarters)
    return rotate(rescale(raster, factor), degrees)


@given(boxes, angles, st.sampled_from([0, 90, 180, 270]), st.floats(0.5, 2.5))
def test_a_box_carried_to_the_page_and_back_is_where_it_was_within_two_pixels(
    box: Box, degrees: float, quarters: int, factor: float
) -> None:
    to_page = _turned(degrees, quarters, factor).to_page

    around, quad = carry_box(to_page, box)
    again = carry_back(to_page, around, quad)

    # A corner may leave its box by 1.5 pixels of the page before the word counts as tilted.
    assert np.abs(np.array(again) - np.array(box)).max() <= 2.5 * max(factor, 1.0) + 1


edge = st.lists(st.floats(-60, 60), min_size=2, max_size=9)


bends = st.builds(
    lambda left, right, top, bottom: Bend(
        width=500,
        height=600,
        lefts=tuple(left),
        rights=tuple(500 + x for x in right),
        tops=tuple(top),
        bottoms=tuple(600 + y for y in bottom),
    ),
    *(edge,) * 4,
)


@given(boxes, angles, st.lists(bends, min_size=1, max_size=2), st.sampled_from([90, 180]))
def test_a_box_carried_over_bends_and_back_is_where_it_was_within_a_pixel(
    box: Box, degrees: float, bent: list[Bend], quarters: int
) -> None:
    way = _turned(degrees, 0, 1.0).to_page.model_copy(update={"bends": tuple(bent)})
    way = turn(Raster(np.full((600, 500), 255, np.uint8), 300, way), quarters).to_page

    around, quad = carry_box(way, box)

    assert np.abs(np.array(carry_back(way, around, quad)) - np.array(box)).max() < 1
    corners = np.array([(box.left, box.top), (box.right, box.bottom)], np.float64)
    taken = carry(way, corners)
    assert (taken >= (around.left - 0.02, around.top - 0.02)).all()
    assert (taken <= (around.right + 0.02, around.bottom + 0.02)).all()
    assert np.allclose(lead_back(way, taken), corners, atol=1e-6)


def test_the_box_around_a_line_that_sags_holds_its_middle() -> None:
    sagging = Bend(
        width=500,
        height=600,
        lefts=(0, 0),
        rights=(500, 500),
        tops=(0, 80, 0),
        bottoms=(600, 680, 600),
    )

    around, _ = carry_box(Way(bends=(sagging,)), Box(0, 100, 500, 120))

    assert around == Box(0, 100, 500, 200)


def test_an_upright_box_has_no_corners_of_its_own() -> None:
    assert carry_box(Way(), Box(3, 4, 30, 40)) == (Box(3, 4, 30, 40), None)


def test_the_corners_of_a_word_on_its_head_begin_at_its_own_top_left() -> None:
    raster = turn(Raster(np.full((100, 200), 255, np.uint8), 300, Way()), 180)

    box, quad = carry_box(raster.to_page, Box(10, 20, 60, 40))

    assert box == Box(140, 60, 190, 80)
    assert quad is not None
    assert quad[0] == (190, 80)


def test_a_homography_written_as_numbers_comes_back() -> None:
    matrix = np.array([[2.0, 0.1, 40], [-0.1, 2.0, 7], [1e-5, 0, 2.0]])

    assert np.allclose(unflat(flat(matrix)), matrix / 2)


@given(angles)
def test_the_tilt_of_a_rotated_raster_is_the_angle_that_was_taken_out(degrees: float) -> None:
    assert abs(tilt(_turned(-degrees, 0, 1.0).to_page) - degrees) < 0.01


def test_a_box_beyond_the_edge_is_cut_to_the_page_and_never_empty() -> None:
    assert clip(Box(-5, 90, 20, 130), 100, 100) == Box(0, 90, 20, 100)
    box = clip(Box(120, 120, 140, 140), 100, 100)
    assert box.width >= 1
    assert box.height >= 1
