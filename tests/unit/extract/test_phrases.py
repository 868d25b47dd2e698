"""Labels are found as whole words in their own spelling."""

import pytest

from chartlift.extract.phrases import Labels

LABELS = Labels(["Patient name", "Name", "Sex", "BP", "ឈ្មោះ"])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("PATIENT   NAME: Sok, Sex: F", ["PATIENT   NAME", "Sex"]),
        ("name", ["name"]),
        ("BP 120/80", ["BP"]),
        ("លេខឈ្មោះ", ["ឈ្មោះ"]),
        ("rename bp Sexual", []),
        ("5.8 mmol/L", []),
        ("", []),
    ],
)
def test_the_labels_of_a_text_are_found_the_longest_first(text: str, found: list[str]) -> None:
    assert [match[0] for match in LABELS.pattern(text).finditer(text)] == found
