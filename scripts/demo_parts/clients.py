"""What the demo asks of its two servers over HTTP, on the loopback interface."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import httpx
from scripts.demo_parts.site import DemoError, Site

REQUEST_SECONDS = 20
TRIES, PAUSE = 4, 2
"""How often a request is sent before the server's error counts, and seconds between."""
COMPONENTS = ("metadatabase", "scheduler", "triggerer", "dag_processor")
USER = "admin"


class Airflow:
    """Airflow's REST API, as its administrator."""

    def __init__(self, site: Site) -> None:
        self._site = site
        # Proxies of the environment are not asked for an address of this machine.
        self._http = httpx.Client(base_url=site.ui, timeout=REQUEST_SECONDS, trust_env=False)

    def unhealthy(self) -> tuple[str, ...]:
        """The components that are not healthy yet; all of them while nothing answers."""
        try:
            answer = self._http.get("/api/v2/monitor/health")
            health = answer.raise_for_status().json()
        except (httpx.HTTPError, ValueError):
            return COMPONENTS
        states = {name: (health.get(name) or {}).get("status") for name in COMPONENTS}
        return tuple(name for name, status in states.items() if status != "healthy")

    def password(self) -> str:
        """The administrator's password, which Airflow made up at its first start."""
        file = self._site.airflow_home / "simple_auth_manager_passwords.json.generated"
        return str(json.loads(file.read_text())[USER])

    def log_in(self) -> str:
        """Get a token for all further requests, and return it."""
        login = {"username": USER, "password": self.password()}
        token = str(self._ask("POST", "/auth/token", json=login)["access_token"])
        self._http.headers["Authorization"] = f"Bearer {token}"
        return token

    def put_connection(self, connection: dict[str, str]) -> None:
        """Create the connection, or give it these fields: stored encrypted, shown to nobody."""
        created = self._send("POST", "/api/v2/connections", json=connection)
        if created.status_code == httpx.codes.CONFLICT:
            name = connection["connection_id"]
            self._ask("PATCH", f"/api/v2/connections/{name}", json=connection)
        elif created.is_error:
            raise DemoError(f"Airflow refused a connection ({created.status_code}).")

    def missing_dags(self, names: Iterable[str]) -> tuple[str, ...]:
        """Those of the DAGs that Airflow has not read yet.

        Raises:
            DemoError: a DAG file cannot be imported.
        """
        broken = self._ask("GET", "/api/v2/importErrors")["import_errors"]
        if broken:
            text = "\n".join(f"{e['filename']}:\n{e['stack_trace'].strip()}" for e in broken)
            raise DemoError(f"A DAG file cannot be imported.\n{text}")
        known = {dag["dag_id"] for dag in self._ask("GET", "/api/v2/dags")["dags"]}
        return tuple(name for name in names if name not in known)

    def unpause(self, names: Iterable[str]) -> None:
        """Let the DAGs run."""
        for name in names:
            self._ask("PATCH", f"/api/v2/dags/{name}", json={"is_paused": False})

    def ended_scan(self, since: datetime) -> bool:
        """Whether a scan that began later has ended well."""
        query = {"order_by": "-run_after", "limit": "5", "state": "success"}
        runs = self._ask("GET", "/api/v2/dags/scan_folder/dagRuns", params=query)["dag_runs"]
        return any(datetime.fromisoformat(run["start_date"]) > since for run in runs)

    def _ask(self, method: str, path: str, **rest: Any) -> Any:  # noqa: ANN401 - JSON, both ways
        try:
            return self._send(method, path, **rest).raise_for_status().json()
        except httpx.HTTPStatusError as error:
            raise DemoError(
                f"Airflow answered {error.response.status_code} to {method} {path}.",
                self._site.logs / "api-server.log",
            ) from None
        except httpx.HTTPError as error:
            raise DemoError(
                f"Airflow does not answer at {self._site.ui} ({type(error).__name__}).",
                self._site.logs / "api-server.log",
            ) from None

    def _send(self, method: str, path: str, **rest: Any) -> httpx.Response:
        """The answer; a server error is tried again, as each request may be sent twice.

        SQLite takes one writer at a time, and while Airflow starts several want to write.
        """
        for _ in range(TRIES - 1):
            answer = self._http.request(method, path, **rest)
            if not answer.is_server_error:
                return answer
            time.sleep(PAUSE)
        return self._http.request(method, path, **rest)


class FhirServer:
    """The FHIR server's search."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._http = httpx.Client(base_url=site.fhir_url, timeout=REQUEST_SECONDS, trust_env=False)

    def answers(self) -> bool:
        """Whether the server is up."""
        try:
            return self._http.get("/metadata").is_success
        except httpx.HTTPError:
            return False

    def count(self, kind: str, query: dict[str, str] | None = None) -> int:
        """How many resources of a type the server's search finds."""
        try:
            answer = self._http.get(f"/{kind}", params={**(query or {}), "_summary": "count"})
            return int(answer.raise_for_status().json()["total"])
        except httpx.HTTPError:
            raise DemoError(
                f"The FHIR server at {self._site.fhir_url} does not answer a search.",
                self._site.logs / "fhir-server.log",
            ) from None


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)
