"""Which pages benchmarks read, what they keep, and how their rows are counted."""

from __future__ import annotations

from pathlib import Path

import pytest
import simplejson
from benchmarks import accuracy, material, readings
from benchmarks.accuracy import Score, differences, score, summary
from benchmarks.material import Sample, handwritten_lines, printed_lines, real_samples, truth_of
from benchmarks.metrics import GridCell, Numbers
from benchmarks.readings import Read
from benchmarks.systems import Reading, ReadWord, in_rows


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for name in (
        *(f"en_funsd_forms/{n}.png" for n in "abcd"),
        *(f"en_sroie_receipts/{n}.jpg" for n in "ab"),
        *(f"med_synthetic_faxes/{n}.fax204.tif" for n in "ab"),
        *(f"km_printed_pages/docx1_page{n}.png" for n in (1, 3, 4)),
        *(f"km_printed_lines/docx1_p{n}_l01.png" for n in (1, 3, 4)),
        *(f"km_handwritten_lines/{n}.jpg" for n in "ab"),
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    return tmp_path


def read(text: str, tables: tuple[tuple[GridCell, ...], ...] | None = None) -> Read:
    return Read(Reading(text, (ReadWord(text, 0.9),), tables), cpu=2.0, wall=3.0)


def scored(errors: float, damage: str, name: str = "1") -> Score:
    sample = Sample(name, "drawn eng", damage, "eng", 300, f"{name}.png")
    return Score(sample, errors, 1.0, Numbers(4, 5, 3), None, 2.0)


def test_every_real_page_and_line_is_in_one_half_only(data: Path) -> None:
    for listed in (real_samples, printed_lines, handwritten_lines):
        halves = [{sample.path for sample in listed(half, data)} for half in ("tuning", "report")]
        assert not halves[0] & halves[1]
        assert all(halves)
    every = {s.path for half in ("tuning", "report") for s in real_samples(half, data)}
    assert len(every) == 11


def test_a_khmer_page_and_its_lines_are_in_the_same_half(data: Path) -> None:
    pages = {s.name for s in real_samples("tuning", data) if s.group == "Khmer pages"}
    assert pages == {"docx1_page1"}
    assert {s.name for s in printed_lines("tuning", data)} == {"docx1_p1_l01"}


def test_a_folder_that_is_not_there_has_no_pages(tmp_path: Path) -> None:
    assert not list(real_samples("report", tmp_path / "missing"))


def test_a_drawn_page_is_drawn_once_and_its_truth_read_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(material, "STORE", tmp_path)
    first = list(material.drawn_samples("tuning", 1))
    stamp = Path(first[0].path).stat().st_mtime_ns
    assert list(material.drawn_samples("tuning", 1)) == first
    assert Path(first[0].path).stat().st_mtime_ns == stamp
    assert [sample.group for sample in first] == ["drawn eng", "drawn fra", "drawn khm"]
    truth = truth_of(first[0])
    assert truth.texts[0]
    assert truth.tables[0][0].row == 0


def test_receipts_are_compared_without_case(tmp_path: Path) -> None:
    (tmp_path / "a.gt.txt").write_text("TOTAL 9.00", encoding="utf-8")
    receipt = Sample("a", "SROIE", "real", "eng", 150, str(tmp_path / "a.jpg"))
    assert score(receipt, read("Total 9.00")).errors == 0
    assert score(receipt._replace(group="faxes"), read("Total 9.00")).errors == 4 / 9


def test_numbers_of_forms_whose_truth_splits_them_do_not_count(tmp_path: Path) -> None:
    (tmp_path / "a.gt.txt").write_text("24 .13", encoding="utf-8")
    form = Sample("a", "FUNSD", "real", "eng", 100, str(tmp_path / "a.png"))
    assert score(form, read("24.13")).numbers is None


def test_a_reading_is_kept_as_it_was() -> None:
    for made in (read("a", ((GridCell(0, 1, "a", (1, 2, 3, 4)),),)), read("a", ()), read("a")):
        text = simplejson.dumps(made, namedtuple_as_object=False)
        assert readings._parsed(text) == made


def test_a_row_weighs_each_damage_alike_and_tells_clean_pages_apart() -> None:
    scores = [scored(0.0, "clean"), scored(0.0, "clean"), scored(0.1, "skew"), scored(0.5, "blur")]
    cells = dict(zip(accuracy.HEAD, summary("auto", scores), strict=True))
    assert cells["CER"] == "20.0"
    assert cells["CER clean"] == "0.0"
    assert cells["worst damage"] == "blur 50.0"
    assert cells["numbers"] == "75.0"
    assert cells["invented"] == "40.0"
    assert cells["cells"] == ""
    assert cells["n"] == "4"


def test_pages_turned_upright_are_those_whose_words_are_read() -> None:
    there, not_there = scored(0.0, "sideways"), scored(0.9, "upside_down")
    row = summary("auto", [there, not_there._replace(words=0.2)])
    assert row[accuracy.HEAD.index("turned")] == "1/2"


def test_a_difference_is_of_the_pages_that_both_read() -> None:
    found = {
        "auto": {"1": scored(0.1, "clean", "1"), "2": scored(0.1, "clean", "2")},
        "peer": {"1": scored(0.3, "clean", "1")},
    }
    assert differences(found) == [("auto - peer", "1", "-20.0", "-20.0 to -20.0")]


def test_lines_of_one_row_go_to_the_right_though_the_right_one_stands_a_little_higher() -> None:
    def line(left: int, top: int) -> list[tuple[float, float]]:
        return [(left, top), (left + 90, top), (left + 90, top + 20), (left, top + 20)]

    assert in_rows([line(300, 10), line(100, 16), line(100, 50), line(300, 44)]) == [1, 0, 2, 3]
