"""The two Cambodian sample documents, Khmer and Latin side by side; all of it is invented."""

from __future__ import annotations

from datetime import date
from functools import partial

from maker.facts import Chart, Diagnosis, Drug, Lab, Patient, PrintedDate, Timing, Vital
from maker.scanner import Look

KHMER_DIGITS = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")
MONTHS = ("មករា", "កុម្ភៈ", "មីនា", "មេសា", "ឧសភា", "មិថុនា")
"""January to June, as CLDR spells them."""


def khmer_date(role: str, day: date) -> PrintedDate:
    """A date in Khmer words and digits, as a signature line has it."""
    month = MONTHS[day.month - 1]
    words = f"ថ្ងៃទី{day.day:02d} ខែ{month} ឆ្នាំ{day.year}".translate(KHMER_DIGITS)
    return PrintedDate(role, day.isoformat(), words)


BLOOD = partial(Lab, section="HEMATOLOGY")
SERUM = partial(Lab, section="BIOCHEMISTRY")
SEROLOGY = partial(Lab, section="SEROLOGY")

LAB_KHMER_ENGLISH = Chart(
    name="lab_khmer_english",
    suffix=".pdf",
    looks=(Look(seed=14, skew=-0.9, shift=(4, 7), noise=4.5, light_from=80.0, paper=(231.0,)),),
    languages=("eng", "khm"),
    category="lab_report",
    patient=Patient(
        "KEO SREYMOM",
        date(1998, 2, 7),
        "female",
        "KR-0047216",
        date(2026, 5, 19),
        name_khmer="កែវ ស្រីមុំ",
    ),
    facility="Kumru Referral Hospital",
    doctor="Dr. NHEM Sovannara",
    report_date="2026-05-19",
    dates={
        "collected": PrintedDate("collected", "2026-05-19", "19/05/2026"),
        "report": khmer_date("report", date(2026, 5, 19)),
    },
    labs=(
        BLOOD("WBC", "2.9", "10^3/uL", "10*3/uL", "4.0", "10.0", "6690-2"),
        BLOOD("RBC", "5.18", "10^6/uL", "10*6/uL", "3.80", "5.20", "789-8"),
        BLOOD("Hemoglobin", "15.9", "g/dL", "g/dL", "12.0", "16.0", "718-7"),
        BLOOD("Hematocrit", "47.6", "%", "%", "36.0", "46.0", "4544-3"),
        BLOOD("Platelets", "68", "10^3/uL", "10*3/uL", "150", "400", "777-3"),
        BLOOD("Lymphocytes", "52", "%", "%", "20", "45", "736-9"),
        SERUM("Glucose", "94", "mg/dL", "mg/dL", "70", "110", "2345-7"),
        SERUM("Creatinine", "0.70", "mg/dL", "mg/dL", "0.50", "1.10", "2160-0"),
        SERUM("AST", "188", "U/L", "U/L", "", "35", "1920-8"),
        SERUM("ALT", "142", "U/L", "U/L", "", "35", "1742-6"),
        SERUM("Sodium", "133", "mmol/L", "mmol/L", "135", "145", "2951-2"),
        SERUM("Potassium", "3.8", "mmol/L", "mmol/L", "3.5", "5.1", "2823-3"),
        SEROLOGY("Dengue NS1", "Positive", normal="Negative"),
        SEROLOGY("HBsAg", "Negative", normal="Negative", loinc="5196-1"),
    ),
)

TABLET = partial(Drug, form="tablet", form_printed="គ្រាប់", route="oral")
CAPSULE = partial(Drug, form="capsule", form_printed="កន្សោម", route="oral")

PRESCRIPTION_KHMER = Chart(
    verdict="NEEDS_REVIEW",  # a speck beside a single digit makes another dose of it
    name="prescription_khmer",
    suffix=".png",
    looks=(
        Look(
            seed=15,
            skew=1.6,
            shift=(-6, 4),
            levels=16,
            paper=(228.0,),
            specks=45,
            dimming=0.12,
            light_from=50.0,
        ),
    ),
    languages=("eng", "khm"),
    category="prescription",
    patient=Patient(
        "HENG SOPHEAK",
        date(1972, 10, 2),
        "male",
        "KR-0039058",
        date(2026, 6, 8),
        name_khmer="ហេង សុភក្តិ",
    ),
    facility="Kumru Referral Hospital",
    doctor="Dr. TOUCH Virak",
    report_date="2026-06-08",
    dates={"report": khmer_date("report", date(2026, 6, 8))},
    vitals={
        "bp": Vital("blood_pressure", "150/90", "mm[Hg]"),
        "hr": Vital("heart_rate", "88", "/min"),
        "temp": Vital("temperature", "37,2", "Cel"),
        "weight": Vital("weight", "64", "kg"),
    },
    diagnoses={"main": Diagnosis("Gastrite aiguë"), "second": Diagnosis("HTA")},
    drugs=(
        CAPSULE(
            "Amoxicilline",
            "500 mg",
            dosage="2 capsules",
            timing=Timing(2, when=("MORN", "EVE")),
            duration="7 days",
            quantity="28",
            slots=("2", "-", "2", "-"),
            usage="លេប ក្រោយបាយ",
        ),
        TABLET(
            "Clarithromycine",
            "500 mg",
            dosage="1 tablet",
            timing=Timing(2, when=("MORN", "EVE")),
            duration="7 days",
            quantity="14",
            slots=("1", "-", "1", "-"),
            usage="លេប ក្រោយបាយ",
        ),
        CAPSULE(
            "Omeprazole",
            "20 mg",
            dosage="1 capsule",
            timing=Timing(2, when=("MORN", "NIGHT")),
            duration="14 days",
            quantity="28",
            slots=("1", "-", "-", "1"),
            usage="លេប មុនបាយ",
        ),
        TABLET(
            "Amlodipine",
            "5 mg",
            dosage="1 tablet",
            timing=Timing(1, when=("MORN",)),
            duration="30 days",
            quantity="30",
            slots=("1", "-", "-", "-"),
            usage="លេប ក្រោយបាយ",
        ),
        TABLET(
            "Paracetamol",
            "500 mg",
            dosage="1 tablet",
            timing=Timing(3, when=("MORN", "NOON", "EVE")),
            duration="3 days",
            quantity="9",
            slots=("1", "1", "1", "-"),
            usage="លេប ក្រោយបាយ",
        ),
    ),
)
