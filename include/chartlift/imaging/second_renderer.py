"""poppler, asked for the PDF pages that PDFium crashed on or left blank; runs in the child."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from PIL import Image

from chartlift.errors import MissingProgram, RenderFailed
from chartlift.imaging.bounded import die_with_parent
from chartlift.imaging.orders import UNFINISHED
from chartlift.imaging.sheet import Canvas

PROGRAM: Final = "pdftoppm"


def render_again(path: Path, number: int, canvas: Canvas, *, seconds: int) -> Image.Image:
    """The page in RGB, rendered by poppler to the very size of the canvas.

    Its file passes through a folder below the current one, which is the child's own.

    Raises:
        MissingProgram: poppler is not installed.
        RenderFailed: it failed, took too long, or made a picture of another size.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        raise MissingProgram(subject=PROGRAM)
    size = ("-scale-to-x", str(canvas.width), "-scale-to-y", str(canvas.height))
    which = ("-f", str(number), "-l", str(number), "-singlefile", "-cropbox")
    with (
        tempfile.TemporaryDirectory(dir=Path.cwd(), suffix=UNFINISHED) as folder,
        path.open("rb") as source,
    ):
        target = Path(folder, "page")
        try:
            subprocess.run(
                [program, "-q", *which, *size, "-", str(target)],
                check=False,
                timeout=seconds,
                stdin=source,  # a file's name may be a patient's, and arguments are public
                preexec_fn=die_with_parent,
            )
            with Image.open(target.with_suffix(".ppm"), formats=["PPM"]) as image:
                image.load()
        except (OSError, subprocess.TimeoutExpired):
            raise RenderFailed(page=number) from None
    if image.size != (canvas.width, canvas.height):
        raise RenderFailed(page=number)
    return image
