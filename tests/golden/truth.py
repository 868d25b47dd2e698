"""Comparing a result document with the truth of a sample, leaf by leaf.

A truth has the shape of the result document and asks only for the keys it has. Items of a list are
paired by what names them (a test's name, a drug), in the order of the page; an item without a
partner counts as a miss for every leaf it asks for, an item too many as one miss.
"""

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, NamedTuple

from chartlift.frozen import parse_json

SAMPLES = Path(__file__).parents[2] / "samples"
NAMING = ("test_name", "medication", "name", "text", "substance", "role", "value")
ABOUT_THE_RUN = ("verdict", "code")


class Miss(NamedTuple):
    path: str
    expected: object
    found: object


class Comparison(NamedTuple):
    right: int
    misses: tuple[Miss, ...]

    @property
    def asked(self) -> int:
        return self.right + sum(miss.expected is not None for miss in self.misses)


def sample_names() -> list[str]:
    return sorted(path.name.removesuffix(".truth.json") for path in SAMPLES.glob("*.truth.json"))


def read_truth(name: str) -> dict[str, Any]:
    truth: dict[str, Any] = parse_json((SAMPLES / f"{name}.truth.json").read_bytes())
    return truth


def scan_of(name: str) -> Path:
    (scan,) = (p for p in SAMPLES.glob(f"{name}.*") if not p.name.endswith(".truth.json"))
    return scan


def compare(truth: Mapping[str, Any], found: Mapping[str, Any]) -> Comparison:
    asked = {key: value for key, value in truth.items() if key not in ABOUT_THE_RUN}
    leaves = list(_walk("", asked, found))
    misses = tuple(leaf for leaf in leaves if not _equal(leaf.expected, leaf.found))
    return Comparison(len(leaves) - len(misses), misses)


def _equal(expected: object, found: object) -> bool:
    # By their text, so that 7.10 is not 7.1, and without spaces, which paper does not have; null
    # only equals null.
    same = "".join(str(expected).split()) == "".join(str(found).split())
    return (expected is None) == (found is None) and same


def _walk(path: str, expected: object, found: object) -> Iterator[Miss]:
    if isinstance(expected, Mapping):
        inside = found if isinstance(found, Mapping) else {}
        for key, value in expected.items():
            yield from _walk(f"{path}.{key}".lstrip("."), value, inside.get(key))
    elif isinstance(expected, list) and any(isinstance(item, Mapping) for item in expected):
        yield from _walk_items(path, expected, found if isinstance(found, list) else [])
    elif isinstance(expected, list) and path == "languages":
        yield Miss(path, sorted(expected), sorted(found if isinstance(found, list) else []))
    else:
        yield Miss(path, expected, found)


def _walk_items(path: str, expected: Sequence[Any], found: Sequence[Any]) -> Iterator[Miss]:
    free = list(range(len(found)))
    for number, item in enumerate(expected):
        partner = max(free, key=lambda i: (_likeness(item, found[i]), -i), default=None)
        if partner is not None and _likeness(item, found[partner]) >= 0.6:
            free.remove(partner)
            yield from _walk(f"{path}[{number}]", item, found[partner])
        else:
            yield from _walk(f"{path}[{number}]", item, None)
    for i in free:
        yield Miss(f"{path}[+]", None, found[i])


def _likeness(expected: Mapping[str, Any], found: Mapping[str, Any]) -> float:
    name = next(key for key in NAMING if expected.get(key) is not None)
    alike = SequenceMatcher(None, str(expected[name]), str(found.get(name))).ratio()
    pages = [item.get("evidence", {}).get("page") for item in (expected, found)]
    same_value = str(expected.get("raw_value")) == str(found.get("raw_value"))
    return alike + 0.1 * same_value - (0.5 if None not in pages and pages[0] != pages[1] else 0.0)
