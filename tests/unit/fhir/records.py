"""Hand-built records: every kind of finding, as the extract stage would hand them over."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from chartlift.fhir.mapper import MappingContext
from chartlift.finding import (
    ATC,
    LOINC,
    Allergy,
    Coding,
    Diagnosis,
    Evidence,
    Flag,
    ImagingStudy,
    LabResult,
    Note,
    Prescription,
    Timing,
    Vital,
)
from chartlift.model import Box, DocumentId, Fingerprint, Word
from chartlift.record import (
    Categories,
    Category,
    DateMention,
    Patient,
    PersonMention,
    Record,
    RecordPage,
    Review,
    ReviewReason,
)
from chartlift.settings import Facility

DOCUMENT = DocumentId("3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1c1835420b6b9942dd4f1b")
PLANNED = datetime(2026, 11, 21, 3, 0, 0, tzinfo=UTC)
FACILITY = Facility(key="kumru", name="Kumru Referral Hospital", synonyms=("មន្ទីរពេទ្យកុម្រូ",))
BP = Coding(system=LOINC, code="85354-9", display="Blood pressure panel")


def context(**changes: Any) -> MappingContext:
    facts: dict[str, Any] = {
        "site_key": b"a key of tests",
        "facilities": (FACILITY,),
        "planned_at": PLANNED,
        "time_zone": "Asia/Phnom_Penh",
        "source_address": f"s3://chartlift/documents/{DOCUMENT}/source.pdf",
        "result_address": f"s3://chartlift/documents/{DOCUMENT}/extract/5d1f0c62a9b4e873/result.json",
        "content_type": "application/pdf",
        "file_size": 482113,
        "source_sha1": bytes(range(20)),
        "software_version": "0.1.0",
        "component_versions": {"tesseract": "5.3.0", "vocabulary": "2026.11"},
    }
    return MappingContext(**(facts | changes))


def evidence(*words: int, page: int = 1, confidence: float = 0.93) -> Evidence:
    return Evidence(
        page=page,
        box=Box(700, 640, 760, 676),
        words=words or None,
        rule="labs.row/3",
        engine="tesseract",
        confidence=confidence,
    )


def lab(
    concept: str, value: str | None, unit: str | None, code: str | None, **more: Any
) -> LabResult:
    facts: dict[str, Any] = {
        "id": f"p1:lab:{concept}:0",
        "confidence": 0.91,
        "evidence": evidence(),
        "test_name": concept.capitalize(),
        "value": None if value is None else Decimal(value),
        "raw_value": value or "",
        "unit": unit,
        "raw_unit": unit,
        "reference_range": None,
        "abnormal": None,
        "flag_printed": None,
        "code": Coding(system=LOINC, code=code) if code else None,
    }
    return LabResult(**(facts | more))


def labs() -> tuple[LabResult, ...]:
    return (
        lab(
            "glucose",
            "5.8",
            "mmol/L",
            "14749-6",
            raw_value="5,8",
            reference_range="3,9 - 5,6",
            abnormal=True,
            flag_printed="H",
            collected="2024-03-05T08:30",
            notes=(Note.DECIMAL_COMMA,),
            evidence=evidence(1),
        ),
        lab("potassium", "7.10", "mmol/L", "2823-3", reference_range="3.5-5.1 mmol/L"),
        lab("crp", "5", "mg/L", "1988-5", comparator="<", reference_range="< 5"),
        lab("creatinine", "0.9", "mg/dL", "2160-0", raw_value="O.9", flag_printed="H",
            flags=(Flag.DIGIT_SUBSTITUTION, Flag.UNIT_SUBSTITUTION), reference_range="0.7-1.3"),
        lab("hbsag", None, None, "5196-1", raw_value="Négatif", reference_range="Négatif"),
        lab("titre", None, None, None, raw_value="1:160"),
        lab("odd_unit", "3", None, None, raw_unit="crosses"),
        lab("glucose_before", "6.1", "mmol/L", "14749-6", status="prior", collected="2023-11"),
        lab("glucose_undated", "6.3", "mmol/L", "14749-6", status="prior"),
    )  # fmt: skip


def drug(ordinal: int, medication: str, **more: Any) -> Prescription:
    facts: dict[str, Any] = {
        "id": f"p1:med:{ordinal}",
        "confidence": 0.88,
        "evidence": evidence(),
        "medication": medication,
    }
    return Prescription(**(facts | more))


def drugs() -> tuple[Prescription, ...]:
    sig: dict[str, Any] = {
        "strength": "500 mg",
        "form": "tablet",
        "dosage": "1 tablet",
        "route": "oral",
        "frequency": "3 times a day",
        "duration": "5 days",
        "timing": Timing(frequency=3, period=Decimal(1), periodUnit="d", when=("PC",)),
        "code": Coding(system=ATC, code="N02BE01", display="paracetamol"),
    }
    return (
        drug(0, "Paracetamol", as_needed=True, **sig),
        drug(1, "Prednisolone", dosage="1/2 tablet", phase=2, status="planned"),
        drug(2, "Amoxicilin", flags=(Flag.LOW_CONFIDENCE,), **sig),
        drug(3, "Metformin", status="stopped"),
        drug(4, "Ibuprofen", status="allergy"),
    )


def vital(
    name: str, value: str | None, unit: str | None, code: Coding | None, **more: Any
) -> Vital:
    facts: dict[str, Any] = {
        "id": f"p1:vital:{name}:0",
        "confidence": 0.95,
        "evidence": evidence(),
        "name": name,
        "value": None if value is None else Decimal(value),
        "raw_value": value or "120/80",
        "unit": unit,
        "code": code,
    }
    return Vital(**(facts | more))


def vitals() -> tuple[Vital, ...]:
    pressure = {"systolic": Decimal(120), "diastolic": Decimal(80)}
    return (
        vital("blood_pressure", None, "mm[Hg]", BP, **pressure),
        vital("spo2", "97", "%", Coding(system=LOINC, code="59408-5"), taken="2024-03-05"),
        vital("temperature", "38.50", "Cel", Coding(system=LOINC, code="8310-5")),
    )


def diagnoses() -> tuple[Diagnosis, ...]:
    said = ("affirmed", "negated", "uncertain", "historical", "family", "hypothetical")
    return tuple(
        Diagnosis(
            id=f"p1:dx:{ordinal}",
            confidence=0.9,
            evidence=evidence(),
            text=f"{certainty} problem",
            certainty=certainty,
        )
        for ordinal, certainty in enumerate(said)
    )


def patient() -> Patient:
    known = {"name": "SOK Dara", "gender": "male", "birth_date": "1965-03", "mrn": "KR-0012345"}
    more = {"phone": "+85512345678", "address": "Phnom Penh", "age": "59 a"}
    return Patient(**known, **more, evidence={field: evidence() for field in (known | more)})


def report_date() -> DateMention:
    return DateMention(
        role="report", value="2024-03-05", raw_value="05/03/2024", evidence=evidence()
    )


def page() -> RecordPage:
    texts = ("Glucose", "5,8", "mmol/L")
    words = tuple(
        Word(text=text, box=Box(10, 10, 20, 20), confidence=0.93, engine="tesseract")
        for text in texts
    )
    return RecordPage(
        number=1, width=2480, height=3508, dpi=300, rotation=0, skew_degrees=1.8, source="ocr",
        steps=("deskew",), engine="tesseract", text=" ".join(texts), confidence=0.93,
        score=0.91, unreadable=None, words=words,
    )  # fmt: skip


def record(**changes: Any) -> Record:
    """A record with every kind of finding; its doubted ones are named in its review."""
    imaging = ImagingStudy(
        id="p1:img:0", confidence=0.9, evidence=evidence(), modality="US", body_site="abdomen",
        findings="Liver of normal size.", impression="Normal.",
    )  # fmt: skip
    allergy = Allergy(
        id="p1:allergy:0", confidence=0.9, evidence=evidence(), substance="Penicillin",
        reaction="rash",
    )  # fmt: skip
    facts: dict[str, Any] = {
        "document_id": DOCUMENT,
        "file_type": "pdf",
        "page_count": 1,
        "languages": ("fra",),
        "extracted_at": PLANNED,
        "raw_text": "Glucose 5,8 mmol/L",
        "average_confidence": 0.93,
        "category": Category.LAB_REPORT,
        "pages": (page(),),
        "patient": patient(),
        "categories": Categories(lab_results=labs(), prescriptions=drugs(), imaging=(imaging,)),
        "vitals": vitals(),
        "diagnoses": diagnoses(),
        "allergies": (allergy,),
        "dates": (report_date(),),
        "people": (PersonMention(role="author", name="Dr. CHAN Sophea", evidence=evidence()),),
        "possible_facility": "KUMRU Referral  Hospital",
        "possible_report_date": "2024-03-05",
        "review": doubting("p1:lab:creatinine:0", "p1:med:2"),
        "fingerprint": Fingerprint("5d1f0c62a9b4e873"),
    }  # fmt: skip
    return Record(**(facts | changes))


def doubting(*findings: str) -> Review:
    reasons = tuple(ReviewReason(finding=name, page=1, code="low-confidence") for name in findings)
    return Review(needed=bool(reasons), reasons=reasons)


def only(*results: LabResult, **changes: Any) -> Record:
    """A record with these laboratory results and nothing else but its patient."""
    plain: dict[str, Any] = {
        "categories": Categories(lab_results=results),
        "vitals": (),
        "diagnoses": (),
        "allergies": (),
        "review": doubting(),
    }
    return record(**(plain | changes))
