import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chartlift.geometry import carry, carry_box
from chartlift.imaging.raster import rotate
from chartlift.layout.page import lay_out
from chartlift.model import Box, Raster, Ruling, Way, Word


def _word(text: str, left: int, top: int, width: int = 90, height: int = 30) -> Word:
    box = Box(left, top, left + width, top + height)
    return Word(text=text, box=box, confidence=0.9, engine="test")


def _moved(word: Word, to_page: Way) -> Word:
    box, quad = carry_box(to_page, word.box)
    return word.model_copy(update={"box": box, "quad": quad})


def _rulings(to_page: Way) -> list[Ruling]:
    lines = [([(100, y), (700, y)], True) for y in (101, 161, 221, 301)]
    lines += [([(x, 100), (x, 303)], False) for x in (101, 401, 701)]
    return [Ruling(ends=carry(to_page, np.array(ends)), horizontal=flag) for ends, flag in lines]


TABLE_WORDS = [
    _word("Test", 120, 115),
    _word("Result", 420, 115),
    _word("Glucose", 120, 175),
    _word("5.8", 420, 175),
    _word("C-reactive", 120, 225),
    _word("protein", 120, 262),
    _word("12", 420, 240),
]


def _texts(words: tuple[Word, ...], numbers: tuple[int, ...]) -> str:
    return " ".join(words[number].text for number in numbers)


def _tilted_page(degrees: float) -> Way:
    return rotate(Raster(np.full((900, 800), 255, np.uint8), 300, Way()), degrees).to_page


@settings(deadline=None, max_examples=20)
@given(st.sampled_from([-6.0, -2.5, 0.0, 1.2, 5.0]), st.permutations(TABLE_WORDS))
def test_a_ruled_table_is_the_same_at_every_tilt_and_in_every_order(
    degrees: float, shuffled: list[Word]
) -> None:
    to_page = _tilted_page(degrees)
    given_words = [_moved(word, to_page) for word in shuffled]

    words, layout = lay_out(given_words, _rulings(to_page), to_page)

    (table,) = layout.tables
    assert table.ruled
    assert [(cell.row, cell.column, _texts(words, cell.words)) for cell in table.cells] == [
        (0, 0, "Test"),
        (0, 1, "Result"),
        (1, 0, "Glucose"),
        (1, 1, "5.8"),
        (2, 0, "C-reactive protein"),
        (2, 1, "12"),
    ]


def test_a_row_of_a_table_is_one_line_cell_by_cell() -> None:
    words, layout = lay_out(TABLE_WORDS, _rulings(Way()), Way())

    assert [_texts(words, line.words) for line in layout.lines] == [
        "Test Result",
        "Glucose 5.8",
        "C-reactive protein 12",
    ]


@settings(deadline=None)
@given(
    st.lists(
        st.builds(
            _word,
            st.just("x"),
            st.integers(0, 1800),
            st.integers(0, 1800),
            st.integers(1, 400),
            st.integers(1, 90),
        ),
        max_size=60,
    ),
    st.booleans(),
)
def test_no_word_is_lost_or_doubled_between_the_engine_and_the_lines(
    words: list[Word], ruled: bool
) -> None:
    ordered, layout = lay_out(words, _rulings(Way()) if ruled else [], Way())

    in_lines = [number for line in layout.lines for number in line.words]
    assert in_lines == list(range(len(words)))
    assert sorted(word.box for word in ordered) == sorted(word.box for word in words)
    in_cells = [n for table in layout.tables for cell in table.cells for n in cell.words]
    assert len(in_cells) == len(set(in_cells))


def test_the_lines_around_a_table_stay_around_it() -> None:
    above, below = _word("above", 100, 20), _word("below", 100, 400)

    words, layout = lay_out([below, *TABLE_WORDS, above], _rulings(Way()), Way())

    texts = [_texts(words, line.words) for line in layout.lines]
    assert texts[0] == "above"
    assert texts[-1] == "below"


def test_a_borderless_table_has_rows_columns_and_no_rulings() -> None:
    rows = [("Na", "139", "mmol/L"), ("K", "4.3", "mmol/L"), ("Cl", "101", "mmol/L")]
    given_words = [
        _word(text, 100 + 300 * column, 100 + 60 * row)
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
    ]

    words, layout = lay_out(given_words, [], Way())

    (table,) = layout.tables
    assert not table.ruled
    assert [_texts(words, cell.words) for cell in table.cells] == [t for row in rows for t in row]
    assert {cell.column for cell in table.cells} == {0, 1, 2}


def test_a_page_without_words_has_an_empty_layout() -> None:
    words, layout = lay_out([], _rulings(Way()), Way())

    assert words == ()
    assert layout.lines == ()
    assert layout.tables == ()


def test_a_number_on_end_in_the_margin_is_a_line_of_its_own_beside_its_middle() -> None:
    rows = [_word(f"row{n}", 100, 100 + 50 * n) for n in range(5)]
    stamp = _word("92657391", 900, 113, 30, 120)

    words, layout = lay_out([stamp, *rows], [], Way())

    lines = [_texts(words, line.words) for line in layout.lines]
    assert lines == ["row0", "row1", "92657391", "row2", "row3", "row4"]


def test_a_tall_bracket_stays_in_its_line() -> None:
    row = [_word("(", 100, 90, 10, 70), _word("mean", 120, 110)]

    _, layout = lay_out([*row, _word("below", 100, 200)], [], Way())

    assert len(layout.lines) == 2


def test_the_text_of_a_borderless_table_keeps_its_lines() -> None:
    rows = [("Na", "139", "mmol/L"), ("K", "4.3", "mmol/L"), ("Cl", "101", "mmol/L")]
    given_words = [
        _word(text, 100 + 300 * column, 100 + 60 * row)
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
    ]
    wrapped = _word("repeated", 400, 265)

    words, layout = lay_out([wrapped, *given_words], [], Way())

    assert [_texts(words, line.words) for line in layout.lines][-2:] == [
        "Cl 101 mmol/L",
        "repeated",
    ]
    assert "101 repeated" in [_texts(words, cell.words) for cell in layout.tables[0].cells]


def _ruled(levels: list[list[int]], walls: list[list[int]]) -> list[Ruling]:
    """Rulings from [y, left, right] and [x, top, bottom]."""
    across = [Ruling(ends=((x, y), (end, y)), horizontal=True) for y, x, end in levels]
    return across + [Ruling(ends=((x, y), (x, end)), horizontal=False) for x, y, end in walls]


def test_the_boxes_of_a_form_are_read_across() -> None:
    rulings = _ruled(
        [[100, 100, 1000], [200, 100, 1000], [260, 100, 1000]],
        [[100, 100, 260], [500, 200, 260], [700, 100, 200], [1000, 100, 260]],
    )
    label, entry = _word("Vendor", 110, 110), _word("Pharmacy", 130, 155)
    date, day = _word("Date", 710, 110), _word("Monday", 730, 155)
    below = [_word("Budget", 110, 215), _word("Account", 510, 215)]

    words, layout = lay_out([label, entry, date, day, *below], rulings, Way())

    assert [_texts(words, line.words) for line in layout.lines] == [
        "Vendor Date",
        "Pharmacy Monday",
        "Budget Account",
    ]


def test_the_strokes_of_a_signature_across_print_make_no_table() -> None:
    rows = [[_word("x", left, top) for left in range(100, 800, 100)] for top in (110, 160, 210)]
    rulings = _ruled(
        [[100, 245, 600], [150, 245, 600], [250, 245, 600]],
        [[245, 100, 250], [400, 100, 250]],
    )

    _, layout = lay_out([word for row in rows for word in row], rulings, Way())

    assert not layout.tables
    assert [len(line.words) for line in layout.lines] == [7, 7, 7]


def test_a_ruled_row_of_which_one_cell_ends_above_where_another_begins_is_doubted() -> None:
    words = [_word("Glucose", 120, 225), _word("5.8", 420, 262), *TABLE_WORDS[:2]]
    _, layout = lay_out(words, _rulings(Way()), Way())
    assert layout.tables[0].doubted == (2,)


def test_a_ruled_row_whose_cells_stand_side_by_side_is_not_doubted() -> None:
    _, layout = lay_out(TABLE_WORDS, _rulings(Way()), Way())
    assert layout.tables[0].doubted == ()


@pytest.mark.parametrize(("lower", "height"), [(0, 30), (9, 30), (12, 30), (-6, 48)])
def test_a_lone_ruling_between_names_and_values_tears_no_row(lower: int, height: int) -> None:
    names = [_word(f"name{n}", 60, 110 + 92 * n) for n in range(9)]
    values = [_word(f"{n}.5", 480, 110 + 92 * n + lower, height=height) for n in range(9)]
    wall = Ruling(ends=((430, 90), (430, 930)), horizontal=False)

    ordered, layout = lay_out([*names, *values], [wall], Way())

    found = [_texts(ordered, line.words) for line in layout.lines]
    assert found == [f"name{n} {n}.5" for n in range(9)]
