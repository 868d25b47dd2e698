from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartlift.frozen import Frozen, from_json, to_json
from chartlift.model import Box, Line, OcrPage, PageLayout, ReadPage, Word


class Value(Frozen):
    value: Decimal


@pytest.mark.parametrize("printed", ["7.10", "0.50", "140", "1E+3", "0.000001"])
def test_a_decimal_keeps_its_printed_digits_through_json(printed: str) -> None:
    stored = to_json(Value(value=Decimal(printed)))
    assert printed.encode() in stored
    assert str(from_json(Value, stored).value) == printed


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(ValueError, match="extra"):
        from_json(Value, b'{"value": 1, "other": 2}')


boxes = st.tuples(*[st.integers(0, 500)] * 2, *[st.integers(1, 300)] * 2).map(
    lambda t: Box(t[0], t[1], t[0] + t[2], t[1] + t[3])
)


@given(boxes, boxes)
def test_a_union_holds_both_boxes_whole(one: Box, other: Box) -> None:
    both = one.union(other)
    assert both.overlap(one) == one.width * one.height
    assert both.overlap(other) == other.width * other.height


@given(boxes, boxes)
def test_overlap_is_the_same_from_either_side(one: Box, other: Box) -> None:
    assert one.overlap(other) == other.overlap(one) <= one.width * one.height


def test_boxes_that_only_touch_do_not_overlap() -> None:
    assert Box(0, 0, 10, 10).overlap(Box(10, 0, 20, 10)) == 0


def test_a_pages_text_follows_its_lines_and_survives_storage() -> None:
    words = tuple(
        Word(text=t, box=Box(0, 0, 9, 9), confidence=0.9, engine="tesseract")
        for t in ("ជាតិស្ករ", "5.8", "Glucose")
    )
    ocr = OcrPage(
        number=1, width=9, height=9, dpi=300, source="ocr", engine="tesseract", words=words
    )
    lines = (Line(words=(2, 1), box=Box(0, 0, 9, 9)), Line(words=(0,), box=Box(0, 9, 9, 18)))
    page = ReadPage(ocr=ocr, layout=PageLayout(lines=lines))
    assert page.text == "Glucose 5.8\nជាតិស្ករ"
    assert from_json(ReadPage, to_json(page)) == page
