"""ALTO 4.4, checked against the part of its schema that is used here."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from lxml import etree
from tests.unit.outputs.pages import KHMER, TEXTS, carried, page_of, turning, unreadable, words_of

from chartlift.model import DocumentId, ReadPage
from chartlift.outputs.alto import NAMESPACE, write_alto

ALTO = f"{{{NAMESPACE}}}"
DOCUMENT = DocumentId("5d" * 32)
SCHEMA = Path(__file__).with_name("alto_4_4_as_used.xsd")


def written(*pages: ReadPage) -> etree._Element:
    out = io.BytesIO()
    write_alto(pages, DOCUMENT, out)
    root = etree.fromstring(out.getvalue())
    etree.XMLSchema(etree.parse(SCHEMA)).assertValid(root)
    return root


def every(root: etree._Element, name: str) -> list[etree._Element]:
    return list(root.iter(ALTO + name))


def place(element: etree._Element) -> tuple[int, ...]:
    left, top, width, height = (
        int(str(element.get(name))) for name in ("HPOS", "VPOS", "WIDTH", "HEIGHT")
    )
    return left, top, left + width, top + height


def test_every_word_is_there_with_its_box_its_confidence_and_its_engine() -> None:
    lines = words_of()
    strings = every(written(page_of(lines)), "String")
    given = [word for line in lines for word in line]
    assert [string.get("CONTENT") for string in strings] == [word.text for word in given]
    assert [place(string) for string in strings] == [tuple(word.box) for word in given]
    assert {string.get("WC") for string in strings} == {"0.875"}
    assert {string.get("PROCESSINGREFS") for string in strings} == {"engine_tesseract"}


def test_the_spaces_fill_what_is_between_two_words_of_a_line() -> None:
    (line,) = every(written(page_of(words_of([["a", "b", "c"]]))), "TextLine")
    kinds = [etree.QName(child).localname for child in line]
    assert kinds == ["String", "SP", "String", "SP", "String"]
    for before, space, after in zip(line[::2], line[1::2], line[2::2], strict=False):
        end = int(str(space.get("HPOS"))) + int(str(space.get("WIDTH")))
        assert (int(str(space.get("HPOS"))), end) == (place(before)[2], place(after)[0])


@pytest.mark.parametrize("degrees", [-4, 90, 180])
def test_a_turned_page_is_valid_and_a_tilted_word_has_its_corners(degrees: float) -> None:
    lines = carried(words_of(), turning(degrees))
    root = written(page_of(lines, table_rows=range(2)))
    shapes = [polygon.get("POINTS") for polygon in every(root, "Polygon")]
    quads = [word.quad for line in lines for word in line if word.quad]
    assert shapes == [" ".join(f"{x:g},{y:g}" for x, y in quad) for quad in quads]
    for line in every(root, "TextLine"):
        assert len(str(line.get("BASELINE")).split()) >= 2


def test_a_table_is_a_composed_block_around_its_lines() -> None:
    root = written(page_of(words_of(), table_rows=range(1, 3)))
    (table,) = every(root, "ComposedBlock")
    assert table.get("TYPE") == "table"
    assert len(every(table, "TextLine")) == 2


def test_the_head_and_the_foot_of_a_page_stand_in_its_margins() -> None:
    root = written(page_of(words_of(), margins=(1, 1)))

    texts = [
        [str(string.get("CONTENT")) for string in every(space, "String")]
        for name in ("TopMargin", "PrintSpace", "BottomMargin")
        for space in every(root, name)
    ]
    assert texts == [list(line) for line in TEXTS]


def test_both_readings_stay_where_two_engines_disagree() -> None:
    ((word,),) = words_of([["5.8"]])
    doubted = word.model_copy(update={"other": "5.3", "engine": "rapidocr"})
    root = written(page_of([[doubted]]))
    (string,) = every(root, "String")
    assert (string.get("CONTENT"), [a.text for a in every(root, "ALTERNATIVE")]) == ("5.8", ["5.3"])
    assert [step.get("ID") for step in every(root, "Processing")] == ["engine_rapidocr"]


def test_languages_are_xml_tags() -> None:
    root = written(page_of(words_of([[KHMER, "test"]]), languages=("khm", "eng")))
    assert every(root, "Page")[0].get("LANG") == "en"
    assert [string.get("LANG") for string in every(root, "String")] == ["km", None]


def test_a_page_that_could_not_be_read_is_there_and_says_why() -> None:
    first, second = every(written(page_of(words_of()), unreadable(2)), "Page")
    assert first.get("QUALITY") is None
    assert (second.get("QUALITY"), second.get("QUALITY_DETAIL")) == ("Damaged", "damaged-file")
    assert [page.get("PHYSICAL_IMG_NR") for page in (first, second)] == ["1", "2"]


def test_a_page_without_a_word_and_text_that_xml_forbids_are_valid() -> None:
    root = written(page_of([]), page_of(words_of([["a\x00<\ud800"]]), number=2))
    assert [string.get("CONTENT") for string in every(root, "String")] == ["a�<�"]


def test_the_document_is_named_by_its_id_and_by_nothing_else() -> None:
    root = written(page_of(words_of()))
    assert [found.text for found in every(root, "documentIdentifier")] == [DOCUMENT]
    assert every(root, "fileName") == []
