"""Every rule of every file keeps its own examples; a rule file that is wrong does not load."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chartlift.errors import InvalidData
from chartlift.extract import rules
from chartlift.extract.items import read_items, spelling
from chartlift.extract.literals import may_match
from chartlift.extract.patterns import load
from chartlift.extract.rules import Rule, RuleFile, load_rules, rule_files
from chartlift.extract.text import fold_digits

RULES = [(name, rule) for name in rule_files() for rule in load_rules(name)]
EXAMPLES = [(name, text) for name, rule in RULES for text in (*rule.matches, *rule.misses)]


def reader_of(file: str) -> Callable[[str], str]:
    """What the rules of a file read: rows of results are spelled by their items."""
    if file == "labs":
        return lambda text: spelling(read_items(fold_digits(text)))
    return fold_digits


@pytest.mark.parametrize(("file", "rule"), RULES, ids=[rule.id for _, rule in RULES])
def test_a_rule_finds_its_matches_and_passes_its_misses(file: str, rule: Rule) -> None:
    seen = reader_of(file)
    assert [text for text in rule.matches if not any(rule.find(seen(text)))] == []
    assert [text for text in rule.misses if any(rule.find(seen(text)))] == []


@pytest.mark.parametrize("rule", [rule for _, rule in RULES], ids=lambda rule: rule.id)
def test_every_pattern_of_a_rule_compiles(rule: Rule) -> None:
    assert [load(pattern).pattern for pattern in (rule.pattern, *rule.reject)]


@pytest.mark.parametrize("rule", [rule for _, rule in RULES], ids=lambda rule: rule.id)
def test_no_match_is_lost_to_the_literals_a_text_must_hold(rule: Rule) -> None:
    read = [reader_of(file)(text) for file, text in EXAMPLES]
    for pattern in (rule.pattern, *rule.reject):
        lost = [
            text for text in read if load(pattern).search(text) and not may_match(pattern, text)
        ]
        assert lost == []


def test_rule_ids_are_unique_across_all_files() -> None:
    ids = [rule.id for _, rule in RULES]
    assert sorted(ids) == sorted(set(ids))


def a_rule(**changes: object) -> dict[str, object]:
    return {
        "id": "test.rule",
        "yields": "x",
        "pattern": r"(?P<value>\d+) mg",
        "matches": ["5 mg"],
        "misses": ["five"],
    } | changes


def test_a_match_that_a_reject_pattern_overlaps_does_not_count() -> None:
    rule = Rule.model_validate(a_rule(reject=[r"no \d+ mg"]))
    assert [match["value"] for match in rule.find("no 5 mg, 7 mg")] == ["7"]


@pytest.mark.parametrize(
    "change", [{"pattern": "(unclosed"}, {"pattern": "(?&nothing)"}, {"reject": ["["]}]
)
def test_a_pattern_that_does_not_compile_is_named_where_it_is_used(
    change: dict[str, object],
) -> None:
    rule = Rule.model_validate(a_rule(**change))
    with pytest.raises(InvalidData, match=r"rule test\.rule"):
        list(rule.find("5 mg, unclosed"))


def test_a_rule_with_near_labels_needs_one_of_them_before_it() -> None:
    rule = Rule.model_validate(a_rule(near=["dose", "កម្រិត"]))
    assert [match["value"] for match in rule.find("5 mg. Dose: 7 mg")] == ["7"]
    assert [match["value"] for match in rule.find("ក្នុងកម្រិត៖7 mg")] == ["7"]


@pytest.mark.parametrize(
    "change",
    [
        {"colour": "red"},
        {"matches": []},
        {"misses": []},
        {"id": "Wrong Id"},
        {"version": 0},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_rule_that_is_not_valid_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        RuleFile.model_validate({"rule": [a_rule(**change)]})


@pytest.mark.parametrize("text", ["[[rule]]\nid = 'a.b'\n", "no toml", "[[rule]]\nwrong = 1\n"])
def test_a_rule_file_that_is_not_valid_is_named(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data" / "rules").mkdir(parents=True)
    (tmp_path / "data" / "rules" / "broken.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(rules, "files", lambda _: tmp_path)
    with pytest.raises(InvalidData, match=r"data/rules/broken\.toml"):
        load_rules("broken")
