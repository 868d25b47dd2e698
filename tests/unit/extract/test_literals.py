"""The literals of a pattern: a text without any of them has no match."""

import sys
from unicodedata import category

import pytest
import regex

from chartlift.extract.literals import fold_case, literals_of


@pytest.mark.parametrize(
    ("pattern", "literals"),
    [
        ("glucose", {"glucose"}),
        (r"\bdate\s+of\s+birth\b", {"birth"}),
        ("(?:foo|ba?rn)x", {"foo", "rn"}),
        ("ab+c", {"ab"}),
        ("ab{2}c", {"ab"}),
        (r"(?P<unit>mmol|mg)\s*/\s*l", {"mmol", "mg"}),
        (r"mg\.|m\.g\.", {"mg.", "m.g."}),
        ("Créatinine", {"créatinine"}),
        ("(?-i:NPI)", {"npi"}),
        ("[]a]bc", {"bc"}),
        (r"[^\]]bc", {"bc"}),
    ],
)
def test_the_longest_pieces_that_no_match_lacks_are_found(pattern: str, literals: set[str]) -> None:
    assert set(literals_of(pattern)) == literals


@pytest.mark.parametrize(
    ("pattern", "literals"),
    [
        (r"\d+", set()),
        ("glucose|", set()),
        (r"glucose|\d+", set()),
        ("(?:glucose)?", set()),
        ("(?:glucose){0,2}", set()),
        ("(?:glucose|urea)*x", {"x"}),
        ("ab?", {"a"}),
        ("ab*?", {"a"}),
        ("(?<!no )to(?!day)", {"to"}),
        ("(?=glucose).*x", {"x"}),
        ("(?&number) mg", {" mg"}),
        (r"(?P<mark>[-/])\d(?P=mark)", set()),
        (r"\p{Lu}ab", {"ab"}),
        ("[abc]{3}", set()),
    ],
)
def test_what_may_be_left_out_or_is_only_looked_at_is_no_literal(
    pattern: str, literals: set[str]
) -> None:
    assert set(literals_of(pattern)) == literals


def test_characters_that_match_without_regard_to_case_are_folded_alike() -> None:
    assigned = (chr(n) for n in range(sys.maxunicode + 1) if category(chr(n)) not in {"Cn", "Cs"})
    every = "".join(assigned)
    printed = "".join(chr(code) for code in range(0x20, 0x250)) + "μΩ"
    for character in printed:
        same = regex.findall(regex.escape(character), every, regex.IGNORECASE)
        assert {fold_case(each) for each in same} == {fold_case(character)}
