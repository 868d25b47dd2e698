"""A real Airflow on loopback ports: SQLite, LocalExecutor, api-server, scheduler, DAG processor.

It is tuned for tests: heartbeats every second, so that a killed task is noticed within half a
minute, and no DAG file is parsed again once it is known.
"""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from tests.services import HERE, PROGRAMS, REPOSITORY, Rig, answers, free_ports

START_SECONDS = 120
RUN_SECONDS = 180
USER, PASSWORD = "admin", secrets.token_hex(16)
ENDED = {"success", "failed"}


@dataclass
class AirflowServer:
    """A running Airflow and a client of its REST API."""

    home: Path
    url: str
    client: httpx.Client
    environment: Mapping[str, str] = field(repr=False)

    @property
    def database(self) -> Path:
        """The metadata database, an SQLite file."""
        return self.home / "airflow.db"

    @property
    def logs(self) -> Path:
        """The folder of the task logs."""
        return self.home / "logs"

    def trigger(self, dag_id: str, run_id: str, conf: Mapping[str, Any]) -> None:
        """Start a run of a DAG."""
        body = {"dag_run_id": run_id, "logical_date": None, "conf": dict(conf)}
        self.client.post(f"/dags/{dag_id}/dagRuns", json=body).raise_for_status()

    def run_state(self, dag_id: str, run_id: str) -> str | None:
        """The state of a run; None where there is none yet."""
        answer = self.client.get(f"/dags/{dag_id}/dagRuns/{run_id}")
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        state: str = answer.raise_for_status().json()["state"]
        return state

    def wait_for_run(self, dag_id: str, run_id: str, seconds: float = RUN_SECONDS) -> str:
        """The state a run ends with."""
        wait_until(lambda: self.run_state(dag_id, run_id) in ENDED, seconds, f"run {run_id}")
        return self.run_state(dag_id, run_id) or ""

    def tasks(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """The task instances of a run, as the REST API tells them."""
        answer = self.client.get(f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances")
        found: list[dict[str, Any]] = answer.raise_for_status().json()["task_instances"]
        return found

    def states(self, dag_id: str, run_id: str) -> dict[str, str]:
        """The state of each task of a run; a mapped one is `name[index]`."""
        return {
            task["task_id"] + (f"[{task['map_index']}]" if task["map_index"] >= 0 else ""): task[
                "state"
            ]
            for task in self.tasks(dag_id, run_id)
        }


def start_airflow(rig: Rig, settings: Mapping[str, str] | None = None) -> AirflowServer:
    """Start Airflow with this checkout's DAGs and plugins, and come back once it is healthy.

    Args:
        rig: what starts and ends the processes.
        settings: chartlift's environment, and connections, for all of them.
    """
    home = rig.private("airflow")
    [port] = free_ports(1)
    url = f"http://{HERE}:{port}"
    environment = airflow_environment(home, port) | dict(settings or {})
    (home / "passwords.json").write_text(json.dumps({USER: PASSWORD}), encoding="utf-8")
    airflow = PROGRAMS / "airflow"
    migration = rig.start("db-migrate", [airflow, "db", "migrate"], environment=environment)
    migration.wait_until(lambda: migration.process.poll() == 0, START_SECONDS)
    server = rig.start("api-server", [airflow, "api-server"], environment=environment)
    rig.start("scheduler", [airflow, "scheduler", "--skip-serve-logs"], environment=environment)
    rig.start("dag-processor", [airflow, "dag-processor"], environment=environment)
    server.wait_until(lambda: answers(f"{url}/api/v2/version"), START_SECONDS)
    client = httpx.Client(base_url=f"{url}/api/v2", headers=_login(url), timeout=30)
    running = AirflowServer(home, url, client, environment)
    expected = {path.stem for path in (REPOSITORY / "dags").glob("*.py")}
    wait_until(lambda: dag_ids(client) >= expected, START_SECONDS, "parsing the DAGs")
    return running


def dag_ids(client: httpx.Client) -> set[str]:
    """The DAGs that the DAG processor has stored."""
    return {dag["dag_id"] for dag in client.get("/dags").raise_for_status().json()["dags"]}


def airflow_environment(home: Path, port: int) -> dict[str, str]:
    """Airflow's configuration, as environment variables."""
    options = {
        "core": {
            "dags_folder": REPOSITORY / "dags",
            "plugins_folder": REPOSITORY / "plugins",
            "load_examples": False,
            "executor": "LocalExecutor",
            "parallelism": 4,  # with more, SQLite answers "database is locked"
            "auth_manager": "airflow.api_fastapi.auth.managers.simple.simple_auth_manager"
            ".SimpleAuthManager",
            "simple_auth_manager_users": f"{USER}:admin",
            "simple_auth_manager_passwords_file": home / "passwords.json",
            "execution_api_server_url": f"http://{HERE}:{port}/execution/",
            "dags_are_paused_at_creation": False,
            "fernet_key": "",
        },
        "database": {"sql_alchemy_conn": f"sqlite:///{home}/airflow.db"},
        "api": {"host": HERE, "port": port, "base_url": f"http://{HERE}:{port}", "workers": 1},
        "api_auth": {"jwt_secret": secrets.token_hex(32)},
        "logging": {"base_log_folder": home / "logs"},
        "scheduler": {
            "scheduler_heartbeat_sec": 1,
            "scheduler_idle_sleep_time": 0.2,
            "task_instance_heartbeat_timeout": 15,
            "task_instance_heartbeat_timeout_detection_interval": 2,
            "enable_health_check": False,
            # Each task is a fork: what is imported before the fork costs nothing in the task.
            "mp_start_method": "forkserver",
            "mp_forkserver_preload": "airflow,airflow.executors.local_executor,chartlift.stages",
        },
        "workers": {"min_heartbeat_interval": 1},
        "dag_processor": {"min_file_process_interval": 600, "refresh_interval": 600},
    }
    variables = {
        f"AIRFLOW__{section}__{name}".upper(): str(value)
        for section, values in options.items()
        for name, value in values.items()
    }
    paths = os.pathsep.join(str(REPOSITORY / name) for name in ("include", "plugins"))
    ours = {"AIRFLOW_HOME": str(home), "PYTHONPATH": paths, "OMP_THREAD_LIMIT": "1"}
    return variables | ours


def wait_until(ready: Callable[[], bool], seconds: float, what: str) -> None:
    """Come back once it is ready.

    Raises:
        TimeoutError: it was not, for so many seconds.
    """
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not ready after {seconds} s")
        time.sleep(0.5)


def _login(url: str) -> dict[str, str]:
    answer = httpx.post(f"{url}/auth/token", json={"username": USER, "password": PASSWORD})
    token = answer.raise_for_status().json()["access_token"]
    return {"Authorization": f"Bearer {token}"}
