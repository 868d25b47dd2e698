from tests.unit.fhir.records import context, record

from chartlift.fhir.mapper import map_record
from chartlift.fhir.ndjson import by_type
from chartlift.frozen import parse_json

BUNDLE = map_record(record(), context())


def test_every_resource_stands_on_one_line_of_its_types_file() -> None:
    lines = by_type(BUNDLE)
    read = [parse_json(line) for data in lines.values() for line in data.splitlines()]
    assert sorted(r["id"] for r in read) == sorted(e["resource"]["id"] for e in BUNDLE["entry"])
    assert all(
        parse_json(line)["resourceType"] == kind
        for kind, data in lines.items()
        for line in data.splitlines()
    )


def test_references_are_addresses_and_no_urns() -> None:
    lines = by_type(BUNDLE)
    assert b"urn:uuid:" not in b"".join(lines.values())
    patient = parse_json(lines["Patient"])["id"]
    assert f'"subject": {{"reference": "Patient/{patient}"}}'.encode() in lines["Condition"]


def test_printed_digits_are_kept() -> None:
    assert b'"value": 7.10' in by_type(BUNDLE)["Observation"]
