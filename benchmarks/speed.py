"""What reading pages costs, beside other systems on the same pages.

    python -m benchmarks.speed [--pages N] [--systems NAME,...] [--groups NAME,...]
    python -m benchmarks.speed --throughput [--pages N] [--rounds N]
    python -m benchmarks.speed --long N [--profile auto]

The first: CPU and wall seconds a page and peak memory of a warm process that reads one page at a
time. The second: pages a minute of two processes of `fast` beside two bare Tesseract programs. The
third: one document of so many pages read in one process, its memory and cost as it goes on. Memory
is proportional (PSS) over the process and all it started. Nothing here is kept between runs.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import tempfile
import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import psutil
from PIL import Image

from benchmarks.material import STORE, drawn_samples, picture_of, real_samples
from benchmarks.readings import cpu_seconds, one_thread
from benchmarks.systems import ENVIRONMENT, SYSTEMS, Chartlift, ocrmypdf_program, system
from benchmarks.tables import print_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from multiprocessing.connection import Connection

    from benchmarks.material import Sample

BY_DOCUMENT = "ocrmypdf"
"""Reads documents, not pages: its cost is that of one document, by its pages."""
HEAD = ("pages", "system", "n", "CPU s median", "p95", "wall s median", "p95", "peak MB")
EACH = 0.1
"""Seconds between two looks at memory."""
SHOWN = (1, 10, 50, 100, 200, 300, 400, 500)
JPEG_QUALITY = 80


class Cost(NamedTuple):
    """Seconds that one page took."""

    cpu: float
    wall: float


class Memory:
    """The memory of a process tree, watched from outside."""

    def __init__(self, pid: int) -> None:
        self.process = psutil.Process(pid)
        self.peak = 0.0

    def now(self) -> float:
        """MB that it takes now."""
        total = 0
        try:
            for one in (self.process, *self.process.children(recursive=True)):
                total += one.memory_full_info().pss
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return self.peak
        self.peak = max(self.peak, total / 1e6)
        return total / 1e6

    @contextmanager
    def watched(self) -> Iterator[None]:
        """While this lasts, `peak` is kept."""
        done = threading.Event()

        def watch() -> None:
            while not done.wait(EACH):
                self.now()

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()


def serve(name: str, jobs: Sequence[tuple[Sample, Path]], answers: Connection) -> None:
    """Reads the first page to warm up, then each one, and sends what it cost."""
    one_thread()
    reader = system(name)
    reader.read(*jobs[0])
    for job in jobs:
        cpu, wall = cpu_seconds(), time.perf_counter()
        reader.read(*job)
        answers.send(Cost(cpu_seconds() - cpu, time.perf_counter() - wall))
    answers.close()


def page_costs(name: str, jobs: Sequence[tuple[Sample, Path]]) -> tuple[list[Cost], float]:
    """What each page costs a warm process, and the most memory it took, in MB."""
    if name == BY_DOCUMENT:
        return document_cost(jobs)
    context = get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=serve, args=(name, jobs, sender))
    process.start()
    sender.close()
    memory = Memory(process.pid or 0)
    with memory.watched():
        costs = [receiver.recv() for _ in jobs]
    process.join()
    return costs, memory.peak


def document_cost(jobs: Sequence[tuple[Sample, Path]]) -> tuple[list[Cost], float]:
    """What a page of a document costs OCRmyPDF on average, and its peak memory in MB."""
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder, "in.pdf"), str(Path(folder, "out.pdf"))
        source.write_bytes(document([path for _, path in jobs]))
        command = (
            *(ocrmypdf_program(), "--jobs", "1", "--deskew", "--rotate-pages", "--quiet"),
            *("--output-type", "pdf", "-l", jobs[0][0].languages, str(source), out),
        )
        cpu, wall = cpu_seconds(), time.perf_counter()
        running = subprocess.Popen(command, env=ENVIRONMENT)
        memory = Memory(running.pid)
        with memory.watched():
            running.wait()
    spent = (cpu_seconds() - cpu, time.perf_counter() - wall)
    return [Cost(*(seconds / len(jobs) for seconds in spent))], memory.peak


def document(pictures: Sequence[Path]) -> bytes:
    """A PDF of scanned pages, each a grey JPEG."""
    pages = []
    for path in pictures:
        with Image.open(path) as image:
            dpi = round(image.info["dpi"][0])
            pages.append(image.convert("L"))
    out = io.BytesIO()
    pages[0].save(
        out, "PDF", save_all=True, append_images=pages[1:], resolution=dpi, quality=JPEG_QUALITY
    )
    return out.getvalue()


def jobs_of(samples: Sequence[Sample]) -> list[tuple[Sample, Path]]:
    """The samples with their pictures."""
    folder = STORE / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    return [(sample, picture_of(sample, folder)) for sample in samples]


def groups(count: int) -> dict[str, list[tuple[Sample, Path]]]:
    """So many pages of each kind, of the tuning half: drawn clean, drawn damaged, real."""
    parts: dict[str, list[Sample]] = defaultdict(list)
    for sample in drawn_samples("tuning", 3 * count):
        state = "clean" if sample.damage == "clean" else "damaged"
        parts[f"{sample.group} {state}"].append(sample)
    for sample in real_samples("tuning"):
        parts[sample.group].append(sample)
    return {name: jobs_of(found[:count]) for name, found in sorted(parts.items())}


def compare(names: Sequence[str], wanted: Sequence[str], count: int) -> None:
    """Prints what pages of each kind cost each system."""
    rows = [HEAD]
    for group, jobs in groups(count).items():
        if not group.startswith(tuple(wanted)):
            continue
        for name in names:
            costs, peak = page_costs(name, jobs)
            columns = list(zip(*costs, strict=True))
            whole = name == BY_DOCUMENT
            shown = [
                f"{value:.2f}"
                for seconds in columns
                for value in (np.median(seconds), np.percentile(seconds, 95))
            ]
            if whole:
                shown[1::2] = ["", ""]
            rows.append((group, name, str(len(jobs)), *shown, f"{peak:.0f}"))
    print_table(rows)


def throughput(count: int, rounds: int) -> None:
    """Prints pages a minute of two workers, `fast` and Tesseract in turn, the best round each."""
    jobs = groups(count)["drawn eng clean"]
    best = {"fast": 0.0, "tesseract": 0.0}
    for _ in range(rounds):
        best["fast"] = max(best["fast"], 60 * len(jobs) / two_readers(jobs))
        best["tesseract"] = max(best["tesseract"], 60 * len(jobs) / two_programs(jobs))
    share = best["fast"] / best["tesseract"]
    rows = [
        ("two workers", "n", "pages a minute"),
        *((k, str(len(jobs)), f"{v:.0f}") for k, v in best.items()),
    ]
    print_table([*rows, ("fast / tesseract", "", f"{share:.2f}")])


def two_readers(jobs: Sequence[tuple[Sample, Path]]) -> float:
    """Seconds two warm processes of `fast` take for the pages together."""
    context = get_context("spawn")
    start = context.Barrier(3)
    readers = [context.Process(target=_read_share, args=(jobs[part::2], start)) for part in (0, 1)]
    for reader in readers:
        reader.start()
    start.wait()
    begun = time.perf_counter()
    for reader in readers:
        reader.join()
    return time.perf_counter() - begun


def _read_share(jobs: Sequence[tuple[Sample, Path]], start: threading.Barrier) -> None:
    one_thread()
    reader = system("fast")
    reader.read(*jobs[0])
    start.wait()
    for job in jobs:
        reader.read(*job)


def two_programs(jobs: Sequence[tuple[Sample, Path]]) -> float:
    """Seconds two Tesseract programs at a time take for the pages together."""
    reader = system("tesseract psm 3")
    begun = time.perf_counter()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda job: reader.read(*job), jobs))
    return time.perf_counter() - begun


def long_document(profile: str, pages: int) -> None:
    """Prints the memory and the cost of one process that reads a document of so many pages."""
    sources = [path for _, path in groups(12)["drawn eng damaged"]]
    context = get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "long.pdf")
        source.write_bytes(document([sources[i % len(sources)] for i in range(pages)]))
        process = context.Process(target=_read_long, args=(profile, source, sender))
        process.start()
        sender.close()
        memory, curve, begun = Memory(process.pid or 0), [], cpu_seconds()
        with memory.watched():
            for _ in range(pages):
                receiver.recv()
                curve.append((memory.now(), memory.peak, cpu_seconds() - begun))
        process.join()
    rows = [("page", "MB then", "peak MB so far", "CPU s a page so far")]
    for page in sorted({*(p for p in SHOWN if p <= pages), pages}):
        now, peak, cpu = curve[page - 1]
        rows.append((str(page), f"{now:.0f}", f"{peak:.0f}", f"{cpu / page:.2f}"))
    print_table(rows)


def _read_long(profile: str, source: Path, answers: Connection) -> None:
    one_thread()
    for number, _ in enumerate(Chartlift(profile).pages_of(source), 1):
        answers.send(number)
    answers.close()


def main() -> None:
    """Measures what is asked for and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=12, help="pages of each kind")
    parser.add_argument("--systems", default=",".join(SYSTEMS))
    parser.add_argument("--groups", default="", help="beginnings of names, as in drawn,FUNSD")
    parser.add_argument("--throughput", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--long", type=int, default=0)
    parser.add_argument("--profile", default="auto")
    asked = parser.parse_args()
    one_thread()
    if asked.throughput:
        throughput(asked.pages, asked.rounds)
    elif asked.long:
        long_document(asked.profile, asked.long)
    else:
        compare(asked.systems.split(","), asked.groups.split(","), asked.pages)


if __name__ == "__main__":
    main()
