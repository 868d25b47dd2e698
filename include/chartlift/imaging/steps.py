"""The steps a profile may name; each is a function `Raster -> Raster` under its own name.

A step tests by itself whether the page asks for it; where it does not, the very raster it was
given comes back. Every step keeps the homography that leads back to the original page.
"""

from __future__ import annotations

from collections.abc import Callable

from chartlift.errors import InvalidData
from chartlift.imaging.back import wipe_back
from chartlift.imaging.bend import lay_flat
from chartlift.imaging.border import clear_border
from chartlift.imaging.classic import (
    denoise_nlm,
    deskew_by_hough,
    equalize_clahe,
    threshold_adaptive,
)
from chartlift.imaging.focus import sharpen
from chartlift.imaging.light import flatten_light, stretch_contrast
from chartlift.imaging.negative import invert_negative
from chartlift.imaging.noise import smooth_grain, wipe_specks
from chartlift.imaging.photo import straighten_sheet
from chartlift.imaging.rulings import remove_rulings
from chartlift.imaging.scale import scale_letters
from chartlift.imaging.skew import deskew
from chartlift.imaging.upright import turn_upright
from chartlift.model import Raster

Step = Callable[[Raster], Raster]

STEPS: dict[str, Step] = {
    step.__name__: step
    for step in (
        invert_negative,
        straighten_sheet,
        clear_border,
        flatten_light,
        stretch_contrast,
        smooth_grain,
        sharpen,
        wipe_back,
        wipe_specks,
        scale_letters,
        turn_upright,
        lay_flat,
        deskew,
        remove_rulings,
        deskew_by_hough,
        denoise_nlm,
        equalize_clahe,
        threshold_adaptive,
    )
}


def step_named(name: str) -> Step:
    """The step of that name.

    Raises:
        InvalidData: there is none; `subject` is the name.
    """
    if name not in STEPS:
        raise InvalidData(subject=f"step {name}")
    return STEPS[name]
