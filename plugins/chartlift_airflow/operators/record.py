"""Operators of the stages that work on the whole document: extract, map, load, verdict."""

from __future__ import annotations

from airflow.sdk import BaseHook, get_current_context
from airflow.sdk.exceptions import AirflowFailException, AirflowNotFoundException

from chartlift.runs import ENDED_BADLY, Workspace
from chartlift_airflow.hooks.site import site_key
from chartlift_airflow.operators.stage import ERROR_KEY, StageOperator

FHIR_CONNECTION = "fhir_default"


class ExtractFindingsOperator(StageOperator):
    """Find what the pages say.

    :returns: how many findings there are.
    """

    def run_stage(self, workspace: Workspace) -> int:
        """Extract the findings."""
        from chartlift.stages import extract_findings

        return extract_findings(workspace)


class MapToFhirOperator(StageOperator):
    """Map the findings to a validated FHIR bundle.

    :returns: how many resources it has.
    """

    def run_stage(self, workspace: Workspace) -> int:
        """Map the findings, with the site key for their ids."""
        from chartlift.stages import map_to_fhir

        return map_to_fhir(workspace, site_key=site_key())


class LoadFhirOperator(StageOperator):
    """Store the bundle as NDJSON; send it too where the connection `fhir_default` exists.

    :returns: how many resources the server has confirmed.
    """

    def run_stage(self, workspace: Workspace) -> int:
        """Load the bundle."""
        from chartlift.stages import load_bundle
        from chartlift_airflow.hooks.fhir import FhirHook

        return load_bundle(workspace, sink=FhirHook(FHIR_CONNECTION) if _connected() else None)


class RecordVerdictOperator(StageOperator):
    """Give the run its verdict, whatever happened above; fails the run where it ended badly.

    Stands downstream of every stage, with the trigger rule all_done.

    :returns: the verdict.
    """

    def run_stage(self, workspace: Workspace) -> str:
        """Gather the failed stages and their codes, and record the verdict."""
        from chartlift.stages import record_verdict

        verdict = record_verdict(workspace, self._failures())
        if verdict.kind in ENDED_BADLY:
            raise AirflowFailException(f"{verdict.kind} {verdict.code}")
        return str(verdict.kind)

    def _failures(self) -> dict[str, str | None]:
        # A stage pushes its code before it raises, and a retry clears it: no code, killed.
        task = get_current_context()["ti"]
        found = task.get_task_states(dag_id=task.dag_id, run_ids=[task.run_id])
        states = found.get(task.run_id, {})
        failures = {}
        for stage in self._stages():
            for map_index in _failed(stage, states):
                failures[_label(stage, map_index)] = task.xcom_pull(
                    task_ids=stage, key=ERROR_KEY, map_indexes=map_index
                )
        return failures

    def _stages(self) -> list[str]:
        # A DAG lists its tasks in the order they were written in.
        return [stage for stage in self.dag.task_ids if stage in self.upstream_task_ids]


def _failed(stage: str, states: dict[str, str | None]) -> list[int | None]:
    # Airflow lists a mapped task as task_0, task_1, ... and any other by its bare id.
    failed: list[int | None] = [None] if states.get(stage) == "failed" else []
    mapped = (label.removeprefix(f"{stage}_") for label in states if label.startswith(f"{stage}_"))
    indexes = sorted(int(index) for index in mapped if index.isdigit())
    return failed + [index for index in indexes if states[_label(stage, index)] == "failed"]


def _label(stage: str, map_index: int | None) -> str:
    return stage if map_index is None else f"{stage}_{map_index}"


def _connected() -> bool:
    try:
        BaseHook.get_connection(FHIR_CONNECTION)
    except AirflowNotFoundException:
        return False
    return True
