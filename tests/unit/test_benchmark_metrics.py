"""What benchmarks count, on examples small enough to be counted by hand."""

from __future__ import annotations

import pytest
from benchmarks.metrics import (
    GridCell,
    Numbers,
    cells_exact,
    character_errors,
    fold,
    mean_over,
    numbers,
    paired_interval,
    words_found,
)

CELLS = [
    GridCell(0, 0, "Test", (0, 0, 50, 10)),
    GridCell(0, 1, "Result", (50, 0, 100, 10)),
    GridCell(1, 0, "Sodium", (0, 10, 50, 20)),
    GridCell(1, 1, "141", (50, 10, 100, 20)),
    GridCell(2, 0, "", (0, 20, 50, 30)),
]


def test_one_wrong_character_of_four_is_a_quarter() -> None:
    assert character_errors(["10 mg"], "1Omg") == 0.25


def test_the_order_of_words_counts_and_their_spaces_do_not() -> None:
    assert character_errors(["ab cd"], "a b c d") == 0
    assert character_errors(["ab cd"], "cd ab") == 1


def test_the_nearest_of_several_orders_counts() -> None:
    assert character_errors(["ab cd", "cd ab"], "cdab") == 0


def test_more_text_than_there_is_counts_as_all_wrong_at_most() -> None:
    assert character_errors(["ab"], "xyzxyz") == 1
    assert character_errors([""], "x") == 1
    assert character_errors([""], "") == 0


def test_shapes_of_one_sign_are_one_sign() -> None:
    assert fold("5–7 μg\u200b «a»") == '5-7 µg "a"'
    assert fold("e\u0301") == "é"


def test_leaders_of_a_form_are_no_text() -> None:
    assert fold("Name ........ Ann").split() == ["Name", "Ann"]
    assert fold("Name . . . . . Ann").split() == ["Name", "Ann"]
    assert fold("wait... 3.5") == "wait... 3.5"


def test_case_counts_unless_it_is_said_not_to() -> None:
    assert fold("Total") != fold("TOTAL")
    assert fold("Total", case=False) == fold("TOTAL", case=False)


def test_a_word_printed_twice_must_be_read_twice() -> None:
    assert words_found("sodium 141 sodium", "sodium 141") == pytest.approx(2 / 3)
    assert words_found("(sodium), 141", "141 sodium") == 1


def test_a_khmer_word_is_found_inside_a_run() -> None:
    assert words_found("ឈាម ទឹក", "អ្នកឈាមមាន") == 0.5


def test_numbers_count_as_often_as_they_stand() -> None:
    assert numbers("5 5 7.1", "5 7,1 9") == Numbers(printed=3, read=3, both=1)


def test_khmer_digits_are_digits() -> None:
    assert numbers("១២ 3", "12 ៣") == Numbers(2, 2, 2)


def test_cells_read_as_printed_are_exact_and_empty_ones_do_not_count() -> None:
    assert cells_exact(CELLS, [CELLS]) == (4, 4)


def test_a_cell_with_another_text_is_not_exact() -> None:
    read = [cell._replace(text="142") if cell.text == "141" else cell for cell in CELLS]
    assert cells_exact(CELLS, [read]) == (3, 4)


def test_a_cell_in_a_neighbouring_row_is_not_exact() -> None:
    wide = [*CELLS[:4], GridCell(1, 2, "mmol/L", (100, 10, 150, 20))]
    read = [*wide[:4], wide[4]._replace(row=0)]
    assert cells_exact(wide, [read]) == (4, 5)


def test_rows_that_all_stand_lower_are_the_same_table() -> None:
    assert cells_exact(CELLS, [[cell._replace(row=cell.row + 2) for cell in CELLS]]) == (4, 4)


def test_two_rows_read_as_one_cell_are_not_exact() -> None:
    merged = [
        GridCell(0, 0, "Test Sodium", (0, 0, 50, 20)),
        GridCell(0, 1, "Result 141", (50, 0, 100, 20)),
    ]
    assert cells_exact(CELLS, [merged]) == (0, 4)


def test_no_table_has_no_exact_cell() -> None:
    assert cells_exact(CELLS, []) == (0, 4)


def test_each_stratum_weighs_the_same() -> None:
    assert mean_over([0, 0, 0, 1], ["a", "a", "a", "b"]) == 0.5


def test_a_difference_that_is_always_the_same_has_no_width() -> None:
    assert paired_interval([0.2, 0.2, 0.2], ["a", "a", "b"]) == pytest.approx((0.2, 0.2, 0.2))


def test_an_interval_holds_the_mean_and_widens_with_scatter() -> None:
    narrow = paired_interval([0.1, 0.2] * 10, ["a"] * 20)
    wide = paired_interval([-0.7, 1.0] * 10, ["a"] * 20)
    assert narrow.low <= narrow.mean <= narrow.high
    assert wide.high - wide.low > narrow.high - narrow.low


def test_strata_of_one_page_each_still_have_a_width() -> None:
    interval = paired_interval([0.0, 0.1, 0.2, 0.3], ["a", "b", "c", "d"])
    assert interval.low < 0.1
    assert interval.high > 0.2
