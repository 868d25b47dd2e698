"""Ruled tables: the cells that ruling lines draw, and the words that stand in them."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from chartlift.layout.joining import root_of, unite
from chartlift.layout.pieces import Rect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chartlift.layout.pieces import Segment
    from chartlift.layout.rulings import Rulings

WALL = 0.5
"""Share of a cell's side that must be ruled for the side to be a wall."""


class Slot(NamedTuple):
    """One cell of a grid before its words are known."""

    row: int
    column: int
    row_span: int
    column_span: int
    rect: Rect


class Grid(NamedTuple):
    """The cells of one ruled table, row by row."""

    rect: Rect
    slots: tuple[Slot, ...]


class Frame(NamedTuple):
    """The rulings of one table, and where its rows and columns begin and end."""

    across: list[Segment]
    down: list[Segment]
    rows: list[float]
    columns: list[float]
    slack: float


def find_grids(groups: Sequence[Rulings], slack: float) -> list[Grid]:
    """The tables that rulings draw, from top to bottom.

    Args:
        groups: rulings that meet each other, in upright pixels.
        slack: pixels by which lines that should meet may miss each other.
    """
    grids = []
    for group in groups:
        if len(group.across) < 2 or not group.down:
            continue
        frame = _frame(group.across, group.down, slack)
        if len(frame.rows) < 2 or len(frame.columns) < 3:
            continue
        slots = _slots(frame)
        if len(slots) >= 3:
            rect = Rect(frame.columns[0], frame.rows[0], frame.columns[-1], frame.rows[-1])
            grids.append(Grid(rect, slots))
    return sorted(grids, key=lambda grid: (grid.rect.top, grid.rect.left))


def _frame(across: list[Segment], down: list[Segment], slack: float) -> Frame:
    """The table's row and column borders; an open side ends where the other rulings end."""
    rows = _places(across, slack)
    columns = _places(down, slack)
    left, right = min(a.start for a in across), max(a.end for a in across)
    top, bottom = min(d.start for d in down), max(d.end for d in down)
    open_side = 3 * slack
    rows = [top] * (top < rows[0] - open_side) + rows + [bottom] * (bottom > rows[-1] + open_side)
    columns = (
        [left] * (left < columns[0] - open_side)
        + columns
        + [right] * (right > columns[-1] + open_side)
    )
    return Frame(across, down, rows, columns, slack)


def _places(lines: list[Segment], slack: float) -> list[float]:
    """Where the lines stand, those closer than `slack` taken as one."""
    clusters: list[list[float]] = []
    for place in sorted(line.place for line in lines):
        if clusters and place - clusters[-1][-1] <= slack:
            clusters[-1].append(place)
        else:
            clusters.append([place])
    return [sum(cluster) / len(cluster) for cluster in clusters]


def _slots(frame: Frame) -> tuple[Slot, ...]:
    height, width = len(frame.rows) - 1, len(frame.columns) - 1
    parent = list(range(height * width))
    for row, column in product(range(height), range(width)):
        here = row * width + column
        sides = (frame.rows[row], frame.rows[row + 1])
        if column + 1 < width and not _ruled(
            frame.down, frame.columns[column + 1], sides, frame.slack
        ):
            unite(parent, here, here + 1)
        edges = (frame.columns[column], frame.columns[column + 1])
        if row + 1 < height and not _ruled(frame.across, frame.rows[row + 1], edges, frame.slack):
            unite(parent, here, here + width)
    _square(parent, width)
    return tuple(_slot(frame, members, width) for members in _members(parent))


def _ruled(lines: list[Segment], place: float, side: tuple[float, float], slack: float) -> bool:
    """Whether rulings at `place` cover at least half of the side."""
    start, end = side
    reach, covered = start, 0.0
    near = sorted(
        (line.start, line.end) for line in lines if abs(line.place - place) <= slack * 1.5
    )
    for low, high in near:
        gain = min(high, end) - max(low, reach)
        if gain > 0:
            covered += gain
            reach = min(high, end)
    return covered >= WALL * (end - start)


def _square(parent: list[int], width: int) -> None:
    """Fills up merged cells that are no rectangle until all are."""
    changed = True
    while changed:
        changed = False
        for members in _members(parent):
            rows, columns = _extent(members, width)
            for row, column in product(range(*rows), range(*columns)):
                changed |= unite(parent, members[0], row * width + column)


def _extent(members: list[int], width: int) -> tuple[tuple[int, int], tuple[int, int]]:
    rows, columns = [m // width for m in members], [m % width for m in members]
    return (min(rows), max(rows) + 1), (min(columns), max(columns) + 1)


def _slot(frame: Frame, members: list[int], width: int) -> Slot:
    (top, bottom), (left, right) = _extent(members, width)
    rect = Rect(frame.columns[left], frame.rows[top], frame.columns[right], frame.rows[bottom])
    return Slot(top, left, bottom - top, right - left, rect)


def _members(parent: list[int]) -> list[list[int]]:
    groups: dict[int, list[int]] = {}
    for index in range(len(parent)):
        groups.setdefault(root_of(parent, index), []).append(index)
    return sorted(groups.values())
