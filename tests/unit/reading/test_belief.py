"""What is believed of a word by its engine's certainty, and of two readings of one place."""

import pytest

from chartlift.reading.belief import is_doubtful, is_odd, settle, trust, usual_mark, with_micro
from chartlift.reading.figures import spelt

REVIEWED_BELOW = 0.80


@pytest.mark.parametrize("text", ["7.4", "Glucose"])
def test_trust_never_falls_as_the_least_sure_character_gets_surer(text: str) -> None:
    levels = [trust(text, step / 1000) for step in range(1001)]

    assert levels == sorted(levels)
    assert levels[-1] > 0.98
    assert levels[0] < REVIEWED_BELOW


def test_a_number_of_which_one_character_is_unsure_goes_to_a_person() -> None:
    assert trust("7.4", 0.96) < REVIEWED_BELOW
    assert trust("Glucose", 0.96) > REVIEWED_BELOW


def test_numbers_are_read_a_second_time_sooner_than_words() -> None:
    assert is_doubtful("7.4", 0.985, 0.9)
    assert not is_doubtful("Glucose", 0.985, 0.9)
    assert is_doubtful("Glucose", 0.85, 0.9)


def test_what_both_engines_read_is_kept_and_believed_more() -> None:
    belief = settle("24.6", 0.8, "24.6", None)

    assert not belief.second
    assert belief.confidence > 0.95
    assert belief.other is None


def test_agreement_on_characters_takes_the_spaces_of_the_second_reading() -> None:
    belief = settle("Date::02/04/2026", 0.5, "Date: 02/04/2026", None)

    assert belief.second
    assert belief.other is None
    assert belief.confidence > REVIEWED_BELOW


def test_where_the_second_engine_saw_nothing_the_first_keeps_its_own_trust() -> None:
    assert settle("7.4", 0.6, "", None).confidence == trust("7.4", 0.6)
    assert settle("7.4", 0.6, "~", None).other is None


def test_numbers_that_disagree_are_flagged_and_keep_both_readings() -> None:
    belief = settle("246", 0.85, "24.6", None)

    assert not belief.second
    assert belief.confidence < REVIEWED_BELOW
    assert belief.other == "24.6"


def test_a_number_that_is_hardly_read_gives_way_to_the_second_reading_and_stays_in_doubt() -> None:
    belief = settle("2A6", 0.3, "246", None)

    assert belief.second
    assert belief.confidence < REVIEWED_BELOW
    assert belief.other == "2A6"


@pytest.mark.parametrize(("first", "second"), [("001/002", "Boo2rrose"), ("F.O.B.", "F.0.8.")])
def test_neither_another_print_nor_a_word_gives_way_to_a_number_however_hardly_it_is_read(
    first: str, second: str
) -> None:
    belief = settle(first, 0.3, second, None)

    assert not belief.second
    assert belief.confidence < REVIEWED_BELOW
    assert belief.other == second


def test_khmer_figures_are_taken_for_what_a_reader_of_latin_hardly_reads() -> None:
    belief = settle("b", 0.6, "៣៦", None)

    assert (belief.second, belief.other) == (True, "b")
    assert belief.confidence < REVIEWED_BELOW


def test_no_disagreement_makes_a_number_surer_than_it_was_alone() -> None:
    for step in range(101):
        lowest = step / 100
        if not (belief := settle("246", lowest, "247", None)).second:
            assert belief.confidence <= trust("246", lowest)


def test_the_pages_usual_decimal_mark_decides_between_a_point_and_a_comma() -> None:
    assert settle("5.0", 0.75, "5,0", ",").second
    assert not settle("5,0", 0.75, "5.0", ",").second
    unknown = settle("5.0", 0.75, "5,0", None)
    assert unknown.confidence < REVIEWED_BELOW
    assert unknown.other == "5,0"


def test_a_page_has_a_usual_mark_where_nearly_all_its_numbers_have_it() -> None:
    assert usual_mark(["1,2", "3,4", "5,6", "7.8"]) == ","
    assert usual_mark(["1,2", "3.4"]) is None
    assert usual_mark(["12", "a.b"]) is None


def test_a_number_with_another_mark_than_the_pages_is_odd() -> None:
    assert is_odd("5.0", ",")
    assert not is_odd("5,0", ",")
    assert not is_odd("5.0", None)
    assert not is_odd("50", ",")


def test_a_sign_that_the_second_engine_does_not_know_is_no_disagreement() -> None:
    belief = settle("µmol/L", 0.8, "pmol/L", None)

    assert not belief.second
    assert belief.confidence > REVIEWED_BELOW
    assert belief.other is None


def test_a_known_unit_of_the_second_reading_is_taken_for_what_is_none() -> None:
    assert settle("UL", 0.6, "U/L", None).second
    assert not settle("U/L", 0.6, "UL", None).second


@pytest.mark.parametrize(
    ("first", "second"),
    [("mqdL", "mg/dL"), ("mgdL", "mg/dL"), ("uq/L", "µg/L"), ("mmo1L", "mmol/L"), ("UIL", "U/L")],
)
def test_the_same_unit_badly_read_is_mended(first: str, second: str) -> None:
    assert settle(first, 0.6, second, None).second


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("µmolL", "pmol/L"),
        ("µmolL", "mol/L"),
        ("umol", "pmol/l"),
        ("uq/L", "mg/L"),
        ("lmg", "mg"),
        ("GL", "g/L"),
        ("9/L", "g/L"),
        ("1/min1", "l/min"),
        ("1b", "lb"),
        ("U1L", "U/L"),
    ],
)
def test_a_unit_never_gives_way_to_another_one(first: str, second: str) -> None:
    belief = settle(first, 0.6, second, None)

    assert not belief.second
    assert belief.confidence < REVIEWED_BELOW
    assert belief.other == second


@pytest.mark.parametrize("letter", ["p", "m", "u"])
def test_what_is_answered_for_the_sign_of_a_millionth_counts_as_it(letter: str) -> None:
    assert with_micro("µmolL", f"{letter}mol/L") == "µmol/L"
    assert with_micro("mmolL", f"{letter}mol/L") == f"{letter}mol/L"
    assert with_micro("µmol", "mg") == "mg"


@pytest.mark.parametrize(("first", "second"), [("120", "1 20"), ("1160", "1:160")])
def test_a_space_or_colon_between_two_digits_is_a_disagreement(first: str, second: str) -> None:
    belief = settle(first, 0.98, second, None)

    assert not belief.second
    assert belief.other == second


@pytest.mark.parametrize(("first", "second"), [("½", "1"), ("≥5", "25"), ("10³", "109")])
def test_a_sign_agrees_with_what_is_answered_for_it_only(first: str, second: str) -> None:
    belief = settle(first, 0.6, second, None)

    assert belief.confidence < REVIEWED_BELOW
    assert belief.other is not None


def test_a_unit_of_the_second_reading_never_takes_the_place_of_a_number() -> None:
    belief = settle("81mg", 0.95, "mg", None)

    assert not belief.second
    assert belief.other == "mg"


def test_a_mark_that_may_part_thousands_is_not_decided_by_the_pages_usual_one() -> None:
    belief = settle("1.234", 0.95, "1,234", ".")

    assert belief.confidence < REVIEWED_BELOW
    assert belief.other == "1,234"


def test_dashes_of_two_lengths_are_no_disagreement() -> None:
    assert settle("80.0–100.0", 0.98, "80.0 - 100.0", None).other is None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("1'Église,", "l'Église,"),
        ("1e:", "le:"),
        ("1a", "la"),
        ("hospita1isé", "hospitalisé"),
        ("C0DE-6152", "CODE-6152"),
    ],
)
def test_a_figure_inside_a_word_gives_way_to_the_letter_it_looks_like(
    first: str, second: str
) -> None:
    assert settle(first, 0.6, second, None) == (True, 0.90, first)


def test_a_letter_is_kept_where_the_second_engine_reads_the_figure_it_looks_like() -> None:
    belief = settle("CODE-9668", 0.6, "C0DE-9668", None)

    assert not belief.second
    assert belief.confidence > REVIEWED_BELOW


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("HbA1c", "HbAlc"),
        ("Hba1c", "Hbalc"),
        ("Type1", "Typel"),
        ("Para1", "Paral"),
        ("se1", "sel"),
        ("dose1mg", "doselmg"),
        ("AB00", "ABOO"),
        ("0RL", "ORL"),
        ("1'", "l'"),
        ("1g", "lg"),
        ("10", "lO"),
        ("B1", "Bl"),
        ("1comprimé", "lcomprimé"),
    ],
)
def test_a_figure_never_gives_way_where_a_number_may_stand(first: str, second: str) -> None:
    belief = settle(first, 0.8, second, None)

    assert not belief.second
    assert belief.other == second


def test_a_long_word_that_may_begin_with_a_number_stays_in_doubt_with_both_readings() -> None:
    belief = settle("1ésion", 0.6, "lésion", None)

    assert belief.second
    assert belief.confidence < REVIEWED_BELOW
    assert belief.other == "1ésion"


def test_what_a_reader_of_latin_is_unsure_of_is_khmer_where_the_second_engine_reads_khmer() -> None:
    belief = settle("g9:", 0.3, "ច្ឆេទ:", None)

    assert belief.second
    assert belief.confidence < REVIEWED_BELOW
    assert belief.other == "g9:"
    assert not settle("Glucose", 0.97, "ច្ឆេទ", None).second


@pytest.mark.parametrize("second", ["@1-01-2021", "81-01-2021 x", "84 2828", "01-81-2021"])
def test_a_date_does_not_give_way_to_what_is_none(second: str) -> None:
    belief = settle("01-01-2021", 0.5, second, None)

    assert (belief.second, belief.other) == (False, second)
    assert belief.confidence < REVIEWED_BELOW


@pytest.mark.parametrize("second", ["02-01-2021", "2021-01-02", "1/12/98"])
def test_of_two_dates_the_sure_engine_is_right_and_a_person_sees_both(second: str) -> None:
    belief = settle("01-01-2021", 0.5, second, None)

    assert belief.other
    assert belief.confidence < REVIEWED_BELOW


@pytest.mark.parametrize(
    ("read", "text"),
    [("Sp02:", "SpO2:"), ("HC03", "HCO3"), ("100", "100"), ("C02", "C02"), (" ", " "), ("", "")],
)
def test_the_figure_in_a_name_is_its_letter_and_codes_and_numbers_stay(
    read: str, text: str
) -> None:
    assert spelt(read) == text


@pytest.mark.parametrize(("first", "second"), [("26%9", "26%។"), ("26%។", "26%4"), ("kg9", "kg។")])
def test_behind_a_unit_a_figure_gives_way_to_a_full_stop(first: str, second: str) -> None:
    belief = settle(first, 0.6, second, None)

    assert (second if belief.second else first).endswith("។")


@pytest.mark.parametrize(("first", "second"), [("8.5%H", "8.5%។"), ("mm3", "mm។"), ("129", "12។")])
def test_a_flag_a_power_and_a_number_do_not_give_way_to_a_full_stop(
    first: str, second: str
) -> None:
    belief = settle(first, 0.6, second, None)

    assert not belief.second
    assert belief.confidence < REVIEWED_BELOW


def test_a_unit_does_not_give_way_to_figures() -> None:
    belief = settle("°C", 0.6, "*៤", None)

    assert (belief.second, belief.other) == (False, "*៤")
