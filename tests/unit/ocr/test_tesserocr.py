from pathlib import Path

import pytest
from tests.unit.reading.drawn import lab_page, prose_page, raster

from chartlift.errors import InvalidSetting, MissingLanguage, MissingProgram
from chartlift.ocr.engines import tesserocr
from chartlift.ocr.engines.tesseract import Tesseract
from chartlift.ocr.engines.tesserocr import Tesserocr, resident_child
from chartlift.ocr.protocol import OcrEngine, Shape
from chartlift.ocr.registry import engine_versions, load_engine

pytest.importorskip("tesserocr", reason="the package tesserocr is not installed")

PAGE = raster(lab_page(ruled=False))


def load(**options: object) -> OcrEngine:
    return load_engine("tesserocr", options)


def test_it_reads_in_tesseract_s_stead_and_says_tesseract() -> None:
    engine = load_engine("tesseract", {})
    assert isinstance(engine, Tesserocr)
    assert {word.engine for word in engine.read(PAGE, ("eng",))} == {"tesseract"}


@pytest.mark.parametrize(
    "options",
    [
        {"resident": False},
        {"extra": "--psm 4"},
        {"extra": "-c tessedit_char_whitelist"},
        {"extra": "--user-words names.txt -c a=b"},
    ],
)
def test_what_it_cannot_do_is_left_to_tesseract_s_program(options: dict[str, object]) -> None:
    assert isinstance(load_engine("tesseract", options), Tesseract)


def test_another_program_is_used_where_one_is_named(tmp_path: Path) -> None:
    program = tmp_path / "tesseract"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert isinstance(load_engine("tesseract", {"command": str(program)}), Tesseract)


def test_variables_are_given_as_on_the_command_line() -> None:
    engine = load(extra="-c tessedit_char_whitelist=0123456789. -c tessedit_char_blacklist=")
    texts = "".join(word.text for word in engine.read(PAGE, ("eng",)))
    assert texts
    assert set(texts) <= set("0123456789.")


@pytest.mark.parametrize("extra", ["--psm 4", "-c", "-c x", "nonsense"])
def test_anything_but_variables_is_refused(extra: str) -> None:
    with pytest.raises(InvalidSetting, match=r"tesserocr\.extra"):
        load(extra=extra)


def test_a_variable_that_does_not_exist_is_refused_at_the_first_page() -> None:
    with pytest.raises(InvalidSetting, match=r"tesserocr\.extra"):
        load(extra="-c no_such_variable=1").read(PAGE, ("eng",))


def test_a_missing_language_is_named() -> None:
    with pytest.raises(MissingLanguage, match="xxx"):
        load(codes={"khm": "xxx"}).read(PAGE, ("khm",))


def test_missing_data_is_said() -> None:
    with pytest.raises(MissingProgram, match="tesseract-ocr"):
        load(data_folders=("/nowhere",))


def test_what_was_read_before_changes_nothing() -> None:
    engine, other = load(), raster(prose_page())
    first = engine.read(PAGE, ("khm", "eng"))
    engine.read(other, ("eng",), shape=Shape.COLUMNS)
    engine.read(other, ("khm", "eng"), shape=Shape.SPARSE)
    assert engine.read(PAGE, ("khm", "eng")) == first


def test_more_kinds_of_readers_than_are_kept_read_all_the_same() -> None:
    page = raster(prose_page()[:300])
    for number in range(6):
        assert load(extra=f"-c tosp_debug_level=0 -c user_defined_dpi={70 + number}").read(
            page, ("eng",)
        )


def test_it_reads_on_one_thread() -> None:
    engine = load()
    engine.read(PAGE, ("eng",))
    (child,) = resident_child()._children.values()
    assert len(list(Path(f"/proc/{child.pid}/task").iterdir())) == 1
    assert Path(f"/proc/{child.pid}/comm").read_text().strip() == "tesseract"


def test_the_versions_tell_which_of_both_reads() -> None:
    kept = engine_versions("tesseract", {}, ("eng",))
    program = engine_versions("tesseract", {"resident": False}, ("eng",))
    assert set(kept) == {tesserocr.PACKAGE, "data"}
    assert set(program) == {"tesseract", "data"}
    assert kept["data"] == program["data"] != engine_versions("tesseract", {}, ("khm",))["data"]
