from chartlift.layout.margins import find_margins
from chartlift.layout.order import Block
from chartlift.layout.pieces import Piece, Rect, Segment

HEIGHT = 30.0
PITCH = 45.0


def _line(number: int, top: float, width: float = 1600) -> Block:
    rect = Rect(100, top, 100 + width, top + HEIGHT)
    return Block(rect, [[Piece(number, rect)]], None)


def _page(*tops: float) -> list[Block]:
    return [_line(number, top) for number, top in enumerate(tops)]


BODY = [600 + PITCH * n for n in range(40)]


def test_what_a_gap_parts_from_the_text_is_the_head_and_the_foot() -> None:
    page = _page(200, 245, *BODY, 2600)

    assert find_margins(page, (), HEIGHT) == (2, 1)


def test_a_ruling_parts_a_head_from_a_text_close_below_it() -> None:
    page = _page(510, 555, *BODY)
    ruling = Segment(place=592, start=100, end=1700)

    assert find_margins(page, [ruling], HEIGHT) == (2, 0)


def test_a_short_ruling_parts_nothing() -> None:
    page = _page(510, 555, *BODY)
    underlined = Segment(place=592, start=100, end=500)

    assert find_margins(page, [underlined], HEIGHT) == (0, 0)


def test_half_a_page_is_no_head() -> None:
    page = _page(*BODY[:20], *(top + 400 for top in BODY[20:]))

    assert find_margins(page, (), HEIGHT) == (0, 0)


def test_a_note_of_few_lines_has_no_head() -> None:
    assert find_margins(_page(200, 600, 645, 690), (), HEIGHT) == (0, 0)
