"""Every sample scan against its truth, through the very stages that Airflow runs."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.golden.truth import compare, read_truth, sample_names, scan_of

from chartlift import stages
from chartlift.arrivals import Terms, take_in
from chartlift.artefacts import read_record
from chartlift.errors import InputError
from chartlift.frozen import parse_json, to_json
from chartlift.ledger import SeenFile
from chartlift.runs import Verdict, Workspace, hash_site_key
from chartlift.settings import load_settings
from chartlift.store import LocalRoot

SITE_KEY = b"a key for tests"
KNOWN_MISSES = tomllib.loads(Path(__file__).with_name("known_misses.toml").read_text())
"""Leaves that are known to be missed: sample -> path -> why."""

Processed = tuple[Workspace, Verdict]


@pytest.fixture(scope="session")
def processed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Processed]:
    return {name: process(name, tmp_path_factory.mktemp(name)) for name in sample_names()}


def process(name: str, folder: Path) -> Processed:
    root, scan = LocalRoot(folder), scan_of(name)
    file = SeenFile(scan.as_uri(), scan.stat().st_size, 0.0)
    now = datetime(2026, 7, 1, 8, 0, 0, tzinfo=UTC)
    settings = load_settings()
    with scan.open("rb") as incoming:
        taken = take_in(root, file, incoming, Terms(settings, hash_site_key(SITE_KEY), now))
    assert taken is not None
    workspace = Workspace(root, taken.document_id, taken.n)
    failures: dict[str, str | None] = {}
    try:
        for pages in stages.split_document(workspace):
            stages.preprocess_pages(workspace, pages)
            stages.ocr_pages(workspace, pages)
        stages.extract_findings(workspace)
        stages.map_to_fhir(workspace, site_key=SITE_KEY)
        stages.load_bundle(workspace, sink=None)
    except InputError as error:
        failures["split"] = error.code
    return workspace, stages.record_verdict(workspace, failures)


@pytest.mark.parametrize("name", sample_names())
def test_a_sample_ends_with_its_expected_verdict(
    name: str, processed: dict[str, Processed]
) -> None:
    truth, (workspace, verdict) = read_truth(name), processed[name]
    reasons: tuple[Any, ...] = ()
    if truth["code"] is None and verdict.code is None:
        reasons = read_record(workspace, workspace.chain()).review.reasons
    assert (verdict.kind, verdict.code) == (truth["verdict"], truth["code"]), reasons


@pytest.mark.parametrize("name", [n for n in sample_names() if read_truth(n)["code"] is None])
def test_a_sample_is_read_field_by_field_as_its_truth_says(
    name: str, processed: dict[str, Processed], capsys: pytest.CaptureFixture[str]
) -> None:
    workspace, _ = processed[name]
    record = parse_json(to_json(read_record(workspace, workspace.chain())))
    comparison = compare(read_truth(name), record)
    with capsys.disabled():
        print(f"\n{name}: {comparison.right} of {comparison.asked} fields right")
        for miss in comparison.misses:
            print(f"  {miss.path}: {miss.expected!r} read as {miss.found!r}")
    assert {miss.path for miss in comparison.misses} == set(KNOWN_MISSES.get(name, {}))
