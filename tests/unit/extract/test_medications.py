"""Medications: one table of cases, and the promises that need a page."""

import csv
from pathlib import Path

import pytest

from chartlift.extract.context import Line, Page, Table, Token, page_of_text
from chartlift.extract.drugs import Drug, code_of, guess_name
from chartlift.extract.extractors import medications
from chartlift.finding import Flag, Note, Prescription
from chartlift.model import Box
from chartlift.vocab import load_table

CASES = Path(__file__).parents[2] / "cases" / "medications.csv"
ROWS = list(csv.DictReader(CASES.read_text(encoding="utf-8").splitlines(keepends=True)))


def read(text: str) -> tuple[Prescription, ...]:
    return medications.find([page_of_text(text)])


def shown(drug: Prescription) -> str:
    parts = (
        drug.medication,
        drug.strength,
        drug.form,
        drug.dosage,
        drug.route,
        drug.frequency,
        drug.duration,
        drug.quantity,
        drug.status,
        drug.code.code if drug.code else None,
    )
    return "; ".join(part or "-" for part in parts)


def cell(text: str, left: int, top: int, first: int) -> Line:
    words = text.split()
    return Line(
        tuple(
            Token(
                word,
                1,
                first + n,
                None,
                Box(left + 40 * n, top, left + 40 * n + 35, top + 20),
                0.9,
                "t",
            )
            for n, word in enumerate(words)
        )
    )


def table_page(*rows: tuple[str, ...]) -> Page:
    """A page with one dose table, each word with a box of its own."""
    number, grid, lines = 0, [], []
    for y, row in enumerate(rows):
        cells = []
        for x, text in enumerate(row):
            cells.append(cell(text, 300 * x, 40 * y, number))
            number += len(text.split())
        grid.append(tuple(cells))
        lines.append(Line(tuple(token for line in cells for token in line.tokens)))
    return Page(1, tuple(lines), (Table(tuple(grid)),))


KHMER = ("ល.រ", "ឈ្មោះឱសថ", "ចំនួន", "វិធីប្រើ", "ព្រឹក", "ថ្ងៃត្រង់", "ល្ងាច", "យប់")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"][:40])
def test_a_line_gives_its_drug_and_nothing_else(row: dict[str, str]) -> None:
    assert " | ".join(shown(drug) for drug in read(row["text"])) == row["expected"]


def test_the_table_has_as_many_lines_without_a_drug() -> None:
    assert sum(not row["expected"] for row in ROWS) * 2 >= len(ROWS)


def test_a_sig_on_the_next_lines_belongs_to_the_drug_above() -> None:
    drugs = read(
        "1. Amoxicillin 500 mg capsule\nSig: 1 capsule PO TID x 7 days\n- Qty: 21\n2. Aspirin"
    )
    assert shown(drugs[0]) == (
        "Amoxicillin; 500 mg; capsule; 1 capsule; oral; TID; 7 days; 21; current; J01CA04"
    )
    assert len(drugs) == 1


def test_an_entry_wrapped_in_the_middle_of_its_sig_is_one_entry() -> None:
    (drug,) = read("Metformin 850 mg tablet, 1 tablet PO\ntwice daily for 30 days")
    assert (drug.frequency, drug.duration) == ("twice daily", "30 days")
    assert drug.evidence.span == (0, 60)


def test_the_number_of_a_list_is_no_dose_however_it_was_read() -> None:
    for line in (
        "4, Paracetamol 500 mg tablet, 1 tablet PO q8h",
        "Q 4, Paracetamol 500 mg 1 tablet",
    ):
        assert [drug.dosage for drug in read(line)] == ["1 tablet"]


def test_a_dose_before_the_name_belongs_to_it() -> None:
    (drug,) = read("Take 2 tabs of amoxicillin 500 mg every 8 hours")
    assert (drug.dosage, drug.strength) == ("2 tablets", "500 mg")


def test_below_a_heading_a_name_alone_is_a_medication() -> None:
    assert [drug.medication for drug in read("Current medications:\nAspirin\nMetformin")] == [
        "Aspirin",
        "Metformin",
    ]
    assert read("Follow-up:\nAspirin") == ()


def test_drugs_below_an_allergy_heading_are_no_medication() -> None:
    assert read("Allergies:\nAspirin 81 mg\nPenicillin V 500 mg") == ()


def test_two_drugs_on_one_line_are_two_entries() -> None:
    drugs = read("Metformin 500 mg BID, hold lisinopril 10 mg daily")
    assert [(drug.medication, drug.status) for drug in drugs] == [
        ("Metformin", "current"),
        ("lisinopril", "held"),
    ]


def test_each_phase_is_an_entry_in_order() -> None:
    drugs = read("Prednisolone 5 mg tablet, 2 tablets daily for 3 days, then 1 tablet daily")
    assert [(drug.phase, drug.dosage, drug.duration) for drug in drugs] == [
        (1, "2 tablets", "3 days"),
        (2, "1 tablet", None),
    ]


def test_ids_count_the_drugs_of_a_page_and_hold_no_name() -> None:
    drugs = read("Amoxicillin 500 mg BID\nAspirin 81 mg daily")
    assert [drug.id for drug in drugs] == ["p1:med:0", "p1:med:1"]


def test_a_letter_in_a_strength_is_read_as_a_digit_and_doubted() -> None:
    (drug,) = read("Amoxicillin 5OO mg capsule 1 cap PO TID")
    assert drug.strength == "500 mg"
    assert drug.flags == (Flag.DIGIT_SUBSTITUTION,)


def test_a_misread_name_is_corrected_with_a_note_and_less_confidence() -> None:
    (drug,) = read("Paracetaml 500 mg tablet 1 tab PO TID")
    assert (drug.medication, drug.notes) == ("Paracetamol", (Note.NAME_SPELLING,))
    assert drug.confidence == pytest.approx(0.9)


def test_a_name_between_two_drugs_is_not_guessed() -> None:
    assert guess_name("prednisolon") == "prednisolone"
    assert guess_name("predniso") is None
    assert guess_name("para") is None


def test_khmer_digits_are_noted() -> None:
    (drug,) = read("Paracetamol ៥០០ mg លេប ១គ្រាប់ ៣ដងក្នុងមួយថ្ងៃ")
    assert (drug.strength, drug.notes) == ("500 mg", (Note.KHMER_DIGITS,))


def test_a_khmer_dose_table_gives_times_and_the_days_its_quantity_lasts() -> None:
    (drug,) = medications.find(
        [
            table_page(
                KHMER, ("1", "Amoxicilline 500 mg កន្សោម", "28", "លេប ក្រោយបាយ", "2", "-", "2", "-")
            )
        ]
    )
    assert shown(drug) == (
        "Amoxicilline; 500 mg; capsule; 2 capsules; oral; -; 7 days; 28; current; J01CA04"
    )
    assert drug.timing is not None
    assert (drug.timing.frequency, drug.timing.when) == (2, ("MORN", "EVE"))
    assert drug.flags == ()


def test_columns_are_known_by_their_headers_in_any_order_and_language() -> None:
    header = ("N°", "Matin", "Midi", "Soir", "Médicament", "Quantité")
    (drug,) = medications.find(
        [table_page(header, ("1", "1", "", "½", "Amlodipine 5 mg cp", "15"))]
    )[:1]
    assert (drug.medication, drug.dosage, drug.duration) == ("Amlodipine", "1 tablet", "10 days")


def test_unequal_doses_of_a_day_are_entries_of_one_phase() -> None:
    row = ("1", "Metformine 500 mg គ្រាប់", "30", "លេប", "2", "-", "1", "-")
    drugs = medications.find([table_page(KHMER, row)])
    assert [(drug.dosage, drug.timing and drug.timing.when, drug.phase) for drug in drugs] == [
        ("2 tablets", ("MORN",), 1),
        ("1 tablet", ("EVE",), 1),
    ]


def test_a_quantity_that_does_not_fit_the_doses_is_doubted() -> None:
    row = ("1", "Paracetamol 500 mg គ្រាប់", "10", "លេប", "1", "1", "1", "-")
    (drug,) = medications.find([table_page(KHMER, row)])
    assert (drug.duration, drug.flags) == (None, (Flag.CROSS_CHECK,))


def test_a_time_column_that_cannot_be_read_is_doubted_and_gives_no_dose() -> None:
    row = ("1", "Paracetamol 500 mg គ្រាប់", "9", "លេប ក្រោយបាយ", "54", "-", "-", "-")
    (drug,) = medications.find([table_page(KHMER, row)])
    assert (drug.dosage, drug.timing) == (None, None)
    assert Flag.DIGIT_SUBSTITUTION in drug.flags


def test_a_drug_no_vocabulary_knows_is_kept_from_a_dose_table_without_code() -> None:
    (drug,) = medications.find(
        [table_page(KHMER, ("1", "Xyzolimab 20 mg គ្រាប់", "10", "លេប", "1", "-", "-", "-"))]
    )
    assert (drug.medication, drug.code, drug.duration) == ("Xyzolimab", None, "10 days")


def test_a_table_of_results_is_no_dose_table() -> None:
    page = table_page(("Test", "Result", "Unit"), ("Calcium", "2.3", "mmol/L"))
    assert medications.find([page]) == ()


RESULTS = ("Test", "Result", "Unit")


def test_a_result_is_no_drug() -> None:
    rows = (
        ("LIPIDS Lymphocytes", "19", "%"),
        ("Vitamin B12", "148 L", "pg/mL"),
        ("Glucose 75 g 2 h", "7.8", "mmol/L"),
        ("Glucose 2h after meal", "140", "mg/dL"),
        ("Vancomycin", "15", "mg/L"),
        ("Insulin", "12", "mIU/L"),
        ("Albumin", "35 g", ""),
        ("Uric acid", "600 mg", "per day"),
        ("Amikacin", "sensitive", ""),
    )
    assert medications.find([table_page(RESULTS, *rows)]) == ()


def test_a_drug_in_a_table_of_results_is_a_drug() -> None:
    rows = (
        ("Hemoglobin", "12.5", "g/dL"),
        ("Treatment", "", ""),
        ("Amoxicillin 500 mg", "1 tab", "3 times a day"),
        ("Paracetamol 500 mg", "2 tabs", "twice daily"),
    )
    first, second = medications.find([table_page(RESULTS, *rows)])
    assert (first.medication, first.strength, first.dosage) == ("Amoxicillin", "500 mg", "1 tablet")
    assert (second.medication, second.dosage) == ("Paracetamol", "2 tablets")
    assert (first.flags, second.flags) == ((), ())
    assert first.timing is not None
    assert second.timing is not None


@pytest.mark.parametrize(
    "row",
    [
        ("Omeprazole", "1 tab", "daily"),
        ("Ibuprofen 400 mg", "", ""),
        ("Ciprofloxacin 5 µg", "Sensitive", ""),
        ("Folic acid", "5 mg", "daily"),
        ("Xyzolimab 20 mg", "1 tab", "daily"),
    ],
)
def test_a_drug_among_results_that_may_be_one_of_them_is_doubted(
    row: tuple[str, ...],
) -> None:
    (drug,) = medications.find([table_page(RESULTS, row)])
    assert drug.flags == (Flag.PLACE_UNCLEAR,)


def test_of_two_rows_of_a_table_without_heads_none_goes_on_with_the_other() -> None:
    rows = ("Metformin 500 mg tablet", "", ""), ("2 tablets", "evening", "7 days")
    (drug,) = medications.find([table_page(*rows)])
    assert (drug.medication, drug.dosage, drug.duration) == ("Metformin", None, None)


def test_a_count_below_a_head_that_was_not_read_is_a_doubt() -> None:
    unread = (*KHMER[:6], "", KHMER[7])
    row = ("1", "Paracetamol 500 mg គ្រាប់", "10", "លេប", "1", "-", "1", "-")
    (drug,) = medications.find([table_page(unread, row)])
    assert Flag.PLACE_UNCLEAR in drug.flags


def test_a_time_that_only_the_usage_names_is_doubted_where_columns_are_for_times() -> None:
    row = ("1", "Paracetamol 500 mg គ្រាប់", "10", "take in the morning", "", "", "", "")
    drugs = medications.find([table_page(KHMER, row)])
    assert drugs
    assert all(Flag.PLACE_UNCLEAR in drug.flags for drug in drugs)


def test_a_time_without_any_sign_is_doubted_where_dashes_stand_for_nothing() -> None:
    full = ("1", "Amoxicilline 500 mg គ្រាប់", "10", "លេប", "1", "-", "1", "-")
    missed = ("2", "Paracetamol 500 mg គ្រាប់", "10", "លេប", "1", "-", "", "-")
    blank = ("1", "Ibuprofen 400 mg គ្រាប់", "10", "លេប", "1", "", "1", "")
    dashed = medications.find([table_page(KHMER, full, missed)])
    assert [drug.flags for drug in dashed] == [(), (Flag.PLACE_UNCLEAR,)]
    assert [drug.flags for drug in medications.find([table_page(KHMER, blank)])] == [()]


def test_a_row_of_doses_that_the_layout_doubts_is_doubted() -> None:
    page = table_page(KHMER, ("1", "Paracetamol 500 mg គ្រាប់", "10", "លេប", "1", "", "", ""))
    doubted = page._replace(tables=(page.tables[0]._replace(doubted=frozenset({1})),))
    assert [drug.flags for drug in medications.find([doubted])] == [(Flag.PLACE_UNCLEAR,)]


def test_a_column_headed_day_is_noon_only_where_no_other_is() -> None:
    row = ("Paracetamol 500 mg គ្រាប់", "5", "1", "1", "-")
    days = table_page(("ឈ្មោះឱសថ", "ថ្ងៃ", "ព្រឹក", "ថ្ងៃត្រង់", "ល្ងាច"), row)
    noon = table_page(("ឈ្មោះឱសថ", "ចំនួន", "ព្រឹក", "ថ្ងៃ", "ល្ងាច"), row)
    for page in (days, noon):
        (drug,) = medications.find([page])
        assert drug.timing is not None
        assert (drug.dosage, drug.timing.when) == ("1 tablet", ("MORN", "NOON"))


@pytest.mark.parametrize(
    "heads",
    [
        ("ព្រឹក", "ល្ងាច", "ថ្ងៃ"),
        ("ព្រឹក", "យប់", "ថ្ងៃ"),
        ("ព្រឹក", "ល្ងាច", "ថ្ងៃ", "យប់"),
        ("ព្រឹក", "unread", "ថ្ងៃ"),
    ],
)
def test_a_column_headed_day_behind_the_evening_is_no_noon_and_doubted(
    heads: tuple[str, ...],
) -> None:
    row = ("Amoxicillin 500 mg", "1", "1", "7", "1")[: len(heads) + 1]
    (drug,) = medications.find([table_page(("ឈ្មោះថ្នាំ", *heads), row)])
    assert drug.timing is not None
    assert "NOON" not in (drug.timing.when or ())
    assert (drug.dosage, drug.duration, drug.flags) == ("1", "7 days", (Flag.PLACE_UNCLEAR,))


@pytest.mark.parametrize("head", ["Days", "Jours", "ចំនួនថ្ងៃ"])
def test_a_number_alone_in_a_column_of_days_counts_them(head: str) -> None:
    heads = ("Drug", "Morning", "Evening", head)
    (drug,) = medications.find([table_page(heads, ("Amoxicillin 500 mg", "1", "1", "7"))])
    assert (drug.dosage, drug.duration, drug.flags) == ("1", "7 days", ())


def test_evidence_boxes_the_words_of_the_entry() -> None:
    line = cell("Take Aspirin 81 mg daily please", 100, 40, 0)
    (drug,) = medications.find([Page(1, (line,), ())])
    assert drug.evidence.words == (1, 2, 3, 4)
    assert drug.evidence.box == Box(140, 40, 295, 60)
    assert drug.confidence == pytest.approx(0.9)


def test_route_and_strength_choose_between_the_codes_of_one_drug() -> None:
    def code(drug: str, route: str | None, strength: str | None) -> str | None:
        coding = code_of(drug, route=route, strength=strength)
        return coding.code if coding else None

    assert code("metronidazole", "vaginal", "500 mg") == "G01AF01"
    assert code("metronidazole", None, "500 mg") == "P01AB01"
    assert code("aspirin", "oral", "500 mg") == "N02BA01"
    assert code("aspirin", "oral", "325 mg") is None
    assert code("gabapentin", "oral", "300 mg") is None


def test_every_name_of_a_drug_belongs_to_one_drug() -> None:
    owners: dict[str, str] = {}
    for row in load_table("drugs", Drug):
        for name in (row.name, *row.synonyms, *row.brands):
            assert owners.setdefault(name.casefold(), row.name) == row.name
