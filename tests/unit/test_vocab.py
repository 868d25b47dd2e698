"""Every row of every vocabulary is valid, and a bad row is named by file and line."""

from pathlib import Path

import pytest

from chartlift import vocab
from chartlift.errors import InvalidData
from chartlift.extract.text import label_key
from chartlift.frozen import Frozen
from chartlift.vocab import Terms

LICENSED = [test for test in vocab.lab_tests() if test.emit_code == "yes"]


@pytest.mark.parametrize("code", ["2345-7", "14749-6", "718-7", "3150-0", "59408-5"])
def test_a_loinc_code_with_its_check_digit_is_valid(code: str) -> None:
    assert vocab.loinc_is_valid(code)


@pytest.mark.parametrize("code", ["2345-8", "3150-6", "14749", "14749-", "a345-7", "2345-77"])
def test_a_loinc_code_without_its_check_digit_is_not(code: str) -> None:
    assert not vocab.loinc_is_valid(code)


def test_every_code_that_is_emitted_has_its_official_name() -> None:
    assert [test.key for test in LICENSED if not test.loinc1_display] == []
    assert [test.key for test in LICENSED if test.loinc2 and not test.loinc2_display] == []


def test_keys_of_tests_and_vital_signs_are_unique() -> None:
    for rows in (vocab.lab_tests(), vocab.vital_signs()):
        keys = [row.key for row in rows]
        assert len(keys) == len(set(keys))


def test_every_unit_of_a_test_is_in_the_table_of_units() -> None:
    known = {unit.ucum for unit in vocab.units()}
    used = {
        ucum
        for test in vocab.lab_tests()
        for ucum in (test.unit1_ucum, test.unit2_ucum, *test.other_printed_units)
        if ucum not in {None, "1"}
    }
    used |= {
        ucum
        for sign in vocab.vital_signs()
        for ucum in (sign.unit_ucum, *sign.other_units)
        if ucum is not None
    }
    assert used - known == set()


def test_every_unit_is_valid_ucum() -> None:
    ucumvert = pytest.importorskip("ucumvert", reason="the UCUM grammar is not installed")
    parser = ucumvert.get_ucum_parser()
    parsed = {unit.ucum: parser.parse(unit.ucum) for unit in vocab.units()}
    assert all(tree.children for tree in parsed.values())


def test_a_spelling_stands_for_one_unit_unless_the_test_can_tell() -> None:
    spelt: dict[str, set[str]] = {}
    for unit in vocab.units():
        for printed in unit.printed:
            spelt.setdefault(printed, set()).add(unit.ucum)
    assert {printed: ucums for printed, ucums in spelt.items() if len(ucums) > 1} == {}


def test_one_kind_of_unit_selects_one_code() -> None:
    kinds = {unit.ucum: unit.kind for unit in vocab.units()}
    both = [
        test.key
        for test in vocab.lab_tests()
        if test.unit1_ucum and test.unit2_ucum
        and kinds[test.unit1_ucum] == kinds[test.unit2_ucum]
    ]  # fmt: skip
    assert both == []


def test_plausible_bounds_are_in_order() -> None:
    for test in vocab.lab_tests():
        if test.plausible_low_unit1 is not None and test.plausible_high_unit1 is not None:
            assert test.plausible_low_unit1 < test.plausible_high_unit1, test.key


def test_no_label_is_empty_when_it_is_compared() -> None:
    labels = [
        (test.key, label)
        for test in vocab.lab_tests()
        for label in (*test.synonyms_en, *test.synonyms_fr, *test.synonyms_km)
    ]
    assert [label for label in labels if not label_key(label[1])] == []


class Pair(Frozen):
    name: str
    terms: Terms


def a_folder(tmp_path: Path, table: str) -> Path:
    for name in ("vocab", "rules"):
        (tmp_path / name).mkdir()
    (tmp_path / "vocab" / "pairs.csv").write_text(table, encoding="utf-8")
    return tmp_path


def test_a_bad_row_is_named_by_file_and_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = a_folder(tmp_path, "name,terms\na,x|y\n,z\n")
    monkeypatch.setattr(vocab, "_data", lambda: folder)
    with pytest.raises(InvalidData, match=r"data/vocab/pairs\.csv:3"):
        vocab.load_table("pairs", Pair)


def test_an_unknown_column_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = a_folder(tmp_path, "name,terms,colour\na,x,red\n")
    monkeypatch.setattr(vocab, "_data", lambda: folder)
    with pytest.raises(InvalidData, match=r"pairs\.csv:2"):
        vocab.load_table("pairs", Pair)


def test_a_missing_table_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = a_folder(tmp_path, "name,terms\n")
    monkeypatch.setattr(vocab, "_data", lambda: folder)
    with pytest.raises(InvalidData, match=r"data/vocab/nothing\.csv"):
        vocab.load_table("nothing", Pair)


def test_the_fingerprint_changes_with_any_byte_of_the_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = a_folder(tmp_path, "name,terms\na,x\n")
    monkeypatch.setattr(vocab, "_data", lambda: folder)
    parts = ("rules", "vocab/pairs.csv")
    prints = [vocab.data_fingerprint.__wrapped__(*parts)]
    (folder / "rules" / "new.toml").write_text("", encoding="utf-8")
    prints.append(vocab.data_fingerprint.__wrapped__(*parts))
    (folder / "vocab" / "pairs.csv").write_text("name,terms\n", encoding="utf-8")
    prints.append(vocab.data_fingerprint.__wrapped__(*parts))
    assert len(set(prints)) == 3
    assert {len(one) for one in prints} == {16}


def test_a_fingerprint_of_what_is_not_there_names_it() -> None:
    with pytest.raises(InvalidData, match=r"data/vocab/gone\.csv"):
        vocab.data_fingerprint("vocab/gone.csv")
