"""Where the demo keeps its things, on which ports it listens, and how its servers are set up."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_PORT = 8080
PORT_VARIABLE = "CHARTLIFT_DEMO_PORT"
FACILITY = {"key": "kumru", "name": "Kumru Referral Hospital"}
"""The invented hospital of the samples; its record numbers are trusted to name one patient."""


class DemoError(Exception):
    """What went wrong, in words for the person in front of the terminal.

    Args:
        text: one or two sentences, with a way out.
        log: the log whose end explains it.
    """

    def __init__(self, text: str, log: Path | None = None) -> None:
        super().__init__(text)
        self.log = log


@dataclass(frozen=True)
class Site:
    """One demo: its folder and the first of its two ports, both on 127.0.0.1 only."""

    home: Path = ROOT / ".local/demo"
    port: int = DEFAULT_PORT

    @property
    def airflow_home(self) -> Path:
        """Airflow's database, generated secrets and task logs."""
        return self.home / "airflow"

    @property
    def store(self) -> Path:
        """Root of the object store."""
        return self.home / "store"

    @property
    def scans(self) -> Path:
        """The folder documents are dropped into."""
        return self.home / "scans"

    @property
    def results(self) -> Path:
        """Links into the store under the samples' names."""
        return self.home / "results"

    @property
    def logs(self) -> Path:
        """One log for each server."""
        return self.home / "logs"

    @property
    def fhir_home(self) -> Path:
        """The FHIR server's database and settings."""
        return self.home / "fhir"

    @property
    def ui(self) -> str:
        """Address of Airflow's UI and REST API."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def fhir_port(self) -> int:
        """The FHIR server listens one above the UI."""
        return self.port + 1

    @property
    def fhir_url(self) -> str:
        """Base address of the FHIR server."""
        return f"http://127.0.0.1:{self.fhir_port}/fhir"

    def make_folders(self) -> None:
        """Create the folders, open to their owner only."""
        for folder in (self.airflow_home, self.store, self.scans, self.results, self.logs):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.fhir_home.mkdir(parents=True, exist_ok=True, mode=0o700)

    def airflow_environment(self) -> dict[str, str]:
        """The environment of every Airflow process; it holds no secret.

        The user's own AIRFLOW variables are left out: they mean another installation.
        """
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("AIRFLOW")}
        bin_folder = ROOT / ".venv/bin"
        return inherited | {
            "PATH": f"{bin_folder}{os.pathsep}{inherited.get('PATH', os.defpath)}",
            "PYTHONPATH": str(ROOT / "include"),
            # A proxy of the user's must not be asked for addresses of this machine.
            "NO_PROXY": "127.0.0.1,localhost",
            "no_proxy": "127.0.0.1,localhost",
            "OMP_THREAD_LIMIT": "1",  # Tesseract's own threads cost five times the CPU
            "AIRFLOW_HOME": str(self.airflow_home),
            **self._airflow_options(),
            **self._chartlift_settings(),
        }

    def _airflow_options(self) -> dict[str, str]:
        bundle = {
            "name": "chartlift",
            "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
            "kwargs": {"path": str(ROOT / "dags")},
        }
        options = {
            ("core", "executor"): "LocalExecutor",
            # SQLite takes one writer at a time: from about 8 on "database is locked" ends tasks.
            ("core", "parallelism"): "4",
            ("core", "load_examples"): "False",
            ("core", "dags_folder"): str(ROOT / "dags"),
            ("core", "plugins_folder"): str(ROOT / "plugins"),
            ("core", "auth_manager"): (
                "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager"
            ),
            ("dag_processor", "dag_bundle_config_list"): json.dumps([bundle]),
            ("api", "host"): "127.0.0.1",
            ("api", "port"): str(self.port),
            ("api", "base_url"): self.ui,
            # A finished task holds its slot until the next beat.
            ("workers", "min_heartbeat_interval"): "1",
            # A killed task is noticed after so many seconds.
            ("scheduler", "task_instance_heartbeat_timeout"): "45",
            ("scheduler", "task_queued_timeout"): "60",
            # Each task is a fork: what is imported before the fork costs nothing in the task.
            ("scheduler", "mp_start_method"): "forkserver",
            ("scheduler", "mp_forkserver_preload"): (
                "airflow,airflow.executors.local_executor,chartlift.stages"
            ),
        }
        return {f"AIRFLOW__{s}__{k}".upper(): value for (s, k), value in options.items()}

    def _chartlift_settings(self) -> dict[str, str]:
        source = {"place": str(self.scans), "pattern": "*", "stable_seconds": 2}
        return {
            "CHARTLIFT_STORE_ROOT": self.store.as_uri(),
            "CHARTLIFT_SCAN_SOURCES": json.dumps([source]),
            "CHARTLIFT_SCAN_EVERY_SECONDS": "10",
            "CHARTLIFT_FACILITIES": json.dumps([FACILITY]),
        }


def site_from_environment() -> Site:
    """The demo on the port that CHARTLIFT_DEMO_PORT names, or on 8080.

    Raises:
        DemoError: the variable holds no port.
    """
    text = os.environ.get(PORT_VARIABLE) or str(DEFAULT_PORT)
    if not text.isdecimal() or not 1024 <= int(text) <= 65534:
        raise DemoError(f"{PORT_VARIABLE} is to be a port from 1024 to 65534.")
    return Site(port=int(text))
