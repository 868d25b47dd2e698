"""Tables of results with more than one result on a row: of several days, of several tables."""

import pytest
from tests.unit.extract.test_labs import table_page

from chartlift.extract.extractors import labs
from chartlift.finding import Flag


@pytest.mark.parametrize(
    "heads",
    [
        ("Visit 1", "Visit 2"),
        ("01/02/24", "01/02/24"),
        ("01/02/24", "O8/O2"),
        ("02/05/24", "03/04/24"),
    ],
    ids=["no dates", "one day", "a date that is misread", "day or month first"],
)
def test_of_several_values_in_columns_without_roles_none_is_sure_to_be_the_latest(
    heads: tuple[str, str],
) -> None:
    page = table_page(("Test", "Unit", *heads), ("AST", "U/L", "35", "145"))
    assert [result.flags for result in labs.find([page])] == [(Flag.PLACE_UNCLEAR,)]


@pytest.mark.parametrize("row", [("35", "145", "60"), ("", "145", "60")])
def test_the_latest_of_several_days_is_the_result_wherever_it_stands(row: tuple[str, ...]) -> None:
    heads = ("Test", "Unit", "13/02/22", "21/10/25", "21/04/23")
    found = labs.find([table_page(heads, ("AST", "U/L", *row))])
    assert [(str(r.value), r.status, r.collected, r.flags) for r in found] == [
        ("145", "current", "2025-10-21", ()),
        *([("35", "prior", "2022-02-13", ())] if row[0] else []),
        ("60", "prior", "2023-04-21", ()),
    ]


def test_a_day_whose_order_is_not_told_is_left_out_where_it_is_the_latest_either_way() -> None:
    page = table_page(("Test", "01/02/24", "Unit", "Range"), ("AST", "35", "U/L", "10-40"))
    (found,) = labs.find([page])
    assert (str(found.value), found.status, found.collected) == ("35", "current", None)


BESIDE = {
    "heads named twice": (
        ("Test", "Value", "Unit", "Ref", "Test", "Value", "Unit", "Ref"),
        ("Sodium", "134", "mmol/L", "135-145", "Potassium", "5.8", "mmol/L", "3.5-5.1"),
        ("Urea", "21.3", "mmol/L", "2.5-7.8", "", "", "", ""),
    ),
    "no heads": (("Sodium", "134 mmol/L", "Potassium", "5.8 mmol/L"), ("Urea", "21.3 mmol/L")),
}


@pytest.mark.parametrize("name", BESIDE)
def test_tables_beside_each_other_give_the_results_of_both(name: str) -> None:
    found = labs.find([table_page(*BESIDE[name])])

    assert [(r.test_name, str(r.value), r.unit) for r in found] == [
        ("Sodium", "134", "mmol/L"),
        ("Potassium", "5.8", "mmol/L"),
        ("Urea", "21.3", "mmol/L"),
    ]
    assert not any(result.flags for result in found)


def test_a_name_behind_a_result_column_of_no_second_table_stays_in_its_row() -> None:
    rows = (("Test", "Result", "Unit", "Observation"), ("Sodium", "134", "mmol/L", "Potassium"))

    (found,) = labs.find([table_page(*rows)])

    assert (str(found.value), found.unit) == ("134", "mmol/L")


@pytest.mark.parametrize(
    "rows",
    [
        (("HBsAg", "Negative", "HIV", "Positive"),),
        (("1", "HBsAg", "Negative", "HIV", "Positive"),),
        (("Test", "Result", "", ""), ("HBsAg", "Negative", "HIV", "Positive")),
        (("Test", "Result", "Test", "Resuit"), ("HBsAg", "Negative", "HIV", "Positive")),
        (("Test", "Resuit", "Test", "Result"), ("HBsAg", "Negative", "HIV", "Positive")),
    ],
    ids=["no heads", "numbered", "heads of one half", "second misread", "first misread"],
)
def test_a_second_result_on_a_row_is_found_by_its_name(rows: tuple[tuple[str, ...], ...]) -> None:
    found = labs.find([table_page(*rows)])

    assert [(r.test_name, r.raw_value, r.flags) for r in found] == [
        ("HBsAg", "Negative", ()),
        ("HIV", "Positive", ()),
    ]


def test_a_unit_ends_a_result_as_a_figure_does_before_the_next_name() -> None:
    row = ("Hemoglobin", "12.5", "g/dL", "Glucose", "5.6", "mmol/L")

    found = labs.find([table_page(row)])

    assert [(r.test_name, r.unit, r.flags) for r in found] == [
        ("Hemoglobin", "g/dL", ()),
        ("Glucose", "mmol/L", ()),
    ]


@pytest.mark.parametrize(
    "beside", [("HIV", "illegible"), ("Unheard of", "Positive")], ids=["value", "name"]
)
def test_where_the_second_result_on_a_row_is_not_read_the_first_is_doubted(
    beside: tuple[str, str],
) -> None:
    (found,) = labs.find([table_page(("HBsAg", "Negative", *beside))])

    assert (found.raw_value, found.flags) == ("Negative", (Flag.PLACE_UNCLEAR,))


def test_a_test_named_in_the_remarks_begins_no_second_result() -> None:
    heads = ("Test", "Result", "Unit", "Comment", "Date")
    page = table_page(heads, ("Sodium", "134", "mmol/L", "Potassium", "5"))

    (found,) = labs.find([page])

    assert (found.test_name, found.flags) == ("Sodium", ())
