"""Which things belong together, told by pairs of them."""

from __future__ import annotations


def root_of(parent: list[int], index: int) -> int:
    """The first of those that a thing belongs to; `parent` begins as `range(count)`."""
    while parent[index] != index:
        parent[index] = parent[parent[index]]
        index = parent[index]
    return index


def unite(parent: list[int], one: int, other: int) -> bool:
    """Joins two things and all that belong to them; whether they were apart."""
    first, second = sorted((root_of(parent, one), root_of(parent, other)))
    parent[second] = first
    return first != second
