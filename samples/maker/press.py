"""Draws a chart on paper: HTML from its template, laid out by Chromium, as pictures of pages."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pypdfium2
from jinja2 import Environment, FileSystemLoader, StrictUndefined

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from maker.facts import Chart

TEMPLATES = Path(__file__).parent / "templates"
POINTS_PER_INCH = 72
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-pdf-header-footer",
)


def print_chart(chart: Chart) -> list[NDArray[np.uint8]]:
    """The clean pages of a chart, each at its look's dpi, shape (height, width, 3), 255 = paper."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "chart.html"
        page.write_text(_html(chart), encoding="utf-8")
        return _pictures(_lay_out(page), [look.dpi for look in chart.looks])


def _html(chart: Chart) -> str:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template(f"{chart.name}.html").render(chart=chart)


def _lay_out(page: Path) -> bytes:
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        raise SystemExit("Chromium draws the samples and is not on PATH: apt install chromium")
    paper = page.with_suffix(".pdf")
    subprocess.run(
        [
            browser,
            *FLAGS,
            f"--user-data-dir={page.parent / 'profile'}",
            f"--print-to-pdf={paper}",
            page.as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return paper.read_bytes()


def _pictures(paper: bytes, dpis: list[int]) -> list[NDArray[np.uint8]]:
    with pypdfium2.PdfDocument(paper) as document:
        if len(document) != len(dpis):
            raise ValueError(f"the chart fills {len(document)} pages and has {len(dpis)} looks")
        pages = zip(document, dpis, strict=True)
        return [
            np.asarray(page.render(scale=dpi / POINTS_PER_INCH).to_pil().convert("RGB"))
            for page, dpi in pages
        ]
