from chartlift.layout.columns import find_columns, part_line
from chartlift.layout.lines import Measure
from chartlift.layout.pieces import Piece, Rect

HEIGHT = 30.0
PROSE = Measure(HEIGHT, 12.0)
TYPEWRITING = Measure(HEIGHT, 32.0)
COLUMNS = [(0.0, 200.0), (300.0, 400.0), (500.0, 700.0)]


def _rects(*spans: tuple[float, float]) -> list[Rect]:
    return [Rect(left, 0.0, right, HEIGHT) for left, right in spans]


def _line(*spans: tuple[float, float]) -> list[Piece]:
    return [Piece(number, rect) for number, rect in enumerate(_rects(*spans))]


def _stands(
    line: list[Piece], measure: Measure = PROSE, columns: list[tuple[float, float]] = COLUMNS
) -> list[tuple[int, int, list[int]]]:
    return [
        (part.first, part.last, [piece.number for piece in part.pieces])
        for part in part_line(line, columns, measure)
    ]


def test_chunks_that_stand_below_each_other_are_a_column() -> None:
    rows = [_rects((0, 150), (300, 360)), _rects((0, 200), (340, 400))]

    assert find_columns(rows, HEIGHT) == [(0, 200), (300, 400)]


def test_one_long_cell_among_many_rows_does_not_join_two_columns() -> None:
    rows = [_rects((0, 150), (300, 360)) for _ in range(12)]

    assert len(find_columns([*rows, _rects((0, 340))], HEIGHT)) == 2
    assert len(find_columns([*rows[:4], _rects((0, 340))], HEIGHT)) == 1


def test_a_column_that_few_rows_fill_is_a_column() -> None:
    rows = [_rects((0, 150), (500, 600)) for _ in range(20)]
    rows[3] = rows[9] = _rects((0, 150), (300, 320), (500, 600))

    assert find_columns(rows, HEIGHT) == [(0, 150), (300, 320), (500, 600)]


def test_a_head_set_left_of_numbers_set_right_is_the_head_of_their_column() -> None:
    head = _rects((0, 80), (300, 380), (700, 790))
    rows = [_rects((0, 150), (440, 500), (700, 760)) for _ in range(4)]

    assert find_columns([head, *rows], HEIGHT) == [(0, 150), (300, 500), (700, 790)]


def test_two_heads_over_two_columns_stay_two() -> None:
    head = _rects((0, 80), (300, 380), (440, 520))
    rows = [_rects((0, 150), (440, 500)) for _ in range(4)]

    assert len(find_columns([head, *rows], HEIGHT)) == 3


def test_each_chunk_is_put_in_the_column_it_reaches_into() -> None:
    line = _line((0, 90), (100, 180), (500, 560))

    assert _stands(line) == [(0, 0, [0, 1]), (2, 2, [2])]


def test_a_chunk_in_two_columns_is_cut_at_the_gap_between_them() -> None:
    line = _line((0, 90), (330, 450), (462, 560))

    assert _stands(line) == [(0, 0, [0]), (1, 1, [1]), (2, 2, [2])]


def test_words_whose_boxes_overlap_a_little_are_cut_where_columns_meet() -> None:
    line = _line((0, 90), (330, 455), (448, 560))

    assert _stands(line) == [(0, 0, [0]), (1, 1, [1]), (2, 2, [2])]


def test_a_heading_across_all_columns_is_not_cut() -> None:
    line = _line((0, 195), (205, 295), (305, 395), (405, 600))

    assert _stands(line) == [(0, 2, [0, 1, 2, 3])]


def test_a_word_at_a_columns_edge_begins_its_cell_where_the_cell_before_is_empty() -> None:
    line = _line((0, 90), (440, 470), (500, 560))

    assert [numbers for *_, numbers in _stands(line, TYPEWRITING)] == [[0], [1], [2]]


def test_a_cell_of_two_words_stays_whole_beside_a_filled_one() -> None:
    line = _line((0, 90), (320, 380), (440, 470), (500, 560))

    assert _stands(line, TYPEWRITING)[-1] == (2, 2, [2, 3])
