from chartlift.layout.bands import Bands
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


def test_a_heading_between_rows_does_not_end_the_table() -> None:
    heading = ((0.0, 250.0),)

    (table,) = find_gap_tables(_rows(FULL, FULL, FULL, heading, FULL, FULL), USUAL)

    assert len(table.lines) == 6


def test_a_heading_across_the_columns_stays_in_one_part() -> None:
    heading = ((0.0, 520.0),)

    (table,) = find_gap_tables(_rows(FULL, FULL, FULL, heading, FULL, FULL), USUAL)

    assert [(part.first, part.last) for part in table.lines[3]] == [(0, 2)]


def test_three_lines_of_prose_end_a_table() -> None:
    prose = ((0.0, 620.0),)

    (table,) = find_gap_tables(_rows(FULL, FULL, FULL, prose, prose, prose, FULL), USUAL)

    assert len(table.lines) == 3


def test_fields_above_a_table_after_some_space_are_not_its_rows() -> None:
    fields = ((50.0, 110.0), (302.0, 330.0), (505.0, 560.0))
    above = [_row(50.0 * n, *fields) for n in range(3)]
    below = [_row(190.0 + 50 * n, *FULL) for n in range(8)]

    tables = find_gap_tables([*above, *below], USUAL)

    assert (tables[-1].first, len(tables[-1].lines)) == (3, 8)


def test_a_row_of_which_two_cells_touch_stays_in_the_table() -> None:
    touching = ((0.0, 200.0), (300.0, 600.0))
    rows = _rows(FULL, FULL, FULL, FULL, touching, FULL, FULL)

    (table,) = find_gap_tables(rows, USUAL)

    assert len(table.lines) == 7
    assert len(table.columns) == 3


def test_the_head_above_the_first_of_the_row_rulings_belongs_to_the_table() -> None:
    rules = tuple(40.0 + 50 * n for n in range(6))
    bands = [Bands(-50.0, 700.0, rules, 150.0)]

    (table,) = find_gap_tables(_rows(FULL, FULL, FULL, FULL, FULL), USUAL, bands)

    assert (table.first, len(table.lines)) == (0, 5)


def test_between_row_rulings_a_heading_of_one_word_is_a_row() -> None:
    rules = tuple(-10.0 + 50 * n for n in range(7))
    bands = [Bands(-50.0, 700.0, rules, 150.0)]
    headings = ((0.0, 300.0),), ((0.0, 300.0),), ((0.0, 300.0),)

    (table,) = find_gap_tables(_rows(FULL, FULL, *headings, FULL), USUAL, bands)

    assert len(table.lines) == 6


def test_fields_that_happen_to_fit_a_few_columns_do_not_spoil_them() -> None:
    five = ((0.0, 200.0), (300.0, 360.0), (500.0, 540.0), (700.0, 780.0), (900.0, 1000.0))
    fields = ((0.0, 80.0), (250.0, 330.0), (520.0, 760.0), (900.0, 980.0))
    rows = _rows(fields, fields, fields, *[five] * 6)

    (*_, table) = find_gap_tables(rows, USUAL)

    assert (table.first, len(table.columns)) == (3, 5)
