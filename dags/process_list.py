"""### Read the documents you name.

Trigger it with a list of documents (one path, address or document id a line), with the id of a
stored list, or with a folder and a pattern; choose languages and profile. `new` reads what was
never read or ended badly, `reread` reads known documents again. Documents must lie below a scan
folder or one of `allowed_roots`. Files that are missing are counted in the log of `intake`.
"""

from __future__ import annotations

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG

from chartlift_airflow.forms import list_params
from chartlift_airflow.operators.intake import PROCESS_DAG, ListIntakeOperator
from chartlift_airflow.retry import RETRIES, RETRY_DELAY

with DAG(
    "process_list",
    doc_md=__doc__,
    schedule=None,
    tags=["chartlift"],
    params=list_params(),
    default_args={"owner": "chartlift", "retries": RETRIES, "retry_delay": RETRY_DELAY},
) as dag:
    intake = ListIntakeOperator(task_id="intake")

    TriggerDagRunOperator.partial(
        task_id="trigger",
        trigger_dag_id=PROCESS_DAG,
        logical_date=None,
        skip_when_already_exists=True,
        map_index_template="{{ task.trigger_run_id }}",
    ).expand_kwargs(intake.output)
