from typing import Any

import pytest
from tests.unit.fhir.records import context, record

from chartlift.fhir.mapper import map_record
from chartlift.fhir.merge import adds_nothing, is_another_patient, is_shared, merge_shared

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


@pytest.mark.parametrize(
    "theirs",
    [
        {"name": [{"text": "Dara SOK"}], "birthDate": "1990-01-01"},
        {"name": [{"text": "ហេង"}, {"family": "Sok", "given": ["Dara"]}]},
        {"name": [{"text": "HENG Sophea"}], "birthDate": "1965-03-12"},
        {"identifier": []},
    ],
)
def test_a_patient_with_the_same_name_or_birth_date_is_the_same(theirs: dict[str, Any]) -> None:
    ours = {"name": [{"text": "SOK Dara"}], "birthDate": "1965-03"}
    assert not is_another_patient({"resourceType": "Patient", **theirs}, ours)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ({"name": [{"text": "HENG Sophea"}]}, {"name": [{"text": "SOK Dara"}]}),
        ({"birthDate": "1990"}, {"name": [{"text": "SOK Dara"}], "birthDate": "1965-03"}),
        ({"name": [{"text": "HENG Sophea"}], "birthDate": "1990"}, {"birthDate": "1965-03"}),
        ({"birthDate": "1990"}, {"name": [{"text": "SOK Dara"}]}),
        ({"name": [{"text": "HENG Sophea"}]}, {}),
    ],
)
def test_a_patient_with_whom_nothing_agrees_is_another(
    theirs: dict[str, Any], ours: dict[str, Any]
) -> None:
    assert is_another_patient({"resourceType": "Patient", **theirs}, ours)


def test_places_and_programs_are_not_compared() -> None:
    assert not is_another_patient({"resourceType": "Organization", "name": "A"}, {"name": "B"})


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
