"""What the demo shows: its steps, the progress of the reading, and the table at the end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from scripts.demo_parts.outcome import STEPS, OnServer, Sample, Standing, standing, steps_done
from scripts.demo_parts.site import DemoError

from chartlift.store import Root

PLAIN_WIDTH = 160
LOG_LINES = 15
POLL_SECONDS = 0.5


class Row(NamedTuple):
    """One line of the table."""

    sample: Sample
    standing: Standing
    server: OnServer
    results: Path | None


class Screen:
    """The terminal, or plain lines where the output is no terminal."""

    def __init__(self) -> None:
        interactive = Console().is_terminal
        self.console = Console(width=None if interactive else PLAIN_WIDTH, highlight=False)

    def say(self, text: str) -> None:
        """One line."""
        self.console.print(text, soft_wrap=True)

    @contextmanager
    def step(self, text: str) -> Iterator[None]:
        """Say what is being done, and how long it took."""
        began = time.monotonic()
        if not self.console.is_terminal:
            self.console.print(f"{text} ...", end=" ")
        with self.console.status(f"{text} ..."):
            yield
        seconds = f"{time.monotonic() - began:.0f} s"
        self.say(f"{text} ... {seconds}" if self.console.is_terminal else seconds)

    def wait(
        self, what: str, probe: Callable[[], object], *, limit: float, watch: Callable[[], None]
    ) -> None:
        """Look until the probe is true; `watch` raises where waiting has become pointless.

        Raises:
            DemoError: it did not become true within the limit, in seconds.
        """
        end = time.monotonic() + limit
        while not probe():
            watch()
            if time.monotonic() > end:
                raise DemoError(f"Waited {limit:.0f} s for {what}, in vain.")
            time.sleep(POLL_SECONDS)

    def follow(self, wanted: Sequence[Sample], root: Root) -> Followed:
        """A progress bar over the samples, and a line per verdict."""
        return Followed(self.console, wanted, root)

    def table(self, rows: Sequence[Row]) -> None:
        """The outcome, one row per document."""
        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column("document", overflow="fold")
        table.add_column("pages", justify="right")
        table.add_column("verdict", overflow="fold")
        table.add_column("expected")
        table.add_column("findings", justify="right")
        table.add_column("confidence", justify="right")
        table.add_column("on server", justify="right")
        table.add_column("result, bundle", overflow="fold")
        for row in rows:
            table.add_row(*_cells(row))
        self.console.print()
        self.console.print(table)
        self.console.print()

    def failure(self, error: DemoError) -> None:
        """What went wrong, with the end of the log that explains it."""
        if error.log is not None and error.log.is_file():
            tail = error.log.read_text(errors="replace").splitlines()[-LOG_LINES:]
            self.console.print("\n".join(tail), style="dim", markup=False)
            self.console.print(f"(end of {error.log})", markup=False)
        self.console.print(str(error), style="bold red", markup=False, soft_wrap=True)


class Followed:
    """The samples on their way, shown as they get their verdicts."""

    def __init__(self, console: Console, wanted: Sequence[Sample], root: Root) -> None:
        self._console, self._root = console, root
        self._open = {sample.name: sample for sample in wanted}
        self._count, self._began = len(wanted), time.monotonic()
        self._bar = Progress(
            TextColumn("reading"),
            BarColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )
        self._task = self._bar.add_task("", total=len(wanted) * STEPS)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    @property
    def open(self) -> tuple[str, ...]:
        """The names of the samples without a verdict."""
        return tuple(self._open)

    def all_ended(self) -> bool:
        """Look once more, and say whether all have their verdicts."""
        reached = (self._count - len(self._open)) * STEPS
        for sample in tuple(self._open.values()):
            stands = standing(self._root, sample.document_id)
            reached += steps_done(self._root, sample, stands)
            if stands.verdict is not None:
                del self._open[sample.name]
                seconds = time.monotonic() - self._began
                text = f"{stands.verdict.kind}{_code(stands.verdict.code)}"
                self._console.print(f"{seconds:5.0f} s  {sample.name}: {text}", markup=False)
        text = f"{self._count - len(self._open)} of {self._count} documents"
        self._bar.update(self._task, completed=reached, description=text)
        return not self._open


def _cells(row: Row) -> tuple[str, ...]:
    verdict = row.standing.verdict
    if verdict is None:
        return (row.sample.name, "", "[yellow]PROCESSING[/]", _expected(row), "", "", "", "")
    counts, colour = verdict.counts, "green" if row.standing.meets(row.sample) else "red"
    return (
        row.sample.name,
        str(counts.pages),
        f"[{colour}]{verdict.kind}{escape(_code(verdict.code))}[/]{_reasons(counts.reasons)}",
        _expected(row),
        str(counts.findings),
        "" if counts.confidence is None else f"{counts.confidence:.3f}",
        _on_server(row.server),
        "" if row.results is None else f"{row.results.parent.name}/{row.results.name}",
    )


def _expected(row: Row) -> str:
    if row.standing.meets(row.sample):
        return "as expected"
    return f"[red]{row.sample.kind}{escape(_code(row.sample.code))}[/]"


def _reasons(count: int) -> str:
    return f", {count} to check" if count else ""


def _on_server(server: OnServer) -> str:
    if not server.named:
        return "nothing sent"
    doubled = f", [red]{server.doubled} doubled[/]" if server.doubled else ""
    return f"{server.found} of {server.named}{doubled}"


def _code(code: str | None) -> str:
    return f" ({code})" if code else ""
