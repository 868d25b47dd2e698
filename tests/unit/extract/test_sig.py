"""Sigs: one table of cases, and how parts are told apart."""

import csv
from pathlib import Path

import pytest

from chartlift.extract.patterns import load
from chartlift.extract.sig import Sig, begins_with_sig, read_duration, read_sigs
from chartlift.extract.sig_words import count_value, frequencies, number_words
from chartlift.finding import Flag, Timing

CASES = Path(__file__).parents[2] / "cases" / "sig.csv"
ROWS = list(csv.DictReader(CASES.read_text(encoding="utf-8").splitlines(keepends=True)))


def shown_timing(timing: Timing | None) -> str:
    if timing is None or timing.period is None:
        return ""
    most = f"-{timing.periodMax}" if timing.periodMax else ""
    rate = f"{timing.frequency}/{timing.period}{most}{timing.periodUnit}"
    return " ".join((rate, *timing.when))


def shown(sig: Sig) -> str:
    parts = (
        sig.dosage,
        sig.route,
        shown_timing(sig.timing),
        sig.duration,
        "prn" if sig.as_needed else "",
        f"quantity {sig.quantity}" if sig.quantity else "",
        f"phase {sig.phase}" if sig.phase > 1 else "",
        "doubt" if sig.flags else "",
    )
    return "; ".join(part for part in parts if part)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"][:40])
def test_a_text_says_this_and_nothing_else(row: dict[str, str]) -> None:
    assert " | ".join(shown(sig) for sig in read_sigs(row["text"])) == row["expected"]


def test_the_table_has_as_many_texts_that_are_no_sig() -> None:
    assert sum(not row["expected"] for row in ROWS) * 2 >= len(ROWS)


def test_spans_lead_to_the_words_that_were_used() -> None:
    text = "Take 1 tablet by mouth daily for pain"
    (sig,) = read_sigs(text)
    assert [text[start:end] for start, end in sig.spans] == ["1 tablet", "by mouth", "daily"]


def test_frequency_is_told_as_it_is_printed() -> None:
    assert read_sigs("1 tab PO  Q.I.D. with meals")[0].frequency == "Q.I.D."
    assert read_sigs("1 cp 3 fois par jour")[0].frequency == "3 fois par jour"


def test_two_rates_that_contradict_each_other_are_doubted() -> None:
    assert read_sigs("1 tablet twice daily every 6 hours")[0].flags == (Flag.CROSS_CHECK,)
    assert read_sigs("1 tablet twice daily every 12 hours")[0].flags == ()


def test_an_amount_whose_digits_stand_apart_is_left_out() -> None:
    assert read_sigs("take 1 0 mL daily")[0].dosage is None
    assert read_sigs("take 0 tablets daily")[0].dosage is None


def test_an_abbreviation_in_small_letters_is_a_word() -> None:
    assert read_sigs("1 suppository PR daily")[0].route == "rectal"
    assert read_sigs("1 suppository pr daily")[0].route is None


def test_a_large_count_of_tablets_is_what_is_handed_out() -> None:
    (sig,) = read_sigs("1 tablet daily, 30 tablets")
    assert (sig.dosage, sig.quantity) == ("1 tablet", "30")


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("1", "1"),
        ("½", "0.5"),
        ("1 1/2", "1.5"),
        ("0,5", "0.5"),
        ("100,000", "100000"),
        ("deux", "2"),
    ],
)
def test_a_count_has_its_value_however_it_is_written(printed: str, value: str) -> None:
    assert str(count_value(printed)) == value


def test_words_that_are_no_count_have_no_value() -> None:
    assert count_value("several") is None
    assert count_value("1/3") is None


def test_every_count_in_words_that_rules_look_for_has_a_value() -> None:
    found = load(r"^(?&count)$")
    worded = [word for word in number_words() if found.match(word)]
    assert len(worded) > 30
    for word in ("one", "two", "demi", "half", "un demi", "one and a half", "quatre"):
        assert found.match(word)
        assert count_value(word) is not None


def test_durations_are_told_in_one_way() -> None:
    assert read_duration("pendant 5 jours") == "5 days"
    assert read_duration("x 1 mois") == "1 month"
    assert read_duration("2/52") == "2 weeks"
    assert read_duration("រយៈពេល ២ សប្តាហ៍") == "2 weeks"
    assert read_duration("tomorrow") is None


def test_a_line_begins_with_a_sig_only_where_one_stands() -> None:
    assert begins_with_sig("Sig: 1 capsule")
    assert begins_with_sig("twice daily for 5 days")
    assert not begins_with_sig("Amoxicillin 500 mg twice daily")
    assert not begins_with_sig("Follow-up in two weeks")


def test_no_phrase_of_frequency_is_listed_twice() -> None:
    phrases = [phrase.casefold() for phrase in frequencies().terms]
    assert sorted(phrases) == sorted(set(phrases))
