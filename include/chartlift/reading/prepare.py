"""Preparing one page: the profile's steps, and the way back to the original page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from chartlift.geometry import tilt
from chartlift.imaging.raster import from_picture
from chartlift.imaging.rulings import part_rulings, remove_rulings
from chartlift.imaging.steps import step_named
from chartlift.model import PageImage, PreparedPage, Raster, Ruling
from chartlift.reading.profile import load_profile

if TYPE_CHECKING:
    from chartlift.model import Way

Rotation = Literal[0, 90, 180, 270]


def prepare_page(page: PageImage, picture: bytes, *, profile: str) -> tuple[Raster, PreparedPage]:
    """The page's picture made ready for an engine, and what was done to it.

    Args:
        page: the page; its dpi is that of the picture.
        picture: its file, packed PNM or one that Pillow reads, the page as a viewer shows it.
        profile: name of the profile whose steps are tried.

    Raises:
        DamagedFile: the bytes are no picture.
        UnknownProfile: there is no such profile.
    """
    raster = from_picture(picture, dpi=page.dpi)
    ran: list[str] = []
    rulings: tuple[Ruling, ...] = ()
    for name in load_profile(profile).steps:
        before = raster
        if name == remove_rulings.__name__:
            raster, rulings = part_rulings(before)
        else:
            raster = step_named(name)(before)
        if raster is not before:
            ran.append(name)
    rotation, skew = turn_and_skew(raster.to_page)
    prepared = PreparedPage(
        number=page.number,
        dpi=raster.dpi,
        to_page=raster.to_page,
        rotation=rotation,
        skew_degrees=skew,
        steps=tuple(ran),
        rulings=rulings,
    )
    return raster, prepared


def turn_and_skew(to_page: Way) -> tuple[Rotation, float]:
    """How far the page was turned clockwise to stand upright, and the tilt that was removed."""
    degrees = tilt(to_page)
    quarters = round(degrees / 90)
    return cast("Rotation", -quarters * 90 % 360), round(degrees - quarters * 90, 2)
