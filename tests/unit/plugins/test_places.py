"""Folders as a scan sees them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from chartlift.errors import InvalidList, PlaceNotAllowed, StoreUnavailable
from chartlift_airflow.places import list_folder, look_at, open_file, require_allowed

KHMER = "លទ្ធផល.pdf"


def put(folder: Path, name: str | bytes, text: bytes = b"1", age: int = 0) -> Path:
    path = folder / os.fsdecode(name)
    path.write_bytes(text)
    os.utime(path, (1_700_000_000 - age, 1_700_000_000 - age))
    return path


def names(folder: Path, pattern: str = "*") -> list[str]:
    return [file.place.rpartition("/")[2] for file in list_folder(str(folder), pattern)]


def test_the_oldest_file_comes_first(tmp_path: Path) -> None:
    for name, age in (("new.pdf", 1), ("old.pdf", 9), ("middle.pdf", 5)):
        put(tmp_path, name, age=age)
    assert names(tmp_path) == ["old.pdf", "middle.pdf", "new.pdf"]


def test_hidden_files_links_and_folders_are_passed_over(tmp_path: Path) -> None:
    put(tmp_path, ".copying.pdf.Xy12")
    (tmp_path / "folder.pdf").mkdir()
    (tmp_path / "link.pdf").symlink_to("/etc/hostname")
    assert names(tmp_path) == []


def test_a_pattern_ignores_the_case_of_letters(tmp_path: Path) -> None:
    put(tmp_path, "A.PDF")
    put(tmp_path, "b.txt")
    assert names(tmp_path, "*.pdf") == ["A.PDF"]
    assert names(tmp_path, "?.[pP]df") == ["A.PDF"]


@pytest.mark.parametrize("name", ["a b#c?.pdf", "100%41.pdf", KHMER, b"caf\xe9.pdf", "line\nbreak"])
def test_any_name_a_file_system_allows_can_be_taken_in(tmp_path: Path, name: str | bytes) -> None:
    put(tmp_path, name, b"the bytes")
    [file] = list_folder(str(tmp_path), "*")
    assert file.place.isascii()
    assert file.size == 9
    with open_file(file) as incoming:
        assert incoming.read() == b"the bytes"
    assert look_at(file.place) == file


def test_a_changed_file_is_another_one(tmp_path: Path) -> None:
    path = put(tmp_path, "a.pdf")
    [before] = list_folder(str(tmp_path), "*")
    os.utime(path, (1_700_000_001, 1_700_000_001))
    [after] = list_folder(str(tmp_path), "*")
    assert before.key != after.key


def test_a_share_that_is_not_mounted_is_no_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable) as raised:
        list_folder(str(tmp_path / "John Smith"), "*")
    assert "Smith" not in str(raised.value)


def test_a_path_and_its_url_are_the_same_place(tmp_path: Path) -> None:
    path = put(tmp_path, "a b.pdf")
    assert look_at(str(path)) == look_at(path.as_uri())
    assert look_at(str(tmp_path)) is None
    assert look_at(str(tmp_path / "missing.pdf")) is None


def test_places_below_an_allowed_root_are_allowed(tmp_path: Path) -> None:
    roots = [str(tmp_path), "s3://conn@bucket/scans"]
    places = [
        str(tmp_path / "a.pdf"),
        tmp_path.as_uri() + "/deep/b.pdf",
        "s3://conn@bucket/scans/a b.pdf",
        str(tmp_path / "x" / ".." / "a.pdf"),
    ]
    assert [place for place in places if is_refused(place, roots)] == []


def is_refused(place: str, roots: list[str]) -> bool:
    try:
        require_allowed([place], roots)
    except PlaceNotAllowed:
        return True
    return False


@pytest.mark.parametrize(
    "place",
    [
        "/etc/passwd",
        "{root}/../outside.pdf",
        "{root}er/a.pdf",
        "{root}/link/passwd",
        "file:///etc/passwd",
        "file://{root}/%2e%2e/outside.pdf",
        "s3://conn@bucket/other/a.pdf",
        "s3://conn@bucket/scans/../other/a.pdf",
        "s3://conn@bucket/scans/%2E%2E/other/a.pdf",
        "s3://conn@bucket/scanser/a.pdf",
        "s3://admin@bucket/scans/a.pdf",
        "s3://bucket/scans/a.pdf",
    ],
)
def test_places_outside_the_allowed_roots_are_refused(tmp_path: Path, place: str) -> None:
    (tmp_path / "link").symlink_to("/etc")
    with pytest.raises(PlaceNotAllowed) as raised:
        require_allowed([place.format(root=tmp_path)], [str(tmp_path), "s3://conn@bucket/scans"])
    assert "passwd" not in str(raised.value)


@pytest.mark.parametrize("place", ["a.pdf", "../a.pdf", "http://host/a.pdf", "s3://", "file://a"])
def test_what_is_no_place_makes_the_list_invalid(tmp_path: Path, place: str) -> None:
    with pytest.raises(InvalidList):
        require_allowed([place], [str(tmp_path)])
