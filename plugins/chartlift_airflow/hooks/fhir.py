"""The FHIR server: the only place that knows its address, its login and HTTP.

Bodies hold patients' data: they are never logged, and no error message carries a part of one.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Mapping
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import requests
from airflow.sdk import BaseHook, Connection
from airflow.sdk.exceptions import AirflowNotFoundException
from requests.exceptions import InvalidSchema, InvalidURL, MissingSchema, RequestException

from chartlift.errors import (
    ChartliftError,
    FhirConflict,
    FhirRefused,
    FhirUnavailable,
    MissingConnection,
    SubjectMismatch,
)
from chartlift.fhir.datatypes import Resource
from chartlift.fhir.merge import adds_nothing, is_another_patient, is_shared, merge_shared
from chartlift.fhir.ndjson import bundle_addresses, literal_references
from chartlift.frozen import parse_json, to_json

log = logging.getLogger(__name__)

ATTEMPTS = 5
"""Tries of one transaction against other writers, before the task itself is tried again."""
FIRST_WAIT = 0.1
"""Seconds; each further wait is up to twice as long."""
TIMEOUT = (10, 120)
"""Seconds to connect, and to wait for a byte."""
BASE_PATH = "/fhir"
HEADERS = {
    "Accept": "application/fhir+json",
    "Content-Type": "application/fhir+json",
    "Prefer": "return=minimal",
    # HAPI keeps the tags of earlier versions on update: a value once doubted would stay so.
    "X-Meta-Snapshot-Mode": "TAG,SECURITY_LABEL,PROFILE",
}
ABSENT = frozenset({404, 410})
CONFLICT = frozenset({409, 412})
TRY_AGAIN = frozenset({408, 425, 429})
CONFIRMED = frozenset({"200", "201"})
FHIR_VERSION = "4."


class Merged(NamedTuple):
    """A bundle's entries against what the server has of the shared ones."""

    entries: list[Resource]
    """What is to be sent; references to what is not are addresses."""
    kept: int
    """Shared resources the server has already, word for word."""
    new: frozenset[str]
    """Addresses of shared resources the server did not have."""


class FhirHook(BaseHook):
    """A FHIR R4 server behind an Airflow connection of type `fhir`.

    :param fhir_conn_id: the connection. Its host is a name, or the server's whole base address
        (https://host/fhir); schema, port and the extra `base_path` complete a name. Login and
        password are sent as Basic; with the extra `auth` = `bearer` the password is a token.
    """

    conn_name_attr = "fhir_conn_id"
    default_conn_name = "fhir_default"
    conn_type = "fhir"
    hook_name = "FHIR R4 server"

    def __init__(self, fhir_conn_id: str = default_conn_name) -> None:
        super().__init__()
        self.fhir_conn_id = fhir_conn_id

    def put_bundle(self, bundle: Resource) -> int:
        """Send the bundle as one transaction; returns how many resources the server confirmed.

        :raises FhirUnavailable: the server does not answer.
        :raises FhirConflict: another writer was faster every time; nothing was written.
        :raises FhirRefused: the server refused the bundle or the login; nothing was written.
        :raises MissingConnection: there is no such connection.
        :raises SubjectMismatch: the record number belongs to somebody else; nothing was written.
        """
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(random.uniform(0, FIRST_WAIT * 2**attempt))  # noqa: S311 - no secret
            try:
                return self._put(bundle)
            except FhirConflict:
                log.info("another writer was faster, attempt %d of %d", attempt + 1, ATTEMPTS)
        raise FhirConflict

    def test_connection(self) -> tuple[bool, str]:
        """Whether a FHIR R4 server answers, and what stands in the way if none does."""
        try:
            found = self._read("metadata") or {}
        except ChartliftError as error:
            return False, str(error)
        version = str(found.get("fhirVersion", ""))
        if not version.startswith(FHIR_VERSION):
            return False, "The address is not that of a FHIR R4 server; check host and base path."
        return True, f"A FHIR server of version {version} answers."

    def _put(self, bundle: Resource) -> int:
        merged = self._merge(bundle)
        if not merged.entries:
            return merged.kept
        answer = self._post({**bundle, "entry": merged.entries})
        confirmed = _confirmed(answer, len(merged.entries))
        self._restore(merged, answer)
        return merged.kept + confirmed

    def _merge(self, bundle: Resource) -> Merged:
        entries, known, new = [], {}, set()
        addresses = bundle_addresses(bundle)
        for entry in bundle["entry"]:
            address = entry["request"]["url"]
            theirs = self._read(address) if is_shared(entry["resource"]) else None
            if theirs is None:
                entries.append(entry)
                new |= {address} if is_shared(entry["resource"]) else set()
                continue
            ours = literal_references(entry["resource"], addresses)
            if is_another_patient(theirs, ours):
                raise SubjectMismatch
            merged = merge_shared(theirs, ours)
            if adds_nothing(theirs, merged):
                known[entry["fullUrl"]] = address
            else:
                guarded = {**entry["request"], "ifMatch": _etag(theirs)}
                entries.append({**entry, "resource": merged, "request": guarded})
        return Merged(literal_references(entries, known), len(known), frozenset(new))

    def _restore(self, merged: Merged, answer: Resource) -> None:
        """Put back what another document had written between our look and our PUT.

        A PUT of a new resource can carry no If-Match. Where the server says 200 for one we did
        not find, ours went over theirs: the version before is merged in again. A task that is
        killed between the two leaves ours: its retry finds the resource and cannot tell.
        """
        for entry, told in zip(merged.entries, answer["entry"], strict=True):
            address = entry["request"]["url"]
            if address not in merged.new or told["response"]["status"].startswith("201"):
                continue
            ours = self._read(address)
            theirs = self._before(address, ours) if ours else None
            if ours is None or theirs is None:
                continue
            both = merge_shared(theirs, ours)
            if not adds_nothing(ours, both):
                self._request("PUT", address, body=both, headers={"If-Match": _etag(ours)})
            if is_another_patient(theirs, ours):
                raise SubjectMismatch

    def _before(self, address: str, known: Resource) -> Resource | None:
        """The version before the known one; None where there is none, or it was a deletion."""
        history = self._read(f"{address}/_history") or {}
        # By order, the newest first: a versionId is opaque and need not be a number.
        versions = [entry.get("resource") for entry in history.get("entry", [])]
        tags = [_etag(version) if version else None for version in versions]
        older = versions[tags.index(_etag(known)) + 1 :] if _etag(known) in tags else []
        return older[0] if older else None

    def _post(self, bundle: Resource) -> Resource:
        answer = _parsed(self._request("POST", "", body=bundle))
        if answer.get("resourceType") != "Bundle":
            raise FhirRefused
        return answer

    def _read(self, address: str) -> Resource | None:
        response = self._request("GET", address, allowed=ABSENT)
        return None if response.status_code in ABSENT else _parsed(response)

    def _request(
        self,
        method: str,
        address: str,
        *,
        body: Resource | None = None,
        headers: Mapping[str, str] | None = None,
        allowed: frozenset[int] = frozenset(),
    ) -> requests.Response:
        url = f"{self._base_url}/{address}" if address else self._base_url
        try:
            response = self._session.request(
                method,
                url,
                data=None if body is None else to_json(body),
                headers=dict(headers or {}),
                timeout=TIMEOUT,
                # A redirected POST would come out as a GET.
                allow_redirects=False,
            )
        except (InvalidSchema, InvalidURL, MissingSchema):
            raise FhirRefused from None
        except RequestException:
            raise FhirUnavailable from None
        _require_success(response.status_code, allowed)
        return response

    @cached_property
    def _connection(self) -> Connection:
        try:
            return self.get_connection(self.fhir_conn_id)
        except AirflowNotFoundException:
            raise MissingConnection(subject=self.fhir_conn_id) from None

    @cached_property
    def _base_url(self) -> str:
        connection = self._connection
        host = connection.host or ""
        if urlsplit(host).netloc:
            return host.rstrip("/")
        port = f":{connection.port}" if connection.port else ""
        path = str(connection.extra_dejson.get("base_path") or BASE_PATH).strip("/")
        return f"{connection.schema or 'https'}://{host}{port}/{path}".rstrip("/")

    @cached_property
    def _session(self) -> requests.Session:
        connection = self._connection
        session = requests.Session()
        session.headers.update(HEADERS)
        if connection.extra_dejson.get("auth") == "bearer":
            session.headers["Authorization"] = f"Bearer {connection.password}"
        elif connection.login:
            session.auth = (connection.login, connection.password or "")
        return session


def _require_success(status: int, allowed: frozenset[int]) -> None:
    if requests.codes.ok <= status < requests.codes.multiple_choices or status in allowed:
        return
    if status in CONFLICT:
        raise FhirConflict
    log.warning("the FHIR server answered with status %d", status)
    if status in TRY_AGAIN or status >= requests.codes.server_error:
        raise FhirUnavailable
    raise FhirRefused


def _confirmed(answer: Resource, sent: int) -> int:
    # Only the first three digits of a status are the same on all servers.
    told = [str(e.get("response", {}).get("status"))[:3] for e in answer.get("entry", [])]
    good = sum(status in CONFIRMED for status in told)
    if good != sent or len(told) != sent:
        raise FhirRefused(found=good, limit=sent)
    return good


def _etag(resource: Resource) -> str:
    return f'W/"{resource["meta"]["versionId"]}"'


def _parsed(response: requests.Response) -> dict[str, Any]:
    try:
        parsed = parse_json(response.content)
    except ValueError:
        raise FhirRefused from None
    if not isinstance(parsed, dict):
        raise FhirRefused
    return parsed
