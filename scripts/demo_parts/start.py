"""Bringing the servers up: what is not running is started, and each is waited for."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Collection, Iterable

from scripts.demo_parts.clients import Airflow, FhirServer
from scripts.demo_parts.screen import Screen
from scripts.demo_parts.servers import Processes, Server, require_free, servers_of
from scripts.demo_parts.site import ROOT, DemoError, Site

FHIR = "fhir-server"
DAGS = ("scan_folder", "process_list", "process_document")
SITE_KEY = ROOT / ".local/site_key"
MIGRATE_SECONDS, FHIR_SECONDS, HEALTHY_SECONDS, DAGS_SECONDS = 240, 60, 240, 120


def bring_up(site: Site, processes: Processes, screen: Screen) -> None:
    """Start what is not running, and wait until all of it is healthy.

    Raises:
        DemoError: a port is taken, a server ended, or one did not get healthy in time.
    """
    servers = servers_of(site)
    missing = _missing(site, processes, servers)
    airflow = [server for server in missing if server.name != FHIR]
    if FHIR in {server.name for server in missing}:
        with screen.step("Starting the FHIR server"):
            _write_fhir_settings(site)
            _start(processes, servers[:1])
            fhir = FhirServer(site)
            watch = processes.watch([FHIR])
            screen.wait("the FHIR server", fhir.answers, limit=FHIR_SECONDS, watch=watch)
    if len(airflow) == len(servers) - 1:
        with screen.step("Preparing Airflow's database"):
            _migrate(site, airflow[0])
    with screen.step("Starting Airflow" if airflow else "Airflow was running already"):
        _start(processes, airflow)
        client = Airflow(site)
        watch = processes.watch([server.name for server in servers])
        screen.wait(
            "Airflow's health", lambda: not client.unhealthy(), limit=HEALTHY_SECONDS, watch=watch
        )


def open_doors(site: Site, airflow: Airflow, processes: Processes, screen: Screen) -> None:
    """Give Airflow its connections, and let the DAGs run."""
    with screen.step("Connections and DAGs"):
        airflow.log_in()
        airflow.put_connection(
            {"connection_id": "fhir_default", "conn_type": "fhir", "host": site.fhir_url}
        )
        airflow.put_connection(
            {
                "connection_id": "chartlift_site",
                "conn_type": "generic",
                "password": SITE_KEY.read_text().strip(),
            }
        )
        screen.wait(
            "the DAGs",
            lambda: not airflow.missing_dags(DAGS),
            limit=DAGS_SECONDS,
            watch=processes.watch(["dag-processor", "api-server"]),
        )
        airflow.unpause(DAGS)


def _missing(site: Site, processes: Processes, servers: Iterable[Server]) -> list[Server]:
    running, port = processes.running(), processes.port()
    if running and port != site.port:
        raise DemoError(f"The demo runs on port {port}. Stop it first: scripts/demo --stop")
    missing = [server for server in servers if server.name not in running]
    _require_ports(site, {server.name for server in missing})
    return missing


def _require_ports(site: Site, names: Collection[str]) -> None:
    for name, port in {FHIR: site.fhir_port, "api-server": site.port}.items():
        if name in names:
            require_free(port)


def _start(processes: Processes, servers: Iterable[Server]) -> None:
    for server in servers:
        processes.log(server.name).unlink(missing_ok=True)  # so that its end is this start's
        processes.start(server)


def _migrate(site: Site, like: Server) -> None:
    # Before the servers: it also writes the secrets that all of them must share.
    log = site.logs / "db-migrate.log"
    with log.open("wb") as output:
        try:
            done = subprocess.run(
                (like.command[0], "db", "migrate"),
                cwd=like.folder,
                env=dict(like.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=MIGRATE_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise DemoError(
                f"Airflow's database was not ready within {MIGRATE_SECONDS} s.", log
            ) from None
    if done.returncode:
        raise DemoError("Airflow's database could not be made.", log)


def _write_fhir_settings(site: Site) -> None:
    settings = {
        "host": "127.0.0.1",
        "port": site.fhir_port,
        "base_url": site.fhir_url,
        "data_dir": str(site.fhir_home),
        "simulator": {"enabled": False},
        "log_inbound": False,
    }
    # JSON is YAML.
    (site.fhir_home / "settings.yaml").write_text(json.dumps(settings))
