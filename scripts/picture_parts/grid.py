"""The picture of Airflow's grid: one column a document."""

from __future__ import annotations

import json

from scripts.demo_parts.clients import Airflow
from scripts.demo_parts.outcome import samples
from scripts.demo_parts.site import Site
from scripts.picture_parts.browser import Tab

WIDTH, HEIGHT = 1360, 840
DAG = "process_document"
CELLS = 'document.querySelectorAll(\'[data-testid^="grid-"][data-testid$="-record_verdict"]\')'
ROWS = "document.querySelectorAll('table tbody tr')"
# What the UI remembers of a user: groups opened, and the grid wide enough for every document.
REMEMBERED = {
    f"{DAG}/open-groups": ["read"],
    f"{DAG}/all-groups": ["read"],
    "react-resizable-panels:grid-ltr": {
        "details-panel,main-panel": {"expandToSizes": {}, "layout": [38, 62]}
    },
}


def picture_of_grid(tab: Tab, site: Site) -> bytes:
    """Airflow's page of the runs of process_document, logged in with a token, as PNG."""
    tab.resize(WIDTH, HEIGHT)
    tab.call("Network.enable")
    tab.call("Network.setCookie", name="_token", value=Airflow(site).log_in(), url=site.ui)
    tab.call("Page.enable")
    remember = (
        f"localStorage.setItem({json.dumps(key)}, {json.dumps(json.dumps(value))});"
        for key, value in REMEMBERED.items()
    )
    tab.call("Page.addScriptToEvaluateOnNewDocument", source="".join(remember))
    tab.call("Page.navigate", url=f"{site.ui}/dags/{DAG}/runs")
    count = len(samples())
    tab.wait(f"{CELLS}.length >= {count} && {ROWS}.length >= {count}")
    return tab.picture()
