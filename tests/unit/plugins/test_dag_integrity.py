"""Each DAG file, parsed in a process of its own as the DAG processor does it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
DAG_FILES = sorted((REPOSITORY / "dags").glob("*.py"))
PARSE_SECONDS = 0.3

PARSE = """
import importlib.util, json, sys, time
import airflow.sdk, airflow.dag_processing.processor
begun = time.process_time()
spec = importlib.util.spec_from_file_location("parsed", sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
seconds = time.process_time() - begun
heavy = ["boto3", "cv2", "easyocr", "fastapi", "fhir.resources", "numpy", "s3fs", "torch"]
dag = module.dag
print(json.dumps({
    "seconds": seconds,
    "heavy": [name for name in heavy if name in sys.modules],
    "dag_id": dag.dag_id,
    "doc": dag.doc_md,
    "tags": sorted(dag.tags),
    "owners": sorted({task.owner for task in dag.tasks}),
    "retries": [task.retries for task in dag.tasks],
    "fields": sorted({field for task in dag.tasks for field in task.template_fields}),
    "params": {name: dag.params.get_param(name).schema for name in dag.params},
    "upstream": {task.task_id: sorted(task.upstream_task_ids) for task in dag.tasks},
}))
"""


def parse(path: Path, home: Path, **variables: str) -> dict:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("CHARTLIFT_")}
    paths = f"{REPOSITORY / 'include'}:{REPOSITORY / 'plugins'}"
    environment = {**kept, "AIRFLOW_HOME": str(home), "PYTHONPATH": paths, **variables}
    command = [sys.executable, "-c", PARSE, str(path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict]:
    home = tmp_path_factory.mktemp("airflow")
    return {path.stem: parse(path, home) for path in DAG_FILES}


@pytest.fixture(params=[path.stem for path in DAG_FILES])
def dag(request: pytest.FixtureRequest, parsed: dict[str, dict]) -> dict:
    return parsed[request.param]


def test_every_dag_file_parses_in_less_than_three_tenths_of_a_second(
    parsed: dict[str, dict], tmp_path: Path
) -> None:
    # The first of many has to read its modules from a cold disk: the better of two counts.
    for path in DAG_FILES:
        seconds = min(parsed[path.stem]["seconds"], parse(path, tmp_path)["seconds"])
        print(f"{path.name}: parsed in {seconds:.2f} s of CPU")
        assert seconds < PARSE_SECONDS, path.name


def test_parsing_loads_nothing_heavy(dag: dict) -> None:
    assert dag["heavy"] == []


def test_every_dag_explains_itself_and_has_an_owner(dag: dict) -> None:
    assert dag["doc"].startswith("### ")
    assert dag["tags"] == ["chartlift"]
    assert dag["owners"] == ["chartlift"]


def test_every_dag_is_named_after_its_file(parsed: dict[str, dict]) -> None:
    assert {stem: dag["dag_id"] for stem, dag in parsed.items()} == {stem: stem for stem in parsed}


def test_every_task_is_retried_for_a_killed_worker_raises_nothing(dag: dict) -> None:
    assert [retries for retries in dag["retries"] if retries < 1] == []


def test_no_path_or_name_a_user_gave_is_a_template_field(dag: dict) -> None:
    ours = {"document_id", "n", "pages"}
    triggers = {
        "conf",
        "logical_date",
        "skip_when_already_exists",
        "trigger_dag_id",
        "trigger_run_id",
        "wait_for_completion",
    }
    assert set(dag["fields"]) <= ours | triggers


def test_the_verdict_waits_for_every_stage(parsed: dict[str, dict]) -> None:
    upstream = parsed["process_document"]["upstream"]
    assert upstream["record_verdict"] == sorted(set(upstream) - {"record_verdict"})


def test_the_form_of_process_list_is_made_from_the_settings(parsed: dict[str, dict]) -> None:
    form = parsed["process_list"]["params"]
    assert list(form)[:5] == ["documents", "list_id", "folder", "pattern", "mode"]
    assert list(form)[5:] == ["languages", "profile", "force_ocr"]
    assert "khm" in form["languages"]["pattern"]
    assert form["force_ocr"]["type"] == "boolean"
    assert form["mode"]["enum"] == ["new", "reread"]


def test_the_form_offers_no_pasted_list_where_it_is_forbidden(tmp_path: Path) -> None:
    path = REPOSITORY / "dags" / "process_list.py"
    dag = parse(path, tmp_path, CHARTLIFT_ALLOW_INLINE_LISTS="false")
    assert "documents" not in dag["params"]
    assert "list_id" in dag["params"]


def test_a_wrong_setting_is_named_when_the_dag_is_parsed(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"invalid-setting.*scan_every_seconds"):
        parse(REPOSITORY / "dags" / "scan_folder.py", tmp_path, CHARTLIFT_SCAN_EVERY_SECONDS="no")
