import warnings
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from tests.unit.reading.drawn import Pixels

from chartlift.errors import MissingProgram, MissingWeights
from chartlift.ocr.engines import paddleocr
from chartlift.ocr.registry import engine_defaults

PADDLE = find_spec("paddle") is not None
ABOUT = """
PreProcess:
  transform_ops:
  - DecodeImage: {img_mode: BGR}
  - NormalizeImage: {mean: [0.25, 0.25, 0.25], std: [0.5, 0.5, 0.5], order: hwc}
PostProcess:
  name: CTCLabelDecode
  character_dict: ["1", 2, "x"]
"""


def options(folder: Path) -> paddleocr.Options:
    values = {**engine_defaults("paddleocr"), "model_folder": str(folder)}
    return paddleocr.Options.model_validate(values)


def test_what_is_missing_is_said_before_a_page_is_read(tmp_path: Path) -> None:
    with pytest.raises(MissingWeights if PADDLE else MissingProgram) as missing:
        paddleocr.create(options(tmp_path))
    assert missing.value.subject == ("paddleocr" if PADDLE else "paddlepaddle")


def test_a_model_without_its_description_is_missing(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    for name in ("inference.json", "inference.pdiparams"):
        (folder / name).write_bytes(b"")
    with pytest.raises(MissingWeights):
        paddleocr.model_files(options(tmp_path), "model")


def test_a_picture_is_normalised_as_its_model_says_and_by_halves_where_it_says_nothing() -> None:
    step = {"NormalizeImage": {"mean": [0, 0, 0], "std": [1, 1, 1]}}
    told = {"PreProcess": {"transform_ops": [{"DecodeImage": None}, step]}}
    assert paddleocr.normalisation(told) == ((0, 0, 0), (1, 1, 1))
    assert paddleocr.normalisation({}) == (paddleocr.HALVES, paddleocr.HALVES)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two models, untrained and tiny, in the files that PaddleOCR publishes its own in."""
    if not PADDLE:
        pytest.skip("paddlepaddle is not installed")
    with warnings.catch_warnings():  # it wants a compiler's cache, which nothing here needs
        warnings.simplefilter("ignore")
        import paddle

    class Weighed(paddle.nn.Layer):
        """Has a weight, as every published model has."""

        def __init__(self) -> None:
            super().__init__()
            one = paddle.nn.initializer.Constant(1.0)
            self.one = self.create_parameter([1], default_initializer=one)

    class Dark(Weighed):
        """A detector: ink is text."""

        def forward(self, picture: paddle.Tensor) -> paddle.Tensor:
            return self.one * (picture.mean(axis=1, keepdim=True) < 0.5).astype("float32")

    class Columns(Weighed):
        """A recogniser: each column of 8 pixels is class 1 where it holds ink, else the blank."""

        def forward(self, picture: paddle.Tensor) -> paddle.Tensor:
            light = paddle.nn.functional.avg_pool2d(picture.mean(axis=1, keepdim=True), (48, 8))
            ink = self.one * (light.squeeze([1, 2]) < 1.0).astype("float32")
            nothing = ink * 0
            return paddle.stack([1 - ink, ink, nothing, nothing, nothing], axis=2)

    for name, layer in (("PP-OCRv5_mobile_det", Dark()), ("latin_PP-OCRv5_mobile_rec", Columns())):
        layer.eval()
        spec = paddle.static.InputSpec([1, 3, None, None], "float32")
        paddle.jit.save(layer, str(tmp_path / name / "inference"), [spec])
        (tmp_path / name / "inference.yml").write_text(ABOUT, encoding="utf-8")
    return tmp_path


def two_bars() -> Pixels:
    picture = np.full((48, 200), 255, np.uint8)
    picture[8:40, 40:72] = picture[8:40, 120:152] = 0
    return picture


def test_models_in_a_folder_find_and_read_lines(folder: Path) -> None:
    engine = paddleocr.create(options(folder))
    assert len(engine.detect(two_bars())) == 2
    reading = engine.recognise(two_bars())
    assert reading.text == "11"
    assert [c.place for c in reading.characters] == pytest.approx([56, 136], abs=8)
