import gzip
import hashlib
from importlib.resources import files

import pytest
from lark.exceptions import LarkError
from ucumvert import get_ucum_parser

from chartlift.errors import InvalidData
from chartlift.fhir.datatypes import compiled
from chartlift.fhir.definitions import (
    code_systems,
    load_terms,
    loinc_codes,
    own_codes,
    ucum_codes,
    vital_coding,
)
from chartlift.fhir.resources.medication_statement import medication_terms
from chartlift.fhir.resources.observation import observation_terms
from chartlift.finding import LOINC
from chartlift.frozen import Frozen
from chartlift.vocab import loinc_is_valid

OFFICIAL = "4091ab0911b2cb4d4d0730ed7fa4bbc5c5fec6caf62740bed2d6ffc721b7e37a"
OURS = "https://chartlift.example.org/"


def test_the_json_schema_is_hl7s_own_byte_for_byte() -> None:
    packed = files("chartlift").joinpath("data/fhir/fhir.schema.json.gz").read_bytes()
    assert hashlib.sha256(gzip.decompress(packed)).hexdigest() == OFFICIAL


def test_every_code_of_the_terms_is_in_its_code_system_with_its_display() -> None:
    for system, code in own_codes():
        if system == LOINC:
            assert loinc_is_valid(code)
        elif not system.startswith(OURS):
            assert code in code_systems()[system]


def test_every_form_of_a_printed_text_keeps_its_examples() -> None:
    for form in (*observation_terms().ranges, medication_terms().amount):
        pattern = compiled(form.pattern)
        assert [text for text in form.matches if not pattern.fullmatch(text)] == []
        assert [text for text in form.misses if pattern.fullmatch(text)] == []


def test_every_unit_we_may_emit_is_ucum() -> None:
    parser, wrong = get_ucum_parser(), []
    for unit in sorted(ucum_codes()):
        try:
            parser.parse(unit)
        except LarkError:
            wrong.append(unit)
    assert wrong == []


def test_a_code_that_is_not_verified_may_not_be_emitted() -> None:
    assert "14749-6" in loinc_codes()
    assert "1521-4" not in loinc_codes()  # in the vocabulary, from memory only
    assert vital_coding("pain_nrs") is None


def test_an_unknown_vital_sign_is_a_fault_of_the_data() -> None:
    with pytest.raises(InvalidData, match="aura"):
        vital_coding("aura")


def test_an_unknown_key_in_a_terms_file_is_refused() -> None:
    class Other(Frozen):
        name: str

    with pytest.raises(InvalidData, match="device"):
        load_terms("device", Other)
