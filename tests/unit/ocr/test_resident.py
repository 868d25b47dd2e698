import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from chartlift.errors import EngineCrashed, PageTimeout
from chartlift.ocr.resident import Resident

# Children that answer each question with its number, or do harm at the word that asks for it.
ANSWERS = """
import os, sys, time
source, sink = sys.stdin.buffer, sys.stdout.buffer
def block():
    return source.read(int.from_bytes(source.read(4), "big"))
for number in range(99):
    head, body = block(), block()
    if not head: break
    if head == b"hang": time.sleep(60)
    if head == b"crash": os.abort()
    if head == b"grow": bytearray(4 * 1024**3)
    if head == b"look": answer = repr((dict(os.environ), os.getpid())).encode()
    else: answer = b"%d %d" % (number, len(body))
    sink.write(len(answer).to_bytes(4, "big") + answer)
    sink.flush()
"""
COMMAND = (sys.executable, "-I", "-S", "-c", ANSWERS)


@pytest.fixture
def child() -> Iterator[Resident]:
    child = Resident("engine", COMMAND)
    yield child
    child.close()


def ask(child: Resident, head: str, body: bytes = b"", seconds: float = 20.0) -> bytes:
    return child.ask(head.encode(), memoryview(body), seconds=seconds)


def process_of(child: Resident) -> int:
    return eval(ask(child, "look"))[1]  # noqa: S307 - the repr of our own child


def test_one_child_answers_all_questions_however_long(child: Resident) -> None:
    assert ask(child, "a") == b"0 0"
    assert ask(child, "b", bytes(9_000_000)) == b"1 9000000"


def test_a_hang_ends_with_the_time_given_and_the_next_question_has_a_new_child(
    child: Resident,
) -> None:
    first, begun = process_of(child), time.monotonic()
    with pytest.raises(PageTimeout):
        ask(child, "hang", seconds=0.3)
    assert time.monotonic() - begun < 5
    assert ask(child, "a") == b"0 0"
    assert not Path(f"/proc/{first}").exists()


def test_a_crash_is_said_by_the_engine_s_name_and_the_next_question_has_a_new_child(
    child: Resident,
) -> None:
    with pytest.raises(EngineCrashed, match="engine"):
        ask(child, "crash")
    assert ask(child, "a") == b"0 0"


def test_a_child_that_wants_more_memory_than_it_may_have_has_crashed(child: Resident) -> None:
    with pytest.raises(EngineCrashed):
        ask(child, "grow")
    assert ask(child, "a") == b"0 0"


def test_a_child_that_was_killed_between_two_questions_is_not_missed(child: Resident) -> None:
    first = process_of(child)
    os.kill(first, signal.SIGKILL)
    time.sleep(0.2)
    assert process_of(child) != first


def test_a_stopped_child_that_takes_no_question_is_a_time_out(child: Resident) -> None:
    os.kill(process_of(child), signal.SIGSTOP)
    with pytest.raises(PageTimeout):
        ask(child, "a", bytes(9_000_000), seconds=0.3)


def test_the_child_sees_one_thread_and_nothing_else_of_the_environment(child: Resident) -> None:
    environment, _ = eval(ask(child, "look"))  # noqa: S307 - the repr of our own child
    assert environment == {"OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"}


def test_a_fork_has_a_child_of_its_own(child: Resident) -> None:
    mine = process_of(child)
    pipe = os.pipe()
    fork = os.fork()
    if fork == 0:
        os.write(pipe[1], b"%d" % process_of(child))
        child.close()
        os._exit(0)
    os.waitpid(fork, 0)
    theirs = int(os.read(pipe[0], 20))
    assert mine != theirs
    assert process_of(child) == mine
    for end in pipe:
        os.close(end)


def test_no_child_outlives_a_parent_that_is_killed(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from chartlift.ocr.resident import Resident\n"
        f"child = Resident('engine', {COMMAND!r})\n"
        "print(child.ask(b'look', memoryview(b''), seconds=20).decode(), flush=True)\n"
        "child.ask(b'hang', memoryview(b''), seconds=60)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", script], env=environment, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        pid = eval(parent.stdout.readline())[1]  # noqa: S307 - the repr of our own child
        parent.kill()
    deadline = time.monotonic() + 5
    status = Path(f"/proc/{pid}/status")
    while status.exists() and "\nState:\tZ" not in status.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)
