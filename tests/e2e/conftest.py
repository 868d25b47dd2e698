"""One installation for all end-to-end tests; its logs are told where a test fails."""

from __future__ import annotations

import shutil
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.installation import Installation, start
from tests.services import REPOSITORY, open_rig


def missing() -> list[str]:
    programs = {"redis-server", "setpriv"} - {
        name for name in ("redis-server", "setpriv") if shutil.which(name)
    }
    postgres = shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    fhir = (REPOSITORY / ".venv-fhir/bin/sekmet").exists()
    return [*programs, *([] if postgres else ["postgresql"]), *([] if fhir else [".venv-fhir"])]


@pytest.fixture(scope="session")
def installation(request: pytest.FixtureRequest) -> Iterator[Installation]:
    if absent := missing():
        pytest.skip(f"{', '.join(sorted(absent))} missing: run scripts/setup --services")
    with open_rig() as rig:
        yield start(rig)
        rig.keep = request.session.testsfailed > 0


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: Any) -> Generator[None, Any, Any]:
    report = yield
    running = item.funcargs.get("installation")
    if report.failed and isinstance(running, Installation):
        report.sections.append(("the ends of the logs", running.tails()))
    return report
