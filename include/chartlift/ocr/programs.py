"""Programs and packages that engines need, and what is said where one is missing."""

from __future__ import annotations

import shutil
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from chartlift.errors import MissingProgram

Device = Literal["cpu", "cuda"]
"""Where a model runs."""


@cache
def find_program(command: str) -> str:
    """The full path of a program.

    Raises:
        MissingProgram: there is none of that name; `subject` is the name.
    """
    path = shutil.which(command)
    if path is None:
        raise MissingProgram(subject=Path(command).name)
    return path


@cache
def package_version(package: str) -> str:
    """The version of an installed package, which is not imported.

    Raises:
        MissingProgram: it is not installed; `subject` is its name.
    """
    try:
        return version(package)
    except PackageNotFoundError:
        raise MissingProgram(subject=package) from None


@cache
def package_folder(module: str) -> Path:
    """The folder of an installed package, which is not imported.

    Raises:
        MissingProgram: it is not installed; `subject` is its name.
    """
    spec = find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        raise MissingProgram(subject=module)
    return Path(spec.submodule_search_locations[0])


@cache
def content_hash(files: tuple[Path, ...]) -> str:
    """16 hexadecimal digits that change with the content of these files, taken in their order."""
    digest = sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
