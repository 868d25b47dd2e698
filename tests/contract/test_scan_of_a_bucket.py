"""A bucket as a scan folder: listed, opened and taken in from a real S3 server."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.services import S3, open_rig, start_s3

from chartlift.arrivals import Terms
from chartlift.runs import Mode
from chartlift.settings import ScanSource, load_settings
from chartlift.store import LocalRoot
from chartlift_airflow.intake import Intake
from chartlift_airflow.places import list_folder, look_at, open_file
from chartlift_airflow.storage import S3Root

NAMES = ["Sok Dara.pdf", "លទ្ធផល.PDF", "100%25 a+b #1?.pdf"]


@pytest.fixture(scope="module")
def s3() -> Iterator[S3]:
    with open_rig() as rig:
        yield start_s3(rig, "scans")


@pytest.fixture
def place(s3: S3, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    facts = {
        "conn_type": "aws",
        "login": s3.key,
        "password": s3.secret,
        "extra": {"endpoint_url": s3.endpoint, "region_name": "us-east-1"},
    }
    monkeypatch.setenv("AIRFLOW_CONN_WARD", json.dumps(facts))
    place = f"s3://ward@scans/{tmp_path.name}"
    bucket = S3Root(place)
    for name in NAMES:
        bucket.write(name, f"%PDF-1.4 {name}".encode())
    bucket.write("below/deeper.pdf", b"%PDF-1.4 deeper")
    bucket.write(".hidden.pdf", b"%PDF-1.4 hidden")
    bucket.write("note.txt", b"no scan")
    return place


def no_runs(run_ids: Sequence[str], states: Sequence[str] | None = None) -> int:
    return 0


def intake(tmp_path: Path) -> Intake:
    now = datetime.now(UTC) + timedelta(minutes=5)
    return Intake(LocalRoot(tmp_path / "store"), Terms(load_settings(), "0" * 16, now))


def test_every_fitting_object_of_the_prefix_can_be_read(place: str) -> None:
    found = list_folder(place, "*.pdf")
    read = []
    for file in found:
        with open_file(file) as incoming:
            read.append(incoming.read().decode())
        assert look_at(file.place) == file
    assert sorted(read) == sorted(f"%PDF-1.4 {name}" for name in NAMES)


def test_an_empty_prefix_and_a_missing_object_are_no_errors(place: str) -> None:
    assert list_folder(f"{place}/nothing-here", "*") == ()
    assert look_at(f"{place}/missing.pdf") is None
    assert look_at(f"{place}/below") is None


def test_a_new_object_is_seen_by_the_next_scan(place: str) -> None:
    before = list_folder(place, "*.pdf")
    S3Root(place).write("late.pdf", b"%PDF-1.4 late")
    assert len(list_folder(place, "*.pdf")) == len(before) + 1


def test_a_bucket_is_scanned_like_a_folder(place: str, tmp_path: Path) -> None:
    source = ScanSource(place=place, pattern="*.pdf", stable_seconds=0)
    outcome = intake(tmp_path).scan([source], no_runs)
    assert outcome.fates == {"planned": len(NAMES)}
    again = intake(tmp_path).scan([source], no_runs)
    assert again.fates == {"known": len(NAMES)}
    assert sorted(again.runs) == sorted(outcome.runs)


def test_a_person_may_list_an_object_as_it_is_written(place: str, tmp_path: Path) -> None:
    outcome = intake(tmp_path).take_places([f"{place}/Sok Dara.pdf", f"{place}/no.pdf"], Mode.NEW)
    assert outcome.fates == {"planned": 1, "missing": 1}
