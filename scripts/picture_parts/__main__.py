"""Makes the README's pictures from the running demo."""

from __future__ import annotations

import io
import sys

from PIL import Image
from scripts.demo_parts.clients import Airflow
from scripts.demo_parts.site import ROOT, DemoError, site_from_environment
from scripts.picture_parts.browser import open_tab
from scripts.picture_parts.grid import picture_of_grid
from scripts.picture_parts.page import picture_of_page

FOLDER = ROOT / "docs/images"
COLOURS = 256


def main() -> int:
    """Write docs/images/grid.png and docs/images/page.png; returns the exit code."""
    site = site_from_environment()
    if Airflow(site).unhealthy():
        raise DemoError("Start scripts/demo first: the pictures show it at work.")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with open_tab() as tab:
        for name, take in {"grid": picture_of_grid, "page": picture_of_page}.items():
            write(name, take(tab, site))
    return 0


def write(name: str, png: bytes) -> None:
    """Store a picture in few colours: a scan's noise makes a large file otherwise."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    file = FOLDER / f"{name}.png"
    few = picture.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(file, optimize=True)
    print(f"{file.relative_to(ROOT)}: {picture.width}x{picture.height}, {file.stat().st_size} B")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except DemoError as error:
        sys.exit(str(error))
