"""What becomes of each file, and which runs Airflow is told to start."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from tests.faulty_root import MEETS, Fault, FaultyRoot

import chartlift_airflow.intake as subject
from chartlift.arrivals import Taken, Terms
from chartlift.errors import ServiceError
from chartlift.model import DocumentId
from chartlift.runs import (
    Mode,
    Verdict,
    VerdictKind,
    Workspace,
    announce,
    document_verdict,
    read_verdict,
    write_verdict,
)
from chartlift.settings import load_settings
from chartlift.store import LocalRoot, Root
from chartlift_airflow.forms import ListRequest
from chartlift_airflow.intake import Intake, run_id

PDF_ONE = DocumentId(sha256(b"%PDF-1.4 one").hexdigest())
NOON = datetime(2026, 2, 19, 12, tzinfo=UTC)


@dataclass
class Airflow:
    """The runs an Airflow knows, counted as it counts them."""

    states: dict[str, str] = field(default_factory=dict)

    def __call__(self, run_ids: Sequence[str], states: Sequence[str] | None = None) -> int:
        found = [self.states[run] for run in run_ids if run in self.states]
        return sum(states is None or state in states for state in found)

    def trigger(self, runs: Sequence[Taken]) -> None:
        """Start the runs whose ids are new, as Airflow's own unique key makes it."""
        for run in runs:
            self.states.setdefault(run_id(run), "queued")


@dataclass
class Site:
    """A scan folder, a store, and the clock."""

    folder: Path
    root: Root
    airflow: Airflow = field(default_factory=Airflow)
    now: datetime = NOON
    stable_seconds: float = 0

    def drop(self, name: str, text: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(text)
        return path

    def intake(self) -> Intake:
        sources = [{"place": str(self.folder), "stable_seconds": self.stable_seconds}]
        settings = load_settings({"scan_sources": sources})
        return Intake(self.root, Terms(settings, "0123456789abcdef", self.now))

    def scan(self) -> subject.Outcome:
        intake = self.intake()
        return intake.scan(intake.terms.settings.scan_sources, self.airflow)

    def end(self, run: Taken, kind: VerdictKind = VerdictKind.INGESTED) -> None:
        write_verdict(Workspace(self.root, run.document_id, run.n), Verdict(kind=kind))
        self.airflow.states[run_id(run)] = "success"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    (tmp_path / "scans").mkdir()
    return Site(tmp_path / "scans", LocalRoot(tmp_path / "store"))


def test_a_new_file_is_planned_and_triggered_once(site: Site) -> None:
    site.drop("a.pdf", b"%PDF-1.4 one")
    first = site.scan()
    assert first.fates == {"planned": 1}
    site.airflow.trigger(first.runs)
    second = site.scan()
    assert second.fates == {"known": 1}
    assert second.runs == []


def test_a_run_id_is_sixteen_digits_and_the_number() -> None:
    assert run_id(Taken(DocumentId("ab" * 32), 7, duplicate=False)) == "abababababababab.7"


def fail(site: Site, n: int, code: str | None = "killed") -> None:
    run = Workspace(site.root, PDF_ONE, n)
    write_verdict(run, Verdict(kind=VerdictKind.FAILED, code=code))
    site.airflow.states[run_id(Taken(PDF_ONE, n, duplicate=False))] = "failed"


def test_a_failed_document_is_planned_again_three_times_and_then_waits_for_a_person(
    site: Site,
) -> None:
    path = site.drop("a.pdf", b"%PDF-1.4 one")
    chosen = site.intake()
    settings = chosen.terms.settings.model_copy(update={"languages": "khm"})
    replace(chosen, terms=chosen.terms._replace(settings=settings)).take_places(
        [str(path)], Mode.NEW
    )
    waits = [timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6)]
    for n, wait in enumerate(waits, 1):
        fail(site, n)
        site.now += wait - timedelta(seconds=1)
        assert site.scan().runs == []
        site.now += timedelta(seconds=1)
        outcome = site.scan()
        assert [run.n for run in outcome.runs] == [n + 1]
        assert outcome.fates == {"known": 1}
        site.airflow.trigger(outcome.runs)
    assert Workspace(site.root, PDF_ONE, 4).plan().settings == settings
    fail(site, 4)
    site.now += timedelta(days=9)
    assert site.scan().runs == []
    assert site.root.list("index/FAILED") == (PDF_ONE,)
    assert [run.n for run in site.intake().take_places([str(path)], Mode.NEW).runs] == [5]


def test_a_run_of_which_a_person_skipped_a_task_is_not_repeated(site: Site) -> None:
    site.drop("a.pdf", b"%PDF-1.4 one")
    scan_and_trigger(site)
    fail(site, 1, "incomplete")
    site.now += timedelta(days=1)
    assert site.scan().runs == []


def test_failed_documents_are_repeated_within_the_bounds_of_a_scan(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject, "MOST_TRIGGERED", 3)
    for k in range(5):
        site.drop(f"{k}.pdf", b"%%PDF-1.4 %d" % k)
    scan_and_trigger(site)
    scan_and_trigger(site)
    for document in site.root.list("documents"):
        site.end(Taken(DocumentId(document), 1, duplicate=False), VerdictKind.FAILED)
    site.now += timedelta(minutes=10)
    first = site.scan().runs
    site.airflow.trigger(first)
    second = site.scan().runs
    assert (len(first), len(second)) == (3, 2)
    assert {run.n for run in first + second} == {2}


def test_a_file_still_being_written_is_left_alone_until_it_is_stable(site: Site) -> None:
    site.stable_seconds = 30
    site.drop("a.pdf", b"%PDF half")
    assert site.scan().fates == {"waiting": 1}
    site.now += timedelta(seconds=29)
    assert site.scan().fates == {"waiting": 1}
    site.drop("a.pdf", b"%PDF half and the rest")
    site.now += timedelta(seconds=29)
    assert site.scan().fates == {"waiting": 1}
    site.now += timedelta(seconds=31)
    assert site.scan().fates == {"planned": 1}


def test_the_same_bytes_twice_are_processed_once(site: Site) -> None:
    site.drop("a.pdf", b"%PDF-1.4 one")
    site.drop("b.pdf", b"%PDF-1.4 one")
    outcome = site.scan()
    assert outcome.fates == {"planned": 1, "duplicate": 1}
    assert len(outcome.runs) == 1


def test_two_scans_at_once_plan_one_run(site: Site) -> None:
    site.drop("a.pdf", b"%PDF-1.4 one")
    first, second = site.scan(), site.scan()  # neither has triggered anything yet
    assert {run_id(run) for run in first.runs + second.runs} == {run_id(first.runs[0])}
    assert first.runs[0].n == 1


def test_a_plan_whose_trigger_was_lost_is_triggered_by_the_next_scan(site: Site) -> None:
    site.drop("a.pdf", b"%PDF-1.4 one")
    lost = site.scan().runs
    again = site.scan()
    assert again.runs == lost
    assert again.fates == {"known": 1}


def test_a_run_that_ended_without_a_verdict_is_failed_as_lost(site: Site) -> None:
    site.drop("a.pdf", b"%PDF-1.4 one")
    [run] = site.scan().runs
    site.airflow.states[run_id(run)] = "failed"
    assert site.scan().runs == []
    verdict = read_verdict(site.root, run.document_id, run.n)
    assert verdict is not None
    assert (verdict.kind, verdict.code) == (VerdictKind.FAILED, "lost")


def test_a_stale_index_is_rebuilt_from_the_verdict(site: Site) -> None:
    site.drop("a.pdf", b"%PDF-1.4 one")
    [run] = site.scan().runs
    site.end(run)
    site.root.delete(f"index/INGESTED/{run.document_id}")
    announce(site.root, run.document_id, 1, NOON)
    assert site.scan().runs == []
    assert site.root.list("index/INGESTED") == (run.document_id,)
    assert site.root.list("index/PROCESSING") == ()


def test_a_scan_triggers_so_many_and_the_rest_wait(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject, "MOST_TRIGGERED", 3)
    monkeypatch.setattr(subject, "MOST_ALIVE", 5)
    for k in range(9):
        site.drop(f"{k}.pdf", b"%%PDF-1.4 %d" % k)
    first = site.scan()
    assert first.fates == {"planned": 3, "waiting": 6}
    site.airflow.trigger(first.runs)
    second = site.scan()  # three are alive, so there is room for two
    assert second.fates == {"known": 3, "planned": 2, "waiting": 4}
    site.airflow.trigger(second.runs)
    assert site.scan().runs == []
    for run in first.runs + second.runs:
        site.end(run)
    assert site.scan().fates == {"known": 5, "planned": 3, "waiting": 1}


def test_many_runs_are_asked_for_in_parts(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "ASKED_AT_ONCE", 2)
    for k in range(5):
        site.drop(f"{k}.pdf", b"%%PDF-1.4 %d" % k)
    first = site.scan()
    site.airflow.trigger(first.runs[:2])
    assert sorted(site.scan().runs) == sorted(first.runs[2:])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_does_not_stop_the_scan(site: Site) -> None:
    site.drop("a.pdf", b"%PDF-1.4 one").chmod(0)
    site.drop("b.pdf", b"%PDF-1.4 two")
    assert site.scan().fates == {"unreadable": 1, "planned": 1}


def test_a_file_that_vanishes_during_the_scan_does_not_stop_it(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    path = site.drop("John-Smith.pdf", b"%PDF-1.4 one")
    [file] = subject.list_folder(str(site.folder), "*")
    path.unlink()
    outcome = subject.Outcome()
    with subject._going_on(outcome):
        site.intake()._take(file, outcome)
    assert outcome.fates == {"unreadable": 1}
    assert "Smith" not in caplog.text


@pytest.mark.parametrize("name", ["plan", "verdict"])
def test_a_document_whose_records_are_broken_does_not_stop_the_scan(
    site: Site, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    site.drop("a.pdf", b"%PDF-1.4 one")
    scan_and_trigger(site)
    site.root.write(f"documents/{PDF_ONE}/runs/1/{name}.json", b'{"settings": "Sok Dara"}')
    site.drop("copy of a.pdf", b"%PDF-1.4 one")
    site.drop("b.pdf", b"%PDF-1.4 two")
    assert site.scan().fates == {"known": 1, "unreadable": 1, "planned": 1}
    assert PDF_ONE in caplog.text
    assert "Dara" not in caplog.text


def test_a_broken_ledger_entry_does_not_stop_a_list(site: Site) -> None:
    first = site.drop("a.pdf", b"%PDF-1.4 one")
    site.scan()
    [entry] = site.root.list("ledger/files")
    site.root.write(f"ledger/files/{entry}", b"{}")
    second = site.drop("b.pdf", b"%PDF-1.4 two")
    outcome = site.intake().take_places([str(first), str(second)], Mode.NEW)
    assert outcome.fates == {"unreadable": 1, "planned": 1}


@pytest.fixture
def small_spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A spool folder in which no file of more than 4 KiB fits."""
    spool = tmp_path / "spool"
    spool.mkdir()
    options = ["-t", "tmpfs", "-o", "size=4k", "none", str(spool)]
    if os.geteuid() or subprocess.run(["mount", *options], check=False).returncode:
        pytest.skip("no small file system can be mounted here")
    monkeypatch.setattr(tempfile, "tempdir", str(spool))
    yield
    subprocess.run(["umount", str(spool)], check=True)


@pytest.mark.usefixtures("small_spool")
def test_a_file_for_which_the_spool_has_no_room_waits_and_the_others_go_on(site: Site) -> None:
    site.drop("a.pdf", b"%PDF-1.4" + bytes(100_000))
    site.drop("b.pdf", b"%PDF-1.4 small")
    assert site.scan().fates == {"waiting": 1, "planned": 1}


def test_a_list_takes_in_what_is_there_and_counts_what_is_missing(site: Site) -> None:
    path = site.drop("a.pdf", b"%PDF-1.4 one")
    places = [str(path), str(site.folder / "gone.pdf"), "0" * 64]
    outcome = site.intake().take_places(places, Mode.NEW)
    assert outcome.fates == {"planned": 1, "missing": 2}


def test_a_listed_file_that_has_just_changed_waits(site: Site) -> None:
    site.stable_seconds = 30
    path = site.drop("a.pdf", b"%PDF half")
    os.utime(path, (NOON.timestamp() - 29,) * 2)
    assert site.intake().take_places([str(path)], Mode.NEW).fates == {"waiting": 1}
    os.utime(path, (NOON.timestamp() - 30,) * 2)
    assert site.intake().take_places([str(path)], Mode.NEW).fates == {"planned": 1}


def test_a_listed_file_whose_clock_is_ahead_is_taken_once_it_was_seen_unchanged(
    site: Site,
) -> None:
    site.stable_seconds = 30
    path = site.drop("a.pdf", b"%PDF-1.4 one")
    os.utime(path, (NOON.timestamp() + 9e6,) * 2)
    assert site.intake().take_places([str(path)], Mode.NEW).fates == {"waiting": 1}
    site.now += timedelta(seconds=31)
    assert site.intake().take_places([str(path)], Mode.NEW).fates == {"planned": 1}


@pytest.mark.parametrize("bad", ["a\0b.pdf", "x" * 300, "circle/a.pdf", "a.pdf/b.pdf"])
def test_a_line_that_is_no_file_name_does_not_stop_the_list(
    site: Site, caplog: pytest.LogCaptureFixture, bad: str
) -> None:
    path = site.drop("a.pdf", b"%PDF-1.4 one")
    (site.folder / "circle").symlink_to("circle")
    lines = f"{site.folder}/{bad}\n{path}"
    request = ListRequest.from_params({"documents": lines, "pattern": "*"})
    intake = site.intake()
    places = request.places(site.root, intake.terms.settings)
    fates = intake.take_places(places, Mode.NEW).fates
    assert fates == {"missing" if bad == "a.pdf/b.pdf" else "unreadable": 1, "planned": 1}
    assert bad not in caplog.text


def test_a_listed_document_that_was_read_well_is_not_read_again(site: Site) -> None:
    path = site.drop("a.pdf", b"%PDF-1.4 one")
    [run] = site.scan().runs
    site.end(run)
    outcome = site.intake().take_places([str(path)], Mode.NEW)
    assert (outcome.runs, outcome.fates) == ([], {"known": 1})


@pytest.mark.parametrize("kind", [VerdictKind.QUARANTINED, VerdictKind.FAILED])
def test_a_listed_document_that_ended_badly_is_planned_anew(site: Site, kind: VerdictKind) -> None:
    path = site.drop("a.pdf", b"%PDF-1.4 one")
    [run] = site.scan().runs
    site.end(run, kind)
    outcome = site.intake().take_places([str(path)], Mode.NEW)
    assert [again.n for again in outcome.runs] == [2]


def test_rereading_plans_one_more_run_by_path_by_id_and_by_a_copy(site: Site) -> None:
    path = site.drop("a.pdf", b"%PDF-1.4 one")
    copy = site.drop("copy of a.pdf", b"%PDF-1.4 one")
    [run] = site.intake().take_places([str(path)], Mode.NEW).runs
    for n, place in enumerate([str(path), run.document_id, str(copy)], start=2):
        site.end(Taken(run.document_id, n - 1, duplicate=False))
        [again] = site.intake().take_places([place], Mode.REREAD).runs
        assert (again.document_id, again.n) == (run.document_id, n)
    assert document_verdict(site.root, run.document_id) is VerdictKind.PROCESSING


def test_a_document_whose_run_is_alive_is_not_read_a_second_time(site: Site) -> None:
    path = site.drop("a.pdf", b"%PDF-1.4 one")
    site.scan()
    outcome = site.intake().take_places([str(path)], Mode.REREAD)
    assert (outcome.runs, outcome.fates) == ([], {"busy": 1})


def test_the_store_keeps_the_name_and_the_runs_do_not(site: Site) -> None:
    site.drop("Sok Dara.pdf", b"%PDF-1.4 one")
    [run] = site.scan().runs
    arrival = site.root.read(f"documents/{run.document_id}/arrivals/1.json")
    assert b'"file_name":"Sok Dara.pdf"' in arrival.replace(b": ", b":")
    assert "Dara" not in repr(run)


def schedules(
    site: Site, tmp_path: Path, act: Callable[[Site], object], before: Callable[[Site], object]
) -> Iterator[Site]:
    """Sites on which `act` met one fault each: at its first call to the store, its second, ..."""

    def on_a_store_of_its_own(name: str, at: int, fault: Fault) -> tuple[Site, FaultyRoot]:
        healthy = replace(site, root=LocalRoot(tmp_path / name), airflow=Airflow())
        before(healthy)
        faulty = FaultyRoot(tmp_path / name, at, fault)
        with suppress(ServiceError):
            act(replace(healthy, root=faulty))
        return healthy, faulty

    _, unhurt = on_a_store_of_its_own("unhurt", 0, Fault.BEFORE)
    for at, (call, _) in enumerate(unhurt.calls, 1):
        for fault in (fault for fault in Fault if call in MEETS[fault]):
            yield on_a_store_of_its_own(f"{fault}-{at}", at, fault)[0]


def scan_and_trigger(site: Site) -> None:
    site.airflow.trigger(site.scan().runs)


def test_whatever_fails_while_a_file_is_taken_in_it_is_triggered_once(
    site: Site, tmp_path: Path
) -> None:
    site.drop("a.pdf", b"%PDF-1.4 one")
    for after in schedules(site, tmp_path, scan_and_trigger, before=lambda _: None):
        scan_and_trigger(after)
        assert len(after.airflow.states) == 1
        scan_and_trigger(after)
        assert len(after.airflow.states) == 1


def test_whatever_fails_while_a_failed_document_arrives_again_it_is_triggered_once(
    site: Site, tmp_path: Path
) -> None:
    def failed_before(before: Site) -> None:
        site.drop("a.pdf", b"%PDF-1.4 one")
        before.airflow.trigger(runs := before.scan().runs)
        before.end(runs[0], VerdictKind.QUARANTINED)
        site.drop("b.pdf", b"%PDF-1.4 one")

    for after in schedules(site, tmp_path, scan_and_trigger, failed_before):
        scan_and_trigger(after)
        [first, second] = sorted(after.airflow.states)
        assert (first[-2:], second[-2:]) == (".1", ".2")
        (site.folder / "b.pdf").unlink()


def test_whatever_fails_while_a_document_is_planned_again_it_has_a_run_or_its_verdict(
    site: Site, tmp_path: Path
) -> None:
    path = site.drop("a.pdf", b"%PDF-1.4 one")

    def read_before(before: Site) -> None:
        before.airflow.trigger(runs := before.scan().runs)
        before.end(runs[0])

    def reread(faulty: Site) -> None:
        outcome = faulty.intake().take_places([str(path)], Mode.REREAD)
        faulty.airflow.trigger(outcome.runs)

    for after in schedules(site, tmp_path, reread, read_before):
        scan_and_trigger(after)
        [document] = after.root.list("documents")
        verdict = document_verdict(after.root, DocumentId(document))
        assert len(after.airflow.states) == (2 if verdict is VerdictKind.PROCESSING else 1)


def test_whatever_fails_while_a_verdict_is_written_the_document_gets_one(
    site: Site, tmp_path: Path
) -> None:
    site.drop("a.pdf", b"%PDF-1.4 one")

    def end(faulty: Site) -> None:
        [name] = list(faulty.airflow.states)
        faulty.airflow.states[name] = "failed"
        faulty.end(Taken(PDF_ONE, 1, duplicate=False))

    for after in schedules(site, tmp_path, end, before=scan_and_trigger):
        scan_and_trigger(after)
        scan_and_trigger(after)
        [document] = after.root.list("documents")
        verdict = read_verdict(after.root, DocumentId(document), 1)
        assert verdict is not None
        assert after.root.list(f"index/{verdict.kind}") == (document,)
        assert after.root.list("index/PROCESSING") == ()
        assert len(after.airflow.states) == 1


def test_a_scan_leaves_a_document_listed_whose_plan_is_just_being_stored(site: Site) -> None:
    site.drop("a.pdf", b"%PDF-1.4 one")
    [run] = site.scan().runs
    site.end(run)
    announce(site.root, run.document_id, 2, site.now)
    site.scan()
    assert site.root.list("index/PROCESSING") == (run.document_id,)
    site.now += timedelta(hours=2)
    site.scan()
    assert site.root.list("index/PROCESSING") == ()
    assert site.root.list("index/INGESTED") == (run.document_id,)
