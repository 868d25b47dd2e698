"""The one file Airflow loads from plugins/, in every task process too: it imports nothing heavy."""

from __future__ import annotations

from airflow.plugins_manager import AirflowPlugin


class ChartliftPlugin(AirflowPlugin):
    """Makes chartlift known to Airflow by its name."""

    name = "chartlift"
