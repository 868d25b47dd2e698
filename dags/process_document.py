"""### One scan, from its pages to FHIR.

One run of this DAG is one numbered run of one document: `split`, then for each range of pages
`preprocess` and `ocr`, then `extract`, `map_to_fhir` and `load`. `record_verdict` comes after all
of them, whatever happened: INGESTED, NEEDS_REVIEW, QUARANTINED or FAILED. A red run means: look
here. `scan_folder` and `process_list` trigger it; the run's id is the document's first sixteen
digits and the number of the run. Clearing a run repeats it with its own plan.
"""

from __future__ import annotations

from collections.abc import Sequence

from airflow.sdk import DAG, Param, TriggerRule, task_group

from chartlift_airflow.operators.pages import (
    OcrPagesOperator,
    PreprocessPagesOperator,
    SplitDocumentOperator,
)
from chartlift_airflow.operators.record import (
    ExtractFindingsOperator,
    LoadFhirOperator,
    MapToFhirOperator,
    RecordVerdictOperator,
)
from chartlift_airflow.retry import RETRIES, RETRY_DELAY

PAGES = "pages {{ task.pages[0] }}-{{ task.pages[1] }}"

with DAG(
    "process_document",
    doc_md=__doc__,
    schedule=None,
    max_active_runs=16,
    tags=["chartlift"],
    params={
        "document_id": Param(type="string", pattern="^[0-9a-f]{64}$"),
        "n": Param(type="integer", minimum=1),
    },
    default_args={
        "owner": "chartlift",
        "document_id": "{{ params.document_id }}",
        "n": "{{ params.n }}",
        "retries": RETRIES,
        "retry_delay": RETRY_DELAY,
    },
) as dag:
    split = SplitDocumentOperator(task_id="split")

    @task_group
    def read(pages: Sequence[int]) -> None:
        """One range of pages."""
        prepare = PreprocessPagesOperator(
            task_id="preprocess", pages=pages, map_index_template=PAGES
        )
        prepare >> OcrPagesOperator(task_id="ocr", pages=pages, map_index_template=PAGES)

    extract = ExtractFindingsOperator(task_id="extract")
    map_to_fhir = MapToFhirOperator(task_id="map_to_fhir")
    load = LoadFhirOperator(task_id="load")

    read.expand(pages=split.output) >> extract >> map_to_fhir >> load

    # Downstream of load alone it would run while other pages are still being read.
    dag.tasks >> RecordVerdictOperator(task_id="record_verdict", trigger_rule=TriggerRule.ALL_DONE)
