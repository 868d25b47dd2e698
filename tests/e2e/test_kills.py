"""What a kill in the middle of reading a page costs: time, and nothing else."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import pytest
from tests.e2e.installation import Installation
from tests.services import kill, processes_below

from chartlift.frozen import from_json
from chartlift.model import DocumentId
from chartlift.runs import Verdict, Workspace
from chartlift.stages import (
    extract_findings,
    load_bundle,
    map_to_fhir,
    ocr_pages,
    preprocess_pages,
    record_verdict,
    split_document,
)
from chartlift.store import LocalRoot

OCR = "read.ocr"
START_SECONDS, RECOVERY_SECONDS = 60, 180
ARTEFACTS = ("split", "prepare", "ocr", "extract", "fhir")


class RootElsewhere(LocalRoot):
    """A folder that gives another root's address: bundles say where their document lies."""

    def __init__(self, folder: Path, address: str) -> None:
        super().__init__(folder)
        self._address = address

    @property
    def address(self) -> str:
        return self._address

    def list_all(self, below: str) -> list[str]:
        found = (path for path in self._folder.joinpath(below).rglob("*") if path.is_file())
        return [path.relative_to(self._folder).as_posix() for path in found]


def test_a_killed_ocr_task_is_tried_again_and_makes_the_same_bytes(
    installation: Installation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document_id = installation.drop("fax_three_pages.tif")
    kill(processes_below(reading_process(installation, document_id)))
    with capsys.disabled():
        verdict = require_same_outcome(installation, document_id, tmp_path)
    assert verdict.counts.loaded == verdict.counts.resources > 0


def test_a_killed_worker_is_missed_and_another_makes_the_same_bytes(
    installation: Installation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document_id = installation.drop("lab_khmer_english.pdf")
    reading_process(installation, document_id)
    installation.kill_worker()
    installation.start_worker("another-worker")
    with capsys.disabled():
        verdict = require_same_outcome(installation, document_id, tmp_path)
    assert verdict.counts.loaded == verdict.counts.resources > 0


def reading_process(installation: Installation, document_id: str) -> int:
    """The process of an OCR task, met while a program it started reads a page."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        for task in ocr_tasks(installation, document_id):
            assert task["state"] != "success", "it was read before it could be killed"
            if task["state"] == "running" and task["pid"] and is_reading(task["pid"]):
                return int(task["pid"])
    raise AssertionError("no OCR task was seen at work")


def is_reading(pid: int) -> bool:
    try:
        return "tesseract" in {process.name() for process in processes_below(pid)}
    except psutil.NoSuchProcess:
        return False


def ocr_tasks(installation: Installation, document_id: str) -> list[dict[str, Any]]:
    return [task for task in installation.tasks(document_id) if task["task_id"] == OCR]


def require_same_outcome(installation: Installation, document_id: str, folder: Path) -> Verdict:
    """Wait for the killed run's verdict, and compare it with a run of the same plan that nobody
    disturbed: artefacts byte for byte, and verdict, which it gives back.
    """
    killed = datetime.now(UTC)
    below, verdict_key = f"documents/{document_id}/", f"documents/{document_id}/runs/1/verdict.json"
    root = RootElsewhere(folder, installation.store_address)
    for key in installation.objects(below):
        if key.endswith("/plan.json") or "/source." in key:
            root.write(key, installation.read(key))
    workspace = Workspace(root, DocumentId(document_id), 1)
    undisturbed = run_undisturbed(workspace, installation.answers["SITE_KEY"])
    installation.wait_for_verdict(document_id, seconds=RECOVERY_SECONDS)
    tries = [task["try_number"] for task in ocr_tasks(installation, document_id)]
    stored = installation.objects(below)
    recovery = (stored[verdict_key].last_modified - killed).total_seconds()
    print(f"\n{undisturbed.kind} {recovery:.0f} s after the kill; tries of OCR tasks: {tries}")
    assert max(tries) > 1, "nothing was killed"
    made = artefacts(root.list_all(below))
    assert made == artefacts(stored)
    assert [key for key in sorted(made) if root.read(key) != installation.read(key)] == []
    verdict = from_json(Verdict, installation.read(verdict_key))
    assert without_server(verdict) == without_server(undisturbed)
    return verdict


def artefacts(keys: Iterable[str]) -> set[str]:
    return {key for key in keys if key.split("/")[2] in ARTEFACTS}


def run_undisturbed(workspace: Workspace, site_key: str) -> Verdict:
    for pages in split_document(workspace):
        preprocess_pages(workspace, pages)
        ocr_pages(workspace, pages)
    extract_findings(workspace)
    map_to_fhir(workspace, site_key=site_key.encode())
    load_bundle(workspace, sink=None)
    return record_verdict(workspace, failures={})


def without_server(verdict: Verdict) -> Verdict:
    counts = verdict.counts.model_copy(update={"loaded": 0})
    return verdict.model_copy(update={"counts": counts})


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """As docker-compose.yaml has it for the worker."""
    monkeypatch.setenv("OMP_THREAD_LIMIT", "1")
