"""What is imported is what is required: nothing is there only because something else brought it."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE_ROOTS = [ROOT / "include", ROOT / "plugins"]
OWN = {path.stem for root in SOURCE_ROOTS for path in root.iterdir()}


def normalised(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def imports_of(source: str) -> Iterator[str]:
    """The top-level names that `source` imports, wherever in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def third_party() -> list[str]:
    files = (path for root in [*SOURCE_ROOTS, ROOT / "dags"] for path in root.rglob("*.py"))
    names = {name for path in files for name in imports_of(path.read_text(encoding="utf-8"))}
    return sorted(names - OWN - set(sys.stdlib_module_names))


def stated() -> set[str]:
    """The distributions that pyproject.toml asks for, its extras' among them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lists = [project["dependencies"], *project["optional-dependencies"].values()]
    return {
        normalised(re.split(r"[^\w.-]", line, maxsplit=1)[0]) for lines in lists for line in lines
    }


def locked() -> set[str]:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return {normalised(line.partition("==")[0]) for line in lines if re.match(r"\w", line)}


PROVIDERS = packages_distributions()


@pytest.mark.parametrize("module", third_party())
def test_what_is_imported_is_stated_and_locked(module: str) -> None:
    # What is not installed here (an extra) is taken to be named as its module is.
    providers = {normalised(name) for name in PROVIDERS.get(module, [module])}

    assert providers & stated(), f"pyproject.toml names no distribution that provides {module}"
    assert providers & stated() & locked(), f"requirements.txt was not compiled with {module}"


def test_an_import_is_seen_wherever_it_stands() -> None:
    source = (
        "import a.b, c\nfrom d.e import f\nfrom . import g\ndef h() -> None:\n    import i as j\n"
    )

    assert list(imports_of(source)) == ["a", "c", "d", "i"]
