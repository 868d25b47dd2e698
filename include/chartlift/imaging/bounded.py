"""A child process that can be asked questions and cannot hurt its parent.

Whatever parses a stranger's bytes runs in one. The kernel bounds its memory, its CPU time and the
size of the files it writes; the parent bounds the time it waits for each answer. The child dies
with its parent, leaves no core file, and its files are readable by their owner alone.

Questions and answers are single lines of bytes. Only the standard library is imported here: the
child pays for every import.
"""

from __future__ import annotations

import ctypes
import os
import resource
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self

_SOURCE_ROOT: Final = str(Path(__file__).resolve().parents[2])
_LONGEST_ANSWER: Final = 32 * 1024 * 1024
_PR_SET_PDEATHSIG: Final = 1
_GOODBYE_SECONDS: Final = 2.0


class Limits(NamedTuple):
    """What a child may use."""

    memory_bytes: int
    """Address space, which is more than what is resident: shared libraries count in full."""
    file_bytes: int
    """Largest file it may write."""
    seconds: int
    """CPU time, and time on the clock, for each answer."""


class ChildDied(Exception):
    """The child ended, or was ended, instead of answering."""


class ChildTimedOut(ChildDied):
    """It used up its CPU time or its time on the clock."""


class ChildKilled(ChildDied):
    """Somebody else killed it, most likely the kernel because the machine ran out of memory."""


class BoundedChild:
    """A running `python -m module`, asked line by line.

    The module hands its arguments to `serve`. The child stands in `folder`, and imports from
    `import_path`.
    """

    def __init__(
        self, module: str, limits: Limits, *, folder: Path, import_path: str = _SOURCE_ROOT
    ) -> None:
        self._limits = limits
        asked, self._questions = os.pipe()
        self._answers, answered = os.pipe()
        self._process = subprocess.Popen(
            # Numbers only: what stands in arguments every user of the machine may read.
            [sys.executable, "-P", "-m", module, *map(str, limits)],
            stdin=asked,
            stdout=answered,
            stderr=subprocess.DEVNULL,  # parsers quote the document they complain about
            cwd=folder,
            env=_environment(import_path),
            umask=0o077,
            start_new_session=True,  # a group of its own: killed with all it started
        )
        os.close(asked)
        os.close(answered)
        self._open_pipes = [self._questions, self._answers]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The child's process id, which is its group's as well."""
        return self._process.pid

    def ask(self, question: bytes) -> bytes:
        """The child's answer to one line.

        Raises:
            ChildTimedOut: no answer within the limits' `seconds`.
            ChildKilled: it was killed by SIGKILL, not by us.
            ChildDied: it crashed, ran out of memory, or answered without end.
        """
        with suppress(BrokenPipeError):  # it is dead already: reading finds out how
            os.write(self._questions, question + b"\n")
        deadline = time.monotonic() + self._limits.seconds
        answer = bytearray()
        while not answer.endswith(b"\n"):
            if len(answer) > _LONGEST_ANSWER:
                self._kill()
                raise ChildDied
            answer += self._receive(deadline - time.monotonic())
        return bytes(answer[:-1])

    def close(self) -> None:
        """End the child: by its own will within two seconds, else by force."""
        if self._open_pipes:
            os.close(self._open_pipes.pop(0))
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_GOODBYE_SECONDS)
        self._kill()

    def _receive(self, seconds: float) -> bytes:
        with selectors.DefaultSelector() as selector:
            selector.register(self._answers, selectors.EVENT_READ)
            ready = selector.select(max(seconds, 0))
        if not ready:
            self._kill()
            raise ChildTimedOut
        if piece := os.read(self._answers, 1 << 20):
            return piece
        raise self._cause_of_death()

    def _cause_of_death(self) -> ChildDied:
        try:
            status = self._process.wait(_GOODBYE_SECONDS)
        except subprocess.TimeoutExpired:  # it closed its output and goes on
            self._kill()
            return ChildDied()
        self._kill()
        if status == -signal.SIGXCPU:
            return ChildTimedOut()
        return ChildKilled() if status == -signal.SIGKILL else ChildDied()

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        while self._open_pipes:
            os.close(self._open_pipes.pop())


def serve(arguments: Sequence[str], answer: Callable[[str], str]) -> None:
    """Be the child: bind this process to its limits, then answer lines until there are none.

    Each answer has the limits' `seconds` of CPU time of its own. Nothing else this process
    prints, a library's warnings above all, reaches the parent.
    """
    limits = Limits(*map(int, arguments))
    _confine(limits)
    with os.fdopen(_take_stdout(), "w", encoding="utf-8") as out:
        for question in sys.stdin:
            _grant_cpu(limits.seconds)
            print(answer(question), file=out, flush=True)
    os._exit(0)  # every answer is out: a sixth of the child's time would go on taking it apart


def _confine(limits: Limits) -> None:
    die_with_parent()
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.file_bytes, limits.file_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def die_with_parent() -> None:
    """Have the kernel kill this process when the one that started it ends."""
    parent = os.getppid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended in between
        os.kill(os.getpid(), signal.SIGKILL)


def _take_stdout() -> int:
    private = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return private


def _grant_cpu(seconds: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _environment(import_path: str) -> dict[str, str]:
    return {
        "PYTHONPATH": import_path,
        "PATH": os.defpath,
        "LC_ALL": "C.UTF-8",
        # Each arena of glibc's malloc reserves 64 MiB of the address space that is bounded.
        "MALLOC_ARENA_MAX": "1",
    }
