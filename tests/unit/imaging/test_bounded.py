import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from chartlift.imaging.bounded import BoundedChild, ChildDied, ChildKilled, ChildTimedOut, Limits

ROOT = Path(__file__).resolve().parents[3]
MEBIBYTE = 1024 * 1024
LIMITS = Limits(memory_bytes=256 * MEBIBYTE, file_bytes=2 * MEBIBYTE, seconds=5)
CHILD = "tests.unit.imaging.confined"
IMPORT_PATH = f"{ROOT}{os.pathsep}{ROOT / 'include'}"


@contextmanager
def child(folder: Path, **changed: int) -> Iterator[BoundedChild]:
    with BoundedChild(
        CHILD, LIMITS._replace(**changed), folder=folder, import_path=IMPORT_PATH
    ) as started:
        yield started


def lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2][0]
    except FileNotFoundError:
        return False
    return state != "Z"


def ends(pid: int, seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while lives(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not lives(pid)


def test_answers_are_the_answers_and_nothing_a_library_prints(tmp_path: Path) -> None:
    with child(tmp_path) as asked:
        assert [asked.ask(b"say one"), asked.ask(b"say two")] == [b"one", b"two"]


def test_a_child_that_waits_for_ever_is_ended_on_time(tmp_path: Path) -> None:
    started = time.monotonic()
    with child(tmp_path, seconds=1) as asked, pytest.raises(ChildTimedOut):
        asked.ask(b"sleep")
    assert time.monotonic() - started < 4
    assert not lives(asked.pid)


def test_cpu_time_counts_for_each_answer_anew(tmp_path: Path) -> None:
    with child(tmp_path, seconds=2) as asked:
        for _ in range(3):
            assert asked.ask(b"say still") == b"still"
        with pytest.raises(ChildTimedOut):
            asked.ask(b"spin")


def test_memory_above_the_limit_is_refused_by_the_kernel(tmp_path: Path) -> None:
    with child(tmp_path) as asked, pytest.raises(ChildDied):
        asked.ask(b"eat 300")
    with child(tmp_path) as asked:
        assert asked.ask(b"eat 50") == b"52428800"


def test_a_file_above_the_limit_cannot_be_written(tmp_path: Path) -> None:
    with child(tmp_path) as asked, pytest.raises(ChildDied):
        asked.ask(b"write 3")
    assert (tmp_path / "file").stat().st_size <= LIMITS.file_bytes


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT", "SIGTERM"])
def test_a_crash_is_a_death_and_no_core_file_is_left(name: str, tmp_path: Path) -> None:
    with child(tmp_path) as asked, pytest.raises(ChildDied) as caught:
        asked.ask(b"die " + name.encode())
    assert type(caught.value) is ChildDied
    assert list(tmp_path.iterdir()) == []


def test_a_kill_from_outside_is_told_from_a_crash(tmp_path: Path) -> None:
    with child(tmp_path) as asked, pytest.raises(ChildKilled):
        asked.ask(b"die SIGKILL")


def test_an_answer_without_end_is_not_waited_for(tmp_path: Path) -> None:
    with child(tmp_path, seconds=20) as asked, pytest.raises(ChildDied) as caught:
        asked.ask(b"babble")
    assert type(caught.value) is ChildDied


def test_files_of_the_child_are_private(tmp_path: Path) -> None:
    with child(tmp_path) as asked:
        assert asked.ask(b"write 0") == b"0o600"


def test_what_the_child_started_ends_with_it(tmp_path: Path) -> None:
    with child(tmp_path) as asked:
        grandchild = int(asked.ask(b"start"))
        assert lives(grandchild)
    assert ends(grandchild)


def test_the_child_dies_with_its_parent(tmp_path: Path) -> None:
    program = f"""
import sys, time
from pathlib import Path
from chartlift.imaging.bounded import BoundedChild, Limits
limits, folder = Limits(*{tuple(LIMITS)}), Path({str(tmp_path)!r})
child = BoundedChild({CHILD!r}, limits, folder=folder, import_path={IMPORT_PATH!r})
child.ask(b"say ready")
print(child.pid, flush=True)
time.sleep(60)
"""
    environment = {"PYTHONPATH": f"{ROOT / 'include'}"}
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, env=environment
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert lives(pid)
        parent.send_signal(signal.SIGKILL)
    assert ends(pid)


def test_no_pipe_is_left_open(tmp_path: Path) -> None:
    open_now = Path("/proc/self/fd")
    before = len(list(open_now.iterdir()))
    for _ in range(5):
        with child(tmp_path) as asked:
            asked.ask(b"say one")
    assert len(list(open_now.iterdir())) == before


def test_the_child_that_splits_loads_nothing_heavy(tmp_path: Path) -> None:
    with child(tmp_path) as asked:
        loaded = asked.ask(b"load chartlift.imaging.split_child chartlift.imaging.pdf").split()
    assert {b"pypdfium2", b"PIL"} <= set(loaded)
    assert not {b"numpy", b"cv2", b"pydantic", b"pikepdf", b"pillow_heif"} & set(loaded)
