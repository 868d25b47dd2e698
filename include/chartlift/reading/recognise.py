"""Reading one page: its words in reading order, and how they stand."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, NamedTuple, cast

from chartlift.errors import PageTimeout
from chartlift.geometry import clip, identity
from chartlift.imaging.raster import turn
from chartlift.layout.page import lay_out
from chartlift.model import (
    Language,
    OcrPage,
    PageImage,
    PageLayout,
    PreparedPage,
    Raster,
    ReadPage,
    Word,
)
from chartlift.ocr.registry import load_engine, load_recogniser
from chartlift.reading.clock import Clock
from chartlift.reading.look import look_at, tell_languages
from chartlift.reading.prepare import turn_and_skew
from chartlift.reading.profile import Profile, load_profile
from chartlift.reading.reread import read_again
from chartlift.reading.second_size import read_smaller
from chartlift.reading.segment import read_best

if TYPE_CHECKING:
    from chartlift.ocr.protocol import LineRecogniser, OcrEngine
    from chartlift.settings import Settings

log = logging.getLogger(__name__)

TRIED: tuple[Language, ...] = ("eng", "fra", "khm")
SEEN: tuple[Language, ...] = ("eng", "khm")
"""What a first look reads in, and a page whose look told nothing: English letters are enough to
know French words by."""


class Reading(NamedTuple):
    """What came of reading a page's picture."""

    raster: Raster
    """The raster that was read: turned over where the page stood on its head."""
    languages: tuple[Language, ...]
    words: tuple[Word, ...]


def read_page(
    page: PageImage, raster: Raster, prepared: PreparedPage, *, settings: Settings
) -> ReadPage:
    """The words of a prepared page, in pixels of the original one, and its layout.

    A page that takes longer than `settings.page_seconds` is unreadable (`page-timeout`).

    Raises:
        EngineCrashed: the engine ended without an answer.
        MissingProgram: the engine is not installed.
        MissingLanguage: the engine has no data for a language.
    """
    profile = load_profile(settings.profile)
    engine = load_engine(profile.engine, engine_options(settings))
    second = second_engine(settings)
    blank = _blank_page(page, prepared, engine.name)
    try:
        reading = _read(raster, engine, profile, settings)
    except PageTimeout as error:
        log.warning("page %s: %s", page.number, error.code)
        unreadable = blank.model_copy(update={"unreadable": error.code})
        return ReadPage(ocr=unreadable, layout=PageLayout())
    to_page = reading.raster.to_page
    found = [_within(word, page) for word in reading.words]
    words, layout = lay_out(found, prepared.rulings, to_page)
    if second is not None:
        below = settings.reread_word_below
        again = read_again(words, layout, reading.raster, second, below=below)
        found = [_within(word, page) for word in again]
        words, layout = lay_out(found, prepared.rulings, to_page)
    rotation, skew = turn_and_skew(to_page)
    read = {"rotation": rotation, "skew_degrees": skew, "languages": reading.languages}
    return ReadPage(ocr=blank.model_copy(update={**read, "words": words}), layout=layout)


def read_text_layer(page: PageImage) -> ReadPage:
    """The words that came with the page, put in reading order, and their layout."""
    words, layout = lay_out(page.words or (), (), identity())
    ocr = OcrPage(
        number=page.number,
        width=page.width,
        height=page.height,
        dpi=page.dpi,
        source="text-layer",
        engine=None,
        languages=tell_languages(words) or (),
        words=words,
    )
    return ReadPage(ocr=ocr, layout=layout)


def engine_options(settings: Settings) -> dict[str, object]:
    """What the settings say of the engine."""
    return {
        "command": settings.tesseract_cmd,
        "data_folder": settings.tessdata_prefix,
        "extra": settings.ocr_config,
    }


def second_engine(settings: Settings) -> LineRecogniser | None:
    """What reads doubtful words again; None where nothing does.

    Raises:
        MissingProgram: a package it needs is not installed.
    """
    if settings.ocr_fallback_engine == "none" or not load_profile(settings.profile).adaptive:
        return None
    return load_recogniser(settings.ocr_fallback_engine, {"device": settings.device})


def asked_languages(settings: Settings) -> tuple[Language, ...] | None:
    """The languages the settings name; None where each page is to tell its own."""
    if settings.languages == "auto":
        return None
    return cast("tuple[Language, ...]", tuple(settings.languages.split("+")))


def _read(raster: Raster, engine: OcrEngine, profile: Profile, settings: Settings) -> Reading:
    clock = Clock(settings.page_seconds)
    asked = asked_languages(settings)
    if not profile.adaptive:
        languages = asked or TRIED
        return Reading(raster, languages, engine.read(raster, languages, seconds=clock.left()))
    look = look_at(raster, engine, asked or SEEN, clock)
    if look.upside_down:
        raster = turn(raster, 180)
    languages = asked or look.languages or SEEN
    words = read_best(raster, engine, languages, clock)
    if asked is None:
        told = tell_languages(words)
        if told is not None and told != languages:
            words = read_best(raster, engine, told, clock)
            languages = told
    if "khm" in languages or settings.ocr_fallback_engine == "none":
        words = read_smaller(raster, words, engine, languages, clock)
    return Reading(raster, languages, words)


def _blank_page(page: PageImage, prepared: PreparedPage, engine: str) -> OcrPage:
    return OcrPage(
        number=page.number,
        width=page.width,
        height=page.height,
        dpi=page.dpi,
        rotation=prepared.rotation,
        skew_degrees=prepared.skew_degrees,
        source="ocr",
        steps=prepared.steps,
        engine=engine,
    )


def _within(word: Word, page: PageImage) -> Word:
    """The word with its box inside the page: rotating may have put its edge outside."""
    box = clip(word.box, page.width, page.height)
    return word if box == word.box else word.model_copy(update={"box": box})
