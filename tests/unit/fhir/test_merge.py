from typing import Any

from tests.unit.fhir.records import context, record

from chartlift.fhir.mapper import map_record
from chartlift.fhir.merge import adds_nothing, is_shared, merge_shared

SHARED = {"Device", "Organization", "Patient"}
THEIRS: dict[str, Any] = {
    "resourceType": "Patient",
    "meta": {
        "versionId": "3",
        "lastUpdated": "2026-11-21T03:00:00Z",
        "tag": [{"code": "reviewed"}],
    },
    "identifier": [{"system": "urn:a", "value": "1"}],
    "name": [{"text": "A person's own spelling"}],
}


def test_only_what_several_documents_speak_of_is_shared() -> None:
    resources = [e["resource"] for e in map_record(record(), context())["entry"]]
    assert {r["resourceType"] for r in resources if is_shared(r)} == SHARED


def test_a_field_of_the_server_is_kept_and_a_missing_one_added() -> None:
    merged = merge_shared(THEIRS, {"name": [{"text": "Another"}], "gender": "male"})
    assert merged["name"] == THEIRS["name"]
    assert merged["gender"] == "male"


def test_an_identifier_is_added_once() -> None:
    ours = {"identifier": [{"system": "urn:a", "value": "1"}, {"system": "urn:b", "value": "2"}]}
    once = merge_shared(THEIRS, ours)
    assert [i["system"] for i in once["identifier"]] == ["urn:a", "urn:b"]
    assert merge_shared(once, ours)["identifier"] == once["identifier"]


def test_labels_stay_the_servers_own() -> None:
    merged = merge_shared(THEIRS, {"meta": {"tag": [{"code": "auto-accepted"}]}})
    assert merged["meta"] == {"tag": [{"code": "reviewed"}]}


def test_a_resource_without_news_is_recognised() -> None:
    assert adds_nothing(THEIRS, merge_shared(THEIRS, {"name": [{"text": "Another"}]}))
    assert not adds_nothing(THEIRS, merge_shared(THEIRS, {"gender": "male"}))
