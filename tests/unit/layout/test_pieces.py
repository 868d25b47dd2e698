import numpy as np
import pytest

from chartlift.geometry import carry, flat
from chartlift.layout.pieces import upright_rulings
from chartlift.model import Ruling, Way

PHOTO = np.array([[0.9, 0.02, 60.0], [0.12, 0.85, 40.0], [1e-4, 2e-5, 1.0]])
"""A page photographed from its side: its right edge is farther away."""


@pytest.mark.parametrize("matrix", [np.eye(3), PHOTO])
def test_rulings_stand_on_the_upright_page_where_they_did(matrix: np.ndarray) -> None:
    way = Way(matrix=flat(matrix))
    lines = [([(100, 301), (1800, 301)], True), ([(701, 200), (701, 1500)], False)]
    rulings = [Ruling(ends=carry(way, np.array(ends)), horizontal=flag) for ends, flag in lines]

    (across,), (down,) = upright_rulings(rulings, way)

    assert across == pytest.approx((301, 100, 1800), abs=0.1)
    assert down == pytest.approx((701, 200, 1500), abs=0.1)
