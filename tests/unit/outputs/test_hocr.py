"""hOCR as its readers find it, beside what Tesseract writes."""

from __future__ import annotations

import io
import os
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from lxml import etree
from PIL import Image, ImageDraw
from tests.unit.outputs.pages import KHMER, TEXTS, carried, page_of, turning, unreadable, words_of

from chartlift.model import ReadPage, Word
from chartlift.outputs.hocr import write_hocr

XHTML = "{http://www.w3.org/1999/xhtml}"


def written(*pages: ReadPage) -> etree._Element:
    out = io.BytesIO()
    write_hocr(pages, out)
    return etree.fromstring(out.getvalue())


def of_class(root: etree._Element, name: str) -> list[etree._Element]:
    return [found for found in root.iter(etree.Element) if found.get("class") == name]


def properties(element: etree._Element) -> dict[str, list[str]]:
    parts = (shlex.split(part) for part in str(element.get("title")).split(";"))
    return {name: values for name, *values in parts}


def test_every_word_is_there_with_its_box_and_confidence() -> None:
    lines = words_of()
    root = written(page_of(lines))
    words = of_class(root, "ocrx_word")
    given = [word for line in lines for word in line]
    assert [word.text for word in words] == [word.text for word in given]
    assert [properties(word)["bbox"] for word in words] == [[*map(str, w.box)] for w in given]
    assert {properties(word)["x_wconf"][0] for word in words} == {"87.5"}
    assert {properties(word)["x_engine"][0] for word in words} == {"tesseract"}


def test_a_page_says_its_size_its_resolution_and_its_place() -> None:
    pages = [page_of(words_of(), number=number, size=(2480, 3508)) for number in (1, 2)]
    found = [properties(page) for page in of_class(written(*pages), "ocr_page")]
    size = {"bbox": ["0", "0", "2480", "3508"], "scan_res": ["150", "150"]}
    assert found == [{**size, "ppageno": ["0"]}, {**size, "ppageno": ["1"]}]


def test_the_head_and_the_foot_of_a_page_are_no_part_of_its_text() -> None:
    root = written(page_of(words_of(), margins=(1, 1)))

    texts = {
        name: [word.text for part in of_class(root, name) for word in of_class(part, "ocrx_word")]
        for name in ("ocr_header", "ocr_carea", "ocr_footer")
    }
    assert texts == dict(zip(texts, map(list, TEXTS), strict=True))


def test_each_element_lies_in_the_one_that_holds_it_and_its_id_is_its_own() -> None:
    root = written(page_of(carried(words_of(), turning(-4)), table_rows=range(2)))
    ids = [found.get("id") for found in root.iter(etree.Element) if found.get("id")]
    assert len(ids) == len(set(ids))
    for outer in ("ocr_page", "ocr_table", "ocr_carea", "ocr_par", "ocr_line"):
        for element in of_class(root, outer):
            left, top, right, bottom = map(int, properties(element)["bbox"])
            for inner in element.iter(etree.Element):
                box = [*map(int, properties(inner)["bbox"])]
                assert left <= box[0] < box[2] <= right
                assert top <= box[1] < box[3] <= bottom


def test_a_tilted_line_says_its_angle_and_a_level_one_does_not() -> None:
    for degrees, angle in ((-7, "7"), (0, None)):
        root = written(page_of(carried(words_of(), turning(degrees))))
        for line in of_class(root, "ocr_line"):
            found = properties(line).get("textangle", [None])[0]
            assert found == angle or abs(float(str(found)) - 7) < 0.2


def test_languages_are_html_tags() -> None:
    root = written(page_of(words_of([[KHMER, "test"]]), languages=("khm", "fra")))
    assert of_class(root, "ocr_page")[0].get("lang") == "fr"
    assert [word.get("lang") for word in of_class(root, "ocrx_word")] == ["km", None]


@pytest.mark.parametrize("text", ["<&>\"'", "a\x00b\x1b", "\ud800x", "￾", "]]>"])
def test_no_text_breaks_the_document(text: str) -> None:
    (found,) = of_class(written(page_of(words_of([[text]]))), "ocrx_word")
    kept = [character for character in text if character.isprintable() and character != "\ud800"]
    assert str(found.text).replace("�", "") == "".join(kept).replace("￾", "")


def test_a_page_that_could_not_be_read_is_there_and_says_why() -> None:
    root = written(page_of(words_of()), unreadable(2))
    first, second = of_class(root, "ocr_page")
    assert "x_unreadable" not in properties(first)
    assert properties(second)["x_unreadable"] == ["damaged-file"]
    assert of_class(second, "ocrx_word") == []


def test_what_tesseract_says_of_pages_lines_and_words_is_said_here_too(tmp_path: Path) -> None:
    if shutil.which("tesseract") is None:
        pytest.skip("Tesseract is not installed: there is nothing to compare with")
    picture = Image.new("L", (900, 300), 255)
    ImageDraw.Draw(picture).text((40, 100), "Glucose 5.8 mmol/L", fill=0, font_size=40)
    picture.save(tmp_path / "a.png", dpi=(150, 150))
    asked = ["tesseract", str(tmp_path / "a.png"), "-", "hocr"]
    one_thread = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    theirs = etree.fromstring(
        subprocess.run(asked, capture_output=True, check=True, env=one_thread).stdout,
        etree.XMLParser(load_dtd=False),
    )
    ours = written(page_of(words_of()))
    # Theirs names the file, which may name a patient, and draws a base line under each line.
    left_out = {"image", "baseline", "x_size", "x_descenders", "x_ascenders"}
    for name in ("ocr_page", "ocr_carea", "ocr_par", "ocr_line", "ocrx_word"):
        there, here = of_class(theirs, name)[0], of_class(ours, name)[0]
        assert there.tag == here.tag
        assert set(properties(there)) - left_out <= set(properties(here))
    names = [meta.get("name") for meta in ours.iter(f"{XHTML}meta")]
    assert {"ocr-system", "ocr-capabilities"} <= set(names)


def test_what_the_words_say_stands_nowhere_but_in_the_words() -> None:
    word = Word(text="SOPHEAK", box=(0, 0, 50, 20), confidence=1, engine="tesseract")
    out = io.BytesIO()
    write_hocr([page_of([[word]])], out)
    assert out.getvalue().count(b"SOPHEAK") == 1
