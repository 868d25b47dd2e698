"""The hook against a server that says what a test has written down for it."""

import base64
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from tests.services import free_ports
from tests.unit.fhir.records import context, lab, only, patient

from chartlift.errors import (
    ChartliftError,
    FhirConflict,
    FhirRefused,
    FhirUnavailable,
    MissingConnection,
    SubjectMismatch,
)
from chartlift.fhir.mapper import map_record
from chartlift.frozen import parse_json, to_json
from chartlift_airflow.hooks import fhir
from chartlift_airflow.hooks.fhir import FhirHook

BUNDLE = map_record(only(lab("k", "7.10", "mmol/L", "2823-3")), context())
PATIENT = next(e for e in BUNDLE["entry"] if e["resource"]["resourceType"] == "Patient")
Answer = tuple[int, Any]


@dataclass
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Script:
    """Answers by method and path, the last one for ever; an unknown GET is 404."""

    port: int
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        known = self.answers.get(f"{asked.method} {asked.path}")
        if known:
            return known.pop(0) if len(known) > 1 else known[0]
        return (201, accepted(parse_json(asked.body))) if asked.method == "POST" else (404, None)

    def sent(self, method: str = "POST") -> list[Asked]:
        return [asked for asked in self.asked if asked.method == method]


def accepted(bundle: dict[str, Any], status: str = "201 Created") -> dict[str, Any]:
    entries = [{"response": {"status": status}} for _ in bundle["entry"]]
    return {"resourceType": "Bundle", "type": "transaction-response", "entry": entries}


@pytest.fixture
def script() -> Iterator[Script]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, self.path, headers, self.rfile.read(length))
            status, body = script.answer(asked)
            told = body if isinstance(body, bytes) else to_json(body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(told)))
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(told)

        do_GET = do_POST = do_PUT = answer  # noqa: N815 - names of http.server

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        script = Script(server.server_port)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield script
        server.shutdown()
        thread.join()


def connect(monkeypatch: pytest.MonkeyPatch, **facts: Any) -> FhirHook:
    connection = {"conn_type": "fhir", "host": "127.0.0.1", "schema": "http", **facts}
    monkeypatch.setenv("AIRFLOW_CONN_FHIR_TEST", json.dumps(connection))
    return FhirHook("fhir_test")


@pytest.fixture
def hook(script: Script, monkeypatch: pytest.MonkeyPatch) -> FhirHook:
    monkeypatch.setattr(fhir, "FIRST_WAIT", 0)
    return connect(monkeypatch, port=script.port)


def history(*versions: dict[str, Any]) -> dict[str, Any]:
    entries = [{"resource": version} for version in versions]
    return {"resourceType": "Bundle", "type": "history", "entry": entries}


def stored(entry: dict[str, Any], version: int | str, **changes: Any) -> dict[str, Any]:
    resource = {**entry["resource"], **changes}
    return {**resource, "meta": {**resource["meta"], "versionId": str(version)}}


def test_a_bundle_is_one_transaction_with_its_digits(script: Script, hook: FhirHook) -> None:
    assert hook.put_bundle(BUNDLE) == len(BUNDLE["entry"])
    [sent] = script.sent()
    assert sent.path == "/fhir"
    assert b'"value": 7.10' in sent.body
    assert parse_json(sent.body) == BUNDLE


def test_the_server_is_told_to_replace_old_tags(script: Script, hook: FhirHook) -> None:
    hook.put_bundle(BUNDLE)
    told = script.sent()[0].headers["x-meta-snapshot-mode"]
    assert set(told.split(",")) == {"TAG", "SECURITY_LABEL", "PROFILE"}


def test_a_shared_resource_is_merged_and_guarded_by_its_version(
    script: Script, hook: FhirHook
) -> None:
    address = PATIENT["request"]["url"]
    theirs = stored(PATIENT, 7, gender="female")
    del theirs["telecom"]
    script.answers[f"GET /fhir/{address}"] = [(200, theirs)]
    assert hook.put_bundle(BUNDLE) == len(BUNDLE["entry"])
    entries = parse_json(script.sent()[0].body)["entry"]
    [entry] = [e for e in entries if e["request"]["url"] == address]
    assert entry["request"]["ifMatch"] == 'W/"7"'
    assert entry["resource"]["gender"] == "female"
    assert entry["resource"]["telecom"][0]["value"] == patient().phone
    assert "versionId" not in entry["resource"]["meta"]


def test_a_shared_resource_without_news_is_not_sent_again(script: Script, hook: FhirHook) -> None:
    address = PATIENT["request"]["url"]
    theirs = parse_json(
        to_json(stored(PATIENT, 3)).replace(b"urn:uuid:", b"Organization/")
    )  # as a server stores it, with addresses for references
    script.answers[f"GET /fhir/{address}"] = [(200, theirs)]
    assert hook.put_bundle(BUNDLE) == len(BUNDLE["entry"])
    body = script.sent()[0].body
    assert address not in [e["request"]["url"] for e in parse_json(body)["entry"]]
    assert f'"reference": "{address}"'.encode() in body
    assert PATIENT["fullUrl"].encode() not in body


@pytest.mark.parametrize("status", [409, 412])
def test_a_conflict_is_read_anew_and_tried_again(
    script: Script, hook: FhirHook, status: int
) -> None:
    script.answers["POST /fhir"] = [(status, None), (200, accepted(BUNDLE))]
    assert hook.put_bundle(BUNDLE) == len(BUNDLE["entry"])
    reads = [a for a in script.sent("GET") if a.path.endswith(PATIENT["request"]["url"])]
    assert len(reads) == 2


def test_a_conflict_that_does_not_end_is_given_up(script: Script, hook: FhirHook) -> None:
    script.answers["POST /fhir"] = [(409, None)]
    with pytest.raises(FhirConflict):
        hook.put_bundle(BUNDLE)
    assert len(script.sent()) == fhir.ATTEMPTS


def test_what_another_wrote_between_look_and_put_is_merged_in_again(
    script: Script, hook: FhirHook
) -> None:
    address = PATIENT["request"]["url"]
    told = accepted(BUNDLE)
    told["entry"][BUNDLE["entry"].index(PATIENT)]["response"]["status"] = "200 OK"
    ours = stored(PATIENT, "a-17")
    del ours["telecom"]
    script.answers = {
        "POST /fhir": [(200, told)],
        f"GET /fhir/{address}": [(404, None), (200, ours)],
        f"GET /fhir/{address}/_history": [(200, history(ours, stored(PATIENT, "b-91")))],
        f"PUT /fhir/{address}": [(200, None)],
    }
    assert hook.put_bundle(BUNDLE) == len(BUNDLE["entry"])
    [put] = script.sent("PUT")
    assert put.headers["if-match"] == 'W/"a-17"'
    assert parse_json(put.body)["telecom"][0]["value"] == patient().phone


def test_a_version_before_that_was_a_deletion_is_not_put_back(
    script: Script, hook: FhirHook
) -> None:
    address = PATIENT["request"]["url"]
    told = accepted(BUNDLE)
    told["entry"][BUNDLE["entry"].index(PATIENT)]["response"]["status"] = "200 OK"
    ours = stored(PATIENT, "a-17")
    deleted = history(ours)
    deleted["entry"] += [{"request": {"method": "DELETE"}}, {"resource": stored(PATIENT, "b-91")}]
    script.answers = {
        "POST /fhir": [(200, told)],
        f"GET /fhir/{address}": [(404, None), (200, ours)],
        f"GET /fhir/{address}/_history": [(200, deleted)],
    }
    assert hook.put_bundle(BUNDLE) == len(BUNDLE["entry"])
    assert script.sent("PUT") == []


def test_a_record_number_of_somebody_else_sends_nothing(script: Script, hook: FhirHook) -> None:
    theirs = stored(PATIENT, 7, name=[{"family": "HART", "given": ["Joan"]}], birthDate="1958")
    script.answers[f"GET /fhir/{PATIENT['request']['url']}"] = [(200, theirs)]
    with pytest.raises(SubjectMismatch) as raised:
        hook.put_bundle(BUNDLE)
    assert script.sent() == []
    assert "HART" not in str(raised.value)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, FhirRefused),
        (401, FhirRefused),
        (403, FhirRefused),
        (302, FhirRefused),
        (422, FhirRefused),
        (429, FhirUnavailable),
        (500, FhirUnavailable),
        (503, FhirUnavailable),
    ],
)
def test_a_status_decides_between_trying_again_and_giving_up(
    script: Script, hook: FhirHook, status: int, error: type[ChartliftError]
) -> None:
    script.answers["POST /fhir"] = [(status, {"diagnostics": "SOK Dara"})]
    with pytest.raises(error) as raised:
        hook.put_bundle(BUNDLE)
    assert "SOK" not in str(raised.value)


@pytest.mark.parametrize(
    "answer",
    [
        b"<html>a proxy</html>",
        b"[]",
        {"resourceType": "OperationOutcome"},
        {"resourceType": "Bundle"},
        accepted({"entry": BUNDLE["entry"][1:]}),
        accepted(BUNDLE, "400 Bad Request"),
    ],
    ids=["a page", "a list", "no bundle", "no entries", "an entry too few", "bad entries"],
)
def test_an_answer_that_does_not_confirm_every_resource_is_no_success(
    script: Script, hook: FhirHook, answer: object
) -> None:
    script.answers["POST /fhir"] = [(200, answer)]
    with pytest.raises(FhirRefused):
        hook.put_bundle(BUNDLE)


def test_nobody_listening_is_worth_another_try(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FhirUnavailable):
        connect(monkeypatch, port=free_ports(1)[0]).put_bundle(BUNDLE)


def test_a_missing_connection_is_named() -> None:
    with pytest.raises(MissingConnection, match="fhir_nowhere"):
        FhirHook("fhir_nowhere").put_bundle(BUNDLE)


def test_login_and_password_are_sent_as_basic(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(monkeypatch, port=script.port, login="user", password="word").put_bundle(BUNDLE)
    basic = base64.b64encode(b"user:word").decode()
    assert {asked.headers["authorization"] for asked in script.asked} == {f"Basic {basic}"}


def test_a_bearer_token_is_the_password(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    extra = {"auth": "bearer"}
    connect(monkeypatch, port=script.port, password="token", extra=extra).put_bundle(BUNDLE)
    assert {asked.headers["authorization"] for asked in script.asked} == {"Bearer token"}


@pytest.mark.parametrize(
    ("facts", "path"),
    [
        ({}, "/fhir"),
        ({"extra": {"base_path": "/r4/"}}, "/r4"),
        ({"host": "http://127.0.0.1:{port}/deep/er/", "port": None}, "/deep/er"),
    ],
    ids=["as it is", "another path", "a whole address as host"],
)
def test_the_connection_says_where_the_server_is(
    script: Script, monkeypatch: pytest.MonkeyPatch, facts: dict[str, Any], path: str
) -> None:
    filled = {"port": script.port, **facts}
    filled["host"] = str(filled.get("host", "127.0.0.1")).format(port=script.port)
    connect(monkeypatch, **filled).put_bundle(BUNDLE)
    assert script.sent()[0].path == path


@pytest.mark.parametrize(
    ("answer", "works"),
    [
        ((200, {"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1"}), True),
        ((200, {"resourceType": "CapabilityStatement", "fhirVersion": "5.0.0"}), False),
        ((404, None), False),
        ((401, None), False),
    ],
    ids=["R4", "R5", "no server", "no login"],
)
def test_the_connection_can_be_tested(
    script: Script, hook: FhirHook, answer: Answer, works: bool
) -> None:
    script.answers["GET /fhir/metadata"] = [answer]
    assert hook.test_connection()[0] is works


def test_no_body_reaches_the_log(
    script: Script, hook: FhirHook, caplog: pytest.LogCaptureFixture
) -> None:
    script.answers["POST /fhir"] = [(400, {"diagnostics": "SOK Dara"})]
    with caplog.at_level(logging.DEBUG), pytest.raises(FhirRefused):
        hook.put_bundle(BUNDLE)
    assert "SOK" not in caplog.text
    assert str(patient().mrn) not in caplog.text
