from chartlift.layout.grid import Grid, Slot, find_grids
from chartlift.layout.pieces import Rect, Segment
from chartlift.layout.rulings import connected

SLACK = 8
ROWS, COLUMNS = (100.0, 150.0, 200.0, 250.0), (50.0, 250.0, 400.0)


def _across(rows: tuple[float, ...] = ROWS) -> list[Segment]:
    return [Segment(y, COLUMNS[0], COLUMNS[-1]) for y in rows]


def _down(columns: tuple[float, ...] = COLUMNS) -> list[Segment]:
    return [Segment(x, ROWS[0], ROWS[-1]) for x in columns]


def _grids(across: list[Segment], down: list[Segment]) -> list[Grid]:
    return find_grids(connected(across, down, SLACK), SLACK)


def test_a_full_grid_gives_every_cell_in_its_place() -> None:
    (grid,) = _grids(_across(), _down())

    assert grid.rect == Rect(50, 100, 400, 250)
    assert [(slot.row, slot.column) for slot in grid.slots] == [
        (row, column) for row in range(3) for column in range(2)
    ]
    assert grid.slots[3] == Slot(1, 1, 1, 1, Rect(250, 150, 400, 200))


def test_a_missing_wall_merges_two_cells_of_a_row() -> None:
    down = [*_down((50.0, 400.0)), Segment(250, 150, 250)]

    (grid,) = _grids(_across(), down)

    assert grid.slots[0] == Slot(0, 0, 1, 2, Rect(50, 100, 400, 150))
    assert len(grid.slots) == 5


def test_a_ruling_that_stops_short_merges_two_cells_of_a_column() -> None:
    across = [*_across((100.0, 200.0, 250.0)), Segment(150, 250, 400)]

    (grid,) = _grids(across, _down())

    assert Slot(0, 0, 2, 1, Rect(50, 100, 250, 200)) in grid.slots
    assert len(grid.slots) == 5


def test_a_table_without_outer_walls_ends_where_its_rulings_end() -> None:
    (grid,) = _grids(_across(), _down((250.0,)))

    assert [slot.rect.left for slot in grid.slots if slot.column == 0] == [50, 50, 50]
    assert len(grid.slots) == 6


def test_lines_that_nearly_meet_make_one_table() -> None:
    down = [Segment(x, ROWS[0] + 5, ROWS[-1] - 5) for x in COLUMNS]

    assert len(_grids(_across(), down)) == 1


def test_two_tables_stay_two_from_top_to_bottom() -> None:
    lower_rows, lower_down = (400.0, 450.0, 500.0), [Segment(x, 400, 500) for x in COLUMNS]

    grids = _grids(_across() + _across(lower_rows), _down() + lower_down)

    assert [grid.rect.top for grid in grids] == [100, 400]


def test_a_frame_and_an_underline_are_no_table() -> None:
    frame = _across((100.0, 250.0)), _down((50.0, 400.0))

    assert _grids(*frame) == []
    assert _grids([Segment(90, 50, 400)], []) == []
