from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chartlift.frozen import parse_json, to_json
from chartlift.model import DocumentId, FileType
from chartlift.runs import (
    Mode,
    Plan,
    Superseded,
    Verdict,
    VerdictKind,
    Workspace,
    create_plan,
    document_verdict,
    hash_site_key,
    highest_run,
    read_verdict,
    write_verdict,
)
from chartlift.settings import load_settings
from chartlift.store import LocalRoot

DOCUMENT = DocumentId("ab" * 32)


@pytest.fixture
def root(tmp_path: Path) -> LocalRoot:
    return LocalRoot(tmp_path)


def plan(n: int, mode: Mode = Mode.NEW) -> Plan:
    return Plan(
        document_id=DOCUMENT,
        n=n,
        mode=mode,
        file_type=FileType.PNG,
        file_size=1,
        declared_extension="png",
        settings=load_settings(),
        site_key_hash=hash_site_key(b"key"),
        planned_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    )


def test_of_sixteen_who_plan_the_same_run_exactly_one_wins(root: LocalRoot) -> None:
    with ThreadPoolExecutor(16) as pool:
        won = list(pool.map(lambda _: create_plan(root, plan(1)), range(16)))
    assert won.count(True) == 1
    assert highest_run(root, DOCUMENT) == 1


def test_runs_are_counted_as_numbers_and_not_as_words(root: LocalRoot) -> None:
    for n in (2, 10, 9):
        create_plan(root, plan(n))
    assert highest_run(root, DOCUMENT) == 10


def test_a_run_counts_only_once_its_plan_is_stored(root: LocalRoot, tmp_path: Path) -> None:
    create_plan(root, plan(1))
    (tmp_path / "documents" / DOCUMENT / "runs" / "2").mkdir()
    (tmp_path / "documents" / DOCUMENT / "runs" / "2" / ".half-written").write_bytes(b"{")
    assert highest_run(root, DOCUMENT) == 1
    Workspace(root, DOCUMENT, 1).require_current()
    assert document_verdict(root, DOCUMENT) is VerdictKind.PROCESSING
    assert create_plan(root, plan(2))
    assert highest_run(root, DOCUMENT) == 2


def test_a_plan_comes_back_as_it_was_frozen(root: LocalRoot) -> None:
    create_plan(root, plan(1))
    assert Workspace(root, DOCUMENT, 1).plan() == plan(1)


def test_a_plan_of_another_version_has_the_defaults_of_this_one(root: LocalRoot) -> None:
    create_plan(root, plan(1))
    stored = parse_json(root.read(f"documents/{DOCUMENT}/runs/1/plan.json"))
    del stored["settings"]["page_seconds"]
    stored["settings"] |= {"profile": "classic", "dropped_since": True}
    root.write(f"documents/{DOCUMENT}/runs/1/plan.json", to_json(stored))
    read = Workspace(root, DOCUMENT, 1).plan().settings
    assert read == load_settings({"profile": "classic"})


def test_a_run_stops_once_a_higher_one_is_planned(root: LocalRoot) -> None:
    create_plan(root, plan(1))
    Workspace(root, DOCUMENT, 1).require_current()
    create_plan(root, plan(2))
    with pytest.raises(Superseded):
        Workspace(root, DOCUMENT, 1).require_current()


def test_a_planned_document_is_processing_until_its_verdict(root: LocalRoot) -> None:
    assert document_verdict(root, DOCUMENT) is None
    create_plan(root, plan(1))
    assert document_verdict(root, DOCUMENT) is VerdictKind.PROCESSING
    assert root.list("index/PROCESSING") == (DOCUMENT,)
    write_verdict(Workspace(root, DOCUMENT, 1), Verdict(kind=VerdictKind.INGESTED))
    assert document_verdict(root, DOCUMENT) is VerdictKind.INGESTED
    assert root.list("index/PROCESSING") == ()
    assert root.list("index/INGESTED") == (DOCUMENT,)


def test_a_dry_run_leaves_the_documents_verdict_alone(root: LocalRoot) -> None:
    create_plan(root, plan(1))
    write_verdict(Workspace(root, DOCUMENT, 1), Verdict(kind=VerdictKind.INGESTED))
    create_plan(root, plan(2, Mode.DRY_RUN))
    write_verdict(Workspace(root, DOCUMENT, 2), Verdict(kind=VerdictKind.NEEDS_REVIEW))
    assert document_verdict(root, DOCUMENT) is VerdictKind.INGESTED
    assert root.list("index/INGESTED") == (DOCUMENT,)
    second = read_verdict(root, DOCUMENT, 2)
    assert second is not None
    assert second.kind is VerdictKind.NEEDS_REVIEW


def test_a_site_key_hash_tells_keys_apart_without_holding_them() -> None:
    assert hash_site_key(b"one") != hash_site_key(b"other")
    assert len(hash_site_key(b"one")) == 16
