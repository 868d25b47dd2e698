"""Documents in a real Airflow: read, refused, failed, killed, and what Airflow keeps of them.

One Airflow serves the whole module. All documents are handed in before the first test looks, and
each test waits for its own.
"""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
from PIL import Image, ImageDraw, ImageFont
from tests.airflow_server import AirflowServer, start_airflow, wait_until
from tests.services import REPOSITORY, Rig, open_rig

from chartlift.arrivals import Taken, Terms, take_in
from chartlift.model import DocumentId
from chartlift.runs import Verdict, VerdictKind, hash_site_key, read_verdict
from chartlift.settings import load_settings
from chartlift.store import LocalRoot
from chartlift_airflow.intake import run_id
from chartlift_airflow.places import look_at, open_file
from chartlift_airflow.retry import RETRIES

SITE_KEY = "the site key of a test"
NOTE = REPOSITORY / "samples" / "discharge_note.png"
BROKEN = REPOSITORY / "samples" / "broken.pdf"
DAG = "process_document"

# Stand in for Tesseract: they tell its version and languages, and do harm when they are to read.
CRASHES = """#!/bin/sh
case "$*" in *--version*|*--list-langs*) exec tesseract "$@" ;; esac
exit 3
"""
KILLS = """#!/bin/sh
case "$*" in *--version*|*--list-langs*) exec tesseract "$@" ;; esac
kill -KILL $PPID
"""
HANGS_ONCE = """#!/bin/sh
case "$*" in *--version*|*--list-langs*) exec tesseract "$@" ;; esac
if mkdir {mark} 2>/dev/null; then
  echo $$ >{mark}/pid.new; mv {mark}/pid.new {mark}/pid
  exec sleep 300
fi
exec tesseract "$@"
"""


@dataclass
class Site:
    """An Airflow, its store and its scan folder."""

    rig: Rig
    airflow: AirflowServer
    root: LocalRoot
    scans: Path

    def hand_in(self, path: Path, **settings: object) -> Taken:
        """Take a file in with settings of its own, and trigger its run.

        Its pages are read as a whole, by the program of the settings.
        """
        file = look_at(str(path))
        assert file is not None
        key = hash_site_key(SITE_KEY.encode())
        now = datetime.now(UTC).replace(microsecond=0)
        with open_file(file) as incoming:
            terms = Terms(load_settings({"ocr_fallback_engine": "none", **settings}), key, now)
            taken = take_in(self.root, file, incoming, terms)
        assert taken is not None
        conf = {"document_id": taken.document_id, "n": taken.n}
        self.airflow.trigger(DAG, run_id(taken), conf)
        return taken

    def end_of(self, run: Taken) -> tuple[str, Verdict]:
        """How the Airflow run ended, and the verdict."""
        state = self.airflow.wait_for_run(DAG, run_id(run))
        verdict = read_verdict(self.root, run.document_id, run.n)
        assert verdict is not None
        return state, verdict

    def states(self, run: Taken) -> dict[str, str]:
        """The states of the run's tasks."""
        return self.airflow.states(DAG, run_id(run))

    def tries(self, run: Taken, task_id: str) -> int:
        """How often a task of the run was tried."""
        return max(
            int(task["try_number"])
            for task in self.airflow.tasks(DAG, run_id(run))
            if task["task_id"] == task_id
        )

    def program(self, name: str, text: str) -> str:
        """A program that stands in for Tesseract."""
        path = self.rig.folder / name
        path.write_text(text.format(mark=self.rig.folder / f"{name}.mark"), encoding="utf-8")
        path.chmod(0o755)
        return str(path)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with open_rig() as rig:
        scans = rig.private("scans")
        settings = {
            "CHARTLIFT_STORE_ROOT": (rig.folder / "store").as_uri(),
            "CHARTLIFT_SCAN_SOURCES": json.dumps([{"place": str(scans), "stable_seconds": 2}]),
            "CHARTLIFT_SCAN_EVERY_SECONDS": "5",
            "CHARTLIFT_PROFILE": "fast",
            "AIRFLOW_CONN_CHARTLIFT_SITE": json.dumps(
                {"conn_type": "generic", "password": SITE_KEY}
            ),
        }
        airflow = start_airflow(rig, settings)
        yield Site(rig, airflow, LocalRoot(rig.folder / "store"), scans)
        airflow.client.close()


@dataclass
class Runs:
    """The documents of this module, all handed in."""

    no_pages: Taken
    crashed: Taken
    always_killed: Taken
    task_killed: Taken
    worker_killed: Taken


@pytest.fixture(scope="module")
def runs(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Runs:
    drawn = tmp_path_factory.mktemp("drawn")
    # By the scan folder, under names that tell too much.
    shutil.copy(NOTE, site.scans / "Eleanor Finch discharge.png")
    shutil.copy(NOTE, site.scans / "Finch, Eleanor (copy).png")
    crashes, kills = site.program("crashes", CRASHES), site.program("kills", KILLS)
    hangs = [site.program(name, HANGS_ONCE) for name in ("task", "worker")]
    return Runs(
        no_pages=site.hand_in(BROKEN),
        crashed=site.hand_in(draw(drawn / "crashed.tif", 2), tesseract_cmd=crashes),
        always_killed=site.hand_in(draw(drawn / "killed.png", 1), tesseract_cmd=kills),
        task_killed=site.hand_in(
            draw(drawn / "task.png", 1), tesseract_cmd=hangs[0], page_seconds=600
        ),
        worker_killed=site.hand_in(
            draw(drawn / "worker.png", 1), tesseract_cmd=hangs[1], page_seconds=600
        ),
    )


def draw(path: Path, pages: int) -> Path:
    """A small document of so many pages; its name is on it, so that no two are the same."""
    font = ImageFont.load_default(56)
    sheets = []
    for number in range(1, pages + 1):
        sheet = Image.new("L", (1600, 800), 255)
        text = f"{path.name} page {number}\nHaemoglobin  13.4 g/dL  12.0 - 16.0\nBP 120/80 mmHg"
        ImageDraw.Draw(sheet).multiline_text((100, 100), text, fill=0, font=font, spacing=44)
        sheets.append(sheet)
    sheets[0].save(path, save_all=pages > 1, append_images=sheets[1:], dpi=(200, 200))
    return path


def kill_whoever_hangs(
    site: Site, name: str, choose: Callable[[list[psutil.Process]], int]
) -> None:
    """Kill, without asking, processes above the stand-in of this name once it hangs."""
    pid = site.rig.folder / f"{name}.mark" / "pid"
    wait_until(pid.exists, 120, "the hanging program")
    above = psutil.Process(int(pid.read_text(encoding="utf-8"))).parents()
    tasks = [process for process in above if process.name().startswith("airflow")]
    assert len(tasks) >= 2, [process.name() for process in above]
    for process in tasks[: choose(tasks)]:
        process.kill()


def test_a_document_without_pages_is_quarantined_and_its_run_red(site: Site, runs: Runs) -> None:
    state, verdict = site.end_of(runs.no_pages)
    assert (state, verdict.kind) == ("failed", VerdictKind.QUARANTINED)
    assert verdict.code == json.loads(BROKEN.with_suffix(".truth.json").read_bytes())["code"]
    states = site.states(runs.no_pages)
    assert states.pop("split") == "failed"
    assert states.pop("record_verdict") == "failed"
    assert set(states.values()) == {"upstream_failed"}
    assert site.tries(runs.no_pages, "split") == 1
    assert site.root.list("index/QUARANTINED") == (runs.no_pages.document_id,)


def test_a_killed_task_is_retried_and_its_document_ends_well(site: Site, runs: Runs) -> None:
    kill_whoever_hangs(site, "task", lambda _: 1)
    state, verdict = site.end_of(runs.task_killed)
    assert state == "success"
    assert verdict.code is None
    assert site.tries(runs.task_killed, "read.ocr") == 2


def test_a_killed_worker_is_missed_by_its_heartbeat(site: Site, runs: Runs) -> None:
    kill_whoever_hangs(site, "worker", lambda _: 2)
    state, verdict = site.end_of(runs.worker_killed)
    assert state == "success"
    assert verdict.code is None
    assert site.tries(runs.worker_killed, "read.ocr") == 2


def test_a_file_dropped_twice_is_read_once_and_ends_well(site: Site, runs: Runs) -> None:
    def documents() -> set[str]:
        kinds = (VerdictKind.INGESTED, VerdictKind.NEEDS_REVIEW, VerdictKind.FAILED)
        handed_in = {run.document_id for run in vars(runs).values()}
        return {name for kind in kinds for name in site.root.list(f"index/{kind}")} - handed_in

    wait_until(lambda: len(documents()) == 1, 180, "the dropped document")
    [document_id] = documents()
    run = Taken(DocumentId(document_id), 1, duplicate=False)
    state, verdict = site.end_of(run)
    truth = json.loads(NOTE.with_suffix(".truth.json").read_bytes())
    assert (state, verdict.kind) == ("success", truth["verdict"])
    assert verdict.counts.pages == truth["page_count"]
    assert verdict.counts.findings > 0
    assert verdict.counts.resources > 0
    assert set(site.states(run).values()) == {"success"}
    wait_until(
        lambda: len(site.root.list("ledger/files")) == 2 + len(vars(runs)), 60, "the second copy"
    )
    assert site.root.list(f"documents/{document_id}/runs") == ("1",)


def test_mapped_tasks_are_labelled_with_their_pages(site: Site, runs: Runs) -> None:
    site.end_of(runs.crashed)
    labels = {
        task["rendered_map_index"]
        for task in site.airflow.tasks(DAG, run_id(runs.crashed))
        if task["map_index"] >= 0
    }
    assert labels == {"pages 1-1", "pages 2-2"}


def test_a_page_that_cannot_be_read_fails_its_run_with_its_code(site: Site, runs: Runs) -> None:
    state, verdict = site.end_of(runs.crashed)
    assert (state, verdict.kind) == ("failed", VerdictKind.FAILED)
    assert verdict.code == "engine-crashed"
    states = site.states(runs.crashed)
    assert (states["read.preprocess[0]"], states["read.ocr[0]"]) == ("success", "failed")
    assert (states["extract"], states["record_verdict"]) == ("upstream_failed", "failed")


def test_a_stage_killed_on_every_try_still_gets_its_document_a_verdict(
    site: Site, runs: Runs
) -> None:
    state, verdict = site.end_of(runs.always_killed)
    assert (state, verdict.kind) == ("failed", VerdictKind.FAILED)
    assert verdict.code == "killed"
    assert site.tries(runs.always_killed, "read.ocr") == 1 + RETRIES


def test_a_folder_is_listed_and_a_failed_document_planned_anew(site: Site, runs: Runs) -> None:
    site.end_of(runs.no_pages)
    shutil.copy2(BROKEN, site.scans / "John Smith.PDF")  # with its old time: it does not wait
    conf = {"folder": str(site.scans), "pattern": "john*.pdf"}
    site.airflow.trigger("process_list", "by-hand", conf)
    assert site.airflow.wait_for_run("process_list", "by-hand") == "success"
    second = runs.no_pages._replace(n=2)
    assert site.end_of(second)[1].kind is VerdictKind.QUARANTINED


def test_airflow_keeps_no_name_no_value_and_no_file_name(site: Site, runs: Runs) -> None:
    for run in vars(runs).values():
        site.end_of(run)
    words = told_by_the_samples()
    stored = "".join(text_of(path) for path in (site.rig.folder / "store").rglob("*.json"))
    assert {word for word in words if word not in stored} == set()
    database = rows_of(site.airflow.database)
    assert {table for table, row in database for word in words if word in row} == set()
    values = re.compile(r"(?<![\d:.])13\.4(?!\d)|120/80|94/58|0031876")
    kept = ("xcom", "dag_run", "rendered_task_instance_fields")
    assert [row for table, row in database if table in kept and values.search(row)] == []
    logs = [*site.airflow.logs.rglob("*.log"), *site.rig.logs.glob("*.log")]
    assert len(logs) > 20
    for log in logs:
        text = text_of(log)
        assert {word for word in words if word in text} == set(), log


def test_xcom_holds_page_ranges_codes_counts_and_verdicts_only(site: Site, runs: Runs) -> None:
    for run in vars(runs).values():
        site.end_of(run)
    with sqlite3.connect(site.airflow.database) as database:
        query = "SELECT task_id, key, value FROM xcom WHERE dag_id = 'process_document'"
        found = list(database.execute(query))
    shapes = re.compile(r"\d+|\[\[\d+, \d+\](, \[\d+, \d+\])*\]|[a-z-]+|[A-Z_]+")
    assert [entry for entry in found if not shapes.fullmatch(str(entry[2]).strip('"'))] == []
    assert {key for _, key, _ in found} <= {"return_value", "error"}


def told_by_the_samples() -> set[str]:
    """Names, numbers of persons and file names that stand on the samples or above them."""
    truth = json.loads(NOTE.with_suffix(".truth.json").read_bytes())
    patient = truth["patient"]
    told = {str(patient[name]) for name in ("name", "mrn", "birth_date") if patient[name]}
    told |= set(str(patient["name"]).split())
    told |= {str(drug["medication"]) for drug in truth["categories"]["prescriptions"]}
    return told | {"Haemoglobin", "John Smith", "discharge.png", "crashed.tif", "(copy)"}


def text_of(path: Path) -> str:
    """What a file holds, as far as it is text."""
    return path.read_text(encoding="utf-8", errors="replace")


def rows_of(database: Path) -> list[tuple[str, str]]:
    """Every row of every table, as text."""
    with sqlite3.connect(database) as connection:
        tables = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return [
            (table, " ".join(str(value) for value in row))
            for table in tables
            for row in connection.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - its own names
        ]
