"""Readings of pages: each is kept under its system's version and its page, and made once."""

from __future__ import annotations

import hashlib
import os
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING, NamedTuple

import cv2
import psutil
import simplejson

from benchmarks.material import STORE, Sample, picture_of
from benchmarks.metrics import GridCell
from benchmarks.systems import Reading, ReadWord, system

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


Job = tuple[str, Sample]
"""The name of a system, and what it is to read."""


class Read(NamedTuple):
    """A reading, and what it cost; the first page of a process costs no models' loading."""

    reading: Reading
    cpu: float
    """Seconds, of this process and all it started."""
    wall: float


def read_all(jobs: Sequence[Job], workers: int) -> Iterator[tuple[str, Sample, Read]]:
    """Each sample as each system reads it, in the order asked for."""
    with ProcessPoolExecutor(workers, get_context("spawn"), initializer=one_thread) as pool:
        found = pool.map(read_one, jobs, chunksize=1)
        for (name, sample), read in zip(jobs, found, strict=True):
            yield name, sample, read


def one_thread() -> None:
    """Keeps this process, and the programs it starts, from using more than one core each."""
    for name in ("OMP_THREAD_LIMIT", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"
    cv2.setNumThreads(1)


_WARM: set[str] = set()


def read_one(job: Job) -> Read:
    """A sample as a system reads it, now or on an earlier day."""
    name, sample = job
    folder = STORE / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    picture = picture_of(sample, folder)
    key = hashlib.sha256(picture.read_bytes() + sample.languages.encode()).hexdigest()[:24]
    stored = STORE / "readings" / name.replace(" ", "-") / system(name).version / f"{key}.json"
    if stored.exists():
        return _parsed(stored.read_text(encoding="utf-8"))
    if name not in _WARM:
        system(name).read(sample, picture)
        _WARM.add(name)
    cpu, wall = cpu_seconds(), time.perf_counter()
    reading = system(name).read(sample, picture)
    read = Read(reading, cpu_seconds() - cpu, time.perf_counter() - wall)
    stored.parent.mkdir(parents=True, exist_ok=True)
    part = stored.with_suffix(f".{os.getpid()}")
    part.write_text(simplejson.dumps(read, namedtuple_as_object=False), encoding="utf-8")
    part.replace(stored)
    return read


def cpu_seconds(process: psutil.Process | None = None) -> float:
    """CPU seconds so far of a process, of those it started that have ended, and those that run."""
    whole = process or psutil.Process()
    total = 0.0
    for one in (whole, *whole.children(recursive=True)):
        try:
            times = one.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def _parsed(text: str) -> Read:
    (content, words, tables), cpu, wall = simplejson.loads(text)
    grids = None
    if tables is not None:
        grids = tuple(
            tuple(GridCell(row, column, said, tuple(box)) for row, column, said, box in table)
            for table in tables
        )
    return Read(Reading(content, tuple(ReadWord(*word) for word in words), grids), cpu, wall)
