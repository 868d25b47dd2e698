"""What all stage operators share: `execute`, and what of an error may leave a task."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn

from airflow.sdk import BaseOperator, Context
from airflow.sdk.exceptions import AirflowException, AirflowSkipException

from chartlift.errors import ChartliftError
from chartlift.model import DocumentId
from chartlift.runs import Superseded, Workspace
from chartlift_airflow.params import settings_here
from chartlift_airflow.retry import RETRY_POLICY
from chartlift_airflow.storage import root_from

log = logging.getLogger(__name__)

ERROR_KEY = "error"
"""XCom key of a failed stage's error code."""
UNEXPECTED = "unexpected"
"""Code of an error that is none of chartlift's own: a bug."""

StageResult = int | str | list[list[int]]
"""What a stage may leave in XCom: a count, a verdict, or page ranges."""


class UnexpectedError(Exception):
    """A bug met in a stage; told by its kind and line, for its message may quote a document."""


class StageOperator(BaseOperator):
    """Runs one stage of one run of one document.

    :param document_id: SHA-256 of the document's bytes (templated).
    :param n: number of the run; its plan holds the settings (templated).
    """

    template_fields: Sequence[str] = ("document_id", "n")

    def __init__(self, *, document_id: str, n: int | str, **kwargs: Any) -> None:
        kwargs.setdefault("retry_policy", RETRY_POLICY)
        super().__init__(**kwargs)
        self.document_id = document_id
        self.n = n

    def execute(self, context: Context) -> StageResult:
        """Run the stage in the workspace of its run."""
        with ErrorReport(context):
            root = root_from(settings_here())
            workspace = Workspace(root, DocumentId(self.document_id), int(self.n))
            result = self.run_stage(workspace)
        log.info("document %s run %s: %s done", self.document_id, self.n, self.task_id)
        return result

    def run_stage(self, workspace: Workspace) -> StageResult:
        """Call one function of `chartlift.stages`; its import may be heavy, so it stands inside."""
        raise NotImplementedError


class ErrorReport:
    """Lets an error out of a task with its code pushed to XCom and nothing quoted.

    Superseded becomes a skip. An error of ours goes on without the one it was made from, and any
    other is replaced, traceback kept: messages of libraries hold what was read and file names.
    """

    def __init__(self, context: Context) -> None:
        self._task = context["ti"]

    def __enter__(self) -> None:
        """Nothing is prepared."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Push the code, then let the error or its replacement go on."""
        if isinstance(error, Superseded):
            raise AirflowSkipException("superseded by a newer run") from None
        if isinstance(error, ChartliftError):
            self._push(error.code)
            error.__cause__ = None
            error.__suppress_context__ = True
        elif isinstance(error, Exception) and not isinstance(error, AirflowException):
            self._push(UNEXPECTED)
            _replace(error, trace)

    def _push(self, code: str) -> None:
        self._task.xcom_push(key=ERROR_KEY, value=code)
        log.error("failed with code %s", code)


def _replace(error: Exception, trace: TracebackType | None) -> NoReturn:
    last = trace
    while last and last.tb_next:
        last = last.tb_next
    where = f" at {Path(last.tb_frame.f_code.co_filename).name}:{last.tb_lineno}" if last else ""
    told = UnexpectedError(f"{type(error).__name__}{where}")
    raise told.with_traceback(trace) from None
