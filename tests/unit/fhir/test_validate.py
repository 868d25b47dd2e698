from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from tests.unit.fhir.records import context, record

from chartlift.errors import InvalidBundle
from chartlift.fhir.mapper import map_record
from chartlift.fhir.validate import check_bundle, require_valid
from chartlift.frozen import to_json

Resource = dict[str, Any]
VALID = map_record(record(), context())


def first(bundle: Resource, kind: str) -> Resource:
    found: Resource = next(
        e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == kind
    )
    return found


def wrong_ucum(bundle: Resource) -> None:
    first(bundle, "Observation")["valueQuantity"]["code"] = "mcg/dL"


def unit_without_system(bundle: Resource) -> None:
    del first(bundle, "Observation")["valueQuantity"]["system"]


def unknown_loinc(bundle: Resource) -> None:
    first(bundle, "Observation")["code"]["coding"][0]["code"] = "1234-5"


def unknown_status_code(bundle: Resource) -> None:
    first(bundle, "Condition")["clinicalStatus"]["coding"][0]["code"] = "acute"


def unknown_system(bundle: Resource) -> None:
    first(bundle, "Condition")["code"]["coding"] = [{"system": "http://example.org", "code": "x"}]


def dangling_reference(bundle: Resource) -> None:
    bundle["entry"] = [
        e for e in bundle["entry"] if e["resource"]["resourceType"] != "Organization"
    ]


def duplicate_identity(bundle: Resource) -> None:
    observations = [
        e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "Observation"
    ]
    observations[1]["identifier"] = observations[0]["identifier"]


def duplicate_id(bundle: Resource) -> None:
    bundle["entry"].append(deepcopy(bundle["entry"][5]))


def bad_date(bundle: Resource) -> None:
    first(bundle, "Observation")["effectiveDateTime"] = "2024-02-30"


def time_without_zone(bundle: Resource) -> None:
    first(bundle, "Observation")["effectiveDateTime"] = "2024-02-03T10:00:00"


def missing_subject(bundle: Resource) -> None:
    del first(bundle, "Observation")["subject"]


def value_and_its_absence(bundle: Resource) -> None:
    first(bundle, "Observation")["dataAbsentReason"] = {"text": "why"}


def unknown_status(bundle: Resource) -> None:
    first(bundle, "Observation")["status"] = "perhaps"


def unknown_element(bundle: Resource) -> None:
    first(bundle, "Patient")["nickname"] = "x"


def empty_element(bundle: Resource) -> None:
    first(bundle, "Observation")["referenceRange"] = [{}]


def unknown_type(bundle: Resource) -> None:
    bundle["entry"][5]["resource"]["resourceType"] = "Obervation"


def period_that_ends_before_it_starts(bundle: Resource) -> None:
    period = {"start": "2024-03-05", "end": "2023-03-05"}
    first(bundle, "DocumentReference")["context"]["period"] = period


def range_that_ends_before_it_starts(bundle: Resource) -> None:
    dosage = next(e["resource"]["dosage"][0] for e in bundle["entry"] if "dosage" in e["resource"])
    dosage["doseAndRate"] = [{"doseRange": {"low": {"value": 2}, "high": {"value": 1}}}]


def other_request(bundle: Resource) -> None:
    bundle["entry"][5]["request"]["method"] = "POST"


WRONG = {
    wrong_ucum: "own:ucum",
    unit_without_system: "invariant:qty-3",
    unknown_loinc: "own:loinc",
    unknown_status_code: "own:code",
    unknown_system: "own:code",
    dangling_reference: "own:dangling-reference",
    duplicate_identity: "own:duplicate-identity",
    duplicate_id: "own:duplicate-id",
    bad_date: "model:datetime_from_date_parsing",
    time_without_zone: "schema:pattern",
    missing_subject: "own:no-subject",
    value_and_its_absence: "invariant:obs-6",
    unknown_status: "schema:enum",
    unknown_element: "schema:additionalProperties",
    empty_element: "invariant:ele-1",
    unknown_type: "own:unknown-type",
    period_that_ends_before_it_starts: "invariant:per-1",
    range_that_ends_before_it_starts: "invariant:rng-2",
    other_request: "own:request",
}


def test_the_bundle_of_the_tests_is_valid() -> None:
    assert check_bundle(VALID) == ()
    require_valid(VALID)


@pytest.mark.parametrize("spoil", WRONG, ids=lambda spoil: spoil.__name__)
def test_a_fault_is_found(spoil: Callable[[Resource], None]) -> None:
    bundle = deepcopy(VALID)
    spoil(bundle)
    assert WRONG[spoil] in {issue.code for issue in check_bundle(bundle)}


def test_an_issue_names_the_place_and_not_the_value() -> None:
    bundle = deepcopy(VALID)
    first(bundle, "Patient")["gender"] = "SOK Dara"
    issues = check_bundle(bundle)
    assert {(issue.entry, issue.path) for issue in issues} == {(2, "gender")}
    assert "SOK" not in str(issues)


def test_an_invalid_bundle_is_refused_with_the_number_of_its_issues() -> None:
    bundle = deepcopy(VALID)
    wrong_ucum(bundle)
    unknown_loinc(bundle)
    with pytest.raises(InvalidBundle) as refused:
        require_valid(bundle)
    assert refused.value.found == 2


def test_checking_leaves_the_bundle_as_it_is() -> None:
    bundle = deepcopy(VALID)
    check_bundle(bundle)
    assert to_json(bundle) == to_json(VALID)
