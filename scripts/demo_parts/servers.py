"""The demo's servers: started in the background, recorded, found again, and stopped.

A record names a process by its id and the time it began, so that a process which later got the same
id is never taken for ours.
"""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from scripts.demo_parts.site import PORT_VARIABLE, ROOT, DemoError, Site

from chartlift.frozen import Frozen, from_json, to_json

STOP_SECONDS = 20
"""A server that has not ended by then is killed."""
CLOCK_SECONDS = 2.0
"""How much a process's start may seem to shift when the clock is set."""


@dataclass(frozen=True)
class Server:
    """A program that runs until it is stopped."""

    name: str
    command: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str] = field(repr=False)


def servers_of(site: Site) -> tuple[Server, ...]:
    """What the demo runs: the FHIR server, and the four parts of Airflow."""
    airflow = str(ROOT / ".venv/bin/airflow")
    environment = site.airflow_environment()
    # --skip-serve-logs: with tasks on this machine nobody asks for their logs over the network,
    # and the log server would listen on all addresses.
    parts = {
        "api-server": (),
        "scheduler": ("--skip-serve-logs",),
        "dag-processor": (),
        "triggerer": ("--skip-serve-logs",),
    }
    sekmet = (str(ROOT / ".venv-fhir/bin/sekmet"), "serve", "-c", "settings.yaml")
    plain = {k: v for k, v in os.environ.items() if not k.startswith("SEKMET")}
    return (
        Server("fhir-server", sekmet, site.fhir_home, plain),
        *(
            Server(name, (airflow, name, *options), site.airflow_home, environment)
            for name, options in parts.items()
        ),
    )


class Started(Frozen):
    """One process: its id, and when it began, in seconds since the epoch."""

    pid: int
    began: float


class StartedServers(Frozen):
    """The record: which port the servers were started with, and their processes by name."""

    port: int
    servers: dict[str, Started]


class Processes:
    """The servers of one demo as processes, and the record of them."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._file = site.home / "servers.json"
        self._children: list[subprocess.Popen[bytes]] = []

    def port(self) -> int | None:
        """The port the running servers were started with; None where none runs."""
        return self._record().port if self.running() else None

    def running(self) -> dict[str, psutil.Process]:
        """Those of the recorded processes that still run, by name."""
        found = {name: _running(one) for name, one in self._record().servers.items()}
        return {name: process for name, process in found.items() if process}

    def start(self, server: Server) -> None:
        """Start the server in a session of its own, so that Ctrl-C does not reach it.

        What an earlier one of this name has left behind is ended first.
        """
        recorded = dict(self._record().servers)
        _end([earlier] if (earlier := recorded.pop(server.name, None)) else [])
        with self.log(server.name).open("ab") as log:
            started = subprocess.Popen(
                server.command,
                cwd=server.folder,
                env=dict(server.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._children.append(started)
        began = psutil.Process(started.pid).create_time()
        servers = recorded | {server.name: Started(pid=started.pid, began=began)}
        draft = self._file.with_suffix(".new")
        draft.write_bytes(to_json(StartedServers(port=self._site.port, servers=servers)))
        draft.replace(self._file)

    def watch(self, names: Iterable[str]) -> Callable[[], None]:
        """A look at these servers that raises DemoError, naming its log, where one has ended."""
        expected = tuple(names)

        def look() -> None:
            running = self.running()
            for name in expected:
                if name not in running:
                    raise DemoError(f"The {name} has ended by itself.", self.log(name))

        return look

    def stop(self) -> tuple[str, ...]:
        """End the recorded servers and what they started; returns their names."""
        running = self.running()
        _end(self._record().servers.values())
        for child in self._children:
            child.poll()
        self._file.unlink(missing_ok=True)
        return tuple(running)

    def log(self, name: str) -> Path:
        """The server's log."""
        return self._site.logs / f"{name}.log"

    def _record(self) -> StartedServers:
        if not self._file.exists():
            return StartedServers(port=self._site.port, servers={})
        return from_json(StartedServers, self._file.read_bytes())


def require_free(port: int) -> None:
    """Go on only where nobody listens on the port.

    Raises:
        DemoError: somebody does; who, as far as this user may know, and the way out.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise DemoError(
                f"Port {port} is in use by {_listener(port)}. Stop that, or take two other ports: "
                f"{PORT_VARIABLE}=9080 scripts/demo (uses 9080 and 9081)."
            ) from None


def _listener(port: int) -> str:
    try:
        taken = [c for c in psutil.net_connections("tcp") if c.laddr and c.laddr.port == port]
        pid = next(c.pid for c in taken if c.status == psutil.CONN_LISTEN and c.pid)
        return f"{psutil.Process(pid).name()} (process {pid})"
    except (StopIteration, psutil.Error):
        return "another program"


def _end(servers: Iterable[Started]) -> None:
    leaders = [process for started in servers if (process := _running(started))]
    members = [member for started in servers for member in _members(started)]
    for leader in leaders:
        leader.terminate()
    psutil.wait_procs(leaders, timeout=STOP_SECONDS)
    left = [member for member in (*leaders, *members) if member.is_running()]
    for member in left:
        member.kill()
    psutil.wait_procs(left, timeout=STOP_SECONDS)


def _running(started: Started) -> psutil.Process | None:
    process = _process(started)
    ended = process is None or process.status() == psutil.STATUS_ZOMBIE
    return None if ended else process


def _process(started: Started) -> psutil.Process | None:
    try:
        process = psutil.Process(started.pid)
        return process if abs(process.create_time() - started.began) < CLOCK_SECONDS else None
    except psutil.Error:
        return None


def _members(started: Started) -> list[psutil.Process]:
    """All processes of the server's session: some outlive a server that was killed.

    While a session lives, no other process gets its leader's id; so where a stranger has the id,
    and after a restart of the machine, nothing is left of it.
    """
    stranger = psutil.pid_exists(started.pid) and _process(started) is None
    if stranger or psutil.boot_time() > started.began:
        return []
    return [process for process in psutil.process_iter() if _session(process) == started.pid]


def _session(process: psutil.Process) -> int | None:
    try:
        return os.getsid(process.pid)
    except ProcessLookupError:
        return None
