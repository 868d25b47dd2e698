from chartlift.layout.bands import find_bands
from chartlift.layout.pieces import Rect, Segment
from chartlift.layout.rulings import Rulings

HEIGHT = 30.0


def _rule(place: float, left: float = 100.0, right: float = 900.0) -> Rulings:
    return Rulings([Segment(place, left, right)], [])


ROWS = [_rule(100.0 + 60 * n) for n in range(5)]


def _line(top: float, left: float = 120.0, right: float = 880.0) -> Rect:
    return Rect(left, top, right, top + HEIGHT)


def test_rulings_that_begin_and_end_alike_hold_the_lines_between_them() -> None:
    (bands,) = find_bands(ROWS, HEIGHT)

    assert bands.rules == (100, 160, 220, 280, 340)
    assert bands.holds(_line(115))
    assert not bands.holds(_line(400))


def test_a_line_wider_than_the_rulings_is_not_theirs() -> None:
    (bands,) = find_bands(ROWS, HEIGHT)

    assert not bands.holds(_line(115, left=0.0))


def test_a_ruling_between_two_heights_parts_them() -> None:
    (bands,) = find_bands(ROWS, HEIGHT)

    assert bands.between(130, 190)
    assert not bands.between(165, 190)


def test_three_loose_rulings_are_no_rows() -> None:
    assert find_bands(ROWS[:3], HEIGHT) == []


def test_rulings_of_other_lengths_are_no_rows() -> None:
    uneven = [_rule(100.0 + 60 * n, right=500.0 + 100 * n) for n in range(5)]

    assert find_bands(uneven, HEIGHT) == []


def test_a_ruling_far_above_the_rows_is_not_theirs() -> None:
    (bands,) = find_bands([_rule(-150.0), *ROWS], HEIGHT)

    assert bands.rules[0] == 100


def test_the_walls_of_a_frame_make_three_rulings_enough() -> None:
    sides = [Segment(x, 100.0, 400.0) for x in (100.0, 900.0)]
    frame = Rulings([Segment(y, 100.0, 900.0) for y in (100.0, 160.0, 400.0)], sides)

    (bands,) = find_bands([frame], HEIGHT)

    assert bands.has_row(_line(115))
    assert bands.holds(_line(300))
    assert not bands.has_row(_line(300))
