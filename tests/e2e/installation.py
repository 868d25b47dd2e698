"""What docker-compose.yaml describes, as processes of this machine instead of containers.

Each Airflow process gets the environment that its service has in docker-compose.yaml, filled with
answers made as .env.example says; only hosts, folders and the time between scans are replaced.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import httpx
from tests import compose
from tests.services import (
    HERE,
    LINE_LENGTH,
    PROGRAMS,
    REPOSITORY,
    Rig,
    Service,
    answers,
    free_ports,
    kill,
    start_fhir,
    start_postgres,
    start_redis,
    start_s3,
)

BUCKET, PREFIX = "chartlift", "store"
SAMPLES = REPOSITORY / "samples"
START_SECONDS = 180
DAGS = {"scan_folder", "process_list", "process_document"}


@dataclass
class Installation:
    """A running installation, and ways to look into it."""

    rig: Rig
    answers: dict[str, str]
    addresses: dict[str, str] = field(default_factory=dict)
    """What docker-compose.yaml says, and what stands for it here."""
    overrides: dict[str, str] = field(default_factory=dict)
    fhir: str = ""
    """The FHIR server's base address."""
    token: str = ""
    worker: Service | None = None

    @property
    def scans(self) -> Path:
        """The scan folder."""
        return self.rig.folder / "scans"

    def environment(self, service: str) -> dict[str, str]:
        """The environment of one service of docker-compose.yaml, for a process here."""
        told = compose.fill(compose.load()["services"][service]["environment"], self.answers)
        for said, stands in self.addresses.items():
            told = {name: value.replace(said, stands) for name, value in told.items()}
        return told | self.overrides | {"PATH": f"{PROGRAMS}:{os.environ['PATH']}"}

    def run(self, service: str, *arguments: str, name: str | None = None) -> Service:
        """Start the Airflow process of a service, by its command in docker-compose.yaml."""
        command = compose.load()["services"][service]["command"].split()
        program = [PROGRAMS / "airflow", *command, *arguments]
        return self.rig.start(name or service, program, environment=self.environment(service))

    def start_worker(self, name: str = "airflow-worker") -> None:
        """Start the Celery worker; its logs are not served, they lie in the shared folder."""
        self.worker = self.run("airflow-worker", "--skip-serve-logs", name=name)

    def kill_worker(self) -> None:
        """End the worker as a power cut does, with every task it runs."""
        assert self.worker is not None
        kill(self.worker.family())

    def drop(self, sample: str) -> str:
        """Put a sample into the scan folder; returns the id the document will have."""
        shutil.copy(SAMPLES / sample, self.scans / sample)
        return hashlib.sha256((SAMPLES / sample).read_bytes()).hexdigest()

    def ask(self, path: str, **params: Any) -> Any:
        """What Airflow's REST API answers to a GET."""
        answer = httpx.get(
            f"{self.addresses['http://airflow-api-server:8080']}/api/v2/{path}",
            params=params,
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=30,
        )
        return answer.raise_for_status().json()

    def tasks(self, document_id: str, n: int = 1) -> list[dict[str, Any]]:
        """The task instances of a run, oldest first; [] while Airflow does not know the run."""
        run_id = f"{document_id[:16]}.{n}"
        runs = self.ask("dags/process_document/dagRuns", limit=100)["dag_runs"]
        if run_id not in {run["dag_run_id"] for run in runs}:
            return []
        path = f"dags/process_document/dagRuns/{run_id}/taskInstances"
        found: list[dict[str, Any]] = self.ask(path, limit=100)["task_instances"]
        return sorted(found, key=lambda task: task["start_date"] or "~")

    @property
    def scheduler_health(self) -> str:
        """Where the scheduler tells how it is."""
        port = self.overrides["AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT"]
        return f"http://{HERE}:{port}"

    @property
    def task_logs(self) -> Path:
        """The folder of the tasks' logs."""
        return self.rig.folder / "airflow" / "logs"

    @property
    def store_address(self) -> str:
        """Where the store is, as chartlift writes it into bundles."""
        return f"s3://{BUCKET}/{PREFIX}"

    @property
    def bucket(self) -> Any:
        """The store's bucket."""
        session = boto3.Session(
            self.answers["S3_ACCESS_KEY"], self.answers["S3_SECRET_KEY"], region_name="us-east-1"
        )
        endpoint = self.addresses["http://seaweedfs:8333"]
        return session.resource("s3", endpoint_url=endpoint).Bucket(BUCKET)

    def objects(self, prefix: str = "") -> dict[str, Any]:
        """What lies in the store below a prefix, by key."""
        found = self.bucket.objects.filter(Prefix=f"{PREFIX}/{prefix}")
        return {item.key.removeprefix(f"{PREFIX}/"): item for item in found}

    def read(self, key: str) -> bytes:
        """An object of the store."""
        data: bytes = self.bucket.Object(f"{PREFIX}/{key}").get()["Body"].read()
        return data

    def verdict(self, document_id: str, n: int = 1) -> dict[str, Any] | None:
        """The verdict of a run, once it has one."""
        key = f"documents/{document_id}/runs/{n}/verdict.json"
        return json.loads(self.read(key)) if key in self.objects(key) else None

    def wait_for_verdict(self, document_id: str, seconds: float) -> dict[str, Any]:
        """The verdict of a document's first run; fails the test where none comes in time."""
        deadline = time.monotonic() + seconds
        while (verdict := self.verdict(document_id)) is None:
            assert time.monotonic() < deadline, f"no verdict after {seconds} s"
            time.sleep(0.5)
        return verdict

    def tails(self) -> str:
        """The last lines of every process's log, and the errors that tasks wrote down."""
        errors = [
            f"{log.relative_to(self.task_logs)}: {line[:LINE_LENGTH]}"
            for log in sorted(self.task_logs.rglob("*.log"))
            for line in log.read_text(encoding="utf-8", errors="replace").splitlines()
            if '"level":"error"' in line
        ]
        return "\n".join([*(service.tail for service in self.rig.services), "--- tasks", *errors])


def truth_of(sample: str) -> dict[str, Any]:
    """What a perfect reading of the sample returns."""
    path = (SAMPLES / sample).with_suffix(".truth.json")
    truth: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return truth


def start(rig: Rig) -> Installation:
    """Bring everything up and come back when Airflow knows its DAGs."""
    made = Installation(rig, compose.make_answers())
    made.scans.mkdir()
    _replace_places(made)
    initialised = _initialise(made)
    _start_services(made)
    initialised.wait_until(lambda: initialised.process.poll() == 0, START_SECONDS)
    url = made.addresses["http://airflow-api-server:8080"]
    port = url.rpartition(":")[2]
    api_server = made.run("airflow-api-server", "--host", HERE, "--port", port)
    made.run("airflow-dag-processor")
    scheduler = made.run("airflow-scheduler")
    made.start_worker()
    api_server.wait_until(lambda: answers(f"{url}/api/v2/monitor/health"), START_SECONDS)
    made.token = _log_in(made)
    scheduler.wait_until(lambda: _known_dags(made) >= DAGS, START_SECONDS)
    return made


def _replace_places(made: Installation) -> None:
    api_server, health = free_ports(2)
    made.addresses["http://airflow-api-server:8080"] = f"http://{HERE}:{api_server}"
    source = {"place": str(made.scans), "stable_seconds": 1}
    made.overrides = {
        "AIRFLOW_HOME": str(made.rig.private("airflow")),
        "AIRFLOW__CORE__DAGS_FOLDER": str(REPOSITORY / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(REPOSITORY / "plugins"),
        "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": str(health),
        "CHARTLIFT_SCAN_SOURCES": json.dumps([source]),
        "CHARTLIFT_SCAN_EVERY_SECONDS": "5",
    }


def _initialise(made: Installation) -> Service:
    postgres = start_postgres(made.rig, "airflow", made.answers["POSTGRES_PASSWORD"])
    made.addresses["@postgres:5432"] = f"@{HERE}:{postgres}"
    script = compose.fill(compose.load()["services"]["airflow-init"]["command"], made.answers)
    return made.rig.start("airflow-init", script, environment=made.environment("airflow-init"))


def _start_services(made: Installation) -> None:
    secrets = made.answers
    redis = start_redis(made.rig, secrets["REDIS_PASSWORD"])
    s3 = start_s3(made.rig, BUCKET, secrets["S3_ACCESS_KEY"], secrets["S3_SECRET_KEY"])
    made.fhir = start_fhir(made.rig)
    made.addresses |= {
        "@redis:6379": f"@{HERE}:{redis}",
        "http://seaweedfs:8333": s3.endpoint,
        "http://fhir:8080/fhir": made.fhir,
    }


def _log_in(made: Installation) -> str:
    answer = httpx.post(
        f"{made.addresses['http://airflow-api-server:8080']}/auth/token",
        json={"username": "admin", "password": made.answers["ADMIN_PASSWORD"]},
        timeout=30,
    )
    token: str = answer.raise_for_status().json()["access_token"]
    return token


def _known_dags(made: Installation) -> set[str]:
    return {dag["dag_id"] for dag in made.ask("dags")["dags"]}
