import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.unit.reading.drawn import (
    LAB_ROWS,
    Pixels,
    lab_page,
    noisy,
    page_image,
    png,
    prose_page,
    shaded,
    shared,
    tilted,
    turned_point,
)

from chartlift.errors import EngineCrashed
from chartlift.model import Box, PageImage, ReadPage, Word
from chartlift.reading.prepare import prepare_page
from chartlift.reading.recognise import read_page, read_text_layer
from chartlift.settings import load_settings


def read(pixels: Pixels, dpi: int = 300, **overrides: object) -> ReadPage:
    page = page_image(pixels, dpi)
    settings = load_settings({"profile": "fast", **overrides})
    raster, prepared = prepare_page(page, png(pixels), profile=settings.profile)
    return read_page(page, raster, prepared, settings=settings)


def rows_of(page: ReadPage) -> list[list[str]]:
    """The cells of the page's first table, without spaces, row by row."""
    rows: dict[int, list[str]] = {}
    for cell in page.layout.tables[0].cells:
        text = "".join(page.ocr.words[number].text for number in cell.words)
        rows.setdefault(cell.row, []).append(text)
    return [rows[number] for number in sorted(rows)]


LAB_CELLS = [[text.replace(" ", "") for text in row] for row in LAB_ROWS]


@pytest.mark.parametrize(
    "pixels",
    [
        lab_page(),
        noisy(tilted(lab_page(), 1.7, paper=240), 7),
        tilted(lab_page(), -5.0),
        shaded(lab_page()),
        np.ascontiguousarray(np.rot90(lab_page(), 1)),
        np.ascontiguousarray(np.rot90(lab_page(), 2)),
        np.ascontiguousarray(np.rot90(lab_page(), 3)),
        np.pad(lab_page(), 50, constant_values=10),
    ],
    ids=["clean", "scanned", "skewed", "shaded", "left", "upside-down", "right", "black-border"],
)
def test_a_ruled_laboratory_table_comes_out_cell_by_cell(pixels: Pixels) -> None:
    page = read(pixels)

    assert rows_of(page) == LAB_CELLS
    assert page.ocr.languages == ("eng",)


def test_the_lines_of_a_page_are_its_rows_in_reading_order() -> None:
    page = read(lab_page())

    lines = page.text.split("\n")
    assert lines[0] == "GENERAL HOSPITAL"
    assert lines[3].startswith("Hemoglobin 13.1 g/dL")
    assert list(range(len(page.ocr.words))) == [n for line in page.layout.lines for n in line.words]


@pytest.mark.parametrize("degrees", [0.0, 4.0])
def test_a_word_is_on_the_page_where_it_was_drawn(degrees: float) -> None:
    clean = lab_page()

    page = read(tilted(clean, degrees))

    (word,) = (word for word in page.ocr.words if word.text == "Hemoglobin")
    expected = turned_point((220 + 115, 600 + 42), clean, degrees)
    assert word.box.center == pytest.approx(expected, abs=22)
    assert (word.quad is None) == (degrees == 0.0)
    assert page.ocr.skew_degrees == pytest.approx(degrees, abs=0.1)


@pytest.mark.parametrize(("quarters", "rotation"), [(1, 90), (2, 180), (3, 270)])
def test_the_page_says_how_far_it_was_turned(quarters: int, rotation: int) -> None:
    page = read(np.ascontiguousarray(np.rot90(prose_page(), quarters)))

    assert page.ocr.rotation == rotation
    assert page.text.startswith("The patient was seen")


def test_a_french_page_is_read_as_french() -> None:
    page = read(
        prose_page(
            [
                "Le patient est venu avec sa femme pour un examen du matin.",
                "Les valeurs de la glucose sont dans les normes pour ce jour.",
                "Tension prise au bras droit avant le repas de midi et du soir.",
            ]
        )
    )

    assert page.ocr.languages == ("fra",)
    assert "avant le repas" in page.text


def test_the_languages_that_were_asked_for_are_used() -> None:
    assert read(prose_page(), languages="fra").ocr.languages == ("fra",)


def test_a_blank_page_is_readable_and_has_no_words() -> None:
    page = read(np.full((1000, 800), 255, np.uint8))

    assert page.ocr.unreadable is None
    assert page.ocr.words == ()
    assert page.layout.lines == ()


def _program(folder: Path, body: str) -> Path:
    """A program that lists languages as Tesseract does, and then does something else."""
    path = folder / "tesseract"
    lists = "printf 'List in \"/nowhere/\" (3):\\neng\\nfra\\nkhm\\n'; exit"
    path.write_text(f'#!/bin/sh\ncase "$*" in *--list-langs*) {lists};; esac\n{body}')
    path.chmod(0o755)
    return path


def test_a_page_that_takes_too_long_is_unreadable_and_no_exception(tmp_path: Path) -> None:
    slow = _program(tmp_path, "exec sleep 60\n")

    page = read(prose_page(), tesseract_cmd=str(slow), page_seconds=5, ocr_fallback_engine="none")

    assert page.ocr.unreadable == "page-timeout"
    assert page.ocr.words == ()


def test_an_engine_that_crashes_is_raised_for_the_task_to_try_again(tmp_path: Path) -> None:
    broken = _program(tmp_path, "kill -SEGV $$\n")

    with pytest.raises(EngineCrashed):
        read(prose_page(), tesseract_cmd=str(broken), ocr_fallback_engine="none")


def test_a_text_layer_is_put_in_order_and_keeps_its_words() -> None:
    words = tuple(
        Word(text=text, box=Box(x, y, x + 80, y + 30), confidence=1.0, engine="text-layer")
        for text, x, y in [("count", 200, 100), ("Name:", 100, 40), ("blood", 100, 100)]
    )
    page = PageImage(number=3, width=900, height=1200, dpi=300, image=None, words=words)

    read_page = read_text_layer(page)

    assert read_page.text == "Name:\nblood count"
    assert read_page.ocr.source == "text-layer"
    assert read_page.ocr.engine is None
    assert sorted(word.text for word in read_page.ocr.words) == ["Name:", "blood", "count"]


@pytest.mark.parametrize("name", ["05", "11"])
def test_a_shared_page_with_a_ruled_table_has_its_cells(name: str) -> None:
    import json

    folder = shared("synthetic_pages")
    truth = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))

    page = read(np.asarray(Image.open(folder / f"{name}.png").convert("L")))

    cells = [cell for table in page.layout.tables for cell in table.cells]
    texts = {"".join(page.ocr.words[n].text for n in cell.words) for cell in cells}
    numbers = [cell["text"] for cell in truth["cells"] if re.search(r"[0-9]", cell["text"])]
    found = sum(text.replace(" ", "") in texts for text in numbers)
    assert len(cells) == len(truth["cells"])
    assert found >= 0.95 * len(numbers)
