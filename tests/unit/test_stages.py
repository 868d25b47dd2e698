"""The stages on small drawn pages: what they refuse, skip and do again."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from tests.faulty_root import FaultyRoot
from tests.unit.imaging.papers import LINES, Sheet, pdf, typed

from chartlift import stages
from chartlift.arrivals import Terms, plan_again, take_in
from chartlift.artefacts import read_manifest, read_record
from chartlift.chain import compute_chain
from chartlift.errors import FileTooLarge, NoReadablePage
from chartlift.frozen import from_json, to_json
from chartlift.ledger import SeenFile
from chartlift.model import ReadPage
from chartlift.runs import Mode, Workspace, hash_site_key
from chartlift.settings import load_settings
from chartlift.stages import _unreadable
from chartlift.store import LocalRoot, Root

SITE_KEY = b"a key for tests"
NOW = datetime(2026, 2, 19, 12, tzinfo=UTC)


def picture(padding: int = 0) -> bytes:
    """A small drawn page, as PNG; bytes after its end are no part of it."""
    page = Image.new("L", (600, 300), 255)
    ImageDraw.Draw(page).text((40, 100), "Glucose 5.8 mmol/L", fill=0, font_size=40)
    stream = io.BytesIO()
    page.save(stream, "PNG", dpi=(150, 150))
    return stream.getvalue() + bytes(padding)


def planned(root: Root, data: bytes, name: str = "a.png", **settings: object) -> Workspace:
    """The first run of a document of these bytes."""
    file = SeenFile(f"file:///scans/{name}", len(data), 0)
    terms = Terms(load_settings(settings), hash_site_key(SITE_KEY), NOW)
    taken = take_in(root, file, io.BytesIO(data), terms)
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


def give_page_up(workspace: Workspace, stage: str, code: str) -> None:
    """Store the only page as a stage does that could not read it."""
    root, chain = workspace.root, workspace.chain()
    manifest = read_manifest(workspace, chain)
    page = manifest.pages[0].model_copy(update={"image": None, "unreadable": code})
    if stage == "split":
        key = workspace.shelf.artefact("split", chain.split, "manifest.json")
        root.write(key, to_json(manifest.model_copy(update={"pages": (page,)})))
    root.write(workspace.shelf.artefact("ocr", chain.ocr, "0001.json"), to_json(_unreadable(page)))


def end_and_plan_again(workspace: Workspace, failures: dict[str, str | None]) -> Workspace:
    """The next run of the document, planned after this one's verdict."""
    stages.record_verdict(workspace, failures)
    terms = Terms(workspace.plan().settings, hash_site_key(SITE_KEY), NOW)
    taken = plan_again(workspace.root, workspace.document_id, Mode.REREAD, terms)
    assert taken is not None
    return replace(workspace, n=taken.n)


@pytest.mark.parametrize(
    ("stage", "code"),
    [("ocr", "page-timeout"), ("split", "page-timeout"), ("split", "render-failed")],
)
def test_a_page_given_up_in_a_busy_moment_is_read_by_the_next_run(
    tmp_path: Path, stage: str, code: str
) -> None:
    first = planned(LocalRoot(tmp_path), picture(), profile="classic")
    [pages] = stages.split_document(first)
    give_page_up(first, stage, code)
    with pytest.raises(NoReadablePage):
        stages.extract_findings(first)
    second = end_and_plan_again(first, {"extract": "no-readable-page"})
    stages.split_document(second)
    stages.preprocess_pages(second, pages)
    assert stages.ocr_pages(second, pages) == 1
    stages.extract_findings(second)
    assert "Glucose" in read_record(second, second.chain()).raw_text
    assert (first.chain().split == second.chain().split) == (stage == "ocr")
    third = end_and_plan_again(second, {})
    stages.split_document(third)
    assert third.chain() == second.chain()


def test_a_page_that_is_at_fault_itself_is_not_read_again(tmp_path: Path) -> None:
    first = planned(LocalRoot(tmp_path), picture())
    stages.split_document(first)
    give_page_up(first, "split", "page-too-large")
    second = end_and_plan_again(first, {"extract": "no-readable-page"})
    stages.split_document(second)
    assert second.chain() == first.chain()


def test_more_time_for_a_page_splits_the_document_anew(tmp_path: Path) -> None:
    root = LocalRoot(tmp_path)
    plan = planned(root, picture()).plan()
    longer = plan.settings.model_copy(update={"page_seconds": 600})
    assert compute_chain(plan.model_copy(update={"settings": longer})).split != (
        compute_chain(plan).split
    )


def test_a_manifest_holds_no_words_and_the_pages_are_read_all_the_same(tmp_path: Path) -> None:
    workspace = planned(LocalRoot(tmp_path), pdf(*[Sheet(typed())] * 3), "a.pdf")
    stages.split_document(workspace)
    shelf, chain = workspace.shelf, workspace.chain()
    manifest = workspace.root.read(shelf.artefact("split", chain.split, "manifest.json"))
    assert len(manifest) < 3 * 200
    assert stages.preprocess_pages(workspace, (2, 3)) == 0
    assert stages.ocr_pages(workspace, (2, 3)) == 2
    read = workspace.root.read(shelf.artefact("ocr", chain.ocr, "0002.json"))
    assert [word.text for word in from_json(ReadPage, read).ocr.words] == " ".join(LINES).split()
