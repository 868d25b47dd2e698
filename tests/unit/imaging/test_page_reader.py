import resource
import time
from pathlib import Path

import pytest
from tests.unit.imaging.papers import (
    LINES,
    Sheet,
    bomb,
    bomb_sheets,
    pdf,
    placed,
    scanned,
    split_bytes,
    typed,
)

from chartlift.errors import PageTimeout
from chartlift.imaging import page_reader
from chartlift.settings import load_settings

GIBIBYTE = 1 << 30


def test_a_bomb_among_pages_costs_its_own_page_only(tmp_path: Path) -> None:
    document = pdf(*[Sheet(typed([*LINES, f"Page {n}"])) for n in range(3)])
    data = bomb_sheets(document, 2, bomb(2 * GIBIBYTE))
    assert len(data) < 10_000
    settings = load_settings({"page_seconds": 20})
    started = time.monotonic()
    pages = split_bytes(data, tmp_path, settings=settings).pages
    assert time.monotonic() - started < 40
    assert [page.unreadable for page in pages] == [None, "render-failed", None]
    assert [len(page.words or ()) for page in pages] == [15, 0, 15]
    kibibytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert kibibytes < 1.3 * GIBIBYTE / 1024
    names = ["0001.pnm.zst", "0001.words.json", "0003.pnm.zst", "0003.words.json"]
    assert sorted(file.name for file in (tmp_path / "pages").iterdir()) == names


def test_a_page_without_end_is_given_up_on_time(tmp_path: Path) -> None:
    data = pdf(Sheet(placed(595, 842) * 20_000, image=scanned((3000, 4243))))
    started = time.monotonic()
    with pytest.raises(PageTimeout):
        split_bytes(data, tmp_path, settings=load_settings({"page_seconds": 5}))
    assert time.monotonic() - started < 15


def test_a_text_layer_of_too_many_words_is_left_for_the_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_reader, "_MOST_WORDS", 12)
    [page] = split_bytes(pdf(Sheet(typed())), tmp_path).pages  # of 13 words
    assert (page.text_layer, page.words, page.image) == (None, None, "0001.pnm.zst")
