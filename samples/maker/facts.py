"""What stands on a sample page, and the truth that follows from it.

Each class holds a fact once, as it is printed; what the page shows and what the truth says are
both computed from it, so that they cannot drift apart.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date

    from maker.scanner import Look

LOINC = "http://loinc.org"
COMPARATORS = ("<=", ">=", "<", ">")


def number(printed: str) -> Decimal:
    """The decimal that stands in a printed number, its digits kept; the mark may be a comma."""
    return Decimal(printed.strip().replace(",", "."))


@dataclass(frozen=True)
class Patient:
    """An invented person, as the page shows them; `seen` is the day their age is counted on."""

    name: str
    born: date
    sex: str
    mrn: str
    seen: date
    phone: str | None = None
    address: str | None = None
    name_khmer: str = ""

    @property
    def age(self) -> int:
        """Completed years on the day of the document."""
        before_birthday = (self.seen.month, self.seen.day) < (self.born.month, self.born.day)
        return self.seen.year - self.born.year - before_birthday

    def truth(self) -> dict[str, Any]:
        """The `patient` of the result document."""
        return {
            "name": self.name,
            "age": f"{self.age} a",
            "birth_date": self.born.isoformat(),
            "gender": self.sex,
            "mrn": self.mrn,
            "phone": self.phone,
            "address": self.address,
        }


@dataclass(frozen=True)
class Lab:
    """One row of a laboratory report; numbers are text, with the decimal mark that is printed.

    A row without `unit` is qualitative: its result and its `normal` are words.
    """

    test: str
    result: str
    unit: str = ""
    ucum: str | None = None
    low: str = ""
    high: str = ""
    loinc: str | None = None
    normal: str = ""
    section: str = ""
    specimen: str | None = None
    letters: str = "HL"
    """What the laboratory prints beside a high and a low result."""
    flagged: bool = True
    """False where the laboratory forgot the letter."""
    page: int = 1

    @property
    def comparator(self) -> str | None:
        """The sign before the number, if any."""
        return next((sign for sign in COMPARATORS if self.result.startswith(sign)), None)

    @property
    def value(self) -> Decimal | None:
        """The number of the result, or None where the result is a word."""
        return number(self.result.removeprefix(self.comparator or "")) if self.unit else None

    @property
    def range(self) -> str:
        """The reference range as printed."""
        if self.low and self.high:
            return f"{self.low} - {self.high}"
        return f"< {self.high}" if self.high else self.normal

    @property
    def side(self) -> int:
        """-1 below the range, 1 above it, 0 within it."""
        if self.value is None:
            return 0
        below = bool(self.low) and self.value < number(self.low)
        above = bool(self.high) and self.value > number(self.high)
        return above - below

    @property
    def flag(self) -> str:
        """The letter printed beside the result, or nothing."""
        return ("", *self.letters)[self.side] if self.flagged else ""

    def truth(self) -> dict[str, Any]:
        """One of the `lab_results`; `specimen` and `section` only where the page names them."""
        stated = {"specimen": self.specimen, "section": self.section}
        return {
            "test_name": self.test,
            "value": self.value,
            "raw_value": self.result,
            "comparator": self.comparator,
            "unit": self.ucum,
            "raw_unit": self.unit or None,
            "reference_range": self.range,
            "abnormal": bool(self.side) or (not self.unit and self.result != self.normal),
            "flag_printed": self.flag or None,
            "code": {"system": LOINC, "code": self.loinc} if self.loinc else None,
            "evidence": {"page": self.page},
        } | {key: text for key, text in stated.items() if text}


@dataclass(frozen=True)
class Vital:
    """One vital sign; `raw` is the printed number, or the pair of a blood pressure."""

    name: str
    raw: str
    unit: str
    page: int = 1

    def truth(self) -> dict[str, Any]:
        """One of the `vitals`."""
        pair = self.raw.split("/")
        paired = len(pair) == 2
        return {
            "name": self.name,
            "value": None if paired else number(self.raw),
            "raw_value": self.raw,
            "systolic": int(pair[0]) if paired else None,
            "diastolic": int(pair[1]) if paired else None,
            "unit": self.unit,
            "evidence": {"page": self.page},
        }


@dataclass(frozen=True)
class Timing:
    """How often, in the words of FHIR: so many times in a period of so many units."""

    frequency: int
    period: int = 1
    periodUnit: str = "d"  # noqa: N815  the result document's own spelling
    when: tuple[str, ...] = ()

    def truth(self) -> dict[str, Any]:
        """The `timing`; `when` only where the page says it."""
        return {key: value for key, value in asdict(self).items() if value != ()}


@dataclass(frozen=True)
class Drug:
    """One line of a prescription; `form` and `route` are keys of the vocabularies."""

    medication: str
    strength: str
    form: str
    form_printed: str
    dosage: str
    route: str
    timing: Timing
    route_printed: str = ""
    frequency: str | None = None
    duration: str | None = None
    quantity: str | None = None
    as_needed: bool = False
    slots: tuple[str, str, str, str] = ("", "", "", "")
    """What stands in the columns for morning, noon, evening and night."""
    usage: str = ""
    reason: str = ""
    page: int = 1

    def truth(self) -> dict[str, Any]:
        """One of the `prescriptions`; `frequency` only where the page has words for it."""
        stated = {"frequency": self.frequency} if self.frequency else {}
        return {
            "medication": self.medication,
            "strength": self.strength,
            "form": self.form,
            "dosage": self.dosage,
            "route": self.route,
            "duration": self.duration,
            "quantity": self.quantity,
            "as_needed": self.as_needed,
            "timing": self.timing.truth(),
            "evidence": {"page": self.page},
        } | stated


@dataclass(frozen=True)
class Diagnosis:
    """What the patient has, has not, or may have."""

    text: str
    certainty: str = "affirmed"


@dataclass(frozen=True)
class PrintedDate:
    """A date with its role; `value` is ISO, `raw` what the page shows."""

    role: str
    value: str
    raw: str

    def truth(self) -> dict[str, Any]:
        """One of the `dates`."""
        return {"role": self.role, "value": self.value, "raw_value": self.raw}


@dataclass(frozen=True)
class Chart:
    """One sample document: what stands on it, how it is drawn, and how it was scanned."""

    name: str
    suffix: str
    looks: tuple[Look, ...]
    """One per page."""
    languages: tuple[str, ...]
    category: str
    patient: Patient
    facility: str
    doctor: str
    report_date: str
    dates: dict[str, PrintedDate]
    labs: tuple[Lab, ...] = ()
    drugs: tuple[Drug, ...] = ()
    vitals: dict[str, Vital] = field(default_factory=dict)
    diagnoses: dict[str, Diagnosis] = field(default_factory=dict)
    verdict: str = "INGESTED"
    """NEEDS_REVIEW where the paper itself leaves a value in doubt."""

    def rows(self, section: str) -> tuple[Lab, ...]:
        """The laboratory rows under one heading, in printed order."""
        return tuple(lab for lab in self.labs if lab.section == section)

    def truth(self) -> dict[str, Any]:
        """What a perfect reading of this document returns, in the result document's shape."""
        return {
            "verdict": self.verdict,
            "code": None,
            "page_count": len(self.looks),
            "languages": list(self.languages),
            "category": self.category,
            "patient": self.patient.truth(),
            "categories": {
                "lab_results": [lab.truth() for lab in self.labs],
                "prescriptions": [drug.truth() for drug in self.drugs],
            },
            "vitals": [vital.truth() for vital in self.vitals.values()],
            "diagnoses": [asdict(diagnosis) for diagnosis in self.diagnoses.values()],
            "dates": [printed.truth() for printed in self.dates.values()],
            "possible_report_date": self.report_date,
            "possible_facility": self.facility,
            "possible_doctor": self.doctor,
        }
