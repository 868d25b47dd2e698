"""Tables as benchmarks print them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def print_table(rows: Sequence[Sequence[str]]) -> None:
    """Markdown, the first row its head."""
    for line in (rows[0], ["---"] * len(rows[0]), *rows[1:]):
        print("| " + " | ".join(line) + " |")
    print()
