"""Reading one page: its words in reading order, and how they stand."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, cast

from chartlift.errors import MissingProgram, MissingWeights, PageTimeout
from chartlift.geometry import clip, flat
from chartlift.imaging.raster import turn, turned_back
from chartlift.layout.page import lay_out
from chartlift.model import (
    Language,
    OcrPage,
    PageImage,
    PageLayout,
    PreparedPage,
    Raster,
    ReadPage,
    Way,
    Word,
)
from chartlift.ocr.registry import load_engine, load_line_reader, load_recogniser
from chartlift.reading.by_lines import Engines, Reading, read_by_lines
from chartlift.reading.clock import Clock
from chartlift.reading.direction import turn_of
from chartlift.reading.look import SEEN, look_at, tell_languages
from chartlift.reading.model_options import model_options
from chartlift.reading.prepare import turn_and_skew
from chartlift.reading.profile import Profile, load_profile
from chartlift.reading.segment import page_score, read_best

if TYPE_CHECKING:
    from chartlift.ocr.protocol import LineReader, LineRecogniser, OcrEngine
    from chartlift.settings import Settings

log = logging.getLogger(__name__)

KHMER_READER = "khmer_ocr_ocm"
TRIED: tuple[Language, ...] = ("eng", "fra", "khm")


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
    reader = line_reader(settings)
    blank = _blank_page(page, prepared, reader.name if reader else engine.name)
    try:
        if reader is not None:
            engines = Engines(reader, engine, khmer_reader(settings))
            reading = _read_by_lines(raster, engines, profile, settings)
        else:
            reading = _read_whole(raster, engine, profile, settings)
    except PageTimeout as error:
        log.warning("page %s: %s", page.number, error.code)
        unreadable = blank.model_copy(update={"unreadable": error.code})
        return ReadPage(ocr=unreadable, layout=PageLayout())
    to_page = reading.raster.to_page
    found = [_within(word, page) for word in reading.words]
    words, layout = lay_out(found, prepared.rulings, to_page)
    rotation, skew = turn_and_skew(to_page)
    read = {
        "rotation": rotation,
        "skew_degrees": skew,
        "languages": reading.languages,
        "score": page_score(reading.raster, reading.words),
    }
    return ReadPage(ocr=blank.model_copy(update={**read, "words": words}), layout=layout)


def read_text_layer(page: PageImage) -> ReadPage:
    """The words that came with the page, put in reading order, and their layout."""
    found = page.words or ()
    rotation = turn_of(found)
    upright = Way(matrix=flat(turned_back(rotation, page.width, page.height)))
    words, layout = lay_out(found, (), upright)
    ocr = OcrPage(
        number=page.number,
        width=page.width,
        height=page.height,
        dpi=page.dpi,
        rotation=rotation,
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


def line_reader(settings: Settings) -> LineReader | None:
    """What finds and reads the lines of pages; None where pages are read as a whole.

    Raises:
        MissingProgram: a package it needs is not installed.
    """
    if settings.ocr_fallback_engine == "none" or not load_profile(settings.profile).adaptive:
        return None
    return load_line_reader(
        settings.ocr_fallback_engine, model_options(settings.ocr_fallback_engine, settings)
    )


def khmer_reader(settings: Settings) -> LineRecogniser | None:
    """What reads doubtful Khmer a second time; None where the profile or the machine has none."""
    if not load_profile(settings.profile).second_opinions:
        return None
    try:
        return load_recogniser(KHMER_READER, model_options(KHMER_READER, settings))
    except (MissingProgram, MissingWeights):
        return None


def asked_languages(settings: Settings) -> tuple[Language, ...] | None:
    """The languages the settings name; None where each page is to tell its own."""
    if settings.languages == "auto":
        return None
    return cast("tuple[Language, ...]", tuple(settings.languages.split("+")))


def _read_by_lines(
    raster: Raster, engines: Engines, profile: Profile, settings: Settings
) -> Reading:
    return read_by_lines(
        raster,
        engines,
        asked_languages(settings),
        Clock(settings.page_seconds),
        doubt_below=settings.reread_word_below if profile.second_opinions else 0.0,
    )


def _read_whole(raster: Raster, engine: OcrEngine, profile: Profile, settings: Settings) -> Reading:
    clock = Clock(settings.page_seconds)
    asked, below = asked_languages(settings), settings.ocr_fallback_below
    if not profile.adaptive:
        languages = asked or TRIED
        return Reading(raster, languages, engine.read(raster, languages, seconds=clock.left()))
    look = look_at(raster, engine, asked or SEEN, clock)
    if look.upside_down:
        raster = turn(raster, 180)
    languages = asked or look.languages or SEEN
    words = read_best(raster, engine, languages, clock, again_below=below)
    if asked is None:
        told = tell_languages(words)
        if told is not None and told != languages:
            words = read_best(raster, engine, told, clock, again_below=below)
            languages = told
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
