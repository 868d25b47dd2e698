import subprocess
import sys

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from chartlift.errors import MissingWeights
from chartlift.ocr.engines import rapidocr
from chartlift.ocr.onnx_session import open_session
from chartlift.ocr.registry import engine_defaults


def make_recogniser() -> rapidocr.RapidOcr:
    return rapidocr.create(rapidocr.Options.model_validate(engine_defaults("rapidocr")))


def draw(text: str, size: int = 34) -> np.ndarray:
    font = ImageFont.load_default(size)
    left, top, right, bottom = font.getbbox(text)
    picture = Image.new("L", (round(right - left) + 20, round(bottom - top) + 16), 255)
    ImageDraw.Draw(picture).text((10 - left, 8 - top), text, fill=0, font=font)
    return np.asarray(picture)


@pytest.mark.parametrize("text", ["24.6", "2,31", "HbA1c", "q12h", "10^9/L", "<0.01", "H", "118"])
def test_a_printed_token_is_read_as_it_stands(text: str) -> None:
    reading = make_recogniser().recognise(draw(text))
    assert reading.text == text
    assert min(character.probability for character in reading.characters) > 0.9


def test_each_character_says_where_it_stands() -> None:
    line = draw("HH      77")
    places = [c.place for c in make_recogniser().recognise(line).characters if c.text != " "]
    assert places == sorted(places)
    assert max(places[:2]) < line.shape[1] * 0.4 < line.shape[1] * 0.6 < min(places[2:])


@pytest.mark.parametrize("shape", [(40, 200), (1, 1), (2, 300), (300, 4)])
def test_empty_paper_of_any_size_holds_no_characters(shape: tuple[int, int]) -> None:
    assert make_recogniser().recognise(np.full(shape, 255, np.uint8)).characters == ()


def test_the_same_pixels_give_the_same_reading() -> None:
    line = draw("Creatinine 1.12 mg/dL")
    assert make_recogniser().recognise(line) == make_recogniser().recognise(line)


def test_a_line_longer_than_any_page_is_wide_is_still_read() -> None:
    line = np.tile(draw("7.10 "), (1, 60))
    assert len(make_recogniser().recognise(line).characters) > 60


def test_only_characters_of_the_alphabet_are_answered() -> None:
    alphabet = rapidocr.choose_alphabet(["A", "字", "µ", "Α"], "AZµ")
    assert alphabet.characters == ("", "A", "µ")
    assert alphabet.classes.tolist() == [0, 1, 3]


def test_neither_the_model_nor_its_runtime_is_loaded_before_it_is_used() -> None:
    program = (
        "import sys; from chartlift.ocr.engines import rapidocr;"
        "from chartlift.ocr.registry import engine_defaults;"
        "rapidocr.create(rapidocr.Options.model_validate(engine_defaults('rapidocr')));"
        "print([m for m in ('onnxruntime', 'rapidocr') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_model_is_loaded_once_a_process() -> None:
    options = rapidocr.Options.model_validate(engine_defaults("rapidocr"))
    assert rapidocr.load_model(options) is rapidocr.load_model(options.model_copy())


@pytest.mark.parametrize("file", ["model", "detector"])
def test_a_package_without_its_models_is_told_before_a_page_is_read(file: str) -> None:
    wrong = {**engine_defaults("rapidocr"), file: "models/none.onnx"}
    with pytest.raises(MissingWeights) as missing:
        rapidocr.create(rapidocr.Options.model_validate(wrong))
    assert missing.value.subject == "rapidocr 3.10"


@pytest.mark.parametrize(
    "other",
    [
        {"model": "models/ch_ppocr_mobile_v2.0_cls_mobile.onnx"},
        {"features": "a tensor that another version names otherwise"},
        {"script_weights": (0.5, -1.0)},
    ],
)
def test_another_versions_model_says_which_one_is_wanted(other: dict[str, object]) -> None:
    options = rapidocr.Options.model_validate({**engine_defaults("rapidocr"), **other})
    with pytest.raises(MissingWeights) as missing:
        rapidocr.create(options).recognise(draw("1"))
    assert missing.value.subject == "rapidocr 3.10"


def test_a_file_that_is_no_model_is_said_to_be_none() -> None:
    with pytest.raises(MissingWeights) as missing:
        open_session(b"no model", 1, "cpu", engine="some engine")
    assert missing.value.subject == "some engine"


def test_the_greek_mu_is_read_as_the_micro_sign_of_units() -> None:
    alphabet = rapidocr.choose_alphabet(
        ["g", "\N{GREEK SMALL LETTER MU}"], "g\N{GREEK SMALL LETTER MU}"
    )
    assert alphabet.characters == ("", "g", "\N{MICRO SIGN}")


def test_a_sign_that_looks_like_another_is_no_less_sure_for_it() -> None:
    alphabet = rapidocr.choose_alphabet(["x", "×", "y"], "x×y", ["x×", "-–"])
    chances = np.array([[0.1, 0.5, 0.3, 0.1], [0.45, 0.2, 0.3, 0.05]], np.float32)

    rapidocr.pool(chances, alphabet.alike)

    assert chances[0] == pytest.approx([0.1, 0.8, 0.3, 0.1])
    assert chances[1] == pytest.approx([0.45, 0.2, 0.5, 0.05])


def test_in_a_column_that_is_certainly_blank_nothing_looks_alike() -> None:
    alphabet = rapidocr.choose_alphabet(["x", "×", "y"], "x×y", ["x×"])
    chances = np.array([[0.6, 0.2, 0.15, 0.05]], np.float32)

    rapidocr.pool(chances, alphabet.alike)

    assert chances[0] == pytest.approx([0.6, 0.2, 0.15, 0.05])
