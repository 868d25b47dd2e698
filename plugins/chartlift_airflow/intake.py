"""Intake: which files are there, what becomes of each, and which runs Airflow is to start.

Used by `scan_folder` and `process_list` alike. Events may be lost or doubled, and tasks killed, so
each scan compares folders and verdicts with the ledger, and whatever was planned without its
Airflow run is triggered again under the same number.
"""

from __future__ import annotations

import errno
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from random import SystemRandom
from typing import Protocol

from pydantic import ValidationError

from chartlift.arrivals import PLANNED_ANEW, Taken, Terms, plan_again, take_in
from chartlift.errors import ObjectMissing
from chartlift.ledger import SeenFile, find_file, is_stable, known_files
from chartlift.model import DocumentId
from chartlift.runs import (
    INCOMPLETE,
    LOST,
    BrokenRecords,
    Mode,
    Verdict,
    VerdictKind,
    Workspace,
    document_verdict,
    highest_run,
    read_announcement,
    read_verdict,
    records_of,
    write_index,
    write_verdict,
)
from chartlift.settings import ScanSource
from chartlift.store import Root
from chartlift_airflow.places import list_folder, look_at, open_file

log = logging.getLogger(__name__)

MOST_TRIGGERED = 200
"""Runs one intake triggers: each is a task of its own, about .3 s."""
MOST_ALIVE = 400
"""Runs without a verdict at which a scan takes no more files in: back-pressure."""
ASKED_AT_ONCE = 100
"""Run ids in one question to Airflow."""
REPEATED_AFTER = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
"""Age of the last plan at which a document that FAILED once, twice, three times is planned again;
after that it waits for a person. Every code counts but `incomplete`: set-ups get repaired too."""
LOOKED_AT = 100
"""Failed documents one scan looks at."""
PLANNED_WITHIN = timedelta(hours=1)
"""A run announced so long ago and not planned since never will be: its intake was killed."""
ENDED = ("success", "failed")


class CountRuns(Protocol):
    """Counts those of some run ids that are runs of process_document."""

    def __call__(self, run_ids: Sequence[str], states: Sequence[str] | None = None) -> int:
        """How many there are, in any state or in one of these."""
        ...


@dataclass
class Outcome:
    """What one intake did: runs to trigger, and how many files met which fate.

    Fates: planned, known, duplicate, waiting, missing, unreadable, busy (a run is alive).
    """

    runs: list[Taken] = field(default_factory=list)
    fates: Counter[str] = field(default_factory=Counter)

    def add(self, fate: str, run: Taken | None = None) -> None:
        """Count a file, and have its run triggered where it was planned one."""
        self.fates[fate] += 1
        if run is not None and run not in self.runs:
            self.runs.append(run)


@dataclass(frozen=True)
class Intake:
    """Takes files into a store, on one set of terms."""

    root: Root
    terms: Terms

    def scan(self, sources: Iterable[ScanSource], count_runs: CountRuns) -> Outcome:
        """Trigger again what lost its run, plan again what failed, then take in what is new.

        Files are taken in once they are stable, the oldest first.
        """
        alive = self._processing()
        outcome = Outcome(runs=self._untriggered(alive, count_runs)[:MOST_TRIGGERED])
        room = min(MOST_TRIGGERED, MOST_ALIVE - len(alive) + len(outcome.runs))
        self._repeat_failed(outcome, room)
        known = known_files(self.root)
        for source in sources:
            for file in list_folder(source.place, source.pattern):
                if file.key in known:
                    outcome.add("known")
                elif not self._is_stable(file, source) or len(outcome.runs) >= room:
                    outcome.add("waiting")
                else:
                    with _going_on(outcome):
                        self._take(file, outcome)
        return outcome

    def take_places(self, places: Iterable[str], mode: Mode) -> Outcome:
        """Take in what a person listed, each a place or the id of a document taken in before.

        A file that changed less than `stable_seconds` ago may still be growing: it waits.
        """
        outcome = Outcome()
        for place in places:
            with _going_on(outcome):
                self._take_place(place, mode, outcome)
        return outcome

    def _take_place(self, place: str, mode: Mode, outcome: Outcome) -> None:
        if is_document_id(place):
            self._plan_known(DocumentId(place), mode, outcome)
        elif (file := look_at(place)) is None:
            outcome.add("missing")
        elif entry := find_file(self.root, file):
            self._plan_known(entry.document_id, mode, outcome)
        elif not self._is_finished(file):
            outcome.add("waiting")
        else:
            self._take(file, outcome, mode)

    def _is_stable(self, file: SeenFile, source: ScanSource) -> bool:
        return is_stable(self.root, file, now=self.terms.now, seconds=source.stable_seconds)

    def _is_finished(self, file: SeenFile) -> bool:
        # A person does not wait for a second look, so an old modification time counts here.
        sources = self.terms.settings.scan_sources or (ScanSource(place=""),)
        seconds = max(source.stable_seconds for source in sources)
        if self.terms.now.timestamp() - file.modified >= seconds:
            return True
        return is_stable(self.root, file, now=self.terms.now, seconds=seconds)

    def _take(self, file: SeenFile, outcome: Outcome, mode: Mode = Mode.NEW) -> None:
        with open_file(file) as incoming:
            taken = take_in(self.root, file, incoming, self.terms)
        if taken is None:
            outcome.add("waiting")
        elif not taken.duplicate:
            outcome.add("planned", taken)
        elif mode is Mode.REREAD:
            self._plan_known(taken.document_id, mode, outcome)
        else:
            outcome.add("duplicate")

    def _plan_known(self, document_id: DocumentId, mode: Mode, outcome: Outcome) -> None:
        if highest_run(self.root, document_id) == 0:
            outcome.add("missing")
        elif mode is Mode.NEW and document_verdict(self.root, document_id) not in PLANNED_ANEW:
            outcome.add("known")
        elif run := plan_again(self.root, document_id, mode, self.terms):
            outcome.add("planned", run)
        else:
            outcome.add("busy")

    def _repeat_failed(self, outcome: Outcome, room: int) -> None:
        failed = self.root.list(f"index/{VerdictKind.FAILED}")
        # By chance, so that many that wait for a person hide none that does not.
        for name in SystemRandom().sample(failed, min(len(failed), LOOKED_AT)):
            document_id = DocumentId(name)
            if len(outcome.runs) >= room:
                return
            with _going_on(), records_of(document_id):
                if run := self._repeat(document_id):
                    outcome.runs.append(run)

    def _repeat(self, document_id: DocumentId) -> Taken | None:
        n = highest_run(self.root, document_id)
        failures = self._failures(document_id, n)
        if not 0 < failures <= len(REPEATED_AFTER):
            return None
        before = Workspace(self.root, document_id, n).plan()
        if self.terms.now - before.planned_at < REPEATED_AFTER[failures - 1]:
            return None
        # With the settings that were chosen for it, and the site key of today.
        terms = self.terms._replace(settings=before.settings)
        return plan_again(self.root, document_id, before.mode, terms)

    def _failures(self, document_id: DocumentId, n: int) -> int:
        """How many runs up to run n failed in a row; 0 where a person skipped a task of run n."""
        for failures in range(min(n, len(REPEATED_AFTER) + 1)):
            verdict = read_verdict(self.root, document_id, n - failures)
            kind, code = (verdict.kind, verdict.code) if verdict else (None, None)
            if kind is not VerdictKind.FAILED or code == INCOMPLETE:
                return failures
        return min(n, len(REPEATED_AFTER) + 1)

    def _processing(self) -> list[Taken]:
        alive = []
        for name in self.root.list(f"index/{VerdictKind.PROCESSING}"):
            document_id = DocumentId(name)
            with _going_on(), records_of(document_id):
                n = highest_run(self.root, document_id)
                verdict = read_verdict(self.root, document_id, n) if n else None
                if n and verdict is None:
                    alive.append(Taken(document_id, n, duplicate=False))
                else:
                    self._repair_index(document_id, n, verdict)
        return alive

    def _repair_index(self, document_id: DocumentId, n: int, verdict: Verdict | None) -> None:
        # A verdict's writer was killed before the index, or whoever announced a run before its
        # plan; or that plan is being stored at this very moment.
        announced = read_announcement(self.root, document_id)
        pending = announced and announced.n > n and self.terms.now - announced.at < PLANNED_WITHIN
        if pending:
            return
        if verdict:
            write_index(self.root, document_id, verdict.kind, n)
        self.root.delete(f"index/{VerdictKind.PROCESSING}/{document_id}")

    def _untriggered(self, alive: Sequence[Taken], count_runs: CountRuns) -> list[Taken]:
        missing = []
        for some in _in_parts(alive, ASKED_AT_ONCE):
            ids = [run_id(run) for run in some]
            if count_runs(ids) < len(ids):
                missing += [run for run in some if not count_runs([run_id(run)])]
            if count_runs(ids, ENDED):
                self._close_lost(run for run in some if count_runs([run_id(run)], ENDED))
        return missing

    def _close_lost(self, ended: Iterable[Taken]) -> None:
        for run in ended:
            with _going_on(), records_of(run.document_id):
                if read_verdict(self.root, run.document_id, run.n) is None:
                    workspace = Workspace(self.root, run.document_id, run.n)
                    write_verdict(workspace, Verdict(kind=VerdictKind.FAILED, code=LOST))
                    log.warning("document %s run %d ended without a verdict", *run[:2])


@contextmanager
def _going_on(outcome: Outcome | None = None) -> Iterator[None]:
    """Let what is wrong with one file or document stop nothing else; a file is counted."""
    fate = "unreadable"
    try:
        yield
    except BrokenRecords as error:
        log.warning("document %s: its records cannot be read", error)
    except (ValidationError, ObjectMissing) as error:  # a message may hold what was read
        log.warning("a file's record cannot be read: %s", type(error).__name__)
    except OSError as error:  # its message holds the file's name
        log.warning("a file could not be read: errno %s", error.errno)
        # The spool folder is full: a smaller file may still fit, this one after a while.
        fate = "waiting" if error.errno in {errno.ENOSPC, errno.EDQUOT} else fate
    else:
        return
    if outcome is not None:
        outcome.add(fate)


def run_id(run: Taken) -> str:
    """The id of the Airflow run: unique in Airflow, so no run is ever triggered twice."""
    return f"{run.document_id[:16]}.{run.n}"


def is_document_id(text: str) -> bool:
    """Whether a text is a document's id rather than a place."""
    return len(text) == 64 and not set(text) - set("0123456789abcdef")


def _in_parts(runs: Sequence[Taken], size: int) -> Iterator[Sequence[Taken]]:
    for start in range(0, len(runs), size):
        yield runs[start : start + size]
