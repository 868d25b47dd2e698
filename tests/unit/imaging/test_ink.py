import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from tests.unit.reading.drawn import Pixels

from chartlift.imaging.ink import percentile, shrink


@given(
    arrays.arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40))),
    st.integers(0, 100),
)
def test_a_percentile_of_grey_levels_is_that_of_numpy(pixels: Pixels, percent: int) -> None:
    assert percentile(pixels, percent) == pytest.approx(float(np.percentile(pixels, percent)))


@pytest.mark.parametrize("shape", [(1000, 700), (1001, 701), (999, 3)])
@pytest.mark.parametrize("longest", [400, 501, 300])
def test_what_stands_on_a_picture_stands_in_its_place_on_the_small_one(
    shape: tuple[int, int], longest: int
) -> None:
    page = np.full(shape, 255, np.uint8)
    page[600:640] = 0

    small, factor = shrink(page, longest)

    assert max(small.shape) == longest
    dark = np.flatnonzero(small[:, 0] < 128)
    assert dark[0] / factor == pytest.approx(600, abs=1.5 / factor)
    assert (dark[-1] + 1) / factor == pytest.approx(640, abs=1.5 / factor)
