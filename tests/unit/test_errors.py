import pickle

import pytest

from chartlift import errors

FAMILIES = (errors.InputError, errors.ConfigError, errors.ServiceError)
KINDS = [kind for family in FAMILIES for kind in family.__subclasses__()]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_says_its_code_one_sentence_and_a_fix(
    kind: type[errors.ChartliftError],
) -> None:
    assert str(kind(page=3)) == f"{kind.code}: {kind.summary} (page 3) {kind.fix}"
    assert kind.summary.count(".") == 1
    assert kind.fix.endswith(".")


def test_no_two_errors_share_a_code() -> None:
    codes = [kind.code for kind in KINDS]
    assert len(codes) == len(set(codes))


def test_the_drawn_tree_names_every_error_beside_its_code() -> None:
    drawn = " ".join((errors.__doc__ or "").split())
    missing = [kind.code for kind in KINDS if f"{kind.__name__} {kind.code}" not in drawn]
    assert missing == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_error_crosses_a_process_with_its_facts(kind: type[errors.ChartliftError]) -> None:
    error = pickle.loads(pickle.dumps(kind(page=2, found=7, limit=5, subject="max_pages")))  # noqa: S301 - our own bytes
    assert type(error) is kind
    assert (error.page, error.found, error.limit, error.subject) == (2, 7, 5, "max_pages")


def test_only_the_documents_own_faults_are_input_errors() -> None:
    input_codes = {kind.code for kind in errors.InputError.__subclasses__()}
    assert {kind.code for kind in KINDS if errors.is_input_error(kind.code)} == input_codes
    assert not errors.is_input_error("killed")
