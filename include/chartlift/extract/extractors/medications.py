"""Medications: drugs with how they are taken, from lists, prose and dose tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from chartlift.extract.calendar import possible_orders
from chartlift.extract.context import FindingIds, Line, Page, Token, evidence
from chartlift.extract.dose_table import read_tables
from chartlift.extract.drugs import Mention, find_names, guess_name, words_of
from chartlift.extract.entries import Entry, blank, find_strengths, matches, read_entry
from chartlift.extract.lab_rows import lab_rows
from chartlift.extract.phrases import fold_letters
from chartlift.extract.sections import Placed, place_lines, whole_text
from chartlift.extract.sig import begins_with_sig
from chartlift.extract.tables import result_tokens
from chartlift.extract.text import fold_digits
from chartlift.finding import Flag, Prescription

Status = Literal[
    "current", "held", "stopped", "declined", "planned", "administered", "allergy", "unknown"
]

_MOST_WRAPPED = 3
"""An entry goes on over at most so many further lines."""

_LONGEST_NAME = 5
_SHORTEST_WORD = 4
_BEFORE: tuple[tuple[str, Status], ...] = (
    ("before_allergy", "allergy"),
    ("before_declined", "declined"),
    ("before_held", "held"),
    ("before_stopped", "stopped"),
    ("before_administered", "administered"),
    ("before_planned", "planned"),
)
_AFTER: tuple[tuple[str, Status], ...] = (
    ("after_allergy", "allergy"),
    ("after_declined", "declined"),
    ("after_held", "held"),
    ("after_stopped", "stopped"),
    ("after_administered", "administered"),
)


class _Block(NamedTuple):
    """Lines that belong to one entry, or one line of prose with its drugs."""

    line: Line
    section: str | None
    offset: int


def find(pages: Sequence[Page]) -> tuple[Prescription, ...]:
    """The drugs on the pages in reading order, one entry per dose and phase.

    A drug the patient is allergic to is none of them: the allergies are found apart.
    """
    ids = FindingIds("med")
    found: list[Prescription] = []
    for page in pages:
        rows, tabled = read_tables(page)
        for line, entry in rows:
            found += _prescriptions(line, entry, "current", ids)
        results = result_tokens(page)
        for block in _blocks(page, tabled):
            for entry, status in _entries(block):
                if results.isdisjoint(block.line.tokens):
                    found += _prescriptions(block.line, entry, status, ids)
                elif (drug := _among_results(page, block, entry)) is not None:
                    found += _prescriptions(block.line, drug, status, ids)
    return tuple(found)


def _among_results(page: Page, block: _Block, entry: Entry) -> Entry | None:
    """A drug that stands in a table of results; None where its row is a result.

    A known drug with a strength and directions is one, other names only in no known test's row.
    Half of that, or a test's name, is doubted: 250 mg of calcium a day may be excreted, and an
    antibiotic's disc has a strength.
    """
    known, whole = entry.trust == 1, entry.strength is not None and entry.says_how
    if not whole and not (known and (entry.says_how_much or entry.says_how)):
        return None
    rows = lab_rows(page, possible_orders([page]))
    tests = (row.source.line.tokens for row in rows if row.label.reading is not None)
    tested = any(not set(tokens).isdisjoint(block.line.tokens) for tokens in tests)
    if tested and not (known and whole):
        return None
    if known and whole and not tested:
        return entry
    return entry._replace(flags=tuple(dict.fromkeys((*entry.flags, Flag.PLACE_UNCLEAR))))


def _blocks(page: Page, tabled: frozenset[Token]) -> Iterator[_Block]:
    """The page's lines outside tables of doses, wrapped lines joined to their entry.

    A line of a table's row is joined with no line of another row.
    """
    rows = _rows_of(page)
    waiting: list[Placed] = []
    for placed in place_lines(page):
        if tabled.intersection(placed.line.tokens):
            continue
        first = waiting[0] if waiting else None
        one_row = first is not None and _row(rows, first) == _row(rows, placed)
        if one_row and len(waiting) <= _MOST_WRAPPED and _goes_on(waiting, placed):
            waiting.append(placed)
            continue
        if waiting:
            yield _joined(waiting)
        waiting = [placed]
    if waiting:
        yield _joined(waiting)


def _rows_of(page: Page) -> dict[Token, tuple[int, int]]:
    """The table and row that the words of a page's tables stand in."""
    return {
        token: (number, row)
        for number, table in enumerate(page.tables)
        for row, cells in enumerate(table.rows)
        for cell in cells
        for token in cell.tokens
    }


def _row(rows: dict[Token, tuple[int, int]], placed: Placed) -> tuple[int, int] | None:
    return rows.get(placed.line.tokens[0]) if placed.line.tokens else None


def _joined(lines: Sequence[Placed]) -> _Block:
    first = lines[0]
    return _Block(whole_text([placed.line for placed in lines]), first.section, first.offset)


def _goes_on(waiting: Sequence[Placed], placed: Placed) -> bool:
    first, text = waiting[0], placed.line.text
    names_drug = any(find_names(first.line.text)) or _unknown(first.line.text, first.offset)
    if placed.is_heading or not names_drug or any(find_names(text)):
        return False
    numbered = any(character.isdigit() for character in text[: _numbering(text)])
    return not numbered and begins_with_sig(text)


def _numbering(text: str) -> int:
    """Where a line's own text begins after a bullet or number."""
    return next((match.end() for match in matches(fold_digits(text), "numbering")), 0)


def _mentions(text: str, offset: int) -> list[Mention]:
    mentions = [mention for mention in find_names(text) if mention.start >= offset]
    joined: list[Mention] = []
    for mention in mentions:
        last = joined[-1] if joined else None
        if last and _is_same(text, last, mention):
            continue
        if last and _is_combined(text[last.end : mention.start]):
            name = f"{last.drug}/{mention.drug}"
            known = next(find_names(name), None)
            whole = known is not None and known.end == len(name)
            joined[-1] = Mention(last.start, mention.end, known.drug if known and whole else None)
        else:
            joined.append(mention)
    if not joined:
        unknown = _unknown(text, offset)
        return [unknown] if unknown else []
    return joined


def _is_same(text: str, last: Mention, mention: Mention) -> bool:
    """Whether a name only repeats the one before, as a brand in brackets does."""
    between = text[last.end : mention.start]
    bracketed = between.rstrip()[-1:] in {"(", "["} if between.strip() else False
    return bracketed or (last.drug == mention.drug and not any(find_strengths(between)))


def _is_combined(between: str) -> bool:
    text = fold_digits(between)
    text = blank(text, [(strength.start, strength.end) for strength in find_strengths(text)])
    text = blank(text, [match.span() for match in matches(text, "salt")])
    return text.strip() in {"/", "+"}


def _unknown(text: str, offset: int) -> Mention | None:
    """A name that no vocabulary knows, before a strength at the start of a line."""
    strength = next((s for s in find_strengths(text) if s.start > offset), None)
    if strength is None:
        return None
    start = offset + _numbering(text[offset:])
    words = [word for word in words_of(text[: strength.start]) if word.start >= start]
    if not words or len(words) > _LONGEST_NAME or begins_with_sig(text[start:]):
        return None
    for word in words:
        drug = guess_name(text[word.start : word.end])
        if drug:
            return Mention(word.start, word.end, drug, guessed=True)
    letters = all(word.text.isalpha() for word in words)
    long = len(words[0].text) >= _SHORTEST_WORD
    return Mention(words[0].start, words[-1].end, None) if letters and long else None


def _entries(block: _Block) -> Iterator[tuple[Entry, Status]]:
    text = block.line.text
    mentions = _mentions(text, block.offset)
    for index, mention in enumerate(mentions):
        start = block.offset if index == 0 else mention.start
        end = mentions[index + 1].start if index + 1 < len(mentions) else len(text)
        before_start = mentions[index - 1].end if index else block.offset
        entry = read_entry(text, mention, (_sentence(text, start, mention.start), end))
        after = _own_words(text[mention.end : end]) if end < len(text) else text[mention.end :]
        status = _status(text[before_start : mention.start], after)
        if status != "allergy" and _is_medication(block, mention, entry, status):
            yield entry, _placed_status(block, status)


def _own_words(after: str) -> str:
    """What follows a drug without the words that speak of the next one: ", hold"."""
    folded = fold_letters(after)
    starts = [match.start() for kind, _ in _BEFORE for match in matches(folded, kind)]
    return after[: min(starts, default=len(after))].rstrip(" ,;-(")


def _sentence(text: str, start: int, name: int) -> int:
    """Where the sentence begins that names the drug."""
    stop = max(text.rfind(mark, start, name) for mark in (". ", "; ", " • "))
    return start if stop < 0 else stop + 1


def _status(before: str, after: str) -> Status | None:
    before, after = fold_letters(before), fold_letters(after)
    for text, kinds in ((before, _BEFORE), (after, _AFTER)):
        for kind, status in kinds:
            if any(matches(text, kind)):
                return status
    return None


def _placed_status(block: _Block, status: Status | None) -> Status:
    if status is not None:
        return status
    return "planned" if block.section == "plan" else "current"


def _is_medication(block: _Block, mention: Mention, entry: Entry, status: Status | None) -> bool:
    """Whether a name is there because the drug is taken, and not by the way."""
    if block.section == "allergies":
        return False
    start = block.offset + _numbering(block.line.text[block.offset :])
    first = not block.line.text[start : mention.start].strip(" .:-*•([") or begins_with_sig(
        block.line.text[start : mention.start]
    )
    if mention.drug is None or mention.guessed:
        known_place = block.section == "medications" and first
        return entry.strength is not None and (entry.says_how or (known_place and first))
    if block.section == "medications" and first:
        return True
    if status in {"held", "stopped", "declined"}:
        return True
    return entry.says_how_much and (first or entry.says_how or entry.says_in_what)


def _prescriptions(
    line: Line, entry: Entry, status: Status, ids: FindingIds
) -> Iterator[Prescription]:
    tokens = tuple(
        token
        for token in line.tokens
        if any(token in line.tokens_at(*span) for span in entry.spans)
    )
    found = evidence(tokens, "med.entry/1")
    for sig in entry.sigs:
        yield Prescription(
            id=ids.next(found.page),
            notes=entry.notes,
            flags=entry.flags,
            confidence=found.confidence * entry.trust,
            evidence=found,
            medication=entry.name,
            strength=entry.strength,
            form=entry.form,
            dosage=sig.dosage,
            route=sig.route,
            frequency=sig.frequency,
            duration=sig.duration,
            quantity=sig.quantity,
            as_needed=sig.as_needed,
            phase=sig.phase,
            status=status,
            timing=sig.timing,
            code=entry.code,
        )
