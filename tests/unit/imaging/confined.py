"""A child for the tests of `bounded`: it does what each line tells it to."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from chartlift.imaging.bounded import serve


def say(word: str) -> str:
    """Answer, and make noise beside."""
    print("noise on standard output")
    print("noise on standard error", file=sys.stderr)
    return word


def load(*names: str) -> str:
    """Import modules and tell the packages that are loaded then."""
    for name in names:
        __import__(name)
    return " ".join(sorted({name.partition(".")[0] for name in sys.modules}))


def spin() -> str:
    """Use CPU time without end."""
    while True:
        pass


def sleep() -> str:
    """Use time without end, and no CPU."""
    while True:
        time.sleep(60)


def eat(mebibytes: str) -> str:
    """Use memory."""
    return str(len(bytearray(int(mebibytes) << 20)))


def write(mebibytes: str) -> str:
    """Write a file."""
    Path("file").write_bytes(bytes(int(mebibytes) << 20))
    return oct(Path("file").stat().st_mode & 0o777)


def die(name: str) -> str:
    """End by a signal."""
    os.kill(os.getpid(), getattr(signal, name))
    return ""


def babble() -> str:
    """Answer more than anyone wants to hear."""
    return "x" * (40 << 20)


def start() -> str:
    """Start a process of its own and leave it alone."""
    return str(subprocess.Popen(["sleep", "60"]).pid)


TOLD = {told.__name__: told for told in (say, load, spin, sleep, eat, write, die, babble, start)}


def answer(line: str) -> str:
    """Do what the line tells."""
    name, *arguments = line.split()
    return TOLD[name](*arguments)


if __name__ == "__main__":
    serve(sys.argv[1:], answer)
