from chartlift.layout.bands import Bands
from chartlift.layout.gaps import find_gap_tables
from chartlift.layout.lines import Measure, find_lines
from chartlift.layout.pieces import Piece, Rect
from chartlift.layout.rows import GapCell, cells_of

HEIGHT, PITCH, LEADING = 30.0, 60.0, 45.0
USUAL = Measure(HEIGHT, 12.0)
LEFTS = (0.0, 300.0, 600.0, 900.0, 1200.0)
WIDTH = 100.0

Print = list[tuple[float, int]]
"""What is printed: a row's height on the page, and the column."""


def _cells(printed: Print, bands: list[Bands] | None = None) -> list[GapCell]:
    pieces = [
        Piece(number, Rect(LEFTS[column], y, LEFTS[column] + WIDTH, y + HEIGHT))
        for number, (y, column) in enumerate(printed)
    ]
    (table,) = find_gap_tables(find_lines(pieces), USUAL, bands or [])
    return cells_of(table, bands or [])


def _numbers(cells: list[GapCell]) -> list[tuple[int, int, list[int]]]:
    return [
        (cell.row, cell.column, [piece.number for line in cell.lines for piece in line])
        for cell in cells
    ]


def _full(y: float) -> Print:
    return _at(y, 0, 1, 2)


def _at(y: float, *columns: int) -> Print:
    return [(y, column) for column in columns]


def _wide(y: float) -> Print:
    return _at(y, 0, 1, 2, 3, 4)


def _rows_of(cells: list[GapCell], column: int) -> list[int]:
    return [cell.row for cell in cells if cell.column == column]


def test_each_line_of_a_plain_table_is_a_row() -> None:
    cells = _cells([*_full(0), *_full(PITCH), *_full(2 * PITCH)])

    assert _numbers(cells) == [(n // 3, n % 3, [n]) for n in range(9)]


def test_a_wrapped_cell_set_in_the_middle_is_one_row_with_its_neighbours() -> None:
    below = 2 * PITCH
    wrapped = [(below, 1), (below + LEADING / 2, 0), (below + LEADING / 2, 2), (below + LEADING, 1)]
    after = below + LEADING + PITCH

    cells = _cells([*_full(0), *_full(PITCH), *wrapped, *_full(after), *_full(after + PITCH)])

    third = [numbers for row, _, numbers in _numbers(cells) if row == 2]
    assert third == [[7], [6, 9], [8]]
    assert max(cell.row for cell in cells) == 4


def test_a_wrapped_cell_set_at_the_top_goes_on_below() -> None:
    below = PITCH + LEADING
    printed = [*_full(0), *_full(PITCH), (below, 1), *_full(below + PITCH)]

    cells = _cells([*printed, *_full(below + 2 * PITCH)])

    assert (1, 1, [4, 6]) in _numbers(cells)


def test_a_line_that_begins_the_first_column_is_a_row_however_empty() -> None:
    printed = [*_full(0), *_full(PITCH), (2 * PITCH, 0), *_full(3 * PITCH), *_full(4 * PITCH)]

    cells = _cells(printed)

    assert (2, 0, [6]) in _numbers(cells)


def test_a_ruling_parts_lines_that_stand_close() -> None:
    rules = tuple(-12.0 + LEADING * n for n in range(5))
    bands = [Bands(-50.0, 800.0, rules, 3 * LEADING)]
    printed = [*_full(0), (LEADING, 0), (LEADING, 1), *_full(2 * LEADING), *_full(3 * LEADING)]

    cells = _cells(printed, bands)

    assert max(cell.row for cell in cells) == 3


def test_a_cells_rectangle_reaches_halfway_to_the_next_ones() -> None:
    first = _cells([*_full(0), *_full(PITCH), *_full(2 * PITCH)])[0]

    assert first.rect == Rect(0.0, 0.0, (WIDTH + LEFTS[1]) / 2, (HEIGHT + PITCH) / 2)


def test_rows_with_a_name_and_a_value_stay_apart_where_they_stand_closer_than_full_ones() -> None:
    near = 0.87 * PITCH
    last = 2 * PITCH
    full = [*_wide(0), *_wide(PITCH), *_wide(last)]

    cells = _cells([*full, *(place for n in (1, 2, 3) for place in _at(last + n * near, 0, 1))])

    assert _rows_of(cells, 0) == _rows_of(cells, 1) == [0, 1, 2, 3, 4, 5]


def test_rows_of_one_line_stay_apart_below_rows_of_two() -> None:
    tall, wrap, low = 86.0, 36.0, 50.0
    first = [PITCH + n * tall for n in range(3)]
    full = [place for y in first for place in [*_wide(y), (y + wrap, 4)]]
    last = PITCH + 3 * tall

    cells = _cells([*_wide(0), *full, *(p for n in range(4) for p in _at(last + n * low, 0, 1))])

    assert _rows_of(cells, 0) == _rows_of(cells, 1) == [0, 1, 2, 3, 4, 5, 6, 7]
    assert _rows_of(cells, 4) == [0, 1, 2, 3]


def test_a_name_without_a_value_does_not_get_that_of_the_row_below() -> None:
    near = 0.87 * PITCH
    last = 3 * PITCH
    full = [*_wide(0), *_wide(PITCH), *_wide(2 * PITCH), *_wide(last)]

    cells = _cells([*full, *_at(last + PITCH, 0), *_at(last + PITCH + near, 0, 1, 3, 4)])

    assert _rows_of(cells, 0) == [0, 1, 2, 3, 4, 5]
    assert _rows_of(cells, 1) == [0, 1, 2, 3, 5]


def test_a_name_and_another_cell_may_both_wrap_about_a_value_set_between_their_lines() -> None:
    top = 3 * PITCH
    wrapped = [*_at(top, 0, 4), *_at(top + LEADING / 2, 1, 2, 3), *_at(top + LEADING, 0, 4)]
    after = top + LEADING + PITCH
    full = [*_wide(0), *_wide(PITCH), *_wide(2 * PITCH)]

    cells = _cells([*full, *wrapped, *_wide(after), *_wide(after + PITCH)])

    for column in range(5):
        assert _rows_of(cells, column) == [0, 1, 2, 3, 4, 5]


def test_a_line_that_holds_only_the_rest_of_a_name_goes_on_with_the_row_above() -> None:
    last = 2 * PITCH
    full = [*_wide(0), *_wide(PITCH), *_wide(last)]
    below = last + LEADING

    cells = _cells([*full, *_at(below, 0), *_wide(below + PITCH)])

    assert (2, 0, [10, 15]) in _numbers(cells)


def _doubted(cells: list[GapCell]) -> set[int]:
    return {cell.row for cell in cells if cell.doubted}


def test_values_without_a_name_are_not_given_to_the_name_without_values_above_them() -> None:
    near = 0.87 * PITCH
    last = 3 * PITCH
    full = [*_wide(0), *_wide(PITCH), *_wide(2 * PITCH), *_wide(last)]

    cells = _cells([*full, *_at(last + PITCH, 0), *_at(last + PITCH + near, 1, 3, 4)])

    assert _rows_of(cells, 0) == [0, 1, 2, 3, 4]
    assert _rows_of(cells, 1) == [0, 1, 2, 3, 5]


def test_values_half_a_line_below_the_only_line_of_a_name_are_doubted() -> None:
    full = [*_wide(0), *_wide(PITCH), *_wide(2 * PITCH)]

    cells = _cells([*full, *_at(3 * PITCH, 0), *_at(3 * PITCH + 0.5 * PITCH, 1, 3)])

    assert _rows_of(cells, 1) == [0, 1, 2, 3]
    assert _doubted(cells) == {3}


def test_a_name_whose_first_line_may_stand_alone_above_is_doubted() -> None:
    top = 3 * PITCH
    wrapped = [*_at(top, 0), *_at(top + LEADING, 0, 1, 2, 3), *_at(top + 2 * LEADING, 0)]
    after = top + 2 * LEADING + PITCH
    full = [*_wide(0), *_wide(PITCH), *_wide(2 * PITCH)]

    cells = _cells([*full, *wrapped, *_wide(after), *_wide(after + PITCH)])

    valued = next(row for row, column, numbers in _numbers(cells) if (column, numbers) == (1, [17]))
    assert _doubted(cells) == {valued}


def test_values_without_a_name_far_above_a_name_are_doubted_in_its_row() -> None:
    far = 0.8 * PITCH
    full = [*_wide(0), *_wide(PITCH), *_wide(2 * PITCH)]

    cells = _cells([*full, *_at(3 * PITCH, 1), *_at(3 * PITCH + far, 0, 1, 3)])

    assert _doubted(cells) == {3}


def test_a_value_that_wraps_about_its_name_is_not_doubted() -> None:
    top = 3 * PITCH
    wrapped = [*_at(top, 1), *_at(top + LEADING, 0, 1), *_at(top + 2 * LEADING, 1)]
    full = [*_wide(0), *_wide(PITCH), *_wide(2 * PITCH)]

    cells = _cells([*full, *wrapped, *_wide(top + 2 * LEADING + PITCH)])

    assert (3, 1, [15, 17, 18]) in _numbers(cells)
    assert not _doubted(cells)
