"""What a person may ask for in the form of process_list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from chartlift.errors import InvalidList, PlaceNotAllowed
from chartlift.ledger import DocumentList, write_list
from chartlift.settings import Settings, load_settings
from chartlift.store import LocalRoot
from chartlift_airflow.forms import ListRequest


@pytest.fixture
def root(tmp_path: Path) -> LocalRoot:
    (tmp_path / "scans").mkdir()
    return LocalRoot(tmp_path / "store")


def settings(tmp_path: Path, **more: object) -> Settings:
    sources = [{"place": str(tmp_path / "scans")}]
    return load_settings({"scan_sources": sources, "max_batch_size": 3, **more})


def places(tmp_path: Path, root: LocalRoot, **params: Any) -> tuple[str, ...]:
    filled = {"pattern": "*", **params}
    return ListRequest.from_params(filled).places(root, settings(tmp_path))


def test_a_pasted_list_has_one_place_a_line(tmp_path: Path, root: LocalRoot) -> None:
    a, b, known = str(tmp_path / "scans/a b.pdf"), str(tmp_path / "scans/b.pdf"), "f" * 64
    pasted = f"\n  {a}\r\n{b}\n\n{a}\n{known}\n"
    assert places(tmp_path, root, documents=pasted) == (a, b, known)


def test_a_stored_list_is_read_from_the_store(tmp_path: Path, root: LocalRoot) -> None:
    stored = tuple(str(tmp_path / f"scans/{k}.pdf") for k in range(9))
    list_id = write_list(root, DocumentList(places=stored))
    assert places(tmp_path, root, list_id=list_id) == stored


def test_a_folder_with_a_pattern_is_listed(tmp_path: Path, root: LocalRoot) -> None:
    folder = tmp_path / "scans" / "ward"
    folder.mkdir()
    for name in ("a.pdf", "b.txt"):
        (folder / name).write_bytes(b"1")
    found = places(tmp_path, root, folder=str(folder), pattern="*.pdf")
    assert found == ((folder / "a.pdf").as_uri(),)


def test_an_allowed_root_is_a_place_too(tmp_path: Path, root: LocalRoot) -> None:
    request = ListRequest.from_params({"documents": "/archive/a.pdf", "pattern": "*"})
    allowed = settings(tmp_path, allowed_roots=["/archive"])
    assert request.places(root, allowed) == ("/archive/a.pdf",)


@pytest.mark.parametrize(
    "params",
    [
        {"documents": "/etc/passwd"},
        {"folder": "/etc"},
        {"documents": "{scans}/a.pdf\n{scans}/../secret.pdf"},
        {"documents": "s3://conn@bucket/a.pdf"},
    ],
)
def test_a_place_outside_is_refused(
    tmp_path: Path, root: LocalRoot, params: dict[str, str]
) -> None:
    scans = tmp_path / "scans"
    filled = {name: value.format(scans=scans) for name, value in params.items()}
    with pytest.raises(PlaceNotAllowed):
        places(tmp_path, root, **filled)


def test_a_stored_list_is_no_way_around_the_allowed_roots(tmp_path: Path, root: LocalRoot) -> None:
    list_id = write_list(root, DocumentList(places=("/etc/passwd",)))
    with pytest.raises(PlaceNotAllowed):
        places(tmp_path, root, list_id=list_id)


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"documents": "", "folder": None},
        {"documents": "  \n "},
        {"documents": "/a", "folder": "/b"},
        {"list_id": "0" * 32},
        {"documents": "name.pdf"},
        {"documents": "{scans}/1\n{scans}/2\n{scans}/3\n{scans}/4"},
    ],
)
def test_a_list_that_is_none_is_refused(
    tmp_path: Path, root: LocalRoot, params: dict[str, str | None]
) -> None:
    scans = tmp_path / "scans"
    filled = {name: value and value.format(scans=scans) for name, value in params.items()}
    with pytest.raises(InvalidList) as raised:
        places(tmp_path, root, **filled)
    assert "name.pdf" not in str(raised.value)


def test_a_pasted_list_is_refused_where_it_is_forbidden(tmp_path: Path, root: LocalRoot) -> None:
    request = ListRequest.from_params({"documents": str(tmp_path / "scans/a"), "pattern": "*"})
    with pytest.raises(InvalidList, match="allow_inline_lists"):
        request.places(root, settings(tmp_path, allow_inline_lists=False))
