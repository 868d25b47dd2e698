"""What the demo promises before and beside a whole run of it."""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import psutil
import pytest
from scripts.demo_parts import clients
from scripts.demo_parts.__main__ import verdict_on
from scripts.demo_parts.outcome import (
    OnServer,
    Sample,
    Standing,
    drop,
    link_results,
    samples,
    standing,
)
from scripts.demo_parts.screen import Row, Screen
from scripts.demo_parts.servers import Processes, Server, require_free
from scripts.demo_parts.site import DemoError, Site, site_from_environment

from chartlift.model import FileType
from chartlift.runs import (
    Counts,
    Mode,
    Plan,
    Verdict,
    VerdictKind,
    Workspace,
    create_plan,
    write_verdict,
)
from chartlift.settings import load_settings
from chartlift.store import LocalRoot

SLEEP = "import time; time.sleep(60)"
SLEEPER = f"import subprocess, sys; subprocess.run([sys.executable, '-c', '{SLEEP}'])"
WAIT_SECONDS = 10


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(home=tmp_path / "demo", port=18080)
    made.make_folders()
    return made


@pytest.fixture
def processes(site: Site) -> Iterator[Processes]:
    made = Processes(site)
    yield made
    made.stop()


def sleeper(site: Site) -> Server:
    return Server("sleeper", (sys.executable, "-c", SLEEPER), site.home, {})


def family(process: psutil.Process) -> list[psutil.Process]:
    end = time.monotonic() + WAIT_SECONDS
    while not (children := process.children()):
        assert time.monotonic() < end, "the server started no child"
        time.sleep(0.05)
    return [process, *children]


def test_stopping_ends_a_server_and_what_it_started(site: Site, processes: Processes) -> None:
    processes.start(sleeper(site))
    members = family(processes.running()["sleeper"])
    assert processes.stop() == ("sleeper",)
    assert [p for p in members if p.is_running() and p.status() != psutil.STATUS_ZOMBIE] == []


def test_stopping_ends_what_a_killed_server_has_left(site: Site, processes: Processes) -> None:
    processes.start(sleeper(site))
    server, child = family(processes.running()["sleeper"])
    server.kill()
    server.wait()
    assert child.is_running()
    processes.stop()
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


def test_stopping_twice_ends_nothing_more(site: Site, processes: Processes) -> None:
    processes.start(sleeper(site))
    processes.stop()
    assert processes.stop() == ()


def test_a_process_that_got_a_recorded_id_later_is_left_alone(
    site: Site, processes: Processes
) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", SLEEP])
    try:
        began = psutil.Process(stranger.pid).create_time() - 3600
        record = {"port": 18080, "servers": {"scheduler": {"pid": stranger.pid, "began": began}}}
        (site.home / "servers.json").write_text(json.dumps(record))
        assert processes.stop() == ()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_server_that_ended_is_named_with_its_log(site: Site, processes: Processes) -> None:
    processes.start(Server("failing", (sys.executable, "-c", "print('why')"), site.home, {}))
    watch = processes.watch(["failing"])
    processes.start(sleeper(site))
    with pytest.raises(DemoError, match="failing") as caught:
        Screen().wait("a wonder", lambda: False, limit=WAIT_SECONDS, watch=watch)
    assert caught.value.log is not None
    assert "why" in caught.value.log.read_text()


def test_a_wait_without_end_says_what_it_waited_for() -> None:
    with pytest.raises(DemoError, match="a wonder"):
        Screen().wait("a wonder", lambda: False, limit=0, watch=lambda: None)


def test_a_port_in_use_is_named_with_a_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(DemoError, match=rf"{port}.*CHARTLIFT_DEMO_PORT="):
            require_free(port)


@pytest.mark.parametrize("text", ["none", "80", "65535", "-1"])
def test_a_port_that_is_none_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHARTLIFT_DEMO_PORT", text)
    with pytest.raises(DemoError, match="CHARTLIFT_DEMO_PORT"):
        site_from_environment()


def test_airflow_gets_none_of_the_users_own_airflow_settings(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "postgresql://elsewhere")
    environment = site.airflow_environment()
    assert "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN" not in environment
    assert environment["AIRFLOW_HOME"] == str(site.airflow_home)


def test_the_chartlift_settings_of_the_demo_are_valid(site: Site) -> None:
    prefix = "CHARTLIFT_"
    given = {
        name.removeprefix(prefix).lower(): value
        for name, value in site.airflow_environment().items()
        if name.startswith(prefix)
    }
    settings = load_settings(given)
    assert settings.scan_sources[0].place == str(site.scans)
    assert settings.store_root == site.store.as_uri()


def test_samples_are_dropped_once_and_again_when_they_changed(tmp_path: Path, site: Site) -> None:
    first = _sample(tmp_path, b"one")
    assert drop([first], site.scans) == ("a.pdf",)
    assert drop([first], site.scans) == ()
    assert drop([_sample(tmp_path, b"two")], site.scans) == ("a.pdf",)
    assert [file.name for file in site.scans.iterdir()] == ["a.pdf"]


def test_every_sample_scan_has_an_expected_verdict() -> None:
    names = {sample.name for sample in samples()}
    assert "broken.pdf" in names
    assert {sample.kind for sample in samples()} <= {
        VerdictKind.INGESTED,
        VerdictKind.NEEDS_REVIEW,
        VerdictKind.QUARANTINED,
    }


def test_a_dry_run_does_not_change_how_a_sample_stands(tmp_path: Path) -> None:
    root, sample = LocalRoot(tmp_path), samples()[0]
    for n, mode in ((1, Mode.NEW), (2, Mode.DRY_RUN)):
        create_plan(root, _plan(sample, n, mode))
    verdict = Verdict(kind=VerdictKind.INGESTED, counts=Counts(pages=1))
    write_verdict(Workspace(root, sample.document_id, 1), verdict)
    assert standing(root, sample.document_id) == Standing(1, verdict)


def test_results_are_linked_under_the_samples_name(site: Site, tmp_path: Path) -> None:
    sample = _sample(tmp_path, b"one")
    LocalRoot(site.store).write("documents/x/result.json", b"{}")
    for _ in range(2):
        folder = link_results(site, sample, {"result.json": "documents/x/result.json"})
    assert folder == site.results / "a"
    assert (folder / "result.json").read_bytes() == b"{}"


@pytest.mark.parametrize(
    ("verdict", "server", "code"),
    [
        (Verdict(kind=VerdictKind.INGESTED), OnServer(2, 2, 0), 0),
        (Verdict(kind=VerdictKind.INGESTED, code="x"), OnServer(2, 2, 0), 1),
        (Verdict(kind=VerdictKind.NEEDS_REVIEW), OnServer(2, 2, 0), 1),
        (Verdict(kind=VerdictKind.INGESTED), OnServer(2, 1, 0), 1),
        (Verdict(kind=VerdictKind.INGESTED), OnServer(2, 2, 1), 1),
        (None, OnServer(), 1),
    ],
)
def test_only_the_expected_verdict_with_each_resource_once_is_success(
    verdict: Verdict | None, server: OnServer, code: int, tmp_path: Path
) -> None:
    row = Row(_sample(tmp_path, b"one"), Standing(1, verdict), server, None)
    Screen().table([row])
    assert verdict_on([row], Screen()) == code


def _sample(folder: Path, data: bytes) -> Sample:
    path = folder / "a.pdf"
    path.write_bytes(data)
    return Sample(path, samples()[0].document_id, VerdictKind.INGESTED, None)


def _plan(sample: Sample, n: int, mode: Mode) -> Plan:
    return Plan(
        document_id=sample.document_id,
        n=n,
        mode=mode,
        file_type=FileType.PDF,
        file_size=3,
        declared_extension="pdf",
        settings=load_settings(),
        site_key_hash="0" * 16,
        planned_at=datetime(2026, 2, 19, 14, 30, 26, tzinfo=UTC),
    )


@pytest.mark.parametrize(("failures", "kept"), [(clients.TRIES - 1, True), (clients.TRIES, False)])
def test_a_request_is_sent_again_while_airflow_is_busy_and_given_up_in_the_end(
    site: Site, monkeypatch: pytest.MonkeyPatch, failures: int, kept: bool
) -> None:
    answers = [500] * failures + [201]

    class Busy(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(answers.pop(0))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keeps the test's output clean."""

    monkeypatch.setattr(clients, "PAUSE", 0)
    with HTTPServer(("127.0.0.1", 0), Busy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        airflow = clients.Airflow(Site(home=site.home, port=server.server_port))
        if kept:
            airflow.put_connection({"connection_id": "chartlift_site"})
            assert answers == []
        else:
            with pytest.raises(DemoError, match="500"):
                airflow.put_connection({"connection_id": "chartlift_site"})
            assert answers == [201]
        server.shutdown()
