"""Makes the README's pictures from the running demo."""

from __future__ import annotations

import io
import sys

import numpy as np
from PIL import Image
from scripts.demo_parts.clients import Airflow
from scripts.demo_parts.site import ROOT, DemoError, site_from_environment
from scripts.picture_parts.browser import open_tab
from scripts.picture_parts.grid import picture_of_grid
from scripts.picture_parts.page import picture_of_page

FOLDER = ROOT / "docs/images"
GREYS = COLOURS = 128
COLOURED = 40
"""A pixel is coloured where its red, green and blue differ by more."""


def main() -> int:
    """Write docs/images/grid.png and docs/images/page.png; returns the exit code."""
    site = site_from_environment()
    if Airflow(site).unhealthy():
        raise DemoError("Start scripts/demo first: the pictures show it at work.")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with open_tab() as tab:
        write("grid", image_of(picture_of_grid(tab, site)))
        page = image_of(picture_of_page(tab, site))
    # The noise of a scan makes a large file, unless its colours are few.
    write("page", page.quantize(palette=_palette(page), dither=Image.Dither.NONE))
    return 0


def image_of(png: bytes) -> Image.Image:
    """The picture in memory, without transparency."""
    return Image.open(io.BytesIO(png)).convert("RGB")


def write(name: str, picture: Image.Image) -> None:
    """Store a picture for the README, and say how large it is."""
    file = FOLDER / f"{name}.png"
    picture.save(file, optimize=True)
    print(f"{file.relative_to(ROOT)}: {picture.width}x{picture.height}, {file.stat().st_size} B")


def _palette(picture: Image.Image) -> Image.Image:
    # Half of the palette is kept for what is coloured, each shade once: counted by pixels, the
    # greys of the scan would leave none for a few thin frames.
    shades = np.unique(np.asarray(picture).reshape(-1, 3), axis=0)
    coloured = shades[np.ptp(shades, axis=1) > COLOURED]
    colours = Image.fromarray(coloured[np.newaxis]).quantize(COLOURS).getpalette() or []
    palette = Image.new("P", (1, 1))
    greys = [level for step in range(GREYS) for level in [round(step * 255 / (GREYS - 1))] * 3]
    palette.putpalette(greys + colours)
    return palette


if __name__ == "__main__":
    try:
        sys.exit(main())
    except DemoError as error:
        sys.exit(str(error))
