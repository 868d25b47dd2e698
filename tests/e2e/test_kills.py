"""What a kill in the middle of reading a page costs: time, and nothing else."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from tests.e2e.installation import Installation, truth_of
from tests.services import kill, processes_below

from chartlift.model import DocumentId
from chartlift.runs import Workspace
from chartlift.stages import (
    extract_findings,
    map_to_fhir,
    ocr_pages,
    preprocess_pages,
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


def test_a_killed_ocr_task_is_tried_again_and_makes_the_same_bytes(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document_id = installation.drop("fax_three_pages.tif")
    kill(processes_below(reading_process(installation, document_id)))
    require_recovery(installation, document_id, "fax_three_pages.tif")
    monkeypatch.setenv("OMP_THREAD_LIMIT", "1")
    require_same_bytes(installation, document_id, tmp_path)


def test_a_killed_worker_is_missed_and_another_makes_the_same_bytes(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document_id = installation.drop("lab_khmer_english.pdf")
    reading_process(installation, document_id)
    installation.kill_worker()
    installation.start_worker("another-worker")
    require_recovery(installation, document_id, "lab_khmer_english.pdf")
    monkeypatch.setenv("OMP_THREAD_LIMIT", "1")
    require_same_bytes(installation, document_id, tmp_path)


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


def require_recovery(installation: Installation, document_id: str, sample: str) -> None:
    begun = time.monotonic()
    verdict = installation.wait_for_verdict(document_id, seconds=RECOVERY_SECONDS)
    truth = truth_of(sample)
    assert (verdict["kind"], verdict["code"]) == (truth["verdict"], truth["code"])
    tries = [task["try_number"] for task in ocr_tasks(installation, document_id)]
    assert max(tries) > 1, "nothing was killed"
    print(f"{sample}: {verdict['kind']} {time.monotonic() - begun:.0f} s after the kill")


def require_same_bytes(installation: Installation, document_id: str, folder: Path) -> None:
    """Compare the artefacts with those of a run of the same plan that nobody disturbed."""
    below = f"documents/{document_id}/"
    stored = installation.objects(below)
    kept = {key for key in stored if key.removeprefix(below).split("/")[0] in ARTEFACTS}
    root = RootElsewhere(folder, installation.store_address)
    for key in stored:
        if key.endswith("/plan.json") or "/source." in key:
            root.write(key, installation.read(key))
    run_undisturbed(Workspace(root, DocumentId(document_id), 1), installation.answers["SITE_KEY"])
    made = {
        path.relative_to(folder).as_posix()
        for stage in ARTEFACTS
        for path in (folder / below / stage).rglob("*")
        if path.is_file()
    }
    assert made == kept
    assert [key for key in sorted(kept) if root.read(key) != installation.read(key)] == []


def run_undisturbed(workspace: Workspace, site_key: str) -> None:
    for pages in split_document(workspace):
        preprocess_pages(workspace, pages)
        ocr_pages(workspace, pages)
    extract_findings(workspace)
    map_to_fhir(workspace, site_key=site_key.encode())
