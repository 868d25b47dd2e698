"""A child process that stays and answers one question after another, each within its time.

What it is for: native code that is worth keeping loaded and may crash, hang or grow. The child is
started by the first question, killed where an answer takes too long, and started anew by the next
question. It dies with the thread that started it, has at most `MOST_BYTES` of memory, reads no
environment but `ENVIRONMENT`, writes no file, and leaves no core.

A question and its answer are each a few blocks of bytes: four bytes of length (big-endian), then
so many bytes. A question has two blocks, an answer one.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import resource
import select
import subprocess
import time
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING

from chartlift.errors import EngineCrashed, PageTimeout
from chartlift.ocr.programs import find_program

if TYPE_CHECKING:
    from collections.abc import Sequence

ENVIRONMENT = {"OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"}
"""One thread each: Tesseract's own threads burn several times the CPU and end no sooner."""
MOST_BYTES = 3 * 1024**3
"""Address space: ten times what an A4 page at 300 dpi takes."""
PIPE_BYTES = 1024 * 1024
GOODBYE_SECONDS = 2.0


class Resident:
    """One such child; used by one thread at a time, the others wait.

    Raises:
        MissingProgram: `setpriv` is not installed, which binds the child's life to its parent's.
    """

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self._name = name
        self._command = (find_program("setpriv"), "--pdeathsig", "KILL", "--", *command)
        self._lock = Lock()
        # A fork of this process has no use for its parent's child: both would read one pipe.
        self._children: dict[int, subprocess.Popen[bytes]] = {}
        atexit.register(self.close)

    def ask(self, head: bytes, body: memoryview, *, seconds: float) -> bytes:
        """The answer to a question.

        Raises:
            PageTimeout: there was none within `seconds`; the child is killed.
            EngineCrashed: the child ended without one; `subject` is its name.
        """
        deadline = time.monotonic() + seconds
        with self._lock:
            child = self._running()
            try:
                for block in (memoryview(head), body):
                    _write(child, memoryview(len(block).to_bytes(4, "big")), deadline)
                    _write(child, block, deadline)
                return _read(child, int.from_bytes(_read(child, 4, deadline), "big"), deadline)
            except TimeoutError:
                self.close(goodbye=0.0)
                raise PageTimeout from None
            except OSError:
                self.close(goodbye=0.0)
                raise EngineCrashed(subject=self._name) from None

    def close(self, goodbye: float = GOODBYE_SECONDS) -> None:
        """Ends the child, if there is one; it has `goodbye` seconds to do so by itself."""
        child = self._children.pop(os.getpid(), None)
        if child is None:
            return
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        try:
            child.wait(goodbye)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def _running(self) -> subprocess.Popen[bytes]:
        child = self._children.get(os.getpid())
        if child is not None and child.poll() is None:
            return child
        self.close(goodbye=0.0)
        try:
            child = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # engines quote what they read
                env=ENVIRONMENT,
                cwd="/",
                bufsize=0,
                umask=0o077,
            )
        except OSError:
            raise EngineCrashed(subject=self._name) from None
        resource.prlimit(child.pid, resource.RLIMIT_CORE, (0, 0))
        resource.prlimit(child.pid, resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                os.set_blocking(pipe.fileno(), False)
                with suppress(OSError):  # the user's share of pipe memory may be used up
                    fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        self._children[os.getpid()] = child
        return child


def _write(child: subprocess.Popen[bytes], block: memoryview, deadline: float) -> None:
    pipe = child.stdin
    while pipe is not None and block:
        _wait(pipe.fileno(), select.POLLOUT, deadline)
        block = block[os.write(pipe.fileno(), block) :]


def _read(child: subprocess.Popen[bytes], length: int, deadline: float) -> bytes:
    pipe, found = child.stdout, bytearray()
    while pipe is not None and len(found) < length:
        _wait(pipe.fileno(), select.POLLIN, deadline)
        piece = os.read(pipe.fileno(), length - len(found))
        if not piece:
            raise BrokenPipeError
        found += piece
    return bytes(found)


def _wait(pipe: int, event: int, deadline: float) -> None:
    waiting = select.poll()
    waiting.register(pipe, event)
    left = deadline - time.monotonic()
    if left <= 0 or not waiting.poll(left * 1000):
        raise TimeoutError
