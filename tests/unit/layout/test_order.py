from chartlift.layout.order import Block, find_gutter, in_reading_order
from chartlift.layout.pieces import Piece, Rect

HEIGHT = 30.0


def _block(number: int, left: float, top: float, right: float) -> Block:
    rect = Rect(left, top, right, top + HEIGHT)
    return Block(rect, [[Piece(number, rect)]], None)


def _spread(number: int, top: float, *spans: tuple[float, float]) -> Block:
    line = [
        Piece(number + place, Rect(left, top, right, top + HEIGHT))
        for place, (left, right) in enumerate(spans)
    ]
    return Block(Rect(spans[0][0], top, spans[-1][1], top + HEIGHT), [line], None)


def _order(blocks: list[Block]) -> list[int]:
    ordered = in_reading_order(blocks, HEIGHT)
    return [piece.number for block in ordered for line in block.lines for piece in line]


def _two_columns(first: int = 0, top: float = 200.0) -> list[Block]:
    return [_spread(first + 10 * n, top + 45 * n, (100, 980 + n), (1100, 1980)) for n in range(8)]


def test_lines_of_one_column_go_from_top_to_bottom() -> None:
    assert _order([_block(n, 100, 400 - 50 * n, 900) for n in range(8)]) == list(range(7, -1, -1))


def test_two_columns_of_prose_are_read_one_after_the_other() -> None:
    left = [10 * n for n in range(8)]

    assert _order(_two_columns()) == [*left, *(number + 1 for number in left)]


def test_a_title_comes_before_both_columns() -> None:
    title = _block(900, 400, 100, 1700)

    assert _order([*_two_columns(), title])[0] == 900


def test_what_stands_apart_below_both_columns_comes_last() -> None:
    footer = _block(900, 100, 200 + 45 * 8 + 120, 800)

    assert _order([*_two_columns(), footer])[-1] == 900


def test_a_left_column_that_runs_on_comes_before_the_right_one() -> None:
    longer = [_block(900 + n, 100, 200 + 45 * (8 + n), 980) for n in range(3)]

    order = _order([*_two_columns(), *longer])

    assert order.index(902) < order.index(1)


def test_the_two_halves_of_a_form_are_read_row_by_row() -> None:
    form = [_spread(10 * n, 200 + 45.0 * n, (100, 400), (1100, 1350)) for n in range(8)]

    assert _order(form) == [10 * n + side for n in range(8) for side in (0, 1)]


def test_without_enough_lines_there_is_no_gutter() -> None:
    parts = [Rect(100, 0, 900, 30), Rect(1100, 0, 1900, 30)]

    assert find_gutter(parts, HEIGHT) is None


def test_a_label_comes_before_what_is_filled_in_a_little_above_it() -> None:
    filled = [_block(10 * n, 700, 200 + 60.0 * n, 1100) for n in range(4)]
    labels = [_block(10 * n + 1, 100, 220 + 60.0 * n, 500) for n in range(4)]

    assert _order([*filled, *labels]) == [10 * n + side for n in range(4) for side in (1, 0)]


def test_what_stands_clearly_higher_comes_first_though_it_is_further_right() -> None:
    assert _order([_block(0, 100, 200, 500), _block(1, 700, 172, 1100)]) == [1, 0]


def test_columns_of_typewriting_are_columns_though_its_spaces_are_wide() -> None:
    words = [(100.0 + 60 * n, 130.0 + 60 * n) for n in range(14)]
    rows = [
        _spread(
            100 * n, 200 + 45.0 * n, *words, *((left + 930, right + 930) for left, right in words)
        )
        for n in range(8)
    ]

    order = _order(rows)

    assert order[:14] == list(range(14))
    assert order[14] == 100
