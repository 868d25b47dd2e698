"""The vocabularies of `data/vocab/*.csv`: each row validated when its table is first loaded.

A table is a CSV file with a header line; its row model names the columns. An empty cell is None,
`|` stands between the terms of a list.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated, Literal, TypeVar

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from chartlift.errors import InvalidData
from chartlift.frozen import Frozen


def _split(value: object) -> object:
    if value is None:
        return ()
    if not isinstance(value, str):
        return value
    return tuple(term.strip() for term in value.split("|") if term.strip())


def _loinc_check(code: str | None) -> str | None:
    if code is not None and not loinc_is_valid(code):
        raise ValueError("the LOINC check digit is wrong")
    return code


Terms = Annotated[tuple[str, ...], BeforeValidator(_split)]
"""A cell that holds several terms, `|` between them."""

Loinc = Annotated[str, BeforeValidator(_loinc_check)]
"""A LOINC code whose check digit is right."""

Row = TypeVar("Row", bound=Frozen)


def loinc_is_valid(code: str) -> bool:
    """Whether a LOINC code has the shape 12345-6 and the right check digit (Luhn, mod 10)."""
    digits, dash, check = code.partition("-")
    if not (dash and digits.isdecimal() and check.isdecimal() and len(check) == 1):
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled // 10 + doubled % 10
    return (10 - total % 10) % 10 == int(check)


def _data() -> Traversable:
    return files("chartlift").joinpath("data")


@cache
def load_table(name: str, model: type[Row]) -> tuple[Row, ...]:
    """The rows of `data/vocab/<name>.csv`, in the file's order.

    Raises:
        InvalidData: the file is missing, or a row is not valid; `subject` is file:line.
    """
    file = f"data/vocab/{name}.csv"
    try:
        text = _data().joinpath("vocab", f"{name}.csv").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InvalidData(subject=file) from None
    return tuple(_rows(file, text, model))


def _rows(file: str, text: str, model: type[Row]) -> Iterator[Row]:
    reader = csv.DictReader(text.splitlines(keepends=True), strict=True)
    try:
        for cells in reader:
            yield model.model_validate({key: cell or None for key, cell in cells.items()})
    except (ValidationError, csv.Error):
        raise InvalidData(subject=f"{file}:{reader.line_num}") from None


@cache
def data_fingerprint(*places: str) -> str:
    """16 hexadecimal digits that change with any byte or name of these files and folders of `data`.

    Raises:
        InvalidData: one of them is missing; `subject` says which.
    """
    digest = hashlib.sha256()
    for place in places:
        for name, file in _files(place):
            digest.update(f"{name}\0".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _files(place: str) -> list[tuple[str, Traversable]]:
    """A file, or the files of a folder by their names."""
    whole = _data().joinpath(place)
    if whole.is_file():
        return [(place, whole)]
    if not whole.is_dir():
        raise InvalidData(subject=f"data/{place}")
    return sorted((f"{place}/{file.name}", file) for file in whole.iterdir() if file.is_file())


class LabTest(Frozen):
    """A laboratory test: how it is printed, which units it has, which code each unit selects."""

    key: str = Field(pattern=r"^[a-z0-9_]+$")
    display: str
    category: Literal[
        "ABG", "BB", "CARD", "CHEM", "COAG", "ENDO", "HEM", "IMMUN", "LIPID", "MICRO", "MISC",
        "POC", "SERO", "TUMOR", "UA",
    ]  # fmt: skip
    specimen: str
    value_type: Literal["Qn", "Ord", "Nom", "Nar"]
    unit1_ucum: str | None
    loinc1: Loinc | None
    loinc1_display: str | None
    loinc1_level: Literal["A", "B", "C", "none"]
    loinc1_evidence: str | None
    unit2_ucum: str | None
    factor_unit1_to_unit2: str | None
    loinc2: Loinc | None
    loinc2_display: str | None
    loinc2_level: Literal["A", "B", "C"] | None
    loinc2_evidence: str | None
    other_printed_units: Terms
    plausible_low_unit1: Decimal | None
    plausible_high_unit1: Decimal | None
    synonyms_en: Terms
    synonyms_fr: Terms
    synonyms_km: Terms
    emit_code: Literal["yes", "no"]
    notes: str | None

    @model_validator(mode="after")
    def _has_verified_code(self) -> LabTest:
        if self.emit_code == "yes" and (self.loinc1 is None or self.loinc1_level == "C"):
            raise ValueError("a code that is emitted is verified")
        return self


class VitalSign(Frozen):
    """A vital sign: its labels, its units, and the values a body can have."""

    key: str = Field(pattern=r"^[a-z0-9_]+$")
    display: str
    loinc: Loinc | None
    loinc_display: str | None
    unit_ucum: str | None
    other_units: Terms
    plausible_low: Decimal | None
    plausible_high: Decimal | None
    synonyms: Terms
    notes: str | None
    loinc_level: Literal["A", "B", "C"]
    loinc_evidence: str | None


class KhmerLabel(Frozen):
    """What a Khmer word on a form stands for; `h` and `m` say how sure the author was."""

    field: str = Field(pattern=r"^[a-z_]+$")
    khmer: str
    english: str
    author_confidence: Literal["h", "m"]


class Unit(Frozen):
    """A unit of measure: its UCUM code, what it measures, how papers print it.

    Units of one `kind` convert by `factor` (to the kind's own base unit) and select one code.
    """

    ucum: str
    kind: str = Field(pattern=r"^[a-z_0-9]+$")
    factor: Decimal = Field(gt=0)
    printed: Terms


class RowWord(Frozen):
    """A word of result rows: a flag, a result in words, a filler that means nothing."""

    kind: Literal["flag", "qualitative", "group", "appearance", "reference", "filler", "label"]
    meaning: str
    printed: Terms


class Heading(Frozen):
    """What stands at the head of a result column or section, or names what was examined."""

    kind: Literal["column", "foreign", "section", "label", "sample", "person"]
    meaning: str
    printed: Terms


class FieldLabel(Frozen):
    """How a form names one of its fields; `other` fields only end the value before them."""

    field: Literal[
        "patient_name", "given_name", "age", "sex", "age_sex", "dob", "mrn", "phone", "address",
        "other",
    ]  # fmt: skip
    language: Literal["en", "fr"]
    printed: Terms


def lab_tests() -> tuple[LabTest, ...]:
    """The laboratory tests of `labs.csv`."""
    return load_table("labs", LabTest)


def vital_signs() -> tuple[VitalSign, ...]:
    """The vital signs of `vitals.csv`."""
    return load_table("vitals", VitalSign)


def khmer_labels() -> tuple[KhmerLabel, ...]:
    """The Khmer words of `khmer_labels.csv`."""
    return load_table("khmer_labels", KhmerLabel)


def units() -> tuple[Unit, ...]:
    """The units of `units.csv`."""
    return load_table("units", Unit)


def row_words() -> tuple[RowWord, ...]:
    """The words of `row_words.csv`."""
    return load_table("row_words", RowWord)


def headings() -> tuple[Heading, ...]:
    """The headings of `headings.csv`."""
    return load_table("headings", Heading)


def field_labels() -> tuple[FieldLabel, ...]:
    """The English and French labels of forms, of `field_labels.csv`."""
    return load_table("field_labels", FieldLabel)
