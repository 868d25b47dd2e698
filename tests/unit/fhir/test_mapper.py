from pathlib import Path
from typing import Any

import pytest
from tests.unit.fhir.records import (
    FACILITY,
    context,
    doubting,
    drug,
    evidence,
    lab,
    only,
    record,
    report_date,
    vital,
    vitals,
)

from chartlift.errors import InvalidSetting
from chartlift.fhir.datatypes import fhir_date
from chartlift.fhir.mapper import map_record
from chartlift.fhir.validate import check_bundle
from chartlift.fhir.versions import fhir_components
from chartlift.finding import Flag, Timing
from chartlift.frozen import to_json
from chartlift.record import Patient, Record, Segment

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "fhir"
RECORDS = {
    "every_kind": record(),
    "unknown_facility": record(possible_facility="Clinic Elsewhere", people=()),
    "nothing_but_a_page": record(
        patient=Patient(),
        categories=record().categories.model_copy(
            update={"lab_results": (), "prescriptions": (), "imaging": ()}
        ),
        vitals=(),
        diagnoses=(),
        allergies=(),
        people=(),
        dates=(),
        possible_facility=None,
        possible_report_date=None,
        review=doubting(),
    ),
}


def resources(mapped: Record, kind: str, **changes: Any) -> list[dict[str, Any]]:
    bundle = map_record(mapped, context(**changes))
    assert check_bundle(bundle) == ()
    return [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == kind]


def observation(mapped: Record, **changes: Any) -> dict[str, Any]:
    [single] = resources(mapped, "Observation", **changes)
    return single


def tags(resource: dict[str, Any]) -> set[str]:
    return {tag["code"] for tag in resource["meta"]["tag"]}


def evidence_parts(resource: dict[str, Any]) -> dict[str, Any]:
    [told] = [part for part in resource["extension"] if part["url"].endswith("/ocr-evidence")]
    return {
        part["url"]: next(v for k, v in part.items() if k != "url") for part in told["extension"]
    }


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_maps_to_its_golden_bundle(name: str, renew_golden: bool) -> None:
    bundle = map_record(RECORDS[name], context())
    written = to_json(bundle, indent=1) + b"\n"
    golden = GOLDEN / f"{name}.json"
    if renew_golden:
        golden.parent.mkdir(exist_ok=True)
        golden.write_bytes(written)
    assert written.decode() == golden.read_text(encoding="utf-8")
    assert check_bundle(bundle) == ()


def test_the_same_record_gives_the_same_bytes() -> None:
    assert to_json(map_record(record(), context())) == to_json(map_record(record(), context()))


def test_a_value_keeps_its_printed_digits() -> None:
    written = to_json(observation(only(lab("k", "7.10", "mmol/L", "2823-3"))))
    assert b'"value": 7.10,' in written


@pytest.mark.parametrize(
    "doubt",
    [{"flags": (Flag.IMPLAUSIBLE,)}, {"confidence": 0.4}],
    ids=["by a flag", "by a review reason"],
)
def test_a_doubted_value_is_left_out_and_its_raw_text_kept(doubt: dict[str, Any]) -> None:
    told = lab("k", "7.1", "mmol/L", "2823-3", raw_value="7.l", flag_printed="H", **doubt)
    seen = observation(only(told, review=doubting(told.id)))
    assert [key for key in seen if key.startswith("value")] == []
    assert seen["dataAbsentReason"]["coding"][0]["code"] == "temp-unknown"
    assert "interpretation" not in seen
    assert evidence_parts(seen)["rawText"] == "7.l"
    assert "needs-review" in tags(seen)
    assert {label["code"] for label in seen["meta"]["security"]} == {"DEVAST", "UNCERTREL"}


def test_a_doubted_unit_leaves_no_code() -> None:
    told = lab("k", "7.1", "mmol/L", "2823-3", flags=(Flag.UNIT_INFERRED,))
    assert observation(only(told))["code"] == {"text": "K"}


def test_a_value_without_doubt_is_preliminary_and_auto_accepted() -> None:
    seen = observation(only(lab("k", "7.1", "mmol/L", "2823-3")))
    assert seen["status"] == "preliminary"
    assert tags(seen) == {"auto-accepted"}


@pytest.mark.parametrize(
    ("printed", "low", "high"),
    [
        ("3.9-5.6", "3.9", "5.6"),
        ("3,9 – 5,6", "3.9", "5.6"),
        ("3.5 - 5.10 mmol/L", "3.5", "5.10"),
        ("< 5", None, "5"),
        ("> 60", "60", None),
    ],
)
def test_a_range_that_is_certain_has_ends(printed: str, low: str | None, high: str | None) -> None:
    seen = observation(only(lab("k", "7.1", "mmol/L", "2823-3", reference_range=printed)))
    [limits] = seen["referenceRange"]
    assert limits["text"] == printed
    ends = {end: str(limits[end]["value"]) for end in ("low", "high") if end in limits}
    assert ends == {k: v for k, v in {"low": low, "high": high}.items() if v}


@pytest.mark.parametrize(
    "printed", ["1,000-4,000", "5.6-3.9", "3.9-5.6 mg/dL", "Négatif", "see note", "3.9-5.6-7"]
)
def test_a_range_that_is_not_certain_stays_text(printed: str) -> None:
    seen = observation(only(lab("k", "7.1", "mmol/L", "2823-3", reference_range=printed)))
    assert seen["referenceRange"] == [{"text": printed}]


@pytest.mark.parametrize("flag", ["H", "L", "HH", "LL", "N", "A"])
def test_a_printed_flag_is_interpreted(flag: str) -> None:
    seen = observation(only(lab("k", "7.1", "mmol/L", "2823-3", flag_printed=flag)))
    assert seen["interpretation"][0]["coding"][0]["code"] == flag


def test_another_mark_is_not_interpreted_nor_is_a_value_outside_its_range() -> None:
    told = lab("k", "7.1", "mmol/L", "2823-3", flag_printed="*", abnormal=True)
    assert "interpretation" not in observation(only(told))


def test_a_unit_that_is_no_ucum_code_is_text_only() -> None:
    seen = observation(only(lab("k", "3", "cells/uL", None, raw_unit="cells/uL")))
    assert seen["valueQuantity"].keys() == {"value", "unit"}


def test_an_earlier_result_keeps_its_own_date_or_is_left_out() -> None:
    dated = lab("a", "6.1", "mmol/L", "14749-6", status="prior", collected="2023-11")
    undated = lab("b", "6.1", "mmol/L", "14749-6", status="prior")
    assert observation(only(dated, undated))["effectiveDateTime"] == "2023-11"


def test_a_report_lists_the_current_results_only() -> None:
    dated = lab("a", "6.1", "mmol/L", "14749-6", status="prior", collected="2023-11")
    assert resources(only(dated), "DiagnosticReport") == []


@pytest.mark.parametrize(
    ("printed", "zone", "expected"),
    [
        ("2024", "", "2024"),
        ("2024-03", "", "2024-03"),
        ("2024-03-05", "Asia/Phnom_Penh", "2024-03-05"),
        ("2024-03-05T08:30", "", "2024-03-05"),
        ("2024-03-05T08:30", "Asia/Phnom_Penh", "2024-03-05T08:30:00+07:00"),
        ("2024-03-05T08:30:15+02:00", "Asia/Phnom_Penh", "2024-03-05T08:30:15+02:00"),
        ("2024-02-30", "", None),
        ("in March", "", None),
    ],
)
def test_a_date_is_as_precise_as_printed(printed: str, zone: str, expected: str | None) -> None:
    assert fhir_date(printed, zone) == expected


def test_a_doubted_date_is_no_date_and_no_other_stands_in_for_it() -> None:
    told = lab("k", "7.1", "mmol/L", "2823-3").model_copy(update={"collected": "2024-03-04"})
    dates = (report_date().model_copy(update={"role": "collected"}), report_date())
    mapped = only(told, dates=dates, review=doubting("date:collected"))
    assert "effectiveDateTime" not in observation(mapped)
    assert observation(only(told, dates=dates))["effectiveDateTime"] == "2024-03-04"


def test_a_date_that_only_the_documents_guess_gives_waits_where_dates_are_doubted() -> None:
    told = lab("k", "7.1", "mmol/L", "2823-3")
    sure = only(told, dates=())
    assert observation(sure)["effectiveDateTime"] == "2024-03-05"
    unsure = only(told, dates=(), review=doubting("date:discharge"))
    assert "effectiveDateTime" not in observation(unsure)


def test_a_role_with_two_dates_gives_none() -> None:
    told = lab("k", "7.1", "mmol/L", "2823-3")
    other = report_date().model_copy(update={"value": "2024-03-09"})
    collected = report_date().model_copy(update={"role": "collected", "value": "2024-03-01"})
    earlier = collected.model_copy(update={"value": "2024-02-01"})
    mapped = only(told, dates=(collected, earlier, report_date()))
    assert "effectiveDateTime" not in observation(mapped)
    assert "effectiveDateTime" not in observation(only(told, dates=(report_date(), other)))


def test_a_date_on_the_first_patients_page_is_not_the_seconds() -> None:
    second = lab("k", "7.1", "mmol/L", "2823-3", evidence=evidence(page=2))
    segments = tuple(
        Segment(pages=(page,), category=record().category, patient=page - 1) for page in (1, 2)
    )
    assert "effectiveDateTime" not in observation(only(second, segments=segments))


def test_an_unknown_time_zone_is_a_wrong_setting() -> None:
    with pytest.raises(InvalidSetting, match="site_time_zone"):
        fhir_date("2024-03-05T08:30", "Asia/Nowhere")


def test_blood_pressure_is_a_panel_of_two_components() -> None:
    seen = observation(only(vitals=vitals()[:1]))
    codes = [part["code"]["coding"][0]["code"] for part in seen["component"]]
    assert codes == ["8480-6", "8462-4"]
    assert "valueQuantity" not in seen


def test_a_doubted_blood_pressure_has_no_values() -> None:
    told = vitals()[0].model_copy(update={"flags": (Flag.IMPLAUSIBLE,)})
    seen = observation(only(vitals=(told,)))
    assert all("valueQuantity" not in part for part in seen["component"])
    assert seen["component"][0]["dataAbsentReason"]["coding"][0]["code"] == "temp-unknown"


def test_half_a_blood_pressure_says_what_is_missing() -> None:
    from decimal import Decimal

    told = vital("blood_pressure", None, "mm[Hg]", vitals()[0].code, systolic=Decimal(120))
    seen = observation(only(vitals=(told,)))
    assert seen["component"][1]["dataAbsentReason"]["coding"][0]["code"] == "unknown"


def test_oxygen_saturation_carries_both_codes() -> None:
    seen = observation(only(vitals=vitals()[1:2]))
    assert [coding["code"] for coding in seen["code"]["coding"]] == ["59408-5", "2708-6"]


def test_statuses_of_medication_follow_the_paper() -> None:
    statements = resources(record(), "MedicationStatement")
    assert [s["status"] for s in statements] == ["active", "intended", "unknown", "stopped"]


def test_a_doubted_drug_has_no_code_and_its_dose_is_text_only() -> None:
    doubted = resources(record(), "MedicationStatement")[2]
    assert "coding" not in doubted["medicationCodeableConcept"]
    assert [part.keys() for part in doubted["dosage"]] == [{"text"}]


def dosage_of(**said: Any) -> dict[str, Any]:
    parts = record().categories.model_copy(
        update={"prescriptions": (drug(0, "Paracetamol", **said),)}
    )
    [statement] = resources(record(categories=parts, review=doubting()), "MedicationStatement")
    dosage: dict[str, Any] = statement["dosage"][0]
    return dosage


def test_upper_bounds_of_how_often_are_kept() -> None:
    timing = Timing(frequency=1, frequencyMax=2, period=4, periodMax=6, periodUnit="h")
    repeat = dosage_of(timing=timing, duration=None)["timing"]["repeat"]
    wanted = {"frequency": 1, "frequencyMax": 2, "period": 4, "periodMax": 6, "periodUnit": "h"}
    assert repeat == wanted


def test_a_dose_and_a_duration_from_one_number_to_another_keep_both() -> None:
    dosage = dosage_of(dosage="1-2 tablets", duration="5-7 days", timing=None)
    [dose] = dosage["doseAndRate"]
    assert [dose["doseRange"][end]["value"] for end in ("low", "high")] == [1, 2]
    bounds = dosage["timing"]["repeat"]["boundsRange"]
    assert [(bounds[end]["value"], bounds[end]["code"]) for end in ("low", "high")] == [
        (5, "d"),
        (7, "d"),
    ]
    assert "1-2 tablets" in dosage["text"]


def test_a_dose_whose_end_is_before_its_beginning_stays_text() -> None:
    dosage = dosage_of(dosage="2-1 tablets", timing=None, duration=None)
    assert dosage["text"].startswith("2-1 tablets")
    assert "doseAndRate" not in dosage


def test_a_drug_not_tolerated_becomes_an_allergy_only() -> None:
    allergies = resources(record(), "AllergyIntolerance")
    assert [a["code"]["text"] for a in allergies] == ["Penicillin", "Ibuprofen"]
    statements = resources(record(), "MedicationStatement")
    assert "Ibuprofen" not in [s["medicationCodeableConcept"]["text"] for s in statements]


def test_no_known_allergies_waits_for_a_person() -> None:
    assert resources(record(allergies=(), no_known_allergies=True), "AllergyIntolerance")[0][
        "code"
    ] == {"text": "Ibuprofen"}


def test_only_the_patients_own_problems_become_conditions() -> None:
    conditions = resources(record(), "Condition")
    said = {c["code"]["text"]: "clinicalStatus" in c for c in conditions}
    assert said == {
        "affirmed problem": True,
        "uncertain problem": True,
        "historical problem": False,
    }
    assert {c["verificationStatus"]["coding"][0]["code"] for c in conditions} == {"unconfirmed"}


def test_evidence_leads_to_page_and_box() -> None:
    told = lab("k", "5.8", "mmol/L", "2823-3", evidence=evidence(1))
    parts = evidence_parts(observation(only(told)))
    assert (parts["page"], parts["bbox"], parts["rawText"]) == (1, "700,640,760,676", "5,8")


def test_a_text_that_stands_twice_has_no_offset() -> None:
    told = lab("k", "5.8", "mmol/L", "2823-3", evidence=evidence(1))
    seen = observation(only(told, raw_text="5,8 and 5,8"))
    assert {part["url"] for part in seen["extension"][0]["extension"]} == {"reference", "path"}


def test_a_trusted_number_makes_a_patient_shared_between_documents() -> None:
    other = record(document_id="b" * 64, patient=record().patient)
    [one], [two] = resources(record(), "Patient"), resources(other, "Patient")
    assert one["id"] == two["id"]
    assert "shared" in tags(one)


@pytest.mark.parametrize(
    ("changes", "settings"),
    [
        ({"possible_facility": "Clinic Elsewhere"}, {}),
        ({}, {"facilities": ()}),
        ({"review": doubting("patient:mrn")}, {}),
    ],
    ids=["another facility", "no facility is trusted", "the number is in doubt"],
)
def test_otherwise_a_patient_belongs_to_one_document(
    changes: dict[str, Any], settings: dict[str, Any]
) -> None:
    [one] = resources(record(**changes), "Patient", **settings)
    [two] = resources(record(document_id="b" * 64, **changes), "Patient", **settings)
    assert one["id"] != two["id"]
    assert "document" in tags(one)


def test_a_number_that_nothing_confirms_makes_no_shared_patient() -> None:
    [seen] = resources(record(review=doubting("patient:name", "patient:birth_date")), "Patient")
    assert "document" in tags(seen)
    [seen] = resources(record(review=doubting("patient:name")), "Patient")
    assert "shared" in tags(seen)


def test_a_doubted_field_of_the_patient_is_left_out() -> None:
    [seen] = resources(record(review=doubting("patient:name")), "Patient")
    assert "name" not in seen
    assert "needs-review" in tags(seen)


def test_a_field_without_evidence_is_left_out() -> None:
    [seen] = resources(record(patient=Patient(name="SOK Dara")), "Patient")
    assert "name" not in seen


def test_findings_of_a_second_patient_are_not_given_to_the_first() -> None:
    second = lab("k", "7.1", "mmol/L", "2823-3", evidence=evidence(page=2))
    segments = tuple(
        Segment(pages=(page,), category=record().category, patient=page - 1) for page in (1, 2)
    )
    mapped = only(second, segments=segments)
    [_, other] = resources(mapped, "Patient")
    assert observation(mapped)["subject"]["reference"].endswith(other["id"])
    assert "name" not in other


def test_ids_follow_the_site_key_and_not_the_value() -> None:
    before = observation(only(lab("k", "7.1", "mmol/L", "2823-3")))
    after = observation(only(lab("k", "1.7", "mg/dL", None)))
    elsewhere = observation(only(lab("k", "7.1", "mmol/L", "2823-3")), site_key=b"another")
    assert before["id"] == after["id"] != elsewhere["id"]
    assert before["id"][14] == "8"


def test_another_subject_gives_other_ids() -> None:
    told = lab("k", "7.1", "mmol/L", "2823-3")
    assert observation(only(told))["id"] != observation(only(told), facilities=())["id"]


def test_the_facility_is_known_by_its_khmer_name() -> None:
    [seen] = resources(record(possible_facility=FACILITY.synonyms[0]), "Organization")
    assert seen["name"] == FACILITY.name


def test_a_provenance_names_every_resource_of_the_document() -> None:
    bundle = map_record(record(), context())
    shared = {"Device", "Organization", "Provenance"}
    kinds = {e["fullUrl"]: e["resource"]["resourceType"] for e in bundle["entry"]}
    [provenance] = [e["resource"] for e in bundle["entry"] if kinds[e["fullUrl"]] == "Provenance"]
    targets = {target["reference"] for target in provenance["target"]}
    assert targets == {url for url, kind in kinds.items() if kind not in shared}


def test_components_are_named_for_the_fingerprint() -> None:
    assert set(fhir_components()) == {"fhir mapper", "fhir definitions"}
