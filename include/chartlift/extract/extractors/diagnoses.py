"""Diagnoses: what stands below their headings, and problems that prose says are there or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from chartlift.extract.context import FindingIds, Line, Page, evidence
from chartlift.extract.drugs import find_names
from chartlift.extract.entries import find_strengths
from chartlift.extract.phrases import fold_letters
from chartlift.extract.problems import Certainty, certainty_of, find_problems, matches
from chartlift.extract.sections import Placed, place_lines, whole_text
from chartlift.extract.text import fold_digits
from chartlift.finding import Diagnosis

_MOST_WORDS = 14
_SHORTEST = 2
_HEADED = "dx.headed/1"
_IN_SECTION: dict[str, Certainty] = {"history": "historical", "family": "family"}
_BULLETS = " \t-•*·►▪—–:;,.()0123456789#"


class _Item(NamedTuple):
    line: Line
    start: int
    end: int
    certainty: Certainty
    rule: str


def find(pages: Sequence[Page]) -> tuple[Diagnosis, ...]:
    """The diagnoses in reading order, each text once for a certainty."""
    ids = FindingIds("dx")
    found: dict[tuple[str, str], Diagnosis] = {}
    for page in pages:
        for item in _items(page):
            text = " ".join(item.line.text[item.start : item.end].split())
            key = (fold_letters(text), item.certainty)
            if key in found:
                continue
            seen = evidence(item.line.tokens_at(item.start, item.end), item.rule)
            found[key] = Diagnosis(
                id=ids.next(page.number),
                text=text,
                certainty=item.certainty,
                confidence=seen.confidence,
                evidence=seen,
            )
    return tuple(found.values())


def _items(page: Page) -> Iterator[_Item]:
    """The diagnoses of a page: headed lines one by one, the others as the prose they are."""
    tabled = {
        token for table in page.tables for row in table.rows for c in row for token in c.tokens
    }
    prose: list[Placed] = []
    above: Placed | None = None
    for placed in place_lines(page):
        if _is_listed(placed, above) and not tabled.intersection(placed.line.tokens):
            yield from _prose_items(prose)
            yield from _line_items(placed)
            prose, above = [], placed
        else:
            above = None
            prose += [placed] if placed.section != "allergies" else []
    yield from _prose_items(prose)


def _is_listed(placed: Placed, above: Placed | None) -> bool:
    """Whether a line holds diagnoses as a list, under its heading or on the same line."""
    if placed.section != "diagnoses" or placed.is_heading:
        return placed.section == "diagnoses"
    text = placed.line.text
    prose = any(matches(text, "prose")) or any(matches(text, "field"))
    if above is None or prose or len(text.split()) > _MOST_WORDS:
        return False
    said = above.line.text[above.offset :].strip()
    if above.is_heading and said:
        return said.endswith((",", ";")) or text[:1] in _BULLETS
    return True


def _line_items(placed: Placed) -> Iterator[_Item]:
    text = placed.line.text
    for start, end in _sentences(text, placed.offset):
        if any(matches(text[start:end], "prose")):
            yield from _named_items(placed.line, start, end, None)
        else:
            for part in _parts(text, start, end):
                item = _headed_item(placed.line, *part)
                if item:
                    yield item


def _sentences(text: str, start: int) -> Iterator[tuple[int, int]]:
    while start < len(text):
        stop = text.find(". ", start)
        while stop >= 0 and _is_abbreviated(text[start:stop]):
            stop = text.find(". ", stop + 1)
        end = len(text) if stop < 0 else stop + 1
        yield start, end
        start = end


def _is_abbreviated(before: str) -> bool:
    """Whether a point after this ends no sentence, as in "1. Hypertension" and "E. coli"."""
    words = before.split()
    return not words or len(words[-1]) <= 2


def _parts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The diagnoses of a list on one line: between semicolons, and commas before a capital."""
    begin = start
    for at in range(start, end):
        rest = text[at + 1 : end].lstrip()
        comma = text[at] == "," and rest[:1].isupper()
        if text[at] == ";" or comma or (text[at] == "+" and rest):
            yield begin, at
            begin = at + 1
    yield begin, end


def _headed_item(line: Line, start: int, end: int) -> _Item | None:
    text = line.text
    for match in list(matches(text[start:end], "icd")):
        if not text[start : start + match.start()].strip(_BULLETS):
            start += match.end()
        else:
            end = start + match.start()
        break
    start, end = _trimmed(text, start, end)
    end = _without_closing(text, start, end)
    found = certainty_of(text[:start] + _opening(text[start:end]), text[end:])
    start = _without_opening(text, start, end)
    words = text[start:end].split()
    fits = 0 < len(words) <= _MOST_WORDS and end - start >= _SHORTEST
    if not fits or any(matches(text[start:end], "not")) or _is_drug(text[start:end]):
        return None
    certainty = found[0] if found and found[0] != "affirmed" else "affirmed"
    return _Item(line, start, end, certainty, found[1].tag if found else _HEADED)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _BULLETS and not text[start:end].startswith("0x"):
        start += 1
    while end > start and (text[end - 1] in " .,;:-–—" or text[end - 1] == "("):
        end -= 1
    for mark in (" - ", " – ", " — "):
        at = text.find(mark, start, end)
        if at > start:
            end = at
    return start, end


def _opening(text: str) -> str:
    """The words at the start of an item that only say how it is meant."""
    words = text.split()
    for count in range(min(5, len(words) - 1), 0, -1):
        opening = " ".join(words[:count]) + " "
        if certainty_of(opening, ""):
            return opening
    return ""


def _without_opening(text: str, start: int, end: int) -> int:
    words = len(_opening(text[start:end]).split())
    for _ in range(words):
        gap = text.find(" ", start, end)
        start = gap + 1 if gap >= 0 else start
    return start


def _without_closing(text: str, start: int, end: int) -> int:
    """Where an item ends without the words that only say how it is meant: "(suspected)"."""
    for count in (2, 1):
        words = text[start:end].rsplit(maxsplit=count)
        closing = text[start + len(words[0]) : end] if len(words) > 1 else ""
        if closing and certainty_of("", closing):
            return start + len(words[0])
    return end


def _is_drug(text: str) -> bool:
    folded = fold_digits(text)
    return any(find_names(text)) and any(find_strengths(folded))


def _prose_items(lines: Sequence[Placed]) -> Iterator[_Item]:
    """What prose says of known problems; a sentence may run over several lines."""
    start = 0
    for at in range(1, len(lines) + 1):
        if at == len(lines) or lines[at].is_heading or lines[at].section != lines[start].section:
            chunk = lines[start:at]
            line = whole_text([placed.line for placed in chunk])
            given = _IN_SECTION.get(chunk[0].section or "")
            for begin, end in _sentences(line.text, chunk[0].offset):
                yield from _named_items(line, begin, end, given)
            start = at


def _named_items(line: Line, start: int, end: int, given: Certainty | None) -> Iterator[_Item]:
    text, begin = line.text, start
    last: tuple[Certainty, str] | None = None
    for found in find_problems(text[start:end]):
        left, right = start + found.start, start + found.end
        said = certainty_of(text[begin:left], text[right:end])
        joined = last is not None and _is_joint(text[begin:left])
        begin = right
        if said:
            last = (said[0], said[1].tag)
        elif not joined:
            last = (given, _HEADED) if given else None
        if last:
            yield _Item(line, left, right, last[0], last[1])


def _is_joint(between: str) -> bool:
    """Whether two problems are of one list: "no diabetes, asthma or stroke"."""
    return between.strip(" ,/").casefold() in {"", "and", "or", "nor", "et", "ou", "ni", "&"}
