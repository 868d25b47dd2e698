"""The stages on small drawn pages: what they refuse, skip and do again."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from tests.faulty_root import FaultyRoot

from chartlift import stages
from chartlift.arrivals import Terms, take_in
from chartlift.errors import FileTooLarge
from chartlift.ledger import SeenFile
from chartlift.runs import Workspace, hash_site_key
from chartlift.settings import load_settings
from chartlift.store import Root

SITE_KEY = b"a key for tests"
NOW = datetime(2026, 2, 19, 12, tzinfo=UTC)


def picture(padding: int = 0) -> bytes:
    """A small drawn page, as PNG; bytes after its end are no part of it."""
    page = Image.new("L", (600, 300), 255)
    ImageDraw.Draw(page).text((40, 100), "Glucose 5.8 mmol/L", fill=0, font_size=40)
    stream = io.BytesIO()
    page.save(stream, "PNG", dpi=(150, 150))
    return stream.getvalue() + bytes(padding)


def planned(root: Root, data: bytes, **settings: object) -> Workspace:
    """The first run of a document of these bytes."""
    terms = Terms(load_settings(settings), hash_site_key(SITE_KEY), NOW)
    taken = take_in(root, SeenFile("file:///scans/a.png", len(data), 0), io.BytesIO(data), terms)
    assert taken is not None
    return Workspace(root, taken.document_id, taken.n)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    root = FaultyRoot(tmp_path)
    workspace = planned(root, picture(padding=1 << 20), max_file_size_mb=1)
    root.calls.clear()
    with pytest.raises(FileTooLarge):
        stages.split_document(workspace)
    assert [key for _, key in root.calls if "source" in key] == []


def test_a_source_goes_from_store_to_spool_as_a_stream(tmp_path: Path) -> None:
    root = FaultyRoot(tmp_path)
    workspace = planned(root, picture())
    root.calls.clear()
    assert stages.split_document(workspace) == ((1, 1),)
    assert [name for name, key in root.calls if "source" in key] == ["download"]
