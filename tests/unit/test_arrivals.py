"""A file taken in: its bytes kept, its run planned, whatever fails on the way."""

from __future__ import annotations

import io
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from tests.faulty_root import Fault, FaultyRoot

import chartlift.arrivals as subject
from chartlift.arrivals import Taken, Terms, take_in
from chartlift.errors import StorageFull
from chartlift.ledger import SeenFile
from chartlift.model import DocumentId
from chartlift.runs import Workspace, highest_run
from chartlift.settings import load_settings
from chartlift.store import LocalRoot, Root

NOW = datetime(2026, 2, 19, 12, tzinfo=UTC)
TERMS = Terms(load_settings(), "0123456789abcdef", NOW)


def picture(text: str = "one") -> bytes:
    """A small drawn page, as PNG."""
    page = Image.new("L", (120, 60), 255)
    ImageDraw.Draw(page).text((10, 20), text, fill=0)
    stream = io.BytesIO()
    page.save(stream, "PNG")
    return stream.getvalue()


def take(root: Root, data: bytes, name: str = "a.png", terms: Terms = TERMS) -> Taken | None:
    file = SeenFile(f"file:///scans/{name}", len(data), 0.0)
    return take_in(root, file, io.BytesIO(data), terms)


def test_a_full_disk_while_the_plan_is_stored_harms_no_later_scan(tmp_path: Path) -> None:
    data, calls = picture(), FaultyRoot(tmp_path / "measured")
    take(calls, data)
    at = 1 + [key.endswith("plan.json") for _, key in calls.calls].index(True)
    assert calls.calls[at - 1][0] == "create"
    with pytest.raises(StorageFull):
        take(FaultyRoot(tmp_path / "store", at, Fault.FULL), data)
    root = LocalRoot(tmp_path / "store")
    assert root.list(f"documents/{root.list('documents')[0]}/runs") == ("1",)
    taken = take(root, data)
    assert taken is not None
    assert (taken.n, taken.duplicate) == (1, False)
    assert Workspace(root, taken.document_id, 1).plan().file_size == len(data)


def test_a_file_that_no_setting_lets_in_is_planned_and_not_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject, "LARGEST_FILE_MB", 1)
    root, data = LocalRoot(tmp_path), picture() + bytes(1 << 20)
    taken = take(root, data)
    assert taken is not None
    assert Workspace(root, taken.document_id, 1).plan().file_size == len(data)
    assert root.list(f"documents/{taken.document_id}") == ("arrivals", "runs")


def test_a_file_that_is_rewritten_while_it_is_copied_is_not_taken(tmp_path: Path) -> None:
    path, root = tmp_path / "a.png", LocalRoot(tmp_path / "store")
    path.write_bytes(picture())

    class Rewritten(io.BytesIO):
        def fileno(self) -> int:
            return stream.fileno()

        def read(self, size: int | None = -1, /) -> bytes:
            os.utime(path, (1, 1))
            return super().read(size)

    file = SeenFile(path.as_uri(), path.stat().st_size, path.stat().st_mtime)
    with path.open("rb") as stream:
        assert take_in(root, file, Rewritten(picture()), TERMS) is None
    with path.open("rb") as finished:
        assert take_in(root, file, finished, TERMS) is not None


def test_three_who_take_in_sixty_files_at_once_plan_each_document_once(tmp_path: Path) -> None:
    root = LocalRoot(tmp_path)
    files = [picture(f"page {k}") for k in range(60)]

    def intake(_: int) -> list[Taken | None]:
        return [take(root, data, f"{k}.png") for k, data in enumerate(files)]

    with ThreadPoolExecutor(3) as pool:
        taken = [one for some in pool.map(intake, range(3)) for one in some]
    documents = [DocumentId(name) for name in root.list("documents")]
    assert [highest_run(root, one) for one in documents] == [1] * 60
    assert {one.n for one in taken if one} == {1}
