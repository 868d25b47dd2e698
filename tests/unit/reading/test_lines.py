"""Lines are cut out whole and alone, parted into words, and read by who knows their script."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from tests.unit.reading.drawn import shared

from chartlift.errors import PageTimeout
from chartlift.model import Box, Language, Raster, Way, Word
from chartlift.ocr.protocol import Character, LineReading, Shape, TextBox
from chartlift.ocr.registry import load_engine, load_line_reader, load_recogniser
from chartlift.reading.belief import ends_sentence
from chartlift.reading.by_lines import Engines, read_by_lines
from chartlift.reading.clock import Clock
from chartlift.reading.khmer import signs_of_others
from chartlift.reading.khmer_words import difference
from chartlift.reading.lines import Line, khmer_of, tokens_of
from chartlift.reading.opinions import Opinion, with_opinions
from chartlift.reading.stack import read_stack
from chartlift.reading.strips import Strip, cut_own, cut_strip
from chartlift.reading.tokens import Token
from chartlift.settings import load_settings

Pixels = NDArray[np.uint8]

KHMER_FONT = "/usr/share/fonts/truetype/khmeros/KhmerOS.ttf"
TESSERACT = load_engine("tesseract", {})
RAPIDOCR = load_line_reader("rapidocr", {})


def page(*lines: tuple[int, int, str], size: int = 36) -> Raster:
    """A page with texts at the given left and top; Khmer ones in a Khmer font."""
    paper = Image.new("L", (1200, 800), 255)
    pen = ImageDraw.Draw(paper)
    for left, top, text in lines:
        khmer = any("\u1780" <= c <= "\u17ff" for c in text)
        font = ImageFont.truetype(KHMER_FONT, size) if khmer else ImageFont.load_default(size)
        pen.text((left, top), text, font=font, fill=0)
    return Raster(np.array(paper), 300, Way())


def upright(left: float, top: float, right: float, bottom: float) -> TextBox:
    left, top, right, bottom = (float(edge) for edge in (left, top, right, bottom))
    return TextBox(((left, top), (right, top), (right, bottom), (left, bottom)), 1.0)


def strip_of(text: str, size: int = 36) -> Strip:
    raster = page((40, 40, text), size=size)
    rows, columns = (np.flatnonzero((raster.pixels < 128).any(axis=axis)) for axis in (1, 0))
    box = upright(columns[0] - 10, rows[0] - 10, columns[-1] + 11, rows[-1] + 11)
    strip = cut_strip(raster, box)
    assert strip is not None
    return strip


def line_of(strip: Strip, characters: list[tuple[str, float, float]]) -> Line:
    reading = LineReading(tuple(Character(*character) for character in characters))
    return Line(upright(0, 0, strip.width, strip.height), strip, reading, ())


def bars(*spans: tuple[int, int], width: int) -> Strip:
    """A strip of 40 pixels of height with bars of ink between the given columns."""
    pixels = np.full((40, width), 255, np.uint8)
    for start, end in spans:
        pixels[10:30, start:end] = 0
    return Strip(pixels, np.eye(3))


def read(raster: Raster, doubt_below: float = 0.9) -> list[str]:
    engines = Engines(RAPIDOCR, TESSERACT)
    reading = read_by_lines(raster, engines, None, Clock(60), doubt_below=doubt_below)
    return [word.text for word in reading.words]


def test_a_tilted_line_is_stood_level_and_its_places_lead_back_to_the_page() -> None:
    raster = page()
    raster.pixels[:] = 255
    ys = (300 + 0.2 * np.arange(600)).astype(int)
    for offset in range(8):
        raster.pixels[ys + offset, np.arange(200, 800)] = 0
    box = TextBox(((200.0, 280.0), (800.0, 400.0), (796.0, 440.0), (196.0, 320.0)), 1.0)

    strip = cut_strip(raster, box)

    assert strip is not None
    ink = np.flatnonzero((strip.pixels < 128).any(axis=1))
    assert len(ink) < 20  # over 120 rows on the page
    token = Token("x", strip, Box(0, 0, strip.width, strip.height), 1.0, 1.0, "e")
    assert token.place == Box(196, 280, 800, 440)


def test_a_line_takes_all_of_its_own_ink_and_none_of_its_neighbours() -> None:
    raster = page()
    raster.pixels[100:120, 100:400] = 0  # the line's letters
    raster.pixels[84:90, 200:210] = 0  # a sign above them
    raster.pixels[60:70, 100:400] = 0  # the line above
    boxes = {0: upright(95, 90, 405, 130), 1: upright(95, 48, 405, 82)}

    strip = cut_own(raster, boxes, [0])[0]

    ink = (strip.pixels < 128).sum()
    assert ink == 20 * 300 + 6 * 10


def test_a_stroke_that_goes_on_far_beyond_a_line_is_none_of_its_ink() -> None:
    raster = page()
    raster.pixels[110:130, 100:400] = 0  # the line's letters
    raster.pixels[0:500, 420:424] = 0  # its middle is that of another place

    strip = cut_own(raster, {0: upright(95, 100, 430, 140)}, [0])[0]

    assert (strip.pixels < 128).sum() == 20 * 300


def test_figures_that_a_stroke_takes_out_of_their_line_are_known_to_be_lost() -> None:
    raster = page()
    raster.pixels[110:130, 100:400] = 0  # the line's letters
    raster.pixels[110:130, 410:430] = 0  # a figure, which the stroke touches
    raster.pixels[0:500, 420:424] = 0

    strip = cut_own(raster, {0: upright(95, 100, 440, 140)}, [0])[0]

    assert (strip.pixels < 128).sum() == 20 * 300
    assert strip.crossed == ((315, 335),)
    assert strip.columns(300, 345).crossed == ((15, 35),)
    assert strip.columns(0, 310).crossed == ((315, 335),)  # what is lost beside it counts too


def test_a_stroke_that_stays_in_a_line_crosses_it_too() -> None:
    raster = page()
    raster.pixels[110:130, 100:400] = 0  # the line's letters
    raster.pixels[20:220, 420:424] = 0  # its middle is that of the line

    assert cut_own(raster, {0: upright(95, 100, 440, 140)}, [0])[0].crossed == ((325, 329),)


def test_a_ring_that_reaches_into_a_lines_lower_rows_does_not_cross_it() -> None:
    raster = page()
    raster.pixels[110:130, 100:400] = 0  # the line's letters
    raster.pixels[124:400, 420:424] = 0

    assert cut_own(raster, {0: upright(95, 100, 440, 140)}, [0])[0].crossed == ()


def test_a_line_among_others_has_lost_nothing_to_them() -> None:
    raster = page()
    raster.pixels[100:120, 100:400] = 0  # the line's letters
    raster.pixels[60:80, 100:400] = 0  # the line above
    boxes = {0: upright(95, 90, 405, 130), 1: upright(95, 50, 405, 90)}

    assert cut_own(raster, boxes, [0])[0].crossed == ()


def test_lines_far_apart_are_cut_out_each_with_its_own_ink() -> None:
    raster = page()
    boxes = {n: upright(95, top, 405, top + 40) for n, top in enumerate((20, 300, 700))}
    for n, top in enumerate((20, 300, 700)):
        raster.pixels[top + 10 : top + 30, 100 : 200 + 50 * n] = 0

    strips = cut_own(raster, boxes, [2, 0])

    assert list(strips) == [2, 0]
    assert [(strip.pixels < 128).sum() for strip in strips.values()] == [20 * 200, 20 * 100]


def test_words_of_a_stack_belong_to_their_own_strips_however_tall_these_are() -> None:
    tall = Strip(np.full((400, 300), 255, np.uint8), np.eye(3))
    strips = [strip_of("Glucose"), tall, strip_of("Ferritin")]

    found = read_stack(strips, 300, TESSERACT, ("eng",), seconds=30)

    assert [[token.text for token in tokens] for tokens in found] == [
        ["Glucose"],
        [],
        ["Ferritin"],
    ]
    assert found[2][0].strip is strips[2]
    assert 5 <= found[2][0].box.left <= 15


def test_a_gap_as_wide_as_the_lines_spaces_parts_words_that_were_read_as_one() -> None:
    strip = bars((5, 25), (40, 60), (75, 95), width=100)
    line = line_of(strip, [("a", 0.99, 15), (" ", 0.9, 32), ("b", 0.99, 50), ("c", 0.99, 85)])

    assert [token.text for token in tokens_of(line, "e")] == ["a", "b", "c"]


def test_a_figure_one_in_much_paper_does_not_part_its_number() -> None:
    strip = bars((5, 25), (38, 42), (52, 72), (85, 105), width=110)
    digits = [("x", 0.99, 15), (" ", 0.9, 31), ("1", 0.99, 40), ("2", 0.99, 62), ("0", 0.99, 95)]

    assert [token.text for token in tokens_of(line_of(strip, digits), "e")] == ["x", "120"]


@pytest.mark.parametrize(
    ("read", "words"),
    [("a", []), ("::", []), ("HL", []), ("Kail", ["Kail"])],
)
def test_a_scrap_of_ink_is_no_word_but_a_longer_scrawl_is(read: str, words: list[str]) -> None:
    strip = bars(*((10 + 20 * n, 20 + 20 * n) for n in range(len(read))), width=110)
    line = line_of(strip, [(sign, 0.5, 15.0 + 20 * n) for n, sign in enumerate(read)])

    assert [token.text for token in tokens_of(line, "e")] == words


@pytest.mark.parametrize("read", ["7", "12", "4.2", "1+", "+++", "-", "H", "L", "N"])
def test_what_may_be_a_result_or_its_flag_is_kept_in_doubt(read: str) -> None:
    strip = bars(*((10 + 20 * n, 20 + 20 * n) for n in range(len(read))), width=110)
    line = line_of(strip, [(sign, 0.5, 15.0 + 20 * n) for n, sign in enumerate(read)])

    (token,) = tokens_of(line, "e")

    assert token.text == read
    assert token.confidence < load_settings().review_below


def test_a_single_figure_that_is_sure_is_a_word() -> None:
    line = line_of(bars((10, 20), width=40), [("7", 0.9, 15.0)])

    assert [token.text for token in tokens_of(line, "e")] == ["7"]


def test_the_paper_around_a_point_does_not_part_its_number() -> None:
    strip = bars((10, 30), (40, 44), (60, 80), width=90)
    number = [("4", 0.99, 20.0), (".", 0.99, 42.0), ("2", 0.99, 70.0)]

    assert [token.text for token in tokens_of(line_of(strip, number), "e")] == ["4.2"]


def test_numbers_far_apart_are_two() -> None:
    strip = bars((10, 30), (48, 68), width=78)
    numbers = [("4", 0.99, 20.0), ("2", 0.99, 58.0)]

    assert [token.text for token in tokens_of(line_of(strip, numbers), "e")] == ["4", "2"]


def test_a_word_has_the_box_of_its_ink() -> None:
    strip = bars((5, 25), (60, 80), width=90)
    line = line_of(strip, [("a", 0.99, 15), (" ", 0.9, 40), ("b", 0.99, 70)])

    assert [token.box for token in tokens_of(line, "e")] == [
        Box(5, 10, 25, 30),
        Box(60, 10, 80, 30),
    ]


def test_a_khmer_stretch_ends_in_the_gap_before_the_latin_word_beside_it() -> None:
    strip = bars((0, 100), (120, 200), width=205)
    reading = LineReading(
        (Character("m", 0.5, 50), Character("K", 0.99, 150)), foreign=((0.0, 106.0),)
    )

    ((start, end),) = khmer_of(reading, strip)

    assert start == 0
    assert 100 < end < 120


@pytest.mark.parametrize("read", ["", "   ", "%"])
def test_a_stretch_that_is_read_as_nothing_with_certainty_is_no_latin(read: str) -> None:
    strip = bars((0, 205), width=205)
    characters = tuple(Character(text, 0.999, 40.0 * n + 20) for n, text in enumerate(read))

    stretches = khmer_of(LineReading(characters, foreign=((0.0, 205.0),)), strip)

    assert stretches == ((0.0, 205.0),)


def test_a_stretch_that_is_read_with_certainty_is_latin_after_all() -> None:
    strip = bars((0, 100), width=105)

    characters = tuple(Character("m", 0.999, place) for place in (20, 50, 80))

    assert khmer_of(LineReading(characters, foreign=((0.0, 100.0),)), strip) == ()


def test_khmer_and_latin_words_of_one_line_come_from_the_engines_that_know_them() -> None:
    raster = page(
        (60, 100, "ឈ្មោះអ្នកជំងឺ:"), (500, 104, "KR-0047216"), (60, 300, "Haemoglobin 13.5 g/dL")
    )
    engines = Engines(RAPIDOCR, TESSERACT)

    reading = read_by_lines(raster, engines, None, Clock(60), doubt_below=0.0)

    by_engine = {word.text.rstrip(":"): word.engine for word in reading.words}
    assert by_engine["KR-0047216"] == "rapidocr"
    assert by_engine["13.5"] == "rapidocr"
    assert by_engine["ឈ្មោះអ្នកជំងឺ"] == "tesseract"
    assert reading.languages == ("khm", "eng")


def test_a_scribble_on_an_english_page_is_not_read_as_khmer() -> None:
    raster = page((60, 100, "Haemoglobin 13.5 g/dL"), (60, 200, "Reviewed by"))
    picture = Image.fromarray(raster.pixels)
    pen = ImageDraw.Draw(picture)
    points = [(300 + 8 * step, 420 + 40 * np.sin(step * 1.7)) for step in range(60)]
    pen.line([(float(x), float(y)) for x, y in points], fill=40, width=5)

    words = read(Raster(np.array(picture), 300, Way()))

    assert not any("\u1780" <= c <= "\u17ff" for word in words for c in word)
    assert "13.5" in words


def test_asked_for_english_alone_no_line_is_khmer() -> None:
    raster = page((60, 100, "ឈ្មោះអ្នកជំងឺ"))
    engines = Engines(RAPIDOCR, TESSERACT)

    reading = read_by_lines(raster, engines, ("eng",), Clock(60), doubt_below=0.0)

    assert {word.engine for word in reading.words} == {"rapidocr"}


@pytest.mark.parametrize(("text", "lowest"), [("7A", 0.3), ("74", 0.8)])
def test_a_number_misread_is_doubted_and_both_readings_are_kept(text: str, lowest: float) -> None:
    strip = strip_of("Glucose 7.4 mmol/L")
    box = upright(0, 0, strip.width, strip.height)
    glucose, value, unit = tokens_of(Line(box, strip, RAPIDOCR.recognise(strip.pixels), ()), "e")
    tokens = (glucose, value._replace(text=text, lowest=lowest, confidence=0.6), unit)

    ((first, number, last),) = with_opinions(
        [tokens], Opinion(TESSERACT, ("eng",), None, below=0.9), 300, Clock(30)
    )

    assert (first, last) == (glucose, unit)
    assert {number.text, number.other} == {text, "7.4"}
    assert number.confidence < 0.8


class Watch(Clock):
    """A clock that another hand sets to its end."""

    is_over = False

    def left(self) -> float:
        if self.is_over:
            raise PageTimeout
        return super().left()


class OutOfTime:
    """Reads Khmer as Tesseract does until the time is over, and gives no second opinion."""

    name = "tesseract"

    def __init__(self, clock: Watch) -> None:
        self._clock = clock

    def read(
        self,
        raster: Raster,
        languages: Sequence[Language],
        *,
        shape: Shape = Shape.BLOCK,
        seconds: float = 60.0,
    ) -> tuple[Word, ...]:
        if "khm" not in languages:
            raise PageTimeout
        words = TESSERACT.read(raster, languages, shape=shape, seconds=seconds)
        self._clock.is_over = languages == ("khm",)
        unsure = {"confidence": 0.8} if self._clock.is_over else {}
        return tuple(word.model_copy(update=unsure) for word in words)


def test_a_page_is_kept_whose_second_opinions_take_too_long() -> None:
    raster, clock = page((60, 100, "Haemoglobin 13.5 g/dL")), Watch(600)
    engines = Engines(RAPIDOCR, OutOfTime(clock))

    reading = read_by_lines(raster, engines, ("eng",), clock, doubt_below=1.1)

    assert [word.text for word in reading.words] == ["Haemoglobin", "13.5", "g/dL"]
    assert all(word.confidence < load_settings().review_below for word in reading.words)


def test_khmer_that_there_was_no_time_to_read_again_is_kept_and_goes_to_a_person() -> None:
    clock = Watch(600)
    raster = page((60, 100, "ឈ្មោះអ្នកជំងឺ:"), (60, 300, "Haemoglobin 13.5 g/dL"))
    engines = Engines(RAPIDOCR, OutOfTime(clock), load_recogniser("khmer_ocr_ocm", {}))

    reading = read_by_lines(raster, engines, None, clock, doubt_below=0.9)

    (khmer,) = (word for word in reading.words if "ជំងឺ" in word.text)
    assert khmer.engine == "tesseract"
    assert khmer.confidence < load_settings().review_below


def test_two_doubts_in_one_line_are_settled_each_by_itself() -> None:
    strip = strip_of("24.6 Glucose fasting 7.4")
    box = upright(0, 0, strip.width, strip.height)
    read = tokens_of(Line(box, strip, RAPIDOCR.recognise(strip.pixels), ()), "e")
    doubted = (
        read[0]._replace(text="74.6", lowest=0.98),
        *read[1:-1],
        read[-1]._replace(lowest=0.97),
    )

    ((first, *_, last),) = with_opinions(
        [doubted], Opinion(TESSERACT, ("eng",), None, below=0.9), 300, Clock(30)
    )

    assert (first.text, first.other) == ("74.6", "24.6")
    assert (last.text, last.other) == ("7.4", None)
    assert last.confidence > 0.95


def test_strips_that_are_taller_together_than_one_picture_may_be_are_all_read() -> None:
    tall = Strip(np.full((9000, 200), 255, np.uint8), np.eye(3))

    found = read_stack(
        [strip_of("Glucose"), tall, tall, strip_of("Ferritin")],
        300,
        TESSERACT,
        ("eng",),
        seconds=60,
    )

    assert [[token.text for token in tokens] for tokens in found] == [
        ["Glucose"],
        [],
        [],
        ["Ferritin"],
    ]


def test_a_figure_that_touches_khmer_is_read_with_the_latin_words() -> None:
    strip = bars((0, 40), (60, 80), (80, 200), width=205)
    characters = (Character("x", 0.99, 20), Character("5", 0.99, 70), Character("m", 0.4, 140))
    reading = LineReading(characters, foreign=((76.0, 205.0),))

    line = Line(upright(0, 0, 205, 40), strip, reading, khmer_of(reading, strip))

    assert line.khmer
    assert "5" in "".join(token.text for token in tokens_of(line, "e"))


def test_a_figure_inside_khmer_digits_does_not_part_their_stretch() -> None:
    strip = bars((0, 205), width=205)
    characters = (Character("b", 0.97, 88), Character("o", 0.5, 100))
    reading = LineReading(characters, foreign=((0.0, 80.0), (94.0, 205.0)))

    assert khmer_of(reading, strip) == ((0.0, 205.0),)


@pytest.mark.parametrize("text", ["សុន្ទរកថា", "លោកគ្រូ អ្នកគ្រូ ជាទីស្រឡាញ់"])
@pytest.mark.parametrize("head", [False, True])
def test_a_page_of_one_khmer_line_is_read_upright(text: str, head: bool) -> None:
    raster = page((60, 300, text), size=44)
    pixels = np.ascontiguousarray(np.rot90(raster.pixels, 2)) if head else raster.pixels

    words = read(Raster(pixels, 300, Way()), doubt_below=0.0)

    assert difference("".join(words), text.replace(" ", "")) < 0.1


def test_a_number_with_its_unit_amid_khmer_comes_from_the_reader_of_latin() -> None:
    raster = page((60, 100, "សម្ពាធឈាម"), (300, 104, "123/89 mmHg"), (560, 100, "និងកម្តៅខ្លួន"))

    reading = read_by_lines(raster, Engines(RAPIDOCR, TESSERACT), None, Clock(60), doubt_below=0.0)

    latin = [word.text for word in reading.words if word.engine == "rapidocr"]
    assert latin == ["123/89", "mmHg"]


class Scriptless:
    """Reads Latin lines as RapidOCR does, and cannot tell other scripts."""

    name = "scriptless"

    def detect(self, pixels: Pixels) -> tuple[TextBox, ...]:
        return RAPIDOCR.detect(pixels)

    def recognise(self, line: Pixels) -> LineReading:
        return RAPIDOCR.recognise(line)._replace(foreign=None)


@pytest.mark.parametrize("head", [False, True])
def test_khmer_is_read_whatever_reads_the_latin_lines(head: bool) -> None:
    raster = page((60, 100, "ឈ្មោះអ្នកជំងឺ"), (60, 300, "Haemoglobin 13.5 g/dL"))
    pixels = np.ascontiguousarray(np.rot90(raster.pixels, 2)) if head else raster.pixels

    reading = read_by_lines(
        Raster(pixels, 300, Way()),
        Engines(Scriptless(), TESSERACT),
        None,
        Clock(60),
        doubt_below=0.0,
    )

    by_engine = {word.text: word.engine for word in reading.words}
    assert by_engine == {
        "ឈ្មោះអ្នកជំងឺ": "tesseract",
        "Haemoglobin": "scriptless",
        "13.5": "scriptless",
        "g/dL": "scriptless",
    }


def test_latin_words_of_a_page_asked_for_in_khmer_are_read_again_by_who_knows_latin() -> None:
    raster = page((60, 100, "ឈ្មោះអ្នកជំងឺ"), (60, 300, "Haemoglobin 13.5 g/dL"))

    reading = read_by_lines(
        raster, Engines(RAPIDOCR, TESSERACT), ("khm",), Clock(60), doubt_below=1.1
    )

    latin = {word.text: word for word in reading.words if word.text.isascii()}
    assert latin.keys() == {"Haemoglobin", "13.5", "g/dL"}
    assert all(word.other is None for word in latin.values())


def test_the_full_stop_behind_a_unit_on_a_khmer_page_is_no_figure() -> None:
    assert ends_sentence("kg4", 0.2)
    assert ends_sentence("97%1", 0.3)
    assert ends_sentence("°c9", 0.3)
    assert not ends_sentence("C4", 0.3)
    assert not ends_sentence("kg4", 0.99)
    assert not ends_sentence("Hg4", 0.2)


@pytest.mark.parametrize("text", ["8.5%H", "8.5%L", "mm3", "cm2", "kgs"])
def test_a_flag_or_power_behind_a_unit_is_no_full_stop_however_unsure_it_is(text: str) -> None:
    assert not ends_sentence(text, 0.3)


def test_a_word_tells_how_sure_its_last_character_is_and_the_least_sure_of_the_others() -> None:
    strip = bars((5, 25), (30, 50), (55, 75), width=80)
    line = line_of(strip, [("k", 0.4, 15), ("g", 0.9, 40), ("4", 0.8, 65)])

    (token,) = tokens_of(line, "e")

    assert (token.lowest, token.last, token.rest) == (0.4, 0.8, 0.4)


@pytest.mark.parametrize(
    ("place", "is_sign"),
    [((70, 32, 109, 52), True), ((143, 9, 171, 39), False), ((12, 5, 36, 50), True)],
)
def test_a_sign_found_as_a_line_is_read_with_its_letters_and_a_figure_beside_them_by_itself(
    place: tuple[int, int, int, int], is_sign: bool
) -> None:
    strip = strip_of("a")
    reading = LineReading((Character("5", 0.2, 10),))
    whole = Line(upright(2, 6, 150, 43), strip, reading, ((0.0, float(strip.width)),))

    signs = signs_of_others([whole, Line(upright(*place), strip, reading, ())])

    assert signs == ({1: 0} if is_sign else {})


def test_a_figure_of_khmer_by_itself_is_a_number_and_no_scrap_of_ink() -> None:
    with Image.open(shared("km_lab_manual_lines") / "camlis_p04_05.png") as picture:
        raster = Raster(np.asarray(picture.convert("L")), 200, Way())

    assert "២" in read(raster)
