"""A headless Chromium, spoken to in its own DevTools protocol."""

from __future__ import annotations

import base64
import itertools
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

START_SECONDS, PAGE_SECONDS, ANSWER_SECONDS = 20, 60, 30
LARGEST_ANSWER = 64 << 20


class Tab:
    """One tab of the browser."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket, self._ids = socket, itertools.count(1)

    def call(self, method: str, **parameters: object) -> Any:  # noqa: ANN401 - JSON
        """Call a method of the protocol and return its result.

        Raises:
            RuntimeError: the browser refuses.
        """
        number = next(self._ids)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._socket.recv(timeout=ANSWER_SECONDS))
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def evaluate(self, script: str) -> Any:  # noqa: ANN401 - whatever the page says
        """The value of a JavaScript expression in the page."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        return answer["result"].get("value")

    def wait(self, condition: str) -> None:
        """Wait until a JavaScript expression is true in the page.

        Raises:
            TimeoutError: it did not become true.
        """
        end = time.monotonic() + PAGE_SECONDS
        while not self.evaluate(condition):
            if time.monotonic() > end:
                raise TimeoutError(condition)
            time.sleep(0.2)

    def resize(self, width: int, height: int, *, scale: float = 1) -> None:
        """Give the page these CSS pixels, at so many device pixels each."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=False,
        )

    def picture(self) -> bytes:
        """What the page shows, as PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])


@contextmanager
def open_tab() -> Iterator[Tab]:
    """A fresh browser with one tab; it ends with the block."""
    with tempfile.TemporaryDirectory(prefix="chartlift-") as profile:
        command = ["chromium", "--headless", "--remote-debugging-port=0", "--hide-scrollbars"]
        command += ["--disable-gpu", "--no-first-run", f"--user-data-dir={profile}"]
        if os.geteuid() == 0:
            command.append("--no-sandbox")  # Chromium's sandbox does not work for root
        quiet = subprocess.DEVNULL
        browser = subprocess.Popen([*command, "about:blank"], stdout=quiet, stderr=quiet)
        try:
            with connect(_socket_of(Path(profile)), max_size=LARGEST_ANSWER) as socket:
                yield Tab(socket)
        finally:
            browser.terminate()
            browser.wait(START_SECONDS)


def _socket_of(profile: Path) -> str:
    # Chromium writes the port it was given into its profile.
    file = profile / "DevToolsActivePort"
    end = time.monotonic() + START_SECONDS
    while not file.is_file() or not file.read_text().strip():
        if time.monotonic() > end:
            raise TimeoutError("Chromium did not start")
        time.sleep(0.1)
    port = file.read_text().split()[0]
    with httpx.Client(trust_env=False, timeout=START_SECONDS) as http:
        tabs = http.get(f"http://127.0.0.1:{port}/json/list").json()
    return str(next(tab["webSocketDebuggerUrl"] for tab in tabs if tab["type"] == "page"))
