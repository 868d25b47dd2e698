"""What the house asks of every file, where no linter can ask it."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIBRARY, AIRFLOW_SIDE, DAGS = ROOT / "include", ROOT / "plugins", ROOT / "dags"
SOURCES = sorted(path for folder in (LIBRARY, AIRFLOW_SIDE, DAGS) for path in folder.rglob("*.py"))

MODULE_LINES, DAG_LINES = 400, 80
EMPTY_NAMES = {
    "common",
    "helper",
    "helpers",
    "manager",
    "misc",
    "process_data",
    "service",
    "util",
    "utils",
}
READS_ENVIRONMENT = {"include/chartlift/cli.py", "plugins/chartlift_airflow/params.py"}
HOLDS_PATTERNS = "include/chartlift/extract/patterns.py"
TAKES_PATTERN = {
    "compile",
    "findall",
    "finditer",
    "fullmatch",
    "match",
    "search",
    "split",
    "sub",
    "subn",
}

# Spelled in pieces, so that this file does not hold what it forbids.
ELSEWHERE = re.compile(
    "|".join(
        [
            r"(?<![\w./-])/(?:work|farm|home/\w+|root|tmp/brief)/",
            r"(?<![\w./-])/opt/(?:wheels|pypi)",
            r"pypi\." + "org",
            r"python" + r"hosted\.org",
            r"download\.py" + r"torch\.org",
            r"registry\.npm" + r"js\.org",
            r"deb\.debian" + r"\.org",
            r"(?:extra-)?index" + r"-url\s",
        ]
    )
)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text(encoding="utf-8"), filename=str(path)))


def at(path: Path, node: ast.AST) -> str:
    return f"{name_of(path)}:{getattr(node, 'lineno', 0)}"


def tracked_files() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: what is tracked cannot be asked")
    asked = ["git", "-C", str(ROOT), "ls-files", "-z"]
    listed = subprocess.run(asked, capture_output=True, check=True, text=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def reads_environment(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id="os"), attr="environ" | "environb" | "getenv"):
            return True
        case ast.ImportFrom(module="os", names=names):
            return any(alias.name in {"environ", "environb", "getenv"} for alias in names)
    return False


def is_pattern_literal(node: ast.AST) -> bool:
    match node:
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="re" | "regex"), attr=attr),
            args=[ast.Constant(value=str() | bytes()) | ast.JoinedStr(), *_],
        ):
            return attr in TAKES_PATTERN
    return False


def test_no_module_is_longer_than_a_reader_can_hold() -> None:
    limits = {path: DAG_LINES if path.is_relative_to(DAGS) else MODULE_LINES for path in SOURCES}
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert [
        f"{name_of(p)}: {lengths[p]} > {limits[p]}" for p in SOURCES if lengths[p] > limits[p]
    ] == []


def test_every_name_says_what_it_names() -> None:
    modules = [name_of(path) for path in SOURCES if {path.stem, path.parent.name} & EMPTY_NAMES]
    definitions = [
        at(path, node)
        for path in SOURCES
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name.lower() in EMPTY_NAMES
    ]
    assert modules + definitions == []


def test_only_the_command_line_and_params_read_the_environment() -> None:
    readers = [
        at(path, node)
        for path in SOURCES
        if name_of(path) not in READS_ENVIRONMENT
        for node in nodes(path)
        if reads_environment(node)
    ]
    assert readers == []


def test_patterns_stand_in_data_or_in_the_patterns_module() -> None:
    literals = [
        at(path, node)
        for path in SOURCES
        if name_of(path) != HOLDS_PATTERNS
        for node in nodes(path)
        if is_pattern_literal(node)
    ]
    assert literals == []


def test_airflow_is_told_to_load_one_plugin_file_only() -> None:
    assert (AIRFLOW_SIDE / ".airflowignore").read_bytes() == b"*\n!chartlift_plugin.py\n"


def test_the_plugin_file_does_not_import_fastapi_when_it_is_loaded() -> None:
    plugin = AIRFLOW_SIDE / "chartlift_plugin.py"
    top = ast.parse(plugin.read_text(encoding="utf-8")).body
    imported = {alias.name for node in top if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in top if isinstance(node, ast.ImportFrom)}
    assert {name for name in imported if name.split(".")[0] in {"fastapi", "starlette"}} == set()


def test_tracked_files_name_no_place_outside_the_project() -> None:
    found = []
    for path in tracked_files():
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue  # a picture or an archive
        found += [
            f"{name_of(path)}:{number}"
            for number, line in enumerate(lines, 1)
            if ELSEWHERE.search(line)
        ]
    assert found == []


def test_the_lock_pins_every_package_and_no_cuda_library() -> None:
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    lines = [line for line in lock.splitlines() if line and not line.lstrip().startswith("#")]
    assert [
        line for line in lines if not re.match(r"[a-z0-9._-]+==[0-9][\w.]*(?:\s|$)", line)
    ] == []
    assert re.findall(r"(?m)^(?:nvidia|cuda|triton).*", lock) == []
