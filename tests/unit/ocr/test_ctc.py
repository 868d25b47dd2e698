import numpy as np

from chartlift.ocr.ctc import decode


def test_a_repeated_character_needs_a_blank_between_to_count_twice() -> None:
    chances = np.eye(3, dtype=np.float32)[[1, 1, 0, 1, 2]]
    found = decode(chances, ("", "1", "2"), 8.0)
    assert [(c.text, c.place) for c in found] == [("1", 8.0), ("1", 28.0), ("2", 36.0)]
