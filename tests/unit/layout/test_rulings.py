from chartlift.layout.pieces import Segment
from chartlift.layout.rulings import connected

SLACK = 8
ACROSS = [Segment(y, 50.0, 400.0) for y in (100.0, 150.0, 200.0)]
WALLS = [Segment(x, 100.0, 200.0) for x in (50.0, 250.0, 400.0)]


def test_rulings_that_meet_are_one_group() -> None:
    (group,) = connected(ACROSS, WALLS, SLACK)

    assert group.across == ACROSS
    assert group.down == WALLS


def test_a_ruling_that_meets_no_other_is_a_group_by_itself() -> None:
    alone = Segment(600.0, 50.0, 400.0)

    groups = connected([*ACROSS, alone], WALLS, SLACK)

    assert [group.across for group in groups] == [ACROSS, [alone]]


def test_a_streak_down_the_page_is_no_wall_of_the_table_it_crosses() -> None:
    streak = Segment(300.0, 0.0, 900.0)

    (group,) = connected(ACROSS, [*WALLS, streak], SLACK)

    assert group.down == WALLS


def test_without_the_streak_what_it_joined_falls_apart() -> None:
    underline = Segment(500.0, 50.0, 400.0)
    streak = Segment(300.0, 0.0, 900.0)

    groups = connected([*ACROSS, underline], [streak], SLACK)

    assert [group.across for group in groups] == [[rule] for rule in (*ACROSS, underline)]


def test_walls_that_stand_out_together_stay_walls() -> None:
    tall = [Segment(x, 100.0, 400.0) for x in (50.0, 250.0, 400.0)]

    (group,) = connected(ACROSS, tall, SLACK)

    assert group.down == tall
