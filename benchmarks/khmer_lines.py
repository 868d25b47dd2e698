"""Which engine reads a Khmer line better, and what tells handwriting from print.

    python -m benchmarks.khmer_lines [--half tuning|report] [--data FOLDER]

Lines of nothing but Khmer, drawn from seeds (dates, ages, doses, telephone numbers in Khmer
digits), printed ones of the data folder, both under damages, and handwritten ones. Prints one row
for each kind and damage: character errors of Tesseract and of khmer-ocr-ocm, Khmer numbers found
and read wrongly, and the share of lines that would be called handwritten because the two differ in
more than half of the characters and Tesseract is unsure.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks.material import DATA, handwritten_lines, printed_lines, truth_of
from benchmarks.metrics import NUMBER, bare, character_errors, fold
from benchmarks.pages.damages import DAMAGES
from chartlift.model import Raster, Way
from chartlift.ocr.protocol import Shape
from chartlift.ocr.registry import load_engine, load_recogniser

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

UNDER = "clean", "fax_fine", "fax_standard", "dpi_100", "blur", "jpeg", "grain", "photocopy"
FONTS = (
    *("khmeros/KhmerOS", "khmeros/KhmerOSbattambang", "khmeros/KhmerOSsiemreap"),
    *("noto/NotoSansKhmer-Regular", "noto/NotoSerifKhmer-Regular"),
)
MONTHS = ("មករា", "កុម្ភៈ", "មីនា", "មេសា", "ឧសភា", "មិថុនា", "កក្កដា", "សីហា", "កញ្ញា", "តុលា")
KHMER_DIGITS = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")
ARABIC = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")
SEEDS = {"tuning": 4, "report": 5004}
DRAWN, MARGIN = 60, 10
DIFFERENT, UNSURE = 0.5, 0.7


class Line(NamedTuple):
    """One line and what it says."""

    text: str
    pixels: Pixels
    dpi: int


class Outcome(NamedTuple):
    """How one line was read; of errors and numbers first Tesseract's, then khmer-ocr-ocm's."""

    errors: tuple[float, float]
    wanted: int
    found: tuple[int, int]
    wrong: tuple[int, int]
    handwritten: bool


def drawn_lines(half: str) -> Iterator[Line]:
    """Lines drawn from the half's own seed."""
    chance = random.Random(SEEDS[half])
    for number in range(DRAWN):
        place = f"/usr/share/fonts/truetype/{FONTS[number % len(FONTS)]}.ttf"
        text = _sentence(chance).translate(KHMER_DIGITS)
        font = ImageFont.truetype(place, chance.choice((38, 42, 46, 50)))
        left, top, right, bottom = (round(edge) for edge in font.getbbox(text))
        picture = Image.new("L", (right - left + 24, bottom - top + 16), 255)
        ImageDraw.Draw(picture).text((12 - left, 8 - top), text, fill=20, font=font)
        yield Line(text, np.asarray(picture), 300)


def _sentence(chance: random.Random) -> str:
    day, month, year = chance.randrange(1, 29), chance.choice(MONTHS), chance.randrange(2019, 2027)
    number = " ".join(str(chance.randrange(100, 999)) for _ in range(2))
    return chance.choice(
        (
            f"ថ្ងៃទី{day:02} ខែ{month} ឆ្នាំ{year}",
            f"អាយុ {chance.randrange(18, 90)} ឆ្នាំ",
            f"ទូរស័ព្ទ 0{chance.randrange(10, 99)} {number}",
            f"{chance.randrange(1, 9)} គ្រាប់ {chance.randrange(3, 30)} ថ្ងៃ",
        )
    )


def real_lines(half: str, data: Path, *, handwritten: bool) -> Iterator[Line]:
    """Lines of the data folder."""
    for sample in (handwritten_lines if handwritten else printed_lines)(half, data):
        with Image.open(sample.path) as image:
            pixels = np.asarray(image.convert("L"))
        yield Line(truth_of(sample).texts[0], pixels, sample.dpi)


def damaged(line: Line, name: str) -> Line:
    """The line under a damage."""
    if name == "clean":
        return line
    pixels = DAMAGES[name](line.pixels, line.dpi, np.random.default_rng(5)).pixels
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY) if pixels.ndim == 3 else pixels
    return line._replace(pixels=np.asarray(grey, dtype=np.uint8))


def read(line: Line) -> Outcome:
    """What both engines make of a line."""
    padded = np.pad(line.pixels, MARGIN, constant_values=255)
    raster = Raster(padded, line.dpi, Way())
    words = load_engine("tesseract", {}).read(raster, ("khm", "eng"), shape=Shape.LINE)
    other = load_recogniser("khmer_ocr_ocm", {}).recognise(line.pixels)
    texts = fold(" ".join(word.text for word in words)), fold(other.text)
    letters = sum(len(word.text) for word in words)
    sureness = sum(word.confidence * len(word.text) for word in words) / max(letters, 1)
    differ = max(character_errors([a], b) for a, b in (texts, texts[::-1]))
    wanted, *told = (_numbers(text) for text in (fold(line.text), *texts))
    tesseract, khmer = (
        (character_errors([fold(line.text)], text), sum(n in t for n in wanted), _extra(t, wanted))
        for text, t in zip(texts, told, strict=True)
    )
    errors, found, wrong = zip(tesseract, khmer, strict=True)
    return Outcome(errors, len(wanted), found, wrong, differ > DIFFERENT and sureness < UNSURE)


def _numbers(text: str) -> list[str]:
    return NUMBER.findall(bare(text).translate(ARABIC))


def _extra(told: Sequence[str], wanted: Sequence[str]) -> int:
    return sum(number not in wanted for number in told)


def row(kind: str, name: str, lines: Sequence[Line]) -> str:
    """One row of the table."""
    outcomes = [read(damaged(line, name)) for line in lines]
    errors = (100 * float(np.mean([o.errors[way] for o in outcomes])) for way in (0, 1))
    wanted = sum(o.wanted for o in outcomes)
    found = (f"{sum(o.found[way] for o in outcomes)}/{wanted}" for way in (0, 1))
    wrong = (sum(o.wrong[way] for o in outcomes) for way in (0, 1))
    flagged = 100 * float(np.mean([o.handwritten for o in outcomes]))
    numbers = "".join(f"{told:>9} {extra:>3}" for told, extra in zip(found, wrong, strict=True))
    cells = "".join(f"{error:>8.1f}" for error in errors)
    return f"{kind:<12}{name:<14}{len(lines):>4}{cells}{numbers}{flagged:>8.1f}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--half", choices=SEEDS, default="report")
    parser.add_argument("--data", type=Path, default=DATA)
    chosen = parser.parse_args()
    print(
        "lines       damage           n   CER tess/khmer  numbers, wrong: tess, khmer  called hand"
    )
    printed = list(real_lines(chosen.half, chosen.data, handwritten=False))
    for kind, lines in (("drawn", list(drawn_lines(chosen.half))), ("printed", printed)):
        for name in UNDER:
            print(row(kind, name, lines), flush=True)
    print(row("handwritten", "clean", list(real_lines(chosen.half, chosen.data, handwritten=True))))


if __name__ == "__main__":
    main()
