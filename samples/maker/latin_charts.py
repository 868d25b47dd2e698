"""The English and French sample documents; every person and place in them is invented."""

from __future__ import annotations

from datetime import date
from functools import partial

from maker.facts import Chart, Diagnosis, Drug, Lab, Patient, PrintedDate, Timing, Vital
from maker.scanner import Look

BLOOD = partial(Lab, section="HAEMATOLOGY")
SERUM = partial(Lab, section="BIOCHEMISTRY")
URINE = partial(Lab, section="URINALYSIS", specimen="urine")

LAB_ENGLISH = Chart(
    name="lab_english",
    suffix=".pdf",
    looks=(Look(seed=11, skew=1.3, shift=(6, -9), holes=True, noise=5.0, toner=0.84),),
    languages=("eng",),
    category="lab_report",
    patient=Patient("SAM BOPHA", date(1967, 8, 14), "female", "KRH-0048213", date(2026, 3, 17)),
    facility="Kumru Referral Hospital",
    doctor="Dr. Lim Dararith",
    report_date="2026-03-17",
    dates={
        "collected": PrintedDate("collected", "2026-03-16T07:40", "16/03/2026 07:40"),
        "report": PrintedDate("report", "2026-03-17", "17/03/2026"),
    },
    labs=(
        BLOOD("Haemoglobin", "9.8", "g/dL", "g/dL", "12.0", "16.0", "718-7"),
        BLOOD("White blood cells", "12.4", "10^9/L", "10*9/L", "4.0", "10.0", "6690-2"),
        BLOOD("Red blood cells", "3.91", "10^12/L", "10*12/L", "4.00", "5.20", "789-8"),
        BLOOD("Haematocrit", "31.2", "%", "%", "36.0", "46.0", "4544-3"),
        BLOOD("MCV", "79.8", "fL", "fL", "80.0", "100.0", "787-2"),
        BLOOD("MCHC", "31.4", "g/dL", "g/dL", "31.0", "36.0", "786-4"),
        BLOOD("Platelets", "287", "10^9/L", "10*9/L", "150", "400", "777-3"),
        BLOOD("Neutrophils", "78", "%", "%", "40", "75", "770-8"),
        BLOOD("Lymphocytes", "17", "%", "%", "20", "45", "736-9"),
        SERUM("Fasting glucose", "7.8", "mmol/L", "mmol/L", "3.9", "5.6", "14771-0"),
        SERUM("HbA1c", "7.4", "%", "%", "4.0", "6.0", "4548-4"),
        SERUM("Urea", "8.9", "mmol/L", "mmol/L", "2.5", "7.8", "22664-7"),
        SERUM("Creatinine", "118", "umol/L", "umol/L", "45", "90", "14682-9"),
        SERUM("Sodium", "138", "mmol/L", "mmol/L", "135", "145", "2951-2"),
        SERUM("Potassium", "4.60", "mmol/L", "mmol/L", "3.50", "5.10", "2823-3"),
        SERUM("ALT", "31", "U/L", "U/L", "", "35", "1742-6"),
        SERUM("CRP", "24.6", "mg/L", "mg/L", "", "5.0", "1988-5"),
        SERUM("Troponin I", "<0.01", "ng/mL", "ng/mL", "", "0.04", "10839-9"),
        URINE("Protein", "Negative", normal="Negative", loinc="20454-5"),
        URINE("Glucose", "Negative", normal="Negative", loinc="25428-4"),
    ),
)

PRESCRIPTION_ENGLISH = Chart(
    name="prescription_english",
    suffix=".jpg",
    looks=(
        Look(
            seed=12,
            skew=-1.8,
            shift=(-8, 5),
            paper=(236.0, 231.0, 217.0),
            fold=0.52,
            noise=4.0,
            light_from=70.0,
        ),
    ),
    languages=("eng",),
    category="prescription",
    patient=Patient(
        "Thomas Ellery",
        date(1991, 11, 5),
        "male",
        "SB-20417",
        date(2026, 2, 23),
        phone="012 555 0147",
    ),
    facility="SAINT BRANNOC FAMILY CLINIC",
    doctor="Dr. Aoife Marlowe",
    report_date="2026-02-23",
    dates={"report": PrintedDate("report", "2026-02-23", "23 February 2026")},
    drugs=(
        Drug(
            "Amoxicillin", "500 mg", "capsule", "capsule", "1 capsule", "oral",
            Timing(3), "PO", "TID", "7 days", "21",
        ),
        Drug(
            "Paracetamol", "500 mg", "tablet", "tablet", "2 tablets", "oral",
            Timing(1, 6, "h"), "PO", "q6h", "5 days", "40", as_needed=True, reason="fever",
        ),
        Drug(
            "Omeprazole", "20 mg", "capsule", "capsule", "1 capsule", "oral",
            Timing(1), "PO", "once daily", "14 days", "14",
        ),
        Drug(
            "Prednisolone", "5 mg", "tablet", "tablet", "4 tablets", "oral",
            Timing(1, when=("MORN",)), "PO", "every morning", "5 days", "20",
        ),
        Drug(
            "Cetirizine", "10 mg", "tablet", "tablet", "1 tablet", "oral",
            Timing(1, when=("HS",)), "PO", "at bedtime", "10 days", "10",
        ),
    ),
)  # fmt: skip

DISCHARGE_NOTE = Chart(
    name="discharge_note",
    suffix=".png",
    looks=(
        Look(
            seed=23, skew=0.7, dpi=200, shift=(10, 4), blur=0.55, noise=4.0, levels=16,
            paper=(226.0,), dimming=0.13, light_from=10.0, specks=35, holes=True, toner=0.9,
        ),
    ),
    languages=("eng",),
    category="discharge_summary",
    patient=Patient("Eleanor Finch", date(1954, 9, 30), "female", "KRH-0031876", date(2026, 1, 19)),
    facility="Kumru Referral Hospital",
    doctor="Dr. Rithy Vannsak",
    report_date="2026-01-19",
    dates={
        "admission": PrintedDate("admission", "2026-01-12", "12 Jan 2026"),
        "discharge": PrintedDate("discharge", "2026-01-19", "19 Jan 2026"),
    },
    vitals={
        "bp_in": Vital("blood_pressure", "94/58", "mm[Hg]"),
        "hr_in": Vital("heart_rate", "118", "/min"),
        "rr_in": Vital("respiratory_rate", "28", "/min"),
        "temp_in": Vital("temperature", "39.2", "Cel"),
        "spo2_in": Vital("spo2", "88", "%"),
        "bp": Vital("blood_pressure", "128/76", "mm[Hg]"),
        "hr": Vital("heart_rate", "82", "/min"),
        "rr": Vital("respiratory_rate", "18", "/min"),
        "temp": Vital("temperature", "36.8", "Cel"),
        "spo2": Vital("spo2", "96", "%"),
        "weight": Vital("weight", "61.5", "kg"),
    },
    diagnoses={
        "main": Diagnosis("Community-acquired pneumonia"),
        "second": Diagnosis("Type 2 diabetes mellitus"),
        "third": Diagnosis("Hypertension"),
        "absent": Diagnosis("pulmonary tuberculosis", "negated"),
    },
    drugs=(
        Drug(
            "Amoxicillin/clavulanate", "875 mg/125 mg", "tablet", "tablet", "1 tablet", "oral",
            Timing(2), "PO", "twice daily", "5 days",
        ),
        Drug(
            "Metformin", "850 mg", "tablet", "tablet", "1 tablet", "oral",
            Timing(2), "PO", "BID", "30 days",
        ),
        Drug(
            "Amlodipine", "5 mg", "tablet", "tablet", "1 tablet", "oral",
            Timing(1), "PO", "once daily", "30 days",
        ),
        Drug(
            "Paracetamol", "500 mg", "tablet", "tablet", "1 tablet", "oral",
            Timing(1, 8, "h"), "PO", "q8h", "3 days", as_needed=True, reason="pain",
        ),
    ),
)  # fmt: skip

SANG = partial(Lab, section="HÉMATOLOGIE", letters="HB")
CHIMIE = partial(Lab, section="BIOCHIMIE", letters="HB")

LAB_FRENCH = Chart(
    name="lab_french",
    suffix=".tif",
    looks=(
        Look(
            seed=16, skew=-2.3, dpi=200, shift=(-5, 8), blur=0.55, noise=3.5, levels=16,
            paper=(233.0,), dimming=0.12, light_from=60.0, specks=40, fold=0.34, toner=0.9,
        ),
    ),
    languages=("fra",),
    category="lab_report",
    patient=Patient(
        "BERTHELOT Camille", date(1959, 11, 3), "female", "VC-260317", date(2026, 3, 12)
    ),
    facility="Laboratoire de Biologie Médicale du Val-Clément",
    doctor="Dr Étienne Marchal",
    report_date="2026-03-12",
    dates={
        "collected": PrintedDate("collected", "2026-03-11", "11/03/2026"),
        "report": PrintedDate("report", "2026-03-12", "12/03/2026"),
    },
    labs=(
        SANG("Leucocytes", "11,2", "G/L", "10*9/L", "4,0", "10,0", "6690-2"),
        SANG("Hématies", "4,12", "T/L", "10*12/L", "4,00", "5,40", "789-8"),
        SANG("Hémoglobine", "11,4", "g/dL", "g/dL", "12,0", "16,0", "718-7"),
        SANG("Hématocrite", "35,1", "%", "%", "36,0", "46,0", "4544-3", flagged=False),
        SANG("VGM", "85,2", "fL", "fL", "80,0", "100,0", "787-2"),
        SANG("CCMH", "32,5", "g/dL", "g/dL", "31,0", "36,0", "786-4"),
        SANG("Plaquettes", "268", "G/L", "10*9/L", "150", "400", "777-3"),
        SANG("Vitesse de sédimentation", "38", "mm/h", "mm/h", "", "20", "30341-2"),
        CHIMIE("Glycémie à jeun", "1,18", "g/L", "g/L", "0,74", "1,06", "1558-6"),
        CHIMIE("Urée", "0,38", "g/L", "g/L", "0,15", "0,45", "3091-6"),
        CHIMIE("Créatinine", "98", "µmol/L", "umol/L", "45", "84", "14682-9"),
        CHIMIE("Sodium", "139", "mmol/L", "mmol/L", "135", "145", "2951-2"),
        CHIMIE("Potassium", "3,4", "mmol/L", "mmol/L", "3,5", "5,0", "2823-3"),
        CHIMIE("Cholestérol total", "2,31", "g/L", "g/L", "", "2,00", "2093-3"),
        CHIMIE("Triglycérides", "1,42", "g/L", "g/L", "", "1,50", "2571-8"),
        CHIMIE("ASAT", "28", "U/L", "U/L", "", "35", "1920-8"),
        CHIMIE("Gamma GT", "62", "U/L", "U/L", "5", "36", "2324-2", flagged=False),
        CHIMIE("CRP", "14,0", "mg/L", "mg/L", "", "5,0", "1988-5"),
    ),
)  # fmt: skip
