from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chartlift.ledger import (
    Arrival,
    DocumentList,
    FileEntry,
    SeenFile,
    find_file,
    is_stable,
    known_files,
    read_arrivals,
    read_list,
    record_arrival,
    record_file,
    write_list,
)
from chartlift.model import DocumentId
from chartlift.store import LocalRoot

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DOCUMENT = DocumentId("cd" * 32)
FILE = SeenFile("file:///scans/SOK Dara.pdf", 10, 1000.0)


@pytest.fixture
def root(tmp_path: Path) -> LocalRoot:
    return LocalRoot(tmp_path)


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_a_file_is_stable_once_it_has_not_changed_for_long_enough(root: LocalRoot) -> None:
    assert not is_stable(root, FILE, now=NOW, seconds=30)
    assert not is_stable(root, FILE, now=later(29), seconds=30)
    assert is_stable(root, FILE, now=later(30), seconds=30)


def test_a_file_that_grows_starts_waiting_again(root: LocalRoot) -> None:
    is_stable(root, FILE, now=NOW, seconds=30)
    grown = FILE._replace(size=11)
    assert not is_stable(root, grown, now=later(40), seconds=30)
    assert is_stable(root, grown, now=later(70), seconds=30)


def test_a_modification_time_in_the_far_past_or_future_does_not_make_a_file_stable(
    root: LocalRoot,
) -> None:
    for modified in (0.0, later(9e8).timestamp()):
        copied = FILE._replace(place=f"file:///scans/{modified}", modified=modified)
        assert not is_stable(root, copied, now=NOW, seconds=30)


def test_a_noted_file_is_known_until_it_changes(root: LocalRoot) -> None:
    entry = FileEntry(document_id=DOCUMENT, arrival=1, n=1, duplicate=False)
    is_stable(root, FILE, now=NOW, seconds=30)
    record_file(root, FILE, entry)
    assert find_file(root, FILE) == entry
    assert known_files(root) == {FILE.key}
    assert find_file(root, FILE._replace(modified=2000.0)) is None
    assert root.list("ledger/waiting") == ()


def test_the_ledger_holds_no_file_name(root: LocalRoot, tmp_path: Path) -> None:
    is_stable(root, FILE, now=NOW, seconds=30)
    record_file(root, FILE, FileEntry(document_id=DOCUMENT, arrival=1, n=1, duplicate=False))
    is_stable(root, FILE._replace(size=99), now=NOW, seconds=30)
    stored = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(stored) == 2
    for path in stored:
        assert "SOK" not in str(path)
        assert b"SOK" not in path.read_bytes()


def test_arrivals_are_numbered_in_order(root: LocalRoot) -> None:
    first = Arrival(file_name="a.pdf", place="file:///a.pdf", arrived_at=NOW)
    second = Arrival(file_name="b.pdf", place="file:///b.pdf", arrived_at=NOW)
    assert record_arrival(root, DOCUMENT, first) == 1
    assert record_arrival(root, DOCUMENT, second) == 2
    assert read_arrivals(root, DOCUMENT) == (first, second)


def test_the_same_list_has_the_same_id(root: LocalRoot) -> None:
    documents = DocumentList(places=("file:///a.pdf", "file:///b.pdf"))
    list_id = write_list(root, documents)
    assert write_list(root, documents) == list_id
    assert read_list(root, list_id) == documents
