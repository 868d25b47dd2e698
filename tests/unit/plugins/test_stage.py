"""What of an error leaves a task, and what Airflow then does."""

from __future__ import annotations

import traceback
from typing import Any

import pytest
from airflow.sdk.definitions.retry_policy import RetryAction, RetryDecision
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from chartlift.errors import (
    ChartliftError,
    ConfigError,
    FhirConflict,
    InputError,
    NoPages,
    ServiceError,
)
from chartlift.runs import Superseded
from chartlift_airflow.operators.pages import OcrPagesOperator, SplitDocumentOperator
from chartlift_airflow.operators.record import _failed
from chartlift_airflow.operators.stage import ErrorReport, UnexpectedError
from chartlift_airflow.retry import RETRY_POLICY

SECRET = "Sok Dara"


class Task:
    """Takes what a task pushes to XCom."""

    def __init__(self) -> None:
        self.pushed: dict[str, Any] = {}

    def xcom_push(self, key: str, value: Any) -> None:
        self.pushed[key] = value


def fail_with(error: BaseException, cause: Exception | None = None) -> tuple[BaseException, Task]:
    task = Task()
    with pytest.raises(BaseException) as raised, ErrorReport({"ti": task}):  # noqa: PT011 - any
        raise error from cause
    return raised.value, task


def all_subclasses(family: type[ChartliftError]) -> list[type[ChartliftError]]:
    return [family, *(leaf for kind in family.__subclasses__() for leaf in all_subclasses(kind))]


def decide(error: BaseException) -> RetryDecision:
    return RETRY_POLICY.evaluate(error, try_number=1, max_tries=3)


def test_an_error_of_ours_goes_on_with_its_code_pushed() -> None:
    error, task = fail_with(NoPages())
    assert isinstance(error, NoPages)
    assert task.pushed == {"error": "no-pages"}


def test_what_an_error_was_made_from_stays_inside() -> None:
    error, _ = fail_with(NoPages(), cause=ValueError(f"cannot read {SECRET}"))
    assert SECRET not in "".join(traceback.format_exception(error))


def test_an_unexpected_error_is_told_by_kind_and_line_only() -> None:
    error, task = fail_with(ValueError(f"cannot read {SECRET}"), cause=KeyError(SECRET))
    assert isinstance(error, UnexpectedError)
    told = "".join(traceback.format_exception(error))
    assert "ValueError at test_stage.py:" in told
    assert "in fail_with" in told
    assert SECRET not in told
    assert task.pushed == {"error": "unexpected"}


def test_a_superseded_run_is_skipped_and_no_failure() -> None:
    error, task = fail_with(Superseded())
    assert isinstance(error, AirflowSkipException)
    assert task.pushed == {}


@pytest.mark.parametrize("error", [AirflowFailException("x"), KeyboardInterrupt(), SystemExit(1)])
def test_airflows_own_signals_pass_untouched(error: BaseException) -> None:
    out, task = fail_with(error)
    assert out is error
    assert task.pushed == {}


@pytest.mark.parametrize("kind", [*all_subclasses(InputError), *all_subclasses(ConfigError)])
def test_errors_of_the_document_and_of_the_set_up_are_not_retried(
    kind: type[ChartliftError],
) -> None:
    assert "code" not in vars(kind) or decide(kind()).action is RetryAction.FAIL


@pytest.mark.parametrize("kind", all_subclasses(ServiceError)[1:])
def test_errors_of_services_are_retried_after_a_while(kind: type[ChartliftError]) -> None:
    decision = decide(kind())
    assert decision.action is RetryAction.RETRY
    assert decision.retry_delay is not None


def test_a_conflict_is_retried_sooner_than_a_failed_service() -> None:
    others = [decide(kind()).retry_delay for kind in all_subclasses(ServiceError)[1:]]
    conflict = decide(FhirConflict()).retry_delay
    assert conflict is not None
    assert all(conflict <= other for other in others if other)


def test_a_bug_follows_the_tasks_own_retries() -> None:
    assert decide(UnexpectedError()).action is RetryAction.DEFAULT


def test_every_stage_carries_the_retry_table() -> None:
    split = SplitDocumentOperator(task_id="split", document_id="0" * 64, n=1)
    assert split.retry_policy is RETRY_POLICY


def test_a_stage_takes_its_pages_as_a_range() -> None:
    ocr = OcrPagesOperator(task_id="ocr", document_id="0" * 64, n="2", pages=[3, 4])
    assert ocr.page_range == (3, 4)


def test_failed_tasks_are_found_by_their_labels() -> None:
    states = {
        "split": "success",
        "read.ocr_0": "success",
        "read.ocr_2": "failed",
        "read.ocr_10": "failed",
        "read.ocr_x": "failed",
        "load": "upstream_failed",
        "map": "failed",
    }
    assert _failed("split", states) == []
    assert _failed("read.ocr", states) == [2, 10]
    assert _failed("load", states) == []
    assert _failed("map", states) == [None]
