import pytest

from chartlift.errors import InvalidSetting
from chartlift.settings import Settings, from_environment, load_settings, pipeline


def test_every_setting_has_its_default_in_the_pipeline_file_and_nowhere_else() -> None:
    assert set(pipeline()["settings"]) == set(Settings.model_fields)
    assert all(field.is_required() for field in Settings.model_fields.values())


def test_every_setting_says_what_it_is() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_the_environment_overrides_a_default() -> None:
    chosen = from_environment({"CHARTLIFT_MAX_PAGES": "7", "PATH": "/bin"})
    assert load_settings(chosen).max_pages == 7


def test_lists_come_from_the_environment_as_json_or_between_commas() -> None:
    settings = load_settings(
        {
            "scan_sources": '[{"place": "/scans", "stable_seconds": 2}]',
            "allowed_roots": "/a, /b",
        }
    )
    assert settings.scan_sources[0].stable_seconds == 2
    assert settings.allowed_roots == ("/a", "/b")


@pytest.mark.parametrize(
    ("name", "value"),
    [("languages", "khm+deu"), ("max_pages", 0), ("nonsense", 1), ("review_below", 1.5)],
)
def test_a_wrong_setting_is_refused_by_its_name_and_not_by_its_value(
    name: str, value: object
) -> None:
    with pytest.raises(InvalidSetting) as refused:
        load_settings({name: value})
    assert refused.value.subject == name
    assert refused.value.__cause__ is None


def test_jpg_and_tif_allow_the_types_they_stand_for() -> None:
    assert load_settings({"allowed_extensions": "JPG, tif"}).allowed_types == {"jpeg", "tiff"}
