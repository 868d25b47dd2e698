"""Odd, damaged and hostile files, each read or refused with a code: no crash, no hang.

The normal run takes every tenth file; `CHARTLIFT_ALL_HOSTILE_FILES=1` takes them all, in minutes.
"""

import os
from pathlib import Path

import pytest
from tests.unit.imaging.papers import (
    Sheet,
    bomb,
    bomb_sheets,
    pdf,
    picture_of,
    split_bytes,
    typed,
)

from chartlift.errors import InputError
from chartlift.imaging.source import HEAD_BYTES, detect_type
from chartlift.imaging.split import split_source
from chartlift.settings import load_settings

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "hostile_files"
ALL = sorted(path for path in FOLDER.rglob("*") if path.is_file() and path.suffix != ".md")
HANGS_A_RENDERER = FOLDER / "qpdf" / "shared-unnamed-field.pdf"
WITHOUT_ITS_FONT = FOLDER / "pdfjs" / "SimFang-variant.pdf"
PATIENT = bool(os.environ.get("CHARTLIFT_ALL_HOSTILE_FILES"))
CHOSEN = ALL if PATIENT else ALL[::10]
SETTINGS = load_settings({"page_seconds": 10})

needs_files = pytest.mark.skipif(not ALL, reason="shared/data/hostile_files is not there")


def verdict(source: Path, folder: Path) -> str:
    """The code a file is refused with, or `read`; a page without picture must have its code."""
    file_type = detect_type(source.read_bytes()[:HEAD_BYTES])
    try:
        manifest = split_source(
            source, folder, file_type=file_type, settings=SETTINGS, declared_extension=None
        )
    except InputError as error:
        assert list(folder.iterdir()) == []
        return error.code
    made = [name for page in manifest.pages for name in (page.image, page.text_layer) if name]
    assert sorted(made) == sorted(f.name for f in folder.iterdir())
    assert all((page.image is None) == (page.unreadable is not None) for page in manifest.pages)
    return "read"


@needs_files
@pytest.mark.parametrize("source", CHOSEN, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_a_hostile_file_is_read_or_refused_with_a_code(source: Path, tmp_path: Path) -> None:
    assert verdict(source, tmp_path)


@needs_files
def test_a_file_that_hangs_a_renderer_ends_in_a_timeout(tmp_path: Path) -> None:
    assert verdict(HANGS_A_RENDERER, tmp_path) == "page-timeout"


@needs_files
def test_words_that_one_renderer_cannot_draw_are_drawn_by_the_other(tmp_path: Path) -> None:
    [page] = split_bytes(WITHOUT_ITS_FONT.read_bytes(), tmp_path).pages
    grey = picture_of(tmp_path).convert("L")
    line = grey.crop((grey.width // 4, grey.height // 6, grey.width * 5 // 8, grey.height // 4))
    assert page.words is None
    assert line.getextrema()[0] < 128


@pytest.mark.skipif(not PATIENT, reason="takes a minute; see CHARTLIFT_ALL_HOSTILE_FILES")
def test_a_document_full_of_bombs_is_given_up_within_minutes(tmp_path: Path) -> None:
    """The pages left after too many deaths get a code each, at no further cost."""
    data = pdf(*[Sheet(typed()) for _ in range(60)])
    content = bomb(2 << 30)
    for number in range(2, 61):
        data = bomb_sheets(data, number, content)
    pages = split_bytes(data, tmp_path, settings=load_settings({"page_seconds": 5})).pages
    assert [page.unreadable for page in pages] == [None, *["render-failed"] * 59]
