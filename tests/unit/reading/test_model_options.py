from chartlift.ocr.registry import engine_names
from chartlift.reading.model_options import model_options
from chartlift.settings import load_settings


def test_an_engine_is_told_what_it_knows_and_nothing_else() -> None:
    settings = load_settings({"device": "cuda", "models_folder": "/models"})
    assert model_options("rapidocr", settings) == {"device": "cuda"}
    assert model_options("trocr", settings) == {"device": "cuda", "model_folder": "/models/trocr"}
    assert model_options("tesseract", settings) == {}


def test_without_a_folder_each_engine_looks_where_it_usually_does() -> None:
    told = [model_options(name, load_settings()) for name in engine_names()]
    assert not any("model_folder" in options for options in told)
