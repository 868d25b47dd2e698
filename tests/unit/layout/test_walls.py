from chartlift.layout.grid import Grid, Slot
from chartlift.layout.lines import Measure
from chartlift.layout.pieces import Piece, Rect
from chartlift.layout.walls import with_missing_walls

USUAL = Measure(30.0, 12.0)
TALL = 50.0


def _slot(row: int, column: int, left: float, right: float, span: int = 1) -> Slot:
    return Slot(row, column, 1, span, Rect(left, TALL * row, right, TALL * (row + 1)))


def _grid(rows: int) -> Grid:
    """A heading over two columns, then rows of a narrow cell and a wide one."""
    slots = [_slot(0, 0, 0.0, 600.0, span=2)]
    for row in range(1, rows + 1):
        slots += [_slot(row, 0, 0.0, 200.0), _slot(row, 1, 200.0, 600.0)]
    return Grid(Rect(0.0, 0.0, 600.0, TALL * (rows + 1)), tuple(slots))


def _words(row: int, *spans: tuple[float, float]) -> list[Piece]:
    top = TALL * row + 10
    return [
        Piece(number, Rect(left, top, right, top + 30))
        for number, (left, right) in enumerate(spans)
    ]


FIRST, SECOND = (210.0, 290.0), (450.0, 520.0)


def test_a_wall_that_was_not_found_is_put_between_the_columns_it_parts() -> None:
    words = [piece for row in range(1, 5) for piece in _words(row, (10.0, 90.0), FIRST, SECOND)]

    done = with_missing_walls(_grid(4), words, USUAL)

    assert done.slots[0] == _slot(0, 0, 0.0, 600.0, span=3)
    assert done.slots[1:4] == (
        _slot(1, 0, 0.0, 200.0),
        _slot(1, 1, 200.0, 370.0),
        _slot(1, 2, 370.0, 600.0),
    )


def test_a_cell_of_two_words_far_apart_in_one_row_is_no_second_column() -> None:
    words = [*_words(1, FIRST, SECOND), *_words(2, FIRST), *_words(3, FIRST), *_words(4, FIRST)]

    assert with_missing_walls(_grid(4), words, USUAL) == _grid(4)


def test_gaps_that_do_not_stand_below_each_other_are_no_wall() -> None:
    lines = [((210.0, 420.0), (470.0, 520.0)), ((210.0, 250.0), (300.0, 520.0))] * 2
    words = [piece for row, spans in enumerate(lines, 1) for piece in _words(row, *spans)]

    assert with_missing_walls(_grid(4), words, USUAL) == _grid(4)


def test_too_few_rows_tell_nothing() -> None:
    words = [*_words(1, FIRST, SECOND), *_words(2, FIRST, SECOND)]

    assert with_missing_walls(_grid(2), words, USUAL) == _grid(2)
