"""Documents on their way through CeleryExecutor, PostgreSQL, Redis, S3 and a FHIR server."""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.e2e.installation import SAMPLES, Installation, truth_of
from tests.services import postgres_program

DROPPED = ("lab_english.pdf", "prescription_khmer.png")
VERDICT_SECONDS = 120
SCAN_SECONDS = 60


@pytest.fixture(scope="module")
def documents(installation: Installation) -> dict[str, str]:
    """The samples' document ids by file name, once each has its verdict."""
    dropped = {sample: installation.drop(sample) for sample in DROPPED}
    for document_id in dropped.values():
        installation.wait_for_verdict(document_id, seconds=VERDICT_SECONDS)
    return dropped


@pytest.fixture(scope="module")
def bundles(installation: Installation, documents: dict[str, str]) -> list[dict[str, Any]]:
    """The FHIR bundles of the samples, as they stand in the store."""
    keys = [key for key in installation.objects("documents/") if key.endswith("/bundle.json")]
    assert {key.split("/")[1] for key in keys} == set(documents.values())
    return [json.loads(installation.read(key)) for key in keys]


def test_each_sample_gets_the_verdict_its_truth_expects(
    installation: Installation, documents: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        tell(installation, documents)
    for sample, document_id in documents.items():
        truth = truth_of(sample)
        verdict = installation.verdict(document_id)
        assert verdict is not None
        assert (verdict["kind"], verdict["code"]) == (truth["verdict"], truth["code"]), sample
        assert verdict["counts"]["pages"] == truth["page_count"]
        assert f"index/{verdict['kind']}/{document_id}" in installation.objects("index/")


def test_every_resource_is_on_the_fhir_server_exactly_once(
    installation: Installation, documents: dict[str, str], bundles: list[dict[str, Any]]
) -> None:
    sent = {entry["request"]["url"] for bundle in bundles for entry in bundle["entry"]}
    for url in sent:
        assert httpx.get(f"{installation.fhir}/{url}").status_code == httpx.codes.OK, url
    assert on_server(installation, sent) == Counter(url.partition("/")[0] for url in sent)
    for document_id in documents.values():
        verdict = installation.verdict(document_id)
        assert verdict is not None
        assert verdict["counts"]["loaded"] == verdict["counts"]["resources"] > 0


def test_a_second_scan_processes_nothing(
    installation: Installation, documents: dict[str, str], bundles: list[dict[str, Any]]
) -> None:
    sent = {entry["request"]["url"] for bundle in bundles for entry in bundle["entry"]}
    before = state(installation, sent)
    begun = finished_scans(installation)
    deadline = time.monotonic() + SCAN_SECONDS
    while len(finished_scans(installation) - begun) < 2:
        assert time.monotonic() < deadline, "no scan ended"
        time.sleep(1)
    assert state(installation, sent) == before


def test_the_same_bytes_under_another_name_are_processed_once(
    installation: Installation, documents: dict[str, str]
) -> None:
    [sample, document_id] = next(iter(documents.items()))
    (installation.scans / "again.pdf").write_bytes((SAMPLES / sample).read_bytes())
    arrivals = f"documents/{document_id}/arrivals/"
    deadline = time.monotonic() + SCAN_SECONDS
    while len(installation.objects(arrivals)) < 2:
        assert time.monotonic() < deadline, "the second arrival was not recorded"
        time.sleep(1)
    assert list(installation.objects(f"documents/{document_id}/runs/2/")) == []


def test_database_and_logs_hold_no_name_number_or_finding(
    installation: Installation, documents: dict[str, str], tmp_path: Path
) -> None:
    dump = dumped(installation)
    places = {"the database": dump, **logs_of(installation)}
    told = {
        f"{place}: {words.pattern}"
        for words in map(whole_word, sorted(forbidden_words(documents)))
        for place, text in places.items()
        if words.search(text)
    }
    assert told == set()
    assert any(document_id in dump for document_id in documents.values())


def tell(installation: Installation, documents: dict[str, str]) -> None:
    for sample, document_id in documents.items():
        verdict = installation.verdict(document_id)
        print(f"\n{sample}: {json.dumps(verdict)}")
        for task in installation.tasks(document_id):
            seconds, name = task["duration"], task["task_display_name"]
            print(f"  {seconds:6.2f} s  {name} {task['rendered_map_index'] or ''}")
    print("the store:")
    for key, item in installation.objects().items():
        print(f"  {item.size:9d}  {key}")


def on_server(installation: Installation, sent: set[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for kind in {url.partition("/")[0] for url in sent}:
        answer = httpx.get(f"{installation.fhir}/{kind}", params={"_summary": "count"})
        counts[kind] = answer.raise_for_status().json()["total"]
    return counts


def state(installation: Installation, sent: set[str]) -> dict[str, Any]:
    """Everything that a document's processing would change."""
    runs = installation.ask("dags/process_document/dagRuns", limit=100)["dag_runs"]
    return {
        "store": {key: item.last_modified for key, item in installation.objects().items()},
        "runs": {run["dag_run_id"]: run["end_date"] for run in runs},
        "server": on_server(installation, sent),
    }


def finished_scans(installation: Installation) -> set[str]:
    found = installation.ask("dags/scan_folder/dagRuns", state="success", limit=100)["dag_runs"]
    return {run["dag_run_id"] for run in found}


def dumped(installation: Installation) -> str:
    database = installation.environment("airflow-scheduler")["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]
    command = [postgres_program("pg_dump"), database.replace("+psycopg2", ""), "--inserts"]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


def logs_of(installation: Installation) -> dict[str, str]:
    folders = (installation.rig.logs, installation.task_logs)
    return {
        path.name: path.read_text(encoding="utf-8", errors="replace")
        for folder in folders
        for path in folder.rglob("*.log")
    }


def forbidden_words(documents: dict[str, str]) -> set[str]:
    words: list[str | None] = [*documents]
    for truth in map(truth_of, documents):
        words += [truth["patient"][name] for name in ("name", "mrn", "phone", "birth_date")]
        words += [truth.get(f"possible_{name}") for name in ("facility", "doctor")]
        words += [row["test_name"] for row in truth["categories"]["lab_results"]]
        words += [row["medication"] for row in truth["categories"]["prescriptions"]]
    return {word for word in words if word}


def whole_word(word: str) -> re.Pattern[str]:
    # Celery keeps results as bytes, which a dump shows as hexadecimal digits.
    return re.compile(rf"\b{re.escape(word)}\b|{word.encode().hex()}", re.IGNORECASE)
