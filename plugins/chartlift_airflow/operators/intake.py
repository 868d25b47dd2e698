"""Operators that take files in and say which runs are to be triggered."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from airflow.sdk import BaseOperator, Context, get_current_context

from chartlift.arrivals import Terms
from chartlift.runs import Mode, hash_site_key
from chartlift.settings import Settings
from chartlift_airflow.forms import ListRequest
from chartlift_airflow.hooks.site import site_key
from chartlift_airflow.intake import MOST_TRIGGERED, Intake, Outcome, run_id
from chartlift_airflow.operators.stage import ErrorReport
from chartlift_airflow.params import FORM_SETTINGS, settings_here
from chartlift_airflow.retry import RETRY_POLICY
from chartlift_airflow.storage import root_from

log = logging.getLogger(__name__)

PROCESS_DAG = "process_document"

Trigger = dict[str, object]
"""Arguments of one TriggerDagRunOperator: ids and numbers only."""


class IntakeOperator(BaseOperator):
    """Look at the scan sources and plan a run for each new document.

    What was planned earlier and never got its Airflow run comes first.

    :returns: what is to be triggered, for TriggerDagRunOperator; at most 200 runs.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("retry_policy", RETRY_POLICY)
        super().__init__(**kwargs)

    def execute(self, context: Context) -> list[Trigger]:
        """Take the files in, and tell the counts to the log and to XCom."""
        with ErrorReport(context):
            settings = self.settings()
            now = datetime.now(UTC).replace(microsecond=0)
            terms = Terms(settings, hash_site_key(site_key()), now)
            outcome = self.take(Intake(root_from(settings), terms))
        fates = dict(sorted(outcome.fates.items()))
        log.info("files: %s; runs to trigger: %s", fates, len(outcome.runs))
        context["ti"].xcom_push(key="fates", value=fates)
        # Runs beyond the limit are planned; the next scan triggers them.
        return [
            {
                "trigger_run_id": run_id(run),
                "conf": {"document_id": run.document_id, "n": run.n},
            }
            for run in outcome.runs[:MOST_TRIGGERED]
        ]

    def settings(self) -> Settings:
        """What the runs are planned with."""
        return settings_here()

    def take(self, intake: Intake) -> Outcome:
        """Scan the sources."""
        return intake.scan(intake.terms.settings.scan_sources, _count_runs)


class ListIntakeOperator(IntakeOperator):
    """Plan runs for the documents a person asked for in the trigger form.

    The form's fields are read from the run's params: paths are no template fields.

    :returns: what is to be triggered, for TriggerDagRunOperator; at most 200 runs.
    """

    def settings(self) -> Settings:
        """The installation's settings, with what the form says."""
        params = get_current_context()["params"]
        return settings_here({name: params[name] for name in FORM_SETTINGS})

    def take(self, intake: Intake) -> Outcome:
        """Take in the listed documents."""
        params = get_current_context()["params"]
        places = ListRequest.from_params(params).places(intake.root, intake.terms.settings)
        return intake.take_places(places, Mode(params["mode"]))


def _count_runs(run_ids: Sequence[str], states: Sequence[str] | None = None) -> int:
    count: int = get_current_context()["ti"].get_dr_count(
        dag_id=PROCESS_DAG, run_ids=list(run_ids), states=list(states) if states else None
    )
    return count
