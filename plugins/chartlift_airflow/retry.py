"""What a failed task does next: one table from the error families to retry or fail.

An error that stands in no row (a bug, a library's own error) follows the task's own `retries` and
`retry_delay`. A killed task raises nothing: Airflow misses its heartbeat and retries it likewise,
which is why `retries` is never 0.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk.definitions.retry_policy import ExceptionRetryPolicy, RetryAction, RetryRule

from chartlift.errors import ConfigError, FhirConflict, InputError, ServiceError

RETRIES = 3
RETRY_DELAY = timedelta(seconds=5)
"""Wait after an error that stands in no row, and after a kill."""

RETRY_POLICY = ExceptionRetryPolicy(
    rules=[
        RetryRule(InputError, RetryAction.FAIL, reason="the document is at fault"),
        RetryRule(ConfigError, RetryAction.FAIL, reason="chartlift is set up wrong"),
        RetryRule(
            FhirConflict,
            RetryAction.RETRY,
            retry_delay=timedelta(seconds=3),
            reason="another writer was faster",
        ),
        RetryRule(
            ServiceError,
            RetryAction.RETRY,
            retry_delay=timedelta(seconds=20),
            reason="a service failed",
        ),
    ]
)
"""The first row that fits decides."""
