import pytest

from chartlift.errors import InvalidSetting, UnknownEngine
from chartlift.ocr.registry import engine_defaults, engine_names, load_engine


def test_every_engine_has_a_module_and_a_data_file_of_its_name() -> None:
    assert "tesseract" in engine_names()
    assert all(engine_defaults(name) for name in engine_names())


@pytest.mark.parametrize("name", ["nonesuch", "../pipeline", ""])
def test_an_unknown_engine_is_named_in_the_error(name: str) -> None:
    with pytest.raises(UnknownEngine):
        load_engine(name, {})


@pytest.mark.parametrize("option", [{"threads": 4}, {"modes": {"block": "six"}}])
def test_a_wrong_option_is_an_invalid_setting(option: dict[str, object]) -> None:
    with pytest.raises(InvalidSetting, match="tesseract"):
        load_engine("tesseract", option)
