import numpy as np
import pytest

from chartlift.geometry import carry_box
from chartlift.layout.pieces import upright_rulings
from chartlift.model import Box, Ruling

PHOTO = np.array([[0.9, 0.02, 60.0], [0.12, 0.85, 40.0], [1e-4, 2e-5, 1.0]])
"""A page photographed from its side: its right edge is farther away."""


@pytest.mark.parametrize("matrix", [np.eye(3), PHOTO])
def test_rulings_stand_on_the_upright_page_where_they_did(matrix: np.ndarray) -> None:
    boxes = [(Box(100, 300, 1800, 302), True), (Box(700, 200, 702, 1500), False)]
    rulings = [Ruling(box=carry_box(matrix, box)[0], horizontal=flag) for box, flag in boxes]

    (across,), (down,) = upright_rulings(rulings, matrix)

    assert across == pytest.approx((301, 100, 1800), abs=4)
    assert down == pytest.approx((701, 200, 1500), abs=4)
