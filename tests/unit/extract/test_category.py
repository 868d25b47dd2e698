"""The category of pages and of whole documents."""

import pytest

from chartlift.extract.category import classify, whole
from chartlift.extract.context import page_of_text
from chartlift.record import Category


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("LABORATORY REPORT\nGlucose 5.8 mmol/L", Category.LAB_REPORT),
        ("COMPTE RENDU D'ANALYSES\nGlycémie", Category.LAB_REPORT),
        ("លទ្ធផលពិសោធន៍\nតេស្ត", Category.LAB_REPORT),
        ("ORDONNANCE\nParacétamol 500 mg", Category.PRESCRIPTION),
        ("វេជ្ជបញ្ជា\nឈ្មោះឱសថ", Category.PRESCRIPTION),
        ("1. Amoxicillin\nSig: 1 capsule PO TID\nQty: 21\nRefills: none", Category.PRESCRIPTION),
        ("RADIOLOGY REPORT\nFINDINGS: clear lungs", Category.IMAGING_REPORT),
        ("DISCHARGE SUMMARY\nHospital course", Category.DISCHARGE_SUMMARY),
        ("REFERRAL LETTER\nDear colleague,", Category.REFERRAL_LETTER),
        ("TRIAGE NOTE\nChief complaint: fever", Category.TRIAGE_NOTE),
        ("PRIOR AUTHORIZATION\nDiagnosis: low back pain", Category.OTHER),
        ("FAX COVER SHEET\nTo: Laboratory", Category.OTHER),
        ("Spring sale of office chairs", Category.OTHER),
        ("", Category.OTHER),
    ],
)
def test_a_page_is_told_by_its_title_or_its_hints(text: str, category: Category) -> None:
    assert classify([page_of_text(text)]) == (category,)


def test_a_page_that_says_nothing_goes_on_the_one_before() -> None:
    pages = [page_of_text("DISCHARGE SUMMARY"), page_of_text("She went home with her daughter.")]
    assert classify(pages) == (Category.DISCHARGE_SUMMARY, Category.DISCHARGE_SUMMARY)


def test_a_document_is_what_its_first_told_page_is() -> None:
    assert whole((Category.OTHER, Category.REFERRAL_LETTER, Category.LAB_REPORT)) == (
        Category.REFERRAL_LETTER
    )
    assert whole(()) is Category.OTHER
