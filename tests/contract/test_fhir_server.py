"""A real FHIR server, loaded through the hook as the load stage does it."""

import json
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.services import REPOSITORY, open_rig, start_fhir
from tests.unit.fhir.records import context, drug, lab, only, patient, record

from chartlift.errors import SubjectMismatch
from chartlift.fhir.mapper import map_record
from chartlift.frozen import parse_json, to_json
from chartlift.record import Record
from chartlift_airflow.hooks.fhir import FhirHook

FHIR_JSON = {"Content-Type": "application/fhir+json"}
SERVER = REPOSITORY / ".venv-fhir/bin/sekmet"
pytestmark = pytest.mark.skipif(
    not SERVER.exists(), reason="the FHIR server of the tests is not installed: run scripts/setup"
)


@pytest.fixture(scope="session")
def base() -> Iterator[str]:
    with open_rig() as rig:
        yield start_fhir(rig)


@pytest.fixture
def hook(base: str, monkeypatch: pytest.MonkeyPatch) -> FhirHook:
    connection = {"conn_type": "fhir", "host": base}
    monkeypatch.setenv("AIRFLOW_CONN_FHIR_TEST", json.dumps(connection))
    return FhirHook("fhir_test")


@pytest.fixture
def key(request: pytest.FixtureRequest) -> bytes:
    """A site key of each test's own: the tests share the server and meet in no resource."""
    return str(request.node.nodeid).encode()


def bundle_of(mapped: Record, key: bytes) -> dict[str, Any]:
    return map_record(mapped, context(site_key=key))


def read(base: str, bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    addresses = [e["request"]["url"] for e in bundle["entry"]]
    return [
        parse_json(httpx.get(f"{base}/{address}").content)
        for address in addresses
        if address.startswith(f"{kind}/")
    ]


def count_of(base: str, resource: dict[str, Any]) -> int:
    identifier = resource["identifier"][0]
    query = {"identifier": f"{identifier['system']}|{identifier['value']}", "_summary": "count"}
    found = httpx.get(f"{base}/{resource['resourceType']}", params=query).json()
    return int(found["total"])


def test_the_server_answers_the_connections_test(hook: FhirHook) -> None:
    works, said = hook.test_connection()
    assert works, said


def test_a_bundle_loaded_twice_leaves_each_resource_once(
    base: str, hook: FhirHook, key: bytes
) -> None:
    bundle = bundle_of(record(), key)
    assert hook.put_bundle(bundle) == len(bundle["entry"])
    assert hook.put_bundle(bundle) == len(bundle["entry"])
    own = [e["resource"] for e in bundle["entry"] if e["resource"].get("identifier")]
    local = [r for r in own if r["resourceType"] not in {"Patient", "Organization", "Device"}]
    assert [r["resourceType"] for r in local if count_of(base, r) != 1] == []
    for entry in bundle["entry"]:
        found = httpx.get(f"{base}/{entry['request']['url']}")
        assert found.status_code == httpx.codes.OK


def test_references_lead_to_resources_on_the_server(base: str, hook: FhirHook, key: bytes) -> None:
    bundle = bundle_of(record(), key)
    hook.put_bundle(bundle)
    hook.put_bundle(bundle)  # the second time shared resources are known by address only
    for observation in read(base, bundle, "Observation"):
        subject = observation["subject"]["reference"]
        assert httpx.get(f"{base}/{subject}").status_code == httpx.codes.OK


def test_another_reading_updates_the_same_resource(base: str, hook: FhirHook, key: bytes) -> None:
    first = bundle_of(only(lab("k", "7.1", "mmol/L", "2823-3")), key)
    second = bundle_of(only(lab("k", "7.4", "mmol/L", "2823-3")), key)
    hook.put_bundle(first)
    [before] = read(base, first, "Observation")
    hook.put_bundle(second)
    [after] = read(base, second, "Observation")
    assert (before["id"], str(before["valueQuantity"]["value"])) == (after["id"], "7.1")
    assert str(after["valueQuantity"]["value"]) == "7.4"
    assert int(after["meta"]["versionId"]) == int(before["meta"]["versionId"]) + 1
    assert count_of(base, after) == 1


def test_printed_digits_are_in_what_is_sent(hook: FhirHook, key: bytes) -> None:
    bundle = bundle_of(only(lab("k", "7.10", "mmol/L", "2823-3")), key)
    assert b'"value": 7.10' in to_json(bundle)
    assert hook.put_bundle(bundle) == len(bundle["entry"])


def test_a_shared_patient_without_news_is_left_alone(base: str, hook: FhirHook, key: bytes) -> None:
    one = bundle_of(only(), key)
    other = bundle_of(only(document_id="b" * 64), key)
    hook.put_bundle(one)
    assert hook.put_bundle(other) == len(other["entry"])
    assert [p["meta"]["versionId"] for p in read(base, one, "Patient")] == ["1"]
    assert [p["meta"]["versionId"] for p in read(base, one, "Organization")] == ["1"]


def test_what_a_person_has_set_is_never_overwritten(base: str, hook: FhirHook, key: bytes) -> None:
    bundle = bundle_of(only(patient=patient().model_copy(update={"phone": None})), key)
    hook.put_bundle(bundle)
    [stored] = read(base, bundle, "Patient")
    corrected = {**stored, "gender": "female", "name": [{"text": "SOK Sophea"}]}
    httpx.put(f"{base}/Patient/{stored['id']}", content=to_json(corrected), headers=FHIR_JSON)
    hook.put_bundle(bundle_of(only(), key))  # now with a telephone number
    [after] = read(base, bundle, "Patient")
    assert (after["gender"], after["name"][0]["text"]) == ("female", "SOK Sophea")
    assert after["telecom"][0]["value"] == patient().phone


def test_a_record_number_of_somebody_else_sends_nothing(
    base: str, hook: FhirHook, key: bytes
) -> None:
    first = bundle_of(only(), key)
    hook.put_bundle(first)
    before = read(base, first, "Patient")
    other = patient().model_copy(update={"name": "HENG Sophea", "birth_date": "1990-02-23"})
    second = bundle_of(only(document_id="c" * 64, patient=other), key)
    with pytest.raises(SubjectMismatch):
        hook.put_bundle(second)
    assert read(base, first, "Patient") == before
    local = {"DocumentReference", "Observation", "DiagnosticReport", "Provenance"}
    own = [e["request"]["url"] for e in second["entry"]]
    statuses = {httpx.get(f"{base}/{url}").status_code for url in own if url.split("/")[0] in local}
    assert statuses == {httpx.codes.NOT_FOUND}


class OvertakenHook(FhirHook):
    """Another document is loaded between the look at the server and the first transaction."""

    other: dict[str, Any] | None = None

    def _post(self, bundle: dict[str, Any]) -> dict[str, Any]:
        other, self.other = self.other, None
        if other:
            super()._post(other)
        return super()._post(bundle)


@pytest.mark.usefixtures("hook")
def test_what_another_document_wrote_in_between_is_put_back(base: str, key: bytes) -> None:
    overtaken = OvertakenHook("fhir_test")
    overtaken.other = bundle_of(only(document_id="d" * 64), key)
    ours = bundle_of(only(patient=patient().model_copy(update={"phone": None})), key)
    overtaken.put_bundle(ours)
    [after] = read(base, ours, "Patient")
    assert after["telecom"][0]["value"] == patient().phone


def test_many_documents_of_one_patient_at_once_leave_one_patient(
    base: str, hook: FhirHook, key: bytes
) -> None:
    fields = [{"phone": None}, {"address": None}, {"gender": None}, {"birth_date": None}]
    bundles = [
        bundle_of(only(document_id=f"{n}" * 64, patient=patient().model_copy(update=less)), key)
        for n, less in enumerate(fields, 1)
    ]
    hook.test_connection()  # the connection is looked up once, before the threads start
    counts: list[int] = []
    threads = [
        threading.Thread(target=lambda b=bundle: counts.append(hook.put_bundle(b)))
        for bundle in bundles
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == sorted(len(bundle["entry"]) for bundle in bundles)
    assert len({p["id"] for bundle in bundles for p in read(base, bundle, "Patient")}) == 1
    [found] = read(base, bundles[0], "Patient")
    assert {"telecom", "address", "gender", "birthDate", "name"} <= found.keys()


def test_a_document_with_drugs_alone_is_taken(hook: FhirHook, key: bytes) -> None:
    mapped = only().model_copy(
        update={"categories": record().categories.model_copy(
            update={"lab_results": (), "imaging": (), "prescriptions": (drug(0, "Aspirin"),)}
        )}
    )  # fmt: skip
    bundle = bundle_of(mapped, key)
    assert hook.put_bundle(bundle) == len(bundle["entry"])
