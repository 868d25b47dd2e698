import subprocess
import sys

import pytest

from chartlift.errors import MissingLanguage, MissingProgram, UnknownProfile
from chartlift.reading.versions import OCR_DATA, ocr_components, prepare_components
from chartlift.settings import load_settings


def test_the_components_are_short_texts_and_the_same_twice() -> None:
    for components in (prepare_components, ocr_components):
        one = components(load_settings())
        assert one == components(load_settings())
        assert all(isinstance(value, str) and value for value in one.values())


def test_another_profile_changes_both_fingerprints() -> None:
    fast, classic = load_settings({"profile": "fast"}), load_settings({"profile": "classic"})

    assert prepare_components(fast) != prepare_components(classic)
    assert ocr_components(fast) != ocr_components(classic)


@pytest.mark.parametrize(
    "change",
    [
        {"languages": "eng"},
        {"ocr_config": "-c x=1"},
        {"page_seconds": 30},
        {"ocr_fallback_engine": "none"},
        {"reread_word_below": 0.5},
    ],
)
def test_what_changes_the_words_changes_the_ocr_fingerprint_only(change: dict[str, object]) -> None:
    before, after = load_settings(), load_settings(change)

    assert ocr_components(before) != ocr_components(after)
    assert prepare_components(before) == prepare_components(after)


def test_a_setting_of_another_stage_changes_neither() -> None:
    before, after = load_settings(), load_settings({"review_below": 0.5})

    assert ocr_components(before) == ocr_components(after)
    assert prepare_components(before) == prepare_components(after)


def test_what_is_missing_is_said_before_a_page_is_read() -> None:
    with pytest.raises(UnknownProfile):
        prepare_components(load_settings({"profile": "turbo"}))
    with pytest.raises(MissingProgram):
        ocr_components(load_settings({"tesseract_cmd": "no-such-program"}))
    with pytest.raises((MissingLanguage, MissingProgram)):
        ocr_components(load_settings({"tessdata_prefix": "/nowhere"}))


OPENED = """
import sys
from importlib import import_module
from importlib.resources import files
from pathlib import Path

seen, root = set(), Path(str(files("chartlift").joinpath("data")))


def watch(event, arguments):
    if event == "open" and isinstance(arguments[0], str | Path):
        path = Path(arguments[0])
        if path.is_relative_to(root):
            seen.add(path.relative_to(root).as_posix())


sys.addaudithook(watch)
package = Path(str(files("chartlift")))
for folder in ("imaging", "layout", "ocr", "reading"):
    for file in sorted(package.joinpath(folder).glob("*.py")):
        module = import_module(f"chartlift.{folder}.{file.stem}")
        for name, value in vars(module).items():
            if getattr(value, "__module__", "") == "chartlift.vocab" and name != "data_fingerprint":
                value()
            if getattr(value, "__module__", "") == "chartlift.languages":
                seen.add("languages")
print("\\n".join(sorted(seen)))
"""


def test_every_table_that_reading_imports_is_in_its_fingerprint() -> None:
    done = subprocess.run(
        [sys.executable, "-c", OPENED], capture_output=True, text=True, check=True
    )
    opened = set(done.stdout.split())

    assert "vocab/units.csv" in opened
    assert opened <= {*OCR_DATA}
