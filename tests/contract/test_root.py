"""Every root keeps the same promises: the folder of this machine, and a bucket of a real server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.services import HERE, S3, free_ports, open_rig, start_s3

from chartlift.errors import InvalidSetting, ObjectMissing, StorageFull, StoreUnavailable
from chartlift.settings import load_settings
from chartlift.store import LocalRoot, Root
from chartlift_airflow.storage import PART_BYTES, S3Root, root_from

CREATORS = 16


@pytest.fixture(scope="module")
def s3() -> Iterator[S3]:
    with open_rig() as rig:
        yield start_s3(rig, "results")


@pytest.fixture
def connection(s3: S3, monkeypatch: pytest.MonkeyPatch) -> str:
    facts = {
        "conn_type": "aws",
        "login": s3.key,
        "password": s3.secret,
        "extra": {"endpoint_url": s3.endpoint, "region_name": "us-east-1"},
    }
    monkeypatch.setenv("AIRFLOW_CONN_STORE", json.dumps(facts))
    return "store"


@pytest.fixture(params=["folder", "bucket"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Root:
    if request.param == "folder":
        return LocalRoot(tmp_path / "store")
    conn_id = request.getfixturevalue("connection")
    # Each test has a prefix of its own: all share one server.
    return S3Root(f"s3://{conn_id}@results/{tmp_path.name}")


class TestRoot:
    def test_what_is_written_is_read_back(self, root: Root) -> None:
        root.write("a/b.json", b"\x00\xff one")
        assert root.read("a/b.json") == b"\x00\xff one"

    def test_a_second_write_replaces_the_first(self, root: Root) -> None:
        root.write("a", b"a long first text")
        root.write("a", b"short")
        assert root.read("a") == b"short"

    def test_an_object_may_be_empty(self, root: Root) -> None:
        root.write("index/WAITING/x", b"")
        assert root.exists("index/WAITING/x")
        assert root.read("index/WAITING/x") == b""

    def test_reading_what_is_not_there_says_so(self, root: Root) -> None:
        with pytest.raises(ObjectMissing):
            root.read("nowhere/nothing")

    @pytest.mark.parametrize("kind", [b"one winner", b""], ids=["bytes", "no bytes"])
    def test_of_many_creators_at_once_exactly_one_wins(self, root: Root, kind: bytes) -> None:
        texts = [kind + bytes(str(k) if kind else "", "ascii") for k in range(CREATORS)]
        with ThreadPoolExecutor(CREATORS) as pool:
            won = list(pool.map(lambda text: root.create("runs/1/plan.json", text), texts))
        assert won.count(True) == 1
        assert root.read("runs/1/plan.json") == texts[won.index(True)]

    def test_creating_where_something_stands_changes_nothing(self, root: Root) -> None:
        root.write("plan", b"first")
        assert root.create("plan", b"second") is False
        assert root.read("plan") == b"first"

    def test_a_key_is_free_again_after_its_object_is_deleted(self, root: Root) -> None:
        root.create("plan", b"first")
        root.delete("plan")
        assert root.create("plan", b"second") is True

    def test_a_file_larger_than_two_parts_arrives_whole(self, root: Root, tmp_path: Path) -> None:
        source = tmp_path / "incoming"
        data = bytes(range(256)) * (PART_BYTES // 256) * 2 + b"the end"
        source.write_bytes(data)
        root.upload("documents/x/source.pdf", source)
        assert root.read("documents/x/source.pdf") == data

    @pytest.mark.parametrize("size", [0, 5, 2 * PART_BYTES + 7])
    def test_an_object_is_copied_whole_into_a_file(
        self, root: Root, tmp_path: Path, size: int
    ) -> None:
        root.write("documents/x/source.pdf", data := (b"0123456789" * (size // 10 + 1))[:size])
        root.download("documents/x/source.pdf", tmp_path / "copy")
        assert (tmp_path / "copy").read_bytes() == data

    def test_copying_what_is_not_there_says_so(self, root: Root, tmp_path: Path) -> None:
        with pytest.raises(ObjectMissing):
            root.download("nowhere/nothing", tmp_path / "copy")

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
    def test_a_copy_that_does_not_fit_says_so(self, root: Root) -> None:
        root.write("a", b"12345")
        with pytest.raises(StorageFull):
            root.download("a", Path("/dev/full"))

    def test_a_folder_is_no_object(self, root: Root) -> None:
        root.write("folder/object", b"1")
        assert root.exists("folder/object")
        assert not root.exists("folder")
        assert not root.exists("fold")

    def test_a_listing_holds_the_names_directly_below_in_order(self, root: Root) -> None:
        for key in ("runs/2/plan", "runs/10/plan", "runs/1/plan", "runs/1/chain", "runsx/1"):
            root.write(key, b"1")
        assert root.list("runs") == ("1", "10", "2")
        assert root.list("runs/1") == ("chain", "plan")
        assert root.list("runs/1/plan") == ()
        assert root.list("nowhere") == ()

    def test_what_another_worker_stores_is_seen_at_once(self, root: Root) -> None:
        other = LocalRoot(root._folder) if isinstance(root, LocalRoot) else S3Root(_address(root))
        root.write("runs/1/plan", b"1")
        assert root.list("runs") == ("1",)
        assert not root.exists("runs/2/plan")
        other.write("runs/2/plan", b"2")
        assert root.exists("runs/2/plan")
        assert root.list("runs") == ("1", "2")
        other.delete("runs/2/plan")
        assert not root.exists("runs/2/plan")

    def test_a_folder_is_empty_once_its_last_object_is_deleted(self, root: Root) -> None:
        root.write("index/PROCESSING/a", b"")
        root.delete("index/PROCESSING/a")
        assert root.list("index/PROCESSING") == ()

    def test_deleting_twice_is_no_error(self, root: Root) -> None:
        root.write("a", b"1")
        root.delete("a")
        root.delete("a")
        assert not root.exists("a")

    @pytest.mark.parametrize("key", ["../outside", "a/../../outside", "/etc/outside"])
    def test_a_key_stays_below_its_root(self, root: Root, key: str) -> None:
        with pytest.raises(ValueError, match="below its root"):
            root.write(key, b"1")

    def test_the_address_names_no_connection(self, root: Root) -> None:
        assert root.address.startswith(("file:///", "s3://results/"))
        assert "store@" not in root.address


def _address(root: Root) -> str:
    return root.address.replace("s3://", "s3://store@", 1)


def test_a_listing_of_more_than_a_thousand_objects_is_whole(connection: str) -> None:
    root = S3Root(f"s3://{connection}@results/many")
    names = [f"{k:04d}" for k in range(1_100)]
    with ThreadPoolExecutor(CREATORS) as pool:
        list(pool.map(lambda name: root.write(f"folder/{name}", b""), names))
    assert root.list("folder") == tuple(names)


def test_the_setting_chooses_the_root(connection: str, tmp_path: Path) -> None:
    local = root_from(load_settings({"store_root": (tmp_path / "a b").as_uri()}))
    assert isinstance(local, LocalRoot)
    assert local.address == (tmp_path / "a b").as_uri()
    bucket = root_from(load_settings({"store_root": f"s3://{connection}@results/deep/er/"}))
    assert bucket.address == "s3://results/deep/er"
    whole = root_from(load_settings({"store_root": f"s3://{connection}@results"}))
    whole.write("at-the-top", b"1")
    assert whole.read("at-the-top") == b"1"


@pytest.mark.parametrize(
    "address", ["", "ftp://host/x", "/plain/path", "s3:///prefix", "file://", "file://host/x"]
)
def test_another_kind_of_root_is_refused(address: str) -> None:
    with pytest.raises(InvalidSetting, match="store_root"):
        root_from(load_settings({"store_root": address}))


def test_a_wrong_password_is_no_missing_object(
    s3: S3, connection: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    S3Root(f"s3://{connection}@results").write("secret", b"1")
    facts = {
        "conn_type": "aws",
        "login": s3.key,
        "password": "wrong",
        "extra": {"endpoint_url": s3.endpoint},
    }
    monkeypatch.setenv("AIRFLOW_CONN_WRONG", json.dumps(facts))
    root = S3Root("s3://wrong@results")
    for call in (
        lambda: root.read("secret"),
        lambda: root.exists("secret"),
        lambda: root.list("x"),
    ):
        with pytest.raises(StoreUnavailable) as raised:
            call()
        assert "secret" not in str(raised.value)


def test_a_server_that_is_down_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    [port] = free_ports(1)
    facts = {
        "conn_type": "aws",
        "login": "key",
        "password": "secret",
        "extra": {"endpoint_url": f"http://{HERE}:{port}"},
    }
    monkeypatch.setenv("AIRFLOW_CONN_DOWN", json.dumps(facts))
    with pytest.raises(StoreUnavailable):
        S3Root("s3://down@results").create("plan", b"1")
