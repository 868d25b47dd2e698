"""The health checks of docker-compose.yaml, asked of the processes that run here instead."""

from __future__ import annotations

import socket
import subprocess

import pytest
from tests import compose
from tests.e2e.installation import Installation
from tests.services import answers


@pytest.mark.parametrize("service", ["airflow-api-server", "airflow-scheduler", "seaweedfs"])
def test_what_a_health_check_asks_for_is_answered(installation: Installation, service: str) -> None:
    url = compose.load()["services"][service]["healthcheck"]["test"][-1]
    ports = {
        "http://localhost:8080": installation.addresses["http://airflow-api-server:8080"],
        "http://localhost:8974": installation.scheduler_health,
        "http://127.0.0.1:8333": installation.addresses["http://seaweedfs:8333"],
    }
    [(said, stands)] = [item for item in ports.items() if url.startswith(item[0])]
    assert answers(url.replace(said, stands))


@pytest.mark.parametrize("service", ["airflow-dag-processor", "airflow-worker"])
def test_the_command_of_a_health_check_succeeds(installation: Installation, service: str) -> None:
    kind, *command = compose.load()["services"][service]["healthcheck"]["test"]
    if kind == "CMD-SHELL":
        command = ["sh", "-c", *compose.fill(command, {})]
    environment = installation.environment(service) | {"HOSTNAME": socket.gethostname()}
    checked = subprocess.run(
        command, env=environment, capture_output=True, check=False, text=True, timeout=60
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
