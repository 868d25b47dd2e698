"""The services around chartlift, each one process of this machine on a free loopback port.

A `Rig` starts processes in one folder and ends them by their ids, whatever happens in between.
PostgreSQL and Redis refuse root, so as root they run as Debian's users of the same name.
"""

from __future__ import annotations

import json
import os
import random
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

HERE = "127.0.0.1"
REPOSITORY = Path(__file__).resolve().parents[1]
PROGRAMS = Path(sys.executable).parent
PORTS = range(20_000, 32_000)
"""Below the ports the system hands out by itself, so that a free one stays free."""
OURS = re.compile(r"AIRFLOW|CHARTLIFT_|AWS_|PYTHONPATH$")
"""Names in the environment that would lead a service to another installation."""
STOP_SECONDS = 8
LOG_LINES, LINE_LENGTH = 20, 300


class ServiceFailed(Exception):
    """A service ended, or did not answer in time; the message holds the tail of its log."""


@dataclass
class Service:
    """A started process."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def wait_until(self, ready: Callable[[], bool], seconds: float = 30) -> None:
        """Come back once it is ready.

        Raises:
            ServiceFailed: the process ended, or the seconds did.
        """
        deadline = time.monotonic() + seconds
        while not ready():
            if self.process.poll() is not None:
                raise ServiceFailed(f"{self.name} ended with {self.process.returncode}{self.tail}")
            if time.monotonic() > deadline:
                raise ServiceFailed(f"{self.name} was not ready after {seconds} s{self.tail}")
            time.sleep(0.1)

    @property
    def tail(self) -> str:
        """The last lines of its log, none of them endless."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(["", f"--- {self.log}", *(x[:LINE_LENGTH] for x in lines[-LOG_LINES:])])

    def family(self) -> list[psutil.Process]:
        """It, all it started, and what of these lost its parent."""
        below = processes_below(self.process.pid)
        session = [p for p in psutil.process_iter() if session_of(p) == self.process.pid]
        return list({process.pid: process for process in [*below, *session]}.values())

    def ask_to_end(self) -> None:
        """Send it the signal to end; nothing happens where it has ended."""
        if self.process.poll() is None:
            self.process.terminate()

    def end(self, family: Sequence[psutil.Process]) -> None:
        """Come back when it and its family are gone: killed, if they take too long."""
        _, left = psutil.wait_procs(family, timeout=STOP_SECONDS)
        kill([*left, *self.family()])
        self.process.wait(timeout=STOP_SECONDS)


@dataclass
class Rig:
    """Processes of one test session in one folder; their logs lie in `logs`."""

    folder: Path
    services: list[Service] = field(default_factory=list)
    keep: bool = False
    """Whether the folder stays when the rig goes, for a look at the logs."""

    @property
    def logs(self) -> Path:
        """The folder of the logs, one per process."""
        return self.folder / "logs"

    def private(self, name: str, user: str | None = None) -> Path:
        """A new folder that one user alone may enter."""
        folder = self.folder / name
        folder.mkdir(mode=0o700)
        if user:
            shutil.chown(folder, user, user)
        return folder

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        environment: Mapping[str, str] | None = None,
        user: str | None = None,
        text: str = "",
    ) -> Service:
        """Start a program, give it a text to read, and come back at once.

        Its environment is this one without what belongs to another Airflow or chartlift, and
        with what is given. It ends with this process even if this process is killed.
        """
        inherited = {name: value for name, value in os.environ.items() if not OURS.match(name)}
        log = self.logs / f"{name}.log"
        with log.open("ab") as output:
            process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", "--", *map(str, command)],
                cwd=self.folder,
                env=inherited | dict(environment or {}),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                user=user,
                group=user,
                extra_groups=[] if user else None,
                start_new_session=True,
            )
        if process.stdin is None:
            raise AssertionError("a pipe was asked for")
        with process.stdin as pipe:
            pipe.write(text.encode())
        service = Service(name, process, log)
        self.services.append(service)
        return service

    def stop(self) -> None:
        """End everything, all at once: nothing here outlives the test."""
        families = [(service, service.family()) for service in self.services]
        for service in reversed(self.services):
            service.ask_to_end()
        for service, family in families:
            service.end(family)
        self.services.clear()


@contextmanager
def open_rig() -> Iterator[Rig]:
    """A rig in a new temporary folder, which stays where an exception passes or it is kept."""
    folder = Path(tempfile.mkdtemp(prefix="chartlift-e2e."))
    folder.chmod(0o711)  # users of services reach their own folders in it and see no other
    rig = Rig(folder)
    rig.logs.mkdir()
    try:
        yield rig
    finally:
        rig.stop()
    if not rig.keep:
        shutil.rmtree(folder)


def processes_below(pid: int) -> list[psutil.Process]:
    """A process and all its descendants, itself first; [] where there is none."""
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def session_of(process: psutil.Process) -> int:
    """The id of the session a process belongs to; 0 where it has ended."""
    try:
        return os.getsid(process.pid)
    except ProcessLookupError:
        return 0


def kill(processes: Sequence[psutil.Process]) -> None:
    """End processes without asking."""
    for process in processes:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue


def free_ports(count: int) -> list[int]:
    """So many ports nobody listens on here."""
    found: list[int] = []
    while len(found) < count:
        port = random.choice(PORTS)
        if port not in found and not is_open(port):
            found.append(port)
    return found


def is_open(port: int) -> bool:
    """Whether something listens on the port."""
    with socket.socket() as probe:
        return probe.connect_ex((HERE, port)) == 0


def answers(url: str) -> bool:
    """Whether a GET of the address is answered well."""
    try:
        return httpx.get(url, timeout=5).is_success
    except httpx.TransportError:
        return False


def start_postgres(rig: Rig, user: str, password: str) -> int:
    """Start PostgreSQL with a user and an empty database of the same name; returns its port."""
    owner, [port] = _user("postgres"), free_ports(1)
    data = rig.private("postgres", owner)
    given = rig.private("postgres-password", owner) / "given"
    given.write_text(password, encoding="utf-8")
    initdb = [postgres_program("initdb"), "-D", data, "-U", user, "-E", "UTF8", "--no-sync"]
    options = ["--locale=C.UTF-8", "--auth=scram-sha-256", f"--pwfile={given}"]
    made = rig.start("initdb", [*initdb, *options], user=owner)
    made.wait_until(lambda: made.process.poll() == 0)
    server = [postgres_program("postgres"), "-D", data, "-h", HERE, "-p", str(port), "-F"]
    started = rig.start("postgres", [*server, "-k", ""], user=owner)
    login = {**os.environ, "PGPASSWORD": password}
    create = [
        "createdb",
        "-h",
        HERE,
        "-p",
        str(port),
        "-U",
        user,
        "--maintenance-db=postgres",
        user,
    ]

    def is_made() -> bool:
        tried = subprocess.run(create, env=login, capture_output=True, check=False)
        return tried.returncode == 0

    started.wait_until(is_made)
    return port


def start_redis(rig: Rig, password: str) -> int:
    """Start Redis with an append-only file; returns its port."""
    owner, [port] = _user("redis"), free_ports(1)
    data = rig.private("redis", owner)
    settings = [f"bind {HERE}", f"port {port}", f"dir {data}", "appendonly yes", 'save ""']
    settings += [f"requirepass {password}", ""]
    service = rig.start("redis", ["redis-server", "-"], user=owner, text="\n".join(settings))
    service.wait_until(lambda: is_open(port))
    return port


@dataclass(frozen=True)
class S3:
    """An S3 server with one user."""

    endpoint: str
    key: str
    secret: str


def start_s3(rig: Rig, bucket: str, key: str = "", secret: str = "") -> S3:
    """Start SeaweedFS with a bucket, all its parts in one process; it makes keys where none are."""
    data = rig.private("s3")
    names = ["master.port", "volume.port", "filer.port", "s3.port"]
    names += [f"{name}.grpc" for name in names]
    ports = dict(zip(names, free_ports(len(names)), strict=True))
    options = [f"dir={data}", f"ip={HERE}", f"ip.bind={HERE}", f"bucket={bucket}"]
    options += [f"{name}={port}" for name, port in ports.items()]
    options += ["webdav=false", "admin.ui=false", "master.telemetry=false"]
    options += ["s3.port.iceberg=0", "s3.port.lance=0"]
    s3 = S3(
        endpoint=f"http://{HERE}:{ports['s3.port']}",
        key=key or secrets.token_hex(10),
        secret=secret or secrets.token_hex(24),
    )
    service = rig.start(
        "s3",
        [PROGRAMS / "weed", "mini", *(f"-{option}" for option in options)],
        environment={"AWS_ACCESS_KEY_ID": s3.key, "AWS_SECRET_ACCESS_KEY": s3.secret},
    )
    service.wait_until(lambda: answers(f"{s3.endpoint}/healthz"))
    return s3


def start_fhir(rig: Rig) -> str:
    """Start the FHIR server of tests and demo, empty; returns its base address."""
    data, [port] = rig.private("fhir"), free_ports(1)
    base = f"http://{HERE}:{port}/fhir"
    settings = data / "settings.yaml"
    facts = {
        "base_url": base,
        "host": HERE,
        "port": port,
        "data_dir": str(data),
        "own_private_key_path": str(data / "key.pem"),
        "simulator": {"enabled": False},
    }
    settings.write_text(json.dumps(facts), encoding="utf-8")  # JSON is YAML
    service = rig.start("fhir", [REPOSITORY / ".venv-fhir/bin/sekmet", "serve", "-c", settings])
    service.wait_until(lambda: answers(f"{base}/metadata"))
    return base


def _user(name: str) -> str | None:
    return name if os.geteuid() == 0 else None


def postgres_program(name: str) -> str:
    """Where one of PostgreSQL's programs is: Debian has a folder per version, none on PATH."""
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(versions[-1]) if versions else name
