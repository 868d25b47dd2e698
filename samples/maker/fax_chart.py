"""The three-page fax: a referral letter, its laboratory report, and a sheet of vital signs."""

from __future__ import annotations

from datetime import date
from functools import partial

from maker.facts import Chart, Diagnosis, Drug, Lab, Patient, PrintedDate, Timing, Vital
from maker.scanner import Look

FAXED = partial(Look, levels=2, blur=0.9, noise=20.0, dimming=0.0, paper=(215.0,), toner=0.92)
ROW = partial(Lab, page=2)
BLOOD = partial(ROW, section="HAEMATOLOGY")
SERUM = partial(ROW, section="BIOCHEMISTRY")
TAKEN = partial(Vital, page=3)
GIVEN = partial(Drug, page=3)

FAX_THREE_PAGES = Chart(
    name="fax_three_pages",
    suffix=".tif",
    looks=(
        FAXED(seed=171, skew=0.5, specks=90),
        FAXED(seed=172, skew=1.1, specks=110),
        FAXED(seed=173, skew=-0.8, specks=100),
    ),
    languages=("eng",),
    category="referral_letter",
    patient=Patient("PICH CHANTHOU", date(1979, 6, 21), "male", "KRH-0052904", date(2026, 4, 2)),
    facility="Kumru Referral Hospital",
    doctor="Dr. Oum Sreyneang",
    report_date="2026-04-02",
    dates={
        "report": PrintedDate("report", "2026-04-02", "02/04/2026"),
        "collected": PrintedDate("collected", "2026-04-01", "01/04/2026"),
    },
    labs=(
        BLOOD("Hemoglobin", "13.6", "g/dL", "g/dL", "13.0", "17.0", "718-7"),
        BLOOD("WBC", "16.8", "10^3/uL", "10*3/uL", "4.0", "10.0", "6690-2"),
        BLOOD("Platelets", "342", "10^3/uL", "10*3/uL", "150", "400", "777-3"),
        BLOOD("Neutrophils", "86", "%", "%", "40", "75", "770-8"),
        SERUM("Total bilirubin", "3.2", "mg/dL", "mg/dL", "0.2", "1.2", "1975-2"),
        SERUM("AST", "92", "U/L", "U/L", "10", "40", "1920-8"),
        SERUM("ALT", "118", "U/L", "U/L", "7", "41", "1742-6"),
        SERUM("Alkaline phosphatase", "246", "U/L", "U/L", "40", "130", "6768-6"),
        SERUM("Amylase", "71", "U/L", "U/L", "28", "100", "1798-8"),
        SERUM("Creatinine", "0.90", "mg/dL", "mg/dL", "0.70", "1.20", "2160-0"),
        SERUM("CRP", "138", "mg/L", "mg/L", "", "5", "1988-5"),
    ),
    vitals={
        "bp": TAKEN("blood_pressure", "138/84", "mm[Hg]"),
        "hr": TAKEN("heart_rate", "104", "/min"),
        "rr": TAKEN("respiratory_rate", "22", "/min"),
        "temp": TAKEN("temperature", "38.6", "Cel"),
        "spo2": TAKEN("spo2", "97", "%"),
        "weight": TAKEN("weight", "72.0", "kg"),
        "height": TAKEN("height", "168", "cm"),
    },
    diagnoses={
        "main": Diagnosis("acute cholecystitis", "uncertain"),
        "past": Diagnosis("gallstones", "historical"),
        "absent": Diagnosis("diabetes", "negated"),
    },
    drugs=(
        GIVEN(
            "Ceftriaxone", "1 g", "powder for injection", "powder for inj", "1 g", "intravenous",
            Timing(1, 12, "h"), "IV", "q12h",
        ),
        GIVEN(
            "Metronidazole", "500 mg", "solution for injection", "vial", "500 mg", "intravenous",
            Timing(1, 8, "h"), "IV", "q8h",
        ),
        GIVEN(
            "Omeprazole", "20 mg", "capsule", "capsule", "1 capsule", "oral",
            Timing(1), "PO", "once daily",
        ),
        GIVEN(
            "Paracetamol", "500 mg", "tablet", "tablet", "2 tablets", "oral",
            Timing(1, 6, "h"), "PO", "q6h", as_needed=True, reason="fever",
        ),
    ),
)  # fmt: skip
