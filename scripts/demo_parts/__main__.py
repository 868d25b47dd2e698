"""The demo: start what is not running, read what is new, show what came of it."""

from __future__ import annotations

import fcntl
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from scripts.demo_parts.clients import USER, Airflow, FhirServer, now
from scripts.demo_parts.outcome import (
    Sample,
    artefacts,
    drop,
    link_results,
    on_server,
    samples,
    standing,
)
from scripts.demo_parts.screen import Row, Screen
from scripts.demo_parts.servers import Processes
from scripts.demo_parts.site import DemoError, Site, site_from_environment
from scripts.demo_parts.start import bring_up, open_doors

from chartlift.store import LocalRoot, Root

SCAN_SECONDS, READING_SECONDS = 120, 900


def main(arguments: Sequence[str]) -> int:
    """Run the demo, or stop it; returns the exit code."""
    os.umask(0o077)
    screen = Screen()
    try:
        site = site_from_environment()
        with only_one(site):
            return stop(site, screen) if "--stop" in arguments else demonstrate(site, screen)
    except DemoError as error:
        screen.failure(error)
        return 1
    except KeyboardInterrupt:
        screen.say("\nInterrupted. The servers go on; scripts/demo --stop ends them.")
        return 130


@contextmanager
def only_one(site: Site) -> Iterator[None]:
    """Hold the demo's lock: two at once would start everything twice.

    Raises:
        DemoError: another one is at work.
    """
    site.make_folders()
    with (site.home / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DemoError("Another scripts/demo is at work; wait until it is done.") from None
        yield


def stop(site: Site, screen: Screen) -> int:
    """End what the demo started."""
    with screen.step("Stopping"):
        names = Processes(site).stop()
    screen.say(f"Stopped: {', '.join(names)}." if names else "Nothing was running.")
    return 0


def demonstrate(site: Site, screen: Screen) -> int:
    """Start, drop the samples, wait for their verdicts, and show them."""
    processes, airflow, wanted = Processes(site), Airflow(site), samples()
    bring_up(site, processes, screen)
    healthy = time.monotonic()
    open_doors(site, airflow, processes, screen)
    root = LocalRoot(site.store)
    before = [standing(root, sample.document_id).n for sample in wanted]
    read_samples(site, airflow, processes, screen)
    seconds = time.monotonic() - healthy
    rows = [make_row(site, root, sample) for sample in wanted]
    screen.table(rows)
    new = sum(row.standing.n > n for row, n in zip(rows, before, strict=True))
    screen.say(f"{new} new, {len(rows) - new} known; done {seconds:.0f} s after Airflow was ready.")
    tell_where(site, airflow, screen)
    return verdict_on(rows, screen)


def read_samples(site: Site, airflow: Airflow, processes: Processes, screen: Screen) -> None:
    """Drop what is not there yet, and wait for a whole scan and for every verdict.

    Raises:
        DemoError: a server ended, or a verdict did not come in time.
    """
    root, wanted, since = LocalRoot(site.store), samples(), now()
    copied = drop(wanted, site.scans)
    screen.say(f"Samples dropped: {len(copied)} of {len(wanted)}, into {site.scans}")
    watch = processes.watch(processes.running())
    with screen.follow(wanted, root) as followed:
        try:
            screen.wait("verdicts", followed.all_ended, limit=READING_SECONDS, watch=watch)
        except DemoError as error:
            raise DemoError(
                f"{error} Without one: {', '.join(followed.open)}. See {site.ui}", error.log
            ) from None
    screen.wait(
        "a whole scan of the folder",
        lambda: airflow.ended_scan(since),
        limit=SCAN_SECONDS,
        watch=watch,
    )


def make_row(site: Site, root: Root, sample: Sample) -> Row:
    """What the table says of one sample."""
    stands = standing(root, sample.document_id)
    keys = artefacts(root, sample, stands.n)
    return Row(
        sample,
        stands,
        on_server(root, sample, stands.n, FhirServer(site)),
        link_results(site, sample, keys),
    )


def tell_where(site: Site, airflow: Airflow, screen: Screen) -> None:
    """Say where to look next."""
    screen.say(f"Airflow      {site.ui}   login {USER}, password {airflow.password()}")
    screen.say(f"FHIR server  {site.fhir_url}   (web console: /ui beside it)")
    screen.say(f"Scan folder  {site.scans}   drop a scan of your own here")
    screen.say(f"Results      {site.results}   links into {site.store}")
    screen.say("Stop it with scripts/demo --stop; the results stay.")


def verdict_on(rows: Sequence[Row], screen: Screen) -> int:
    """0 where all is as it is to be; 1, saying what, where it is not."""
    wrong = [row.sample.name for row in rows if not row.standing.meets(row.sample)]
    lost = [row.sample.name for row in rows if row.server.found < row.server.named]
    doubled = [row.sample.name for row in rows if row.server.doubled]
    for text, names in {
        "Not the expected verdict": wrong,
        "Resources missing on the FHIR server": lost,
        "Resources twice on the FHIR server": doubled,
    }.items():
        if names:
            screen.say(f"[bold red]{text}: {', '.join(names)}[/]")
    return 1 if wrong or lost or doubled else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
