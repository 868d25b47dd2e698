"""### Take in what lies in the scan folders.

Each scan looks at the folders of the setting `scan_sources`, leaves out what is known and what may
still be growing, copies the rest into the store, and triggers one run of `process_document` per new
document, at most 200 at a time. What was planned earlier and never started is triggered first; what
FAILED is planned again after 10 minutes, 1 hour and 6 hours.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG

from chartlift_airflow.operators.intake import PROCESS_DAG, IntakeOperator
from chartlift_airflow.params import settings_here
from chartlift_airflow.retry import RETRIES, RETRY_DELAY

with DAG(
    "scan_folder",
    doc_md=__doc__,
    schedule=timedelta(seconds=settings_here().scan_every_seconds),
    catchup=False,
    max_active_runs=1,
    tags=["chartlift"],
    default_args={"owner": "chartlift", "retries": RETRIES, "retry_delay": RETRY_DELAY},
) as dag:
    intake = IntakeOperator(task_id="intake")

    TriggerDagRunOperator.partial(
        task_id="trigger",
        trigger_dag_id=PROCESS_DAG,
        logical_date=None,
        skip_when_already_exists=True,
        map_index_template="{{ task.trigger_run_id }}",
    ).expand_kwargs(intake.output)
