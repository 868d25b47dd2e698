from chartlift.doctor import examine
from chartlift.ocr.registry import engine_names
from chartlift.settings import load_settings


def test_every_engine_is_looked_at_and_says_what_is_there_or_what_to_do() -> None:
    checks = {check.name: check for check in examine(load_settings())}
    engines = {f"engine {name}" for name in engine_names()}
    assert engines <= set(checks)
    assert all(checks[name].found or len(checks[name].fix) > 10 for name in engines)


def test_only_what_the_settings_ask_for_is_needed() -> None:
    checks = {check.name: check for check in examine(load_settings())}
    assert checks["engine tesseract"].needed
    assert checks["engine rapidocr"].needed
    assert not checks["engine trocr"].needed
    chosen = {c.name: c for c in examine(load_settings({"ocr_fallback_engine": "paddleocr"}))}
    assert chosen["engine paddleocr"].needed
    assert not chosen["engine rapidocr"].needed


def test_a_program_that_is_not_there_is_missing_with_a_way_to_get_it() -> None:
    checks = {c.name: c for c in examine(load_settings({"tesseract_cmd": "no-such-program"}))}
    assert checks["Tesseract"].found is None
    assert checks["engine tesseract"].found is None
    assert "apt-get" in checks["engine tesseract"].fix


def test_hashes_of_data_are_kept_from_a_person_s_eyes() -> None:
    (found,) = (c.found for c in examine(load_settings()) if c.name == "engine tesseract")
    assert found is not None
    assert len(found) < 40
