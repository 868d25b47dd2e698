from chartlift.layout.gaps import find_gap_tables
from chartlift.layout.lines import Measure
from chartlift.layout.pieces import Piece, Rect

HEIGHT = 30.0
USUAL = Measure(HEIGHT, 12.0)


def _row(top: float, *spans: tuple[float, float]) -> list[Piece]:
    return [Piece(0, Rect(left, top, right, top + HEIGHT)) for left, right in spans]


def _rows(*rows: tuple[tuple[float, float], ...]) -> list[list[Piece]]:
    return [_row(50.0 * number, *spans) for number, spans in enumerate(rows)]


FULL = ((0.0, 200.0), (300.0, 360.0), (500.0, 600.0))
NO_MIDDLE = ((0.0, 150.0), (500.0, 580.0))


def test_three_rows_of_three_columns_are_a_table() -> None:
    (table,) = find_gap_tables(_rows(FULL, FULL, FULL), USUAL)

    assert len(table.lines) == 3
    assert len(table.columns) == 3


def test_an_empty_cell_keeps_the_cells_after_it_in_their_columns() -> None:
    (table,) = find_gap_tables(_rows(FULL, NO_MIDDLE, FULL), USUAL)

    assert [part.first for part in table.lines[1]] == [0, 2]


def test_two_rows_are_no_table() -> None:
    assert find_gap_tables(_rows(FULL, FULL), USUAL) == []


def test_prose_is_no_table() -> None:
    words = tuple((float(left), left + 90.0) for left in range(0, 1000, 100))

    assert find_gap_tables(_rows(words, words, words, words), USUAL) == []


def test_fields_that_do_not_stand_below_each_other_are_no_table() -> None:
    fields = (
        ((0.0, 300.0), (380.0, 600.0), (700.0, 900.0)),
        ((0.0, 420.0), (520.0, 760.0), (860.0, 1000.0)),
        ((0.0, 200.0), (290.0, 500.0), (600.0, 800.0)),
    )
    assert find_gap_tables(_rows(*fields), USUAL) == []


def test_a_table_ends_before_a_line_that_crosses_its_columns() -> None:
    (table,) = find_gap_tables(_rows(FULL, FULL, FULL, ((0.0, 600.0),)), USUAL)

    assert len(table.lines) == 3


def test_a_table_begins_after_a_title() -> None:
    (table,) = find_gap_tables(_rows(((100.0, 500.0),), FULL, FULL, FULL), USUAL)

    assert table.first == 1


def test_a_wide_space_between_rows_parts_two_tables() -> None:
    rows = _rows(FULL, FULL, FULL) + [_row(400.0 + 50 * n, *FULL) for n in range(3)]

    assert [len(table.lines) for table in find_gap_tables(rows, USUAL)] == [3, 3]
