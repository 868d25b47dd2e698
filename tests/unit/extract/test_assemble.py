"""The record of a document: ids, doubts, pages that were not read, what is told to a person."""

from datetime import UTC, datetime

import pytest

from chartlift.extract.assemble import (
    DocumentFacts,
    extract_components,
    extract_record,
    extract_text,
)
from chartlift.frozen import from_json, to_json
from chartlift.model import Box, DocumentId, Fingerprint, Line, OcrPage, PageLayout, ReadPage, Word
from chartlift.record import Category, Record
from chartlift.settings import load_settings

NOW = datetime(2026, 2, 19, 14, 30, tzinfo=UTC)
SETTINGS = load_settings()
FACTS = DocumentFacts(
    document_id=DocumentId("0" * 64),
    file_type="pdf",
    extracted_at=NOW,
    fingerprint=Fingerprint("f" * 16),
)
LAB = "LABORATORY RESULTS\nName: Joan Hart MRN: KR-0047\nPotassium 5.8 H mmol/L 3.5-5.1\n"


def a_page(
    number: int,
    text: str,
    confidence: float = 0.95,
    unreadable: str | None = None,
    score: float | None = None,
) -> ReadPage:
    words, lines = [], []
    for y, row in enumerate(text.splitlines()):
        start = len(words)
        for x, word in enumerate(row.split()):
            box = Box(100 * x, 40 * y, 100 * x + 90, 40 * y + 20)
            words.append(Word(text=word, box=box, confidence=confidence, engine="test"))
        area = words[start].box.union(words[-1].box)
        lines.append(Line(words=tuple(range(start, len(words))), box=area))
    ocr = OcrPage(
        number=number,
        width=1000,
        height=1400,
        dpi=150,
        source="ocr",
        engine="test",
        languages=("eng",),
        words=tuple(words),
        score=score,
        unreadable=unreadable,
    )
    return ReadPage(ocr=ocr, layout=PageLayout(lines=tuple(lines)))


def record_of(*pages: ReadPage) -> Record:
    return extract_record(pages, FACTS, settings=SETTINGS)


def test_every_finding_has_an_id_of_its_page_kind_concept_and_ordinal() -> None:
    record = record_of(a_page(1, LAB), a_page(2, LAB))
    assert [one.id for one in record.findings()] == ["p1:lab:potassium:0", "p2:lab:potassium:0"]


def test_the_record_repeats_the_facts_and_leaves_what_is_served_later_empty() -> None:
    record = record_of(a_page(1, LAB))
    assert (record.document_id, record.fingerprint) == (FACTS.document_id, FACTS.fingerprint)
    assert (record.file_name, record.status, record.processing_time_ms) == (None, None, None)
    assert record.languages == ("eng",)


def test_a_clear_page_asks_nobody() -> None:
    assert not record_of(a_page(1, LAB)).review.needed


def test_a_page_without_any_finding_is_no_reason_to_ask() -> None:
    assert not record_of(a_page(1, "Thank you for your visit")).review.needed


def test_a_page_that_could_not_be_read_is_a_reason_with_its_code() -> None:
    blank = a_page(2, "", unreadable="page-timeout")
    reasons = record_of(a_page(1, LAB), blank).review.reasons
    assert [(one.finding, one.page, one.code) for one in reasons] == [(None, 2, "page-timeout")]


def test_a_page_of_which_much_was_not_read_is_a_reason_to_look_at_it() -> None:
    pages = a_page(1, LAB, score=0.93), a_page(2, "Seen by nobody", score=0.41)

    reasons = record_of(*pages).review.reasons

    assert [(one.finding, one.page, one.code) for one in reasons] == [(None, 2, "poorly-read")]


def test_a_value_of_low_confidence_is_flagged_and_a_reason() -> None:
    record = record_of(a_page(1, LAB, confidence=0.6))
    (result,) = record.categories.lab_results
    assert result.flags == ("low-confidence",)
    reasons = [(one.finding, one.code) for one in record.review.reasons]
    assert (result.id, "low-confidence") in reasons
    assert ("patient:name", "low-confidence") in reasons, "who the patient is may be misread too"


def test_each_doubt_of_a_finding_is_a_reason() -> None:
    record = record_of(a_page(1, "Sodium 1390 L mmol/L 135-145"))
    assert [one.code for one in record.review.reasons] == ["implausible", "cross-check"]


def test_findings_are_also_given_as_flat_spans() -> None:
    (entity,) = record_of(a_page(1, LAB)).entities
    assert (entity.type, entity.text, entity.page) == ("lab_result", "Potassium 5.8 mmol/L", 1)


def test_the_only_time_of_collection_is_that_of_all_results() -> None:
    text = "Collected: 20/01/2026 07:30\nPotassium 5.8 mmol/L 3.5-5.1\nSodium 139 mmol/L 135-145"
    collected = {one.collected for one in record_of(a_page(1, text)).categories.lab_results}
    assert collected == {"2026-01-20T07:30"}


def test_pages_of_one_category_are_one_segment() -> None:
    record = record_of(a_page(1, LAB), a_page(2, LAB))
    assert [(one.pages, one.category) for one in record.segments] == [((1, 2), Category.LAB_REPORT)]


def test_confidence_is_the_mean_weighted_by_length_and_null_without_words() -> None:
    assert record_of(a_page(1, LAB, confidence=0.9)).average_confidence == pytest.approx(0.9)
    assert record_of(a_page(1, "")).average_confidence is None


def test_plain_text_is_one_page_whose_evidence_are_spans() -> None:
    record = extract_text(LAB, settings=SETTINGS, extracted_at=NOW)
    (result,) = record.categories.lab_results
    assert result.evidence.span is not None
    assert LAB[slice(*result.evidence.span)] == "5.8"
    assert (result.evidence.box, record.pages[0].source) == (None, "text")
    assert record.raw_text == LAB


def test_the_same_text_gives_the_same_record() -> None:
    first = extract_text(LAB, settings=SETTINGS, extracted_at=NOW)
    assert to_json(extract_text(LAB, settings=SETTINGS, extracted_at=NOW)) == to_json(first)
    assert (
        extract_text(LAB + " ", settings=SETTINGS, extracted_at=NOW).document_id
        != first.document_id
    )


def test_a_record_survives_its_json() -> None:
    record = record_of(a_page(1, LAB))
    assert from_json(Record, to_json(record)) == record


def test_the_components_name_the_data_by_its_fingerprint() -> None:
    components = extract_components()
    assert len(components["data"]) == 16
    assert {"extract", "rapidfuzz", "regex"} <= set(components)
