"""What extractors look at: lines, rows and cells made of tokens that lead back to their source.

A `Token` knows the word of the page it is, or the characters of the plain text it came from, so
that every value carries its evidence whatever rule found it. Scans and plain text meet here:
extractors do not know which of the two they read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol

from chartlift.finding import Evidence, Finding
from chartlift.model import Box, ReadPage


class Token(NamedTuple):
    """One word, with the way back to where it stands."""

    text: str
    page: int
    word: int | None
    """Index among the page's words; None in plain text."""
    span: tuple[int, int] | None
    """Characters [start, end) of the plain text; None on a page."""
    box: Box | None
    confidence: float
    engine: str | None
    other: str | None = None
    """What another engine read here, where neither is trusted."""


@dataclass(frozen=True)
class Line:
    """Tokens that belong together, left to right; `text` joins them with one space."""

    tokens: tuple[Token, ...]

    @cached_property
    def text(self) -> str:
        """The tokens' text, one space between two of them."""
        return " ".join(token.text for token in self.tokens)

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        starts, at = [], 0
        for token in self.tokens:
            starts.append(at)
            at += len(token.text) + 1
        return tuple(starts)

    def tokens_at(self, start: int, end: int) -> tuple[Token, ...]:
        """The tokens that characters [start, end) of `text` touch."""
        return tuple(
            token
            for at, token in zip(self._starts, self.tokens, strict=True)
            if at < end and at + len(token.text) > start
        )

    def cut(self, start: int, end: int) -> Line:
        """The part of the line that characters [start, end) of `text` are, tokens trimmed to it."""
        tokens = []
        for at, token in zip(self._starts, self.tokens, strict=True):
            left, right = max(start - at, 0), min(end - at, len(token.text))
            if left < right:
                span = token.span and (token.span[0] + left, token.span[0] + right)
                tokens.append(token._replace(text=token.text[left:right], span=span))
        return Line(tuple(tokens))


Row = tuple[Line, ...]
"""The cells of one table row, left to right; an empty cell is a Line without tokens."""


class Table(NamedTuple):
    """A table as extractors see it: rows of cells, all of the same length."""

    rows: tuple[Row, ...]
    doubted: frozenset[int] = frozenset()
    """Rows whose name and values may be of two rows."""

    @property
    def tokens(self) -> Iterator[Token]:
        """Its words, row by row."""
        return (token for row in self.rows for cell in row for token in cell.tokens)


class Page(NamedTuple):
    """One page: all its lines in reading order (those inside tables too), and its tables."""

    number: int
    lines: tuple[Line, ...]
    tables: tuple[Table, ...]


class Extractor(Protocol):
    """Finds one kind of thing in a document; its module in `extractors/` has a `find`."""

    def __call__(self, pages: Sequence[Page]) -> tuple[Finding, ...]:
        """The findings in the order they stand on the paper, each with its evidence."""
        ...


def evidence(tokens: Sequence[Token], rule: str) -> Evidence:
    """The evidence of a value that stands in these tokens; there is at least one.

    Its confidence is the lowest among the tokens; its box holds them all.
    """
    first, last = tokens[0], tokens[-1]
    box = None
    for token in tokens:
        box = token.box if box is None else (box.union(token.box) if token.box else box)
    words = tuple(token.word for token in tokens if token.word is not None)
    return Evidence(
        page=first.page,
        box=box,
        words=words or None,
        span=(first.span[0], last.span[1]) if first.span and last.span else None,
        rule=rule,
        engine=first.engine,
        confidence=min(token.confidence for token in tokens),
    )


def tokens_of(pages: Sequence[Page], proof: Evidence) -> tuple[Token, ...]:
    """The words that a value was read from, as they stand on the paper."""
    return tuple(
        token
        for page in pages
        if page.number == proof.page
        for line in page.lines
        for token in line.tokens
        if _is_of(token, proof)
    )


def _is_of(token: Token, proof: Evidence) -> bool:
    if token.span is not None and proof.span is not None:
        return token.span[0] < proof.span[1] and proof.span[0] < token.span[1]
    return token.word is not None and token.word in (proof.words or ())


class FindingIds:
    """Gives ids to the findings of one kind: `p1:med:0`, and `p1:lab:glucose:0` with a concept."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._given: Counter[str] = Counter()

    def next(self, page: int, concept: str | None = None) -> str:
        """The next id on this page, ordinals from 0 for each concept."""
        stem = ":".join(part for part in (f"p{page}", self._kind, concept) if part)
        self._given[stem] += 1
        return f"{stem}:{self._given[stem] - 1}"


def page_of(page: ReadPage) -> Page:
    """A page as it was read, ready for extraction."""
    number = page.ocr.number
    tokens = tuple(
        Token(
            text=word.text,
            page=number,
            word=index,
            span=None,
            box=word.box,
            confidence=word.confidence,
            engine=word.engine,
            other=word.other,
        )
        for index, word in enumerate(page.ocr.words)
    )
    lines = tuple(Line(tuple(tokens[i] for i in line.words)) for line in page.layout.lines)
    tables = []
    for table in page.layout.tables:
        rows = 1 + max(cell.row for cell in table.cells)
        columns = 1 + max(cell.column for cell in table.cells)
        grid = [[Line(())] * columns for _ in range(rows)]
        for cell in table.cells:
            grid[cell.row][cell.column] = Line(tuple(tokens[i] for i in cell.words))
        tables.append(Table(tuple(tuple(row) for row in grid), frozenset(table.doubted)))
    return Page(number, lines, tuple(tables))


def page_of_text(text: str) -> Page:
    """Plain text as one page: each line a Line, words split at white space, no boxes."""
    lines, at = [], 0
    for raw in text.splitlines(keepends=True):
        tokens, inside = [], at
        for part in raw.split():
            start = text.index(part, inside)
            inside = start + len(part)
            tokens.append(Token(part, 1, None, (start, inside), None, 1.0, None))
        at += len(raw)
        if tokens:
            lines.append(Line(tuple(tokens)))
    return Page(1, tuple(lines), ())
