"""Writes scanned pages in the file formats that scanners and fax servers deliver."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

JPEG_QUALITY = 55
SCANNED_AT = time.struct_time((2026, 3, 20, 9, 0, 0, 4, 79, 0))
"""Stands in every PDF instead of the moment it is made, so that its bytes never change."""
KEPT_OF_BROKEN = 0.45


def write_scan(path: Path, pages: Sequence[NDArray[np.uint8]], dpi: int) -> None:
    """Write the pages in the format that the path's suffix names."""
    WRITERS[path.suffix](path, [Image.fromarray(page) for page in pages], dpi)


def write_broken(path: Path, whole: bytes) -> None:
    """Write the first part of a PDF, cut off inside its picture, before any page object."""
    path.write_bytes(whole[: int(len(whole) * KEPT_OF_BROKEN)])


def _write_pdf(path: Path, pages: list[Image.Image], dpi: int) -> None:
    pages[0].save(
        path,
        save_all=True,
        append_images=pages[1:],
        resolution=dpi,
        quality=JPEG_QUALITY,
        producer="Kumru MFP 4100",
        creationDate=SCANNED_AT,
        modDate=SCANNED_AT,
    )


def _write_jpeg(path: Path, pages: list[Image.Image], dpi: int) -> None:
    pages[0].save(path, quality=JPEG_QUALITY, dpi=(dpi, dpi))


def _write_png(path: Path, pages: list[Image.Image], dpi: int) -> None:
    """16 greys, four bits a pixel, as a scanner set to `document` keeps them."""
    indexed = pages[0].point([grey // 17 for grey in range(256)])
    indexed = Image.frombytes("P", indexed.size, indexed.tobytes())
    indexed.putpalette([17 * grey for grey in range(16) for _ in "rgb"])
    indexed.save(path, bits=4, optimize=True, dpi=(dpi, dpi))


def _write_tiff(path: Path, pages: list[Image.Image], dpi: int) -> None:
    bilevel = set(pages[0].getdata()) <= {0, 255}
    pages = [page.convert("1", dither=Image.Dither.NONE) if bilevel else page for page in pages]
    compression = "group4" if bilevel else "tiff_lzw"
    pages[0].save(
        path,
        save_all=True,
        append_images=pages[1:],
        compression=compression,
        dpi=(dpi, dpi),
    )


WRITERS: dict[str, Callable[[Path, list[Image.Image], int], None]] = {
    ".pdf": _write_pdf,
    ".jpg": _write_jpeg,
    ".png": _write_png,
    ".tif": _write_tiff,
}
