"""Makes the sample scans and their truths; run twice it writes the same bytes.

    python samples/make_samples.py [NAME ...]

Needs what the project needs, Debian's `chromium`, and its Khmer, Liberation and DejaVu fonts.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import simplejson
from maker.fax_chart import FAX_THREE_PAGES
from maker.files import write_broken, write_scan
from maker.khmer_charts import LAB_KHMER_ENGLISH, PRESCRIPTION_KHMER
from maker.latin_charts import DISCHARGE_NOTE, LAB_ENGLISH, LAB_FRENCH, PRESCRIPTION_ENGLISH
from maker.press import print_chart
from maker.scanner import scan

if TYPE_CHECKING:
    from maker.facts import Chart

HERE = Path(__file__).parent
CHARTS = (
    LAB_ENGLISH,
    PRESCRIPTION_ENGLISH,
    DISCHARGE_NOTE,
    LAB_KHMER_ENGLISH,
    PRESCRIPTION_KHMER,
    LAB_FRENCH,
    FAX_THREE_PAGES,
)
BROKEN = "broken"
BROKEN_TRUTH = {"verdict": "QUARANTINED", "code": "damaged-file"}


def make(chart: Chart) -> Path:
    """Print, scan and write one chart beside its truth; returns the scan's path."""
    pages = print_chart(chart)
    scans = [scan(page, look) for page, look in zip(pages, chart.looks, strict=True)]
    path = HERE / f"{chart.name}{chart.suffix}"
    write_scan(path, scans, chart.looks[0].dpi)
    write_truth(chart.name, chart.truth())
    return path


def make_broken() -> Path:
    """Write the English laboratory report once more, cut off in its middle."""
    path = HERE / f"{BROKEN}.pdf"
    write_broken(path, (HERE / f"{LAB_ENGLISH.name}{LAB_ENGLISH.suffix}").read_bytes())
    write_truth(BROKEN, BROKEN_TRUTH)
    return path


def write_truth(name: str, truth: dict[str, Any]) -> None:
    """Write a truth as JSON whose decimals keep their printed digits."""
    text = simplejson.dumps(truth, use_decimal=True, ensure_ascii=False, indent=2)
    (HERE / f"{name}.truth.json").write_text(f"{text}\n", encoding="utf-8")


def main(wanted: list[str]) -> None:
    """Make the named samples, or all of them, and say how large each became."""
    makers = {chart.name: lambda chart=chart: make(chart) for chart in CHARTS}
    makers[BROKEN] = make_broken
    for name in wanted or makers:
        path = makers[name]()
        sys.stdout.write(f"{path.name:28}{path.stat().st_size / 1024:8.0f} KB\n")


if __name__ == "__main__":
    main(sys.argv[1:])
