"""Which way a page of a text layer is turned, told by its words alone."""

import pytest

from chartlift.model import Box, Word
from chartlift.reading.direction import Quarters, turn_of

SIDE = 2000
TABLE = (
    ("Hemoglobin", "12.5", "g/dL", "12-16"),
    ("Glucose", "5.6", "mmol/L", "3.9-5.5"),
    ("Sodium", "140", "mmol/L", "135-145"),
    ("Potassium", "4.1", "mmol/L", "3.5-5.1"),
)
NOTICE = ["Reference", "laboratory", "confidential", "copy", "number"]
PROSE = ["The", "patient", "was", "seen", "with", "fever", "and", "cough", "since", "three", "days"]


def line(texts: tuple[str, ...] | list[str], top: int, height: int, apart: int = 0) -> list[Word]:
    """Words of a level line from the left; `apart` pixels from start to start, or set closely."""
    words, left = [], 200
    for text in texts:
        width = len(text) * height // 2
        box = Box(left, top, left + width, top + height)
        words.append(Word(text=text, box=box, confidence=1.0, engine="text-layer"))
        left += apart or width + height // 3
    return words


def table() -> list[Word]:
    return [word for n, row in enumerate(TABLE) for word in line(row, 300 + 60 * n, 30, 320)]


def notice(height: int) -> list[Word]:
    return [word for n in range(6) for word in line(NOTICE, 1800 + 2 * height * n, height)]


def on_end(words: list[Word], quarters: Quarters) -> list[Word]:
    """The words of a square page turned counter-clockwise (90), or clockwise (270)."""
    if quarters == 90:
        boxes = [Box(w.box.top, SIDE - w.box.right, w.box.bottom, SIDE - w.box.left) for w in words]
    else:
        boxes = [Box(SIDE - w.box.bottom, w.box.left, SIDE - w.box.top, w.box.right) for w in words]
    return [w.model_copy(update={"box": box}) for w, box in zip(words, boxes, strict=True)]


@pytest.mark.parametrize("height", [16, 30])
@pytest.mark.parametrize("quarters", [90, 270])
def test_print_on_end_in_the_margin_turns_no_level_table(quarters: Quarters, height: int) -> None:
    assert turn_of(table() + on_end(notice(height), quarters)) == 0


@pytest.mark.parametrize("quarters", [90, 270])
def test_small_print_on_end_turns_no_level_prose(quarters: Quarters) -> None:
    prose = [word for n in range(2) for word in line(PROSE, 300 + 60 * n, 30)]

    assert turn_of(prose + on_end(notice(16), quarters)) == 0


@pytest.mark.parametrize("quarters", [90, 270])
@pytest.mark.parametrize("kind", ["table", "prose"])
def test_a_level_foot_keeps_no_page_on_its_side(quarters: Quarters, kind: str) -> None:
    prose = [word for n in range(5) for word in line(PROSE, 300 + 60 * n, 30)]
    foot = line(["Printed", "12/03/2024", "page"], 1900, 16, 500)

    assert turn_of(on_end(table() if kind == "table" else prose, quarters) + foot) == quarters
