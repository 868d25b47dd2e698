"""Names and birth dates: what can be one person's, and what cannot."""

import pytest

from chartlift.names import dates_agree, names_agree


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("SOK Sophea", "Sophea Sok"),
        ("Joan Hart", "HART, Joan"),
        ("Joan Hart", "J. Hart"),
        ("Joan Hart", "Joan Hant"),
        ("Joan Hart", "JoanHart"),
        ("Joan Mary Hart", "Joan Hart"),
        ("Hélène Doré", "HELENE DORE"),
        ("សុខ សុភា", "សុខសុភា"),
        ("សុខ សុភា SOK Sophea", "Sok Sophea"),
    ],
)
def test_one_persons_name_agrees_however_it_is_written(first: str, second: str) -> None:
    assert names_agree(first, second) is True
    assert names_agree(second, first) is True


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Sok Dara", "Sok Sophea"),
        ("Joan Hart", "Joan Miller"),
        ("Chan Dara", "Hart Joan"),
        ("J. Hart", "K. Hart"),
        ("សុខ សុភា", "ចាន់ ដារ៉ា"),
    ],
)
def test_names_of_two_people_do_not_agree(first: str, second: str) -> None:
    assert names_agree(first, second) is False
    assert names_agree(second, first) is False


def test_names_in_two_scripts_cannot_be_compared() -> None:
    assert names_agree("សុខ សុភា", "Sok Sophea") is None


def test_birth_dates_are_compared_as_far_as_both_go() -> None:
    assert dates_agree("1958", "1958-04-05")
    assert not dates_agree("1958-04", "1958-05-04")
