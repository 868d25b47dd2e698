"""Pictures of hard pages: as it came, as it was prepared, and its words on the page as it came.

    python -m benchmarks.overlays OUT [--profile auto] [--width 520]

Six drawn pages, from the seeds kept for tuning, each under another of the damages that are hardest
to read through. The frames are green where a word is believed, amber below the confidence under
which a person is asked, red below half, purple where two engines disagree.
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from benchmarks.pages.damages import damage, fits
from benchmarks.pages.drawing import draw_page, seeds
from chartlift.model import PageImage
from chartlift.reading.prepare import prepare_page
from chartlift.reading.recognise import read_page
from chartlift.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.pages.truth import Page
    from chartlift.model import Raster, ReadPage, Word
    from chartlift.settings import Settings

HARD = (
    ("phone", "eng"),
    ("curl", "khm"),
    ("fax_standard", "fra"),
    ("uneven_light", "khm"),
    ("upside_down", "fra"),
    ("bleed_through", "eng"),
)
"""Damages, and the language of the page that each is shown on."""
HALF = 0.5
GREEN, AMBER, RED, PURPLE = "#17804f", "#d97800", "#c8281e", "#7b3fb5"
HEAD, MARGIN = 44, 8
JPEG_QUALITY = 80


def hard_pages() -> Iterator[Page]:
    """The six pages; of each language the layouts are taken in turn."""
    drawn = [draw_page(seed) for seed in seeds("tuning")[:60]]
    shown: set[str] = set()
    for name, language in HARD:
        fitting = (p for p in drawn if p.language == language and fits(p, name))
        page = next(page for page in fitting if page.layout not in shown)
        shown.add(page.layout)
        yield damage(page, name)


def read(page: Page, settings: Settings) -> tuple[Raster, ReadPage]:
    """The page as it was prepared, and as it was read."""
    height, width = page.pixels.shape
    told = PageImage(number=1, width=width, height=height, dpi=page.dpi, image="0001.png")
    file = io.BytesIO()
    Image.fromarray(page.pixels).save(file, "PNG", dpi=(page.dpi, page.dpi))
    raster, prepared = prepare_page(told, file.getvalue(), profile=settings.profile)
    return raster, read_page(told, raster, prepared, settings=settings)


def framed(page: Page, result: ReadPage, width: int, settings: Settings) -> Image.Image:
    """The page as it came, so many pixels wide, with a frame around each word."""
    scale = width / page.pixels.shape[1]
    picture = sized(Image.fromarray(page.pixels), width).convert("RGB")
    pen = ImageDraw.Draw(picture)
    for word in result.ocr.words:
        left, top, right, bottom = word.box
        corners = word.quad or ((left, top), (right, top), (right, bottom), (left, bottom))
        outline = [(x * scale, y * scale) for x, y in corners]
        pen.polygon(outline, outline=colour(word, settings.review_below))
    return picture


def colour(word: Word, doubted_below: float) -> str:
    """What the frame of a word says of it."""
    if word.other is not None:
        return PURPLE
    if word.confidence >= doubted_below:
        return GREEN
    return AMBER if word.confidence >= HALF else RED


def beside(title: str, panels: list[Image.Image]) -> Image.Image:
    """The pictures side by side under one line of text."""
    width = sum(panel.width + MARGIN for panel in panels) - MARGIN
    whole = Image.new("RGB", (width, HEAD + max(panel.height for panel in panels)), "white")
    ImageDraw.Draw(whole).text((4, 10), title, fill="black", font=ImageFont.load_default(20))
    left = 0
    for panel in panels:
        whole.paste(panel, (left, HEAD))
        left += panel.width + MARGIN
    return whole


def sized(picture: Image.Image, width: int) -> Image.Image:
    """The picture so many pixels wide."""
    height = round(picture.height * width / picture.width)
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def title_of(page: Page, raster: Raster, result: ReadPage) -> str:
    """What happened to the page, and what came of it."""
    ocr = result.ocr
    mean = sum(word.confidence for word in ocr.words) / max(len(ocr.words), 1)
    turned = f", turned {ocr.rotation}" if ocr.rotation else ""
    skew = f", skew {ocr.skew_degrees:.1f}" if abs(ocr.skew_degrees) >= 0.05 else ""
    return (
        f"{page.damage.replace('_', ' ')}, {page.language}: {page.dpi} > {raster.dpi} dpi{turned}"
        f"{skew}; {', '.join(ocr.steps) or 'no step'}; {len(ocr.words)} words read, "
        f"{len(page.words)} printed, mean confidence {mean:.2f}"
    )


def main() -> None:
    """Writes the six pictures, and prints what each shows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--profile", default="auto")
    parser.add_argument("--width", type=int, default=520, help="pixels of each of three pictures")
    asked = parser.parse_args()
    settings = load_settings({"profile": asked.profile})
    asked.out.mkdir(parents=True, exist_ok=True)
    for page in hard_pages():
        raster, result = read(page, settings)
        panels = [
            sized(Image.fromarray(page.pixels), asked.width).convert("RGB"),
            sized(Image.fromarray(raster.pixels), asked.width).convert("RGB"),
            framed(page, result, asked.width, settings),
        ]
        title = title_of(page, raster, result)
        file = asked.out / f"{page.damage}.jpg"
        beside(title, panels).save(file, quality=JPEG_QUALITY, optimize=True)
        print(f"{file}: {title}")


if __name__ == "__main__":
    main()
