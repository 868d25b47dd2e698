"""What Airflow loads from plugins/, seen from a fresh process that loads it as Airflow does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
HEAVY = ["boto3", "cv2", "easyocr", "fastapi", "fhir.resources", "numpy", "torch"]

LOAD = """
import json, sys
from airflow import plugins_manager
from airflow.configuration import conf
before = set(sys.modules)
plugins, errors = plugins_manager._get_plugins()
folder = conf.get("core", "plugins_folder")
loaded = {n: getattr(sys.modules[n], "__file__", None) for n in set(sys.modules) - before}
print(json.dumps({
    "ours": [plugin.name for plugin in plugins if str(plugin.source).startswith("$PLUGINS_FOLDER")],
    "errors": list(errors),
    "modules": [n for n, file in loaded.items() if (file or "").startswith(folder)],
}))
"""
IMPORT = """
import json, sys
from airflow.plugins_manager import AirflowPlugin
before = set(sys.modules)
import chartlift_plugin
print(json.dumps({"modules": sorted(set(sys.modules) - before)}))
"""


def run(script: str, home: Path) -> dict[str, list[str]]:
    plugins = REPOSITORY / "plugins"
    environment = {
        **os.environ,
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(plugins),
        "PYTHONPATH": f"{REPOSITORY / 'include'}:{plugins}",
    }
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    answer: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
    return answer


def test_airflow_loads_one_plugin_and_no_other_file_of_the_folder(tmp_path: Path) -> None:
    answer = run(LOAD, tmp_path)
    assert answer["ours"] == ["chartlift"]
    assert answer["errors"] == []
    assert [name for name in answer["modules"] if "chartlift" not in name] == []
    assert [name for name in answer["modules"] if name.startswith("chartlift_airflow")] == []


def test_loading_the_plugin_pulls_in_nothing_heavy(tmp_path: Path) -> None:
    pulled = run(IMPORT, tmp_path)["modules"]
    assert pulled == ["chartlift_plugin"]
    assert [name for name in HEAVY if name in pulled] == []
