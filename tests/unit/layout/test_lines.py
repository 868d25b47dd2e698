from chartlift.layout.lines import chunks, find_lines
from chartlift.layout.pieces import Piece, Rect


def _piece(number: int, left: float, top: float, width: float = 80, height: float = 30) -> Piece:
    return Piece(number, Rect(left, top, left + width, top + height))


def _numbers(lines: list[list[Piece]]) -> list[list[int]]:
    return [[piece.number for piece in line] for line in lines]


def test_words_given_in_any_order_become_lines_from_top_to_bottom() -> None:
    words = [_piece(0, 200, 100), _piece(1, 100, 50), _piece(2, 100, 100), _piece(3, 200, 50)]

    assert _numbers(find_lines(words)) == [[1, 3], [2, 0]]


def test_a_line_may_drift_as_much_as_levelling_leaves() -> None:
    words = [_piece(n, 100 * n, 100 + 0.35 * n) for n in range(20)]
    below = [_piece(20 + n, 100 * n, 145 + 0.35 * n) for n in range(20)]

    assert _numbers(find_lines([*below, *words])) == [list(range(20)), list(range(20, 40))]


def test_a_dash_and_a_letter_with_a_tail_stay_on_the_line_of_their_neighbours() -> None:
    tall = _piece(0, 0, 100, height=60)
    dash = _piece(1, 100, 128, width=20, height=5)
    tail = _piece(2, 140, 125, width=20, height=28)

    assert _numbers(find_lines([tall, dash, tail])) == [[0, 1, 2]]


def test_a_dash_whose_box_reaches_into_its_neighbour_stays_between_both() -> None:
    before, after = _piece(0, 0, 100, width=107, height=31), _piece(2, 122, 100, height=31)
    dash = _piece(1, 95, 94, width=16, height=54)

    assert _numbers(find_lines([after, dash, before])) == [[0, 1, 2]]


def test_lines_set_close_together_do_not_mix() -> None:
    words = [_piece(10 * row + n, 90 * n, 36 * row) for row in range(4) for n in range(5)]

    assert _numbers(find_lines(words)) == [[10 * row + n for n in range(5)] for row in range(4)]


def test_a_wide_gap_breaks_a_line_into_chunks_and_a_word_space_does_not() -> None:
    line = [_piece(0, 0, 0), _piece(1, 90, 0), _piece(2, 260, 0)]

    assert _numbers(chunks(line, 27)) == [[0, 1], [2]]


def test_no_words_give_no_lines() -> None:
    assert find_lines([]) == []
