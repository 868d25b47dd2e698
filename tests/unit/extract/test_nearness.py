"""A value that stands elsewhere on the paper than beside its label or below it is in doubt."""

import pytest

from chartlift.extract.context import Line, Page, Token
from chartlift.extract.extractors import labs
from chartlift.model import Box

Printed = tuple[str, int, int]
WIDTH, HEIGHT = 90, 30
NAME = ("Glucose", 100, 500)


def turned(box: Box, turns: int) -> Box:
    """A box as it stands on a page that was scanned turned so many quarters."""
    for _ in range(turns):
        box = Box(2000 - box.bottom, box.left, 2000 - box.top, box.right)
    return box


def flags(value: tuple[int, int], turns: int) -> tuple[str, ...]:
    x, y = value
    lines: list[list[Printed]] = [
        [("Result", 100, 100), ("of", 200, 100), ("today", 300, 100)],
        [NAME],
        [("15.6", x, y), ("mmol/L", x + 100, y)],
    ]
    boxed = [
        Line(
            tuple(
                Token(
                    text,
                    1,
                    10 * number + n,
                    None,
                    turned(Box(left, top, left + WIDTH, top + HEIGHT), turns),
                    0.95,
                    "test",
                )
                for n, (text, left, top) in enumerate(line)
            )
        )
        for number, line in enumerate(lines)
    ]
    (found,) = labs.find([Page(1, tuple(boxed), ())])
    assert (found.test_name, str(found.value)) == ("Glucose", "15.6")
    return tuple(found.flags)


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("value", [(100, 545), (120, 575), (480, 500), (480, 512), (480, 490)])
def test_a_value_beside_its_label_or_right_below_it_is_believed(
    value: tuple[int, int], turns: int
) -> None:
    assert flags(value, turns) == ()


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("value", [(480, 110), (480, 460), (100, 460), (100, 640), (480, 900)])
def test_a_value_that_stands_elsewhere_asks_a_person(value: tuple[int, int], turns: int) -> None:
    assert flags(value, turns) == ("place-unclear",)
