"""Which renderer turns PDF pages into pixels: pypdfium2 beside pdf2image (poppler).

    python benchmarks/split.py [--pages 20] [--repeats 5]

Makes its own pages: drawn ones (text and a ruled table) and scanned ones (a noisy grey JPEG that
fills the page). Each way renders all pages at 300 dpi, each time in a process of its own, whose
CPU seconds, seconds on the clock and peak memory are taken, with those of the programs it
starts; the libraries all ways load count in the memory of all. Prints medians; the last row is
chartlift's whole split, pictures written.
"""

from __future__ import annotations

import argparse
import io
import json
import multiprocessing
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pdf2image
import pikepdf
import pypdfium2
from PIL import Image, ImageDraw

from chartlift.imaging.split import split_source
from chartlift.model import FileType
from chartlift.settings import load_settings

A4_POINTS, A4_PIXELS, DPI = (595, 842), (2480, 3508), 300
WHOSE = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
WAYS = ("pypdfium2", "pdf2image, one call", "pdf2image, page by page", "chartlift split")


class Cost(NamedTuple):
    """What one run took."""

    cpu: float
    wall: float
    peak_mb: float


def drawn_pages(count: int) -> bytes:
    """A PDF of text and rulings, as a laboratory's program prints it."""
    document = pikepdf.new()
    for number in range(count):
        document.add_blank_page(page_size=A4_POINTS)
        page = document.pages[-1].obj
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        rows = [f"Test {row}   {row * 1.7 + number:.1f} mmol/L   3.9-5.6" for row in range(40)]
        text = " ".join(f"({row}) Tj 0 -17 Td" for row in rows)
        lines = " ".join(f"50 {790 - 17 * row} m 540 {790 - 17 * row} l S" for row in range(42))
        page.Contents = document.make_stream(f"BT /F1 11 Tf 60 776 Td {text} ET {lines}".encode())
    return saved(document)


def scanned_pages(count: int) -> bytes:
    """A PDF of which each page is one noisy grey JPEG at 300 dpi."""
    document = pikepdf.new()
    noise = np.random.default_rng(7)
    for number in range(count):
        paper = Image.new("L", A4_PIXELS, 235)
        pen = ImageDraw.Draw(paper)
        for row in range(50):
            pen.text(
                (250, 250 + 60 * row), f"Test {row}  {row * 1.7 + number:.1f} mmol/L", 20, size=40
            )
        speckled = np.asarray(paper) + noise.normal(0, 8, A4_PIXELS[::-1])
        scan = io.BytesIO()
        Image.fromarray(speckled.clip(0, 255).astype(np.uint8)).save(scan, "JPEG", quality=80)
        add_scan(document, scan.getvalue())
    return saved(document)


def add_scan(document: pikepdf.Pdf, jpeg: bytes) -> None:
    """One page that shows the JPEG from edge to edge."""
    document.add_blank_page(page_size=A4_POINTS)
    page = document.pages[-1].obj
    image = pikepdf.Stream(
        document,
        jpeg,
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=A4_PIXELS[0],
        Height=A4_PIXELS[1],
        ColorSpace=pikepdf.Name.DeviceGray,
        BitsPerComponent=8,
        Filter=pikepdf.Name.DCTDecode,
    )
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=image))
    page.Contents = document.make_stream(b"595 0 0 842 0 0 cm /Im Do")


def saved(document: pikepdf.Pdf) -> bytes:
    """The document's bytes."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def write(path: Path, make: Callable[[int], bytes], count: int) -> None:
    """Make pages into a file."""
    path.write_bytes(make(count))


def render(way: str, path: Path) -> None:
    """All pages of the file, rendered this way; in a process of its own."""
    if way == "pypdfium2":
        with pypdfium2.PdfDocument(path) as document:
            for page in document:
                page.render(scale=DPI / 72).to_pil()
                page.close()
    elif way == "pdf2image, one call":
        pdf2image.convert_from_path(path, dpi=DPI)
    elif way == "pdf2image, page by page":
        count = pdf2image.pdfinfo_from_path(path)["Pages"]
        for number in range(1, count + 1):
            pdf2image.convert_from_path(path, dpi=DPI, first_page=number, last_page=number)
    else:
        split(path)


def split(path: Path) -> None:
    """The whole split of chartlift, pictures written."""
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings({"max_file_size_mb": 500})
        split_source(
            path,
            Path(folder),
            file_type=FileType.PDF,
            settings=settings,
            declared_extension="pdf",
        )


def measured(way: str, path: Path) -> Cost:
    """One run in a fresh process."""
    asked = [sys.executable, __file__, "--way", way, "--file", str(path)]
    return Cost(*json.loads(subprocess.run(asked, check=True, capture_output=True).stdout))


def report_own_cost(way: str, path: Path) -> None:
    """Render, then print what it took, with what the programs it started took."""
    loading, started = cpu_seconds(), time.monotonic()
    render(way, path)
    wall, cpu = time.monotonic() - started, cpu_seconds() - loading
    peak = max(resource.getrusage(who).ru_maxrss for who in WHOSE)
    print(json.dumps([cpu, wall, peak / 1024]))


def cpu_seconds() -> float:
    """What this process and those it started have used so far."""
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, WHOSE))


def main() -> None:
    """Make the pages, run every way, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, default=20)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.way:
        report_own_cost(chosen.way, chosen.file)
        return
    for name, make in (("drawn", drawn_pages), ("scanned", scanned_pages)):
        print(f"\n{chosen.pages} {name} pages at {DPI} dpi, medians of {chosen.repeats} runs\n")
        print("| way | CPU s a page | wall s a page | peak MB |\n|---|---|---|---|")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, f"{name}.pdf")
            # In a process of its own: what this one grows to, the measured ones inherit as peak.
            maker = multiprocessing.Process(target=write, args=(path, make, chosen.pages))
            maker.start()
            maker.join()
            for way in WAYS:
                runs = [measured(way, path) for _ in range(chosen.repeats)]
                cpu, wall, peak = (statistics.median(column) for column in zip(*runs, strict=True))
                print(
                    f"| {way} | {cpu / chosen.pages:.3f} | {wall / chosen.pages:.3f} | {peak:.0f} |"
                )


if __name__ == "__main__":
    main()
