"""A model that ends early answers what the whole one knew at that place."""

from pathlib import Path

import numpy as np
import pytest

from chartlift.ocr.engines.rapidocr import Options, softmax
from chartlift.ocr.onnx_cut import cut_at
from chartlift.ocr.onnx_session import open_session, run
from chartlift.ocr.programs import package_folder
from chartlift.ocr.registry import engine_defaults

OPTIONS = Options.model_validate(engine_defaults("rapidocr"))


@pytest.fixture(scope="module")
def content() -> bytes:
    return Path(package_folder("rapidocr"), OPTIONS.model).read_bytes()


def test_what_was_cut_off_multiplied_by_hand_gives_the_whole_models_answer(content: bytes) -> None:
    cut = cut_at(content, OPTIONS.features)
    whole, short = (
        open_session(model, 1, "cpu", engine="a test's") for model in (content, cut.model)
    )
    picture = np.random.default_rng(1).random((1, 3, 48, 320), np.float32)
    weights, constants = cut.tensors

    (wanted,) = run(whole, picture, "whole")
    (features,) = run(short, picture, "short")

    assert features.shape[2] == len(weights)
    assert np.abs(softmax(features[0] @ weights + constants) - wanted[0]).max() < 1e-4


def test_what_the_model_says_of_itself_is_kept(content: bytes) -> None:
    cut = cut_at(content, OPTIONS.features)

    known = open_session(cut.model, 1, "cpu", engine="a test's").get_modelmeta().custom_metadata_map

    assert (
        known
        == open_session(content, 1, "cpu", engine="a test's").get_modelmeta().custom_metadata_map
    )
    assert len(known["character"].split("\n")) + 2 == cut.tensors[0].shape[1]
