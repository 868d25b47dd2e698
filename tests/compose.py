"""docker-compose.yaml and .env.example as Compose understands them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

REPOSITORY = Path(__file__).resolve().parents[1]
FILE = REPOSITORY / "docker-compose.yaml"
EXAMPLE = REPOSITORY / ".env.example"

QUESTION = re.compile(r"\$\$|\$\{(?P<name>\w+)(?::(?P<kind>[-?])(?P<rest>[^}]*))?\}")
"""`${NAME}`, `${NAME:-default}`, `${NAME:?what it is}`, or an escaped dollar."""
MUST = re.compile(r"(?m)^(?:# Make: (?P<make>.+)\n)?(?P<name>[A-Z][A-Z0-9_]*)=$")
MAY = re.compile(r"(?m)^#(?P<name>[A-Z][A-Z0-9_]*)=(?P<value>.*)$")


def load() -> dict[str, Any]:
    """The file, with its anchors merged and its questions open."""
    loaded: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return loaded


def fill(value: Any, answers: Mapping[str, str]) -> Any:
    """A part of the file with its questions answered.

    Raises:
        KeyError: a question that has no default has no answer.
    """
    if isinstance(value, dict):
        return {key: fill(part, answers) for key, part in value.items()}
    if isinstance(value, list):
        return [fill(part, answers) for part in value]
    return QUESTION.sub(lambda m: _answer(m, answers), value) if isinstance(value, str) else value


def make_answers() -> dict[str, str]:
    """Answers made by the commands that .env.example tells its reader to run."""
    answers = {}
    for found in MUST.finditer(EXAMPLE.read_text(encoding="utf-8")):
        if found["make"]:
            made = subprocess.run(
                ["sh", "-c", found["make"]], capture_output=True, check=True, text=True
            )
            answers[found["name"]] = made.stdout.strip()
    return answers


def _answer(found: re.Match[str], answers: Mapping[str, str]) -> str:
    if found["name"] is None:
        return "$"
    if found["kind"] == "-":
        return answers.get(found["name"]) or found["rest"]
    return answers[found["name"]]
