"""How far a word is to be believed, and which of two readings where it was read twice.

The engines' scales are never compared. Each confidence given here is how often such a reading was
right on pages with a known truth (docs/adr/0005-lines-first.md), told by the first engine's least
sure character and by whether a second engine reads the same.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz.distance import Levenshtein

from chartlift.languages import script_letters
from chartlift.reading.figures import is_date, is_word_of, may_be_word_of
from chartlift.reading.measures import is_unit

if TYPE_CHECKING:
    from collections.abc import Iterable

Scale = tuple[tuple[float, float], ...]
"""From which value on, which other value."""

NUMBER: Scale = ((0.995, 0.99), (0.97, 0.88), (0.90, 0.78), (0.70, 0.60), (0.50, 0.40), (0.0, 0.20))
WORD: Scale = ((0.995, 0.99), (0.97, 0.95), (0.90, 0.90), (0.70, 0.75), (0.50, 0.60), (0.0, 0.30))
"""How often what is read is right, by the probability of its least sure character."""
AGREED: Scale = ((0.70, 0.97), (0.50, 0.90), (0.0, 0.70))
"""The same where a second engine reads the same."""
APART_NUMBER: Scale = ((0.95, 0.90), (0.90, 0.70), (0.70, 0.50), (0.0, 0.20))
"""The same for a number of which a second engine reads another."""
LOST = 0.70
"""Probability of the least sure character under which a second engine is rather right."""
LOST_TO = 0.50
"""How often it then is."""
AKIN = 0.5
"""Share of their characters in which two readings of such a number may differ at most. Of second
readings that differ more, or are of no number, 3 of 42 were right, of the others 20 of 60, on 54
forms, 19 receipts and 168 drawn pages; the rest is mostly scrawl."""
KHMER = 2
"""Khmer letters of the second reading from which what a reader of Latin is unsure of is Khmer."""
NUMBERS_BELOW = 0.99
"""Probability of its least sure character under which a number is read a second time."""
CERTAIN = 0.90
"""How often the second engine is right where it reads a unit of measure and the first does not."""
DOUBTED = 0.80
"""Confidence under which the reading that was not taken is kept beside the other."""
ODD = 0.75
"""Probability that is left to a number with an odd mark: a comma is easily read as a point."""
UNSETTLED = 0.75
"""Confidence that is left to a doubtful word for whose second reading there was no time."""
MARKS = ",."
FULL_STOP = "\N{KHMER SIGN KHAN}"
BETWEEN = " :;|_"
"""What parts words, and is easily read twice or not at all."""
SIGNS = {"µ": "up", "²": "2", "³": "3", "≥": ">", "≤": "<", "±": "+", "×": "x", "β": "B"}
"""What Tesseract answers for signs that its languages have no character for."""
ALIKE = str.maketrans("–—’‘", "--''")
"""Signs that differ in length or lean alone."""
POWERS, FLAGS = "23", "HLN"
"""What is printed behind a unit, and beside a result that is high, low or normal."""
SIGNS_ALONE = "+-−–±"
"""What is printed for a result that is found or not."""
MICRO, READ_FOR_MICRO = "µμ", "pmu"
"""The sign for a millionth, and what the second engine answers for it."""
FIRST_ALIKE = str.maketrans("µμq", "uug")
"""Characters of a unit that are one to a reader, wherever they stand."""
ALIKE_BEHIND = str.maketrans("1i", "ll")
"""The same behind the first one, in small letters; the first may be a figure of the value."""
UPRIGHT = "Il"
"""Letters that a slash is read for."""
MOSTLY = 3
"""How many times as often as the other a decimal mark must stand on a page to be its usual one."""


class Belief(NamedTuple):
    """What is believed of one place."""

    second: bool
    """Whether it is the second reading."""
    confidence: float
    other: str | None = None
    """The reading that was not taken, where neither is trusted."""


def trust(text: str, lowest: float) -> float:
    """How often such a reading is right.

    Args:
        text: what was read.
        lowest: the probability of its least sure character.
    """
    return _on(NUMBER if has_digit(text) else WORD, lowest)


def is_doubtful(text: str, lowest: float, below: float) -> bool:
    """Whether a word is worth a second reading; numbers are held to a higher limit."""
    return lowest < (max(below, NUMBERS_BELOW) if has_digit(text) else below)


def settle(first: str, lowest: float, second: str, mark: str | None) -> Belief:
    """What is believed of two readings of one place.

    Args:
        first: the first engine's reading.
        lowest: the probability of its least sure character.
        second: the second engine's reading, empty where it saw nothing.
        mark: the page's usual decimal mark, where it is known.
    """
    alone = trust(first, lowest)
    if not _says(second):
        return Belief(False, alone)
    same = _bare(first) == _bare(second)
    if same or _alike_but_for_signs(_bare(first), _bare(second)):
        return Belief(same and " " in second, max(alone, _on(AGREED, lowest)))
    if is_unit(second) and not is_unit(first) and alone < CERTAIN:
        return _by_unit(first, alone, second)
    if is_word_of(first, second):
        return Belief(True, CERTAIN, first)
    if is_word_of(second, first):
        return Belief(False, max(alone, CERTAIN), second)
    return _disagreed(first, lowest, second, mark)


def _by_full_stop(first: str, alone: float, second: str) -> Belief:
    """What ends in a Khmer full stop in one reading only: behind a unit it is one, no figure."""
    ends = {first[-1:].upper(), second[-1:].upper()}
    if not ends & {*POWERS, *FLAGS} and (is_unit(first[:-1]) or first[-2:-1] == "%"):
        return Belief(second.endswith(FULL_STOP), CERTAIN)
    return Belief(False, min(alone, LOST_TO), second)


def _disagreed(first: str, lowest: float, second: str, mark: str | None) -> Belief:
    alone = trust(first, lowest)
    if lowest < LOST and not has_digit(second) and script_letters([second])["khm"] >= KHMER:
        return Belief(True, LOST_TO, first)
    if first[:-1] == second[:-1] and FULL_STOP in (first[-1:], second[-1:]):
        return _by_full_stop(first, alone, second)
    if not has_digit(first + second):
        return Belief(False, alone, second if alone < DOUBTED else None)
    if _one_mark(first) == _one_mark(second):
        return _by_mark(first, second, mark)
    shaped = is_unit(first) or (is_date(first) and not is_date(second))
    lost = lowest < LOST and not shaped and has_digit(second) and _may_be_number(first, second)
    if lost or may_be_word_of(first, second):
        return Belief(True, LOST_TO, first)
    return Belief(False, min(alone, _on(APART_NUMBER, lowest)), second)


def with_micro(first: str, second: str) -> str:
    """The second reading of a unit, with the sign for a millionth where the first one has it.

    The second engine does not know the sign: it answers a letter that is another size.
    """
    bare = iter(first.replace("/", ""))
    told = "".join(
        MICRO[0] if its != "/" and next(bare, " ") in MICRO and its in READ_FOR_MICRO else its
        for its in second
    )
    return told if is_unit(told) and _folded(told) == _folded(first) else second


def ends_sentence(text: str, last: float) -> bool:
    """Whether the last character is a Khmer full stop, which stands behind a unit of measure.

    A reader of Latin takes it for a letter or figure, and is unsure of it. What may be printed
    behind a unit, a power or a flag, is none however unsure it is.

    Args:
        text: what was read.
        last: the probability of its last character.
    """
    unit, end = text[:-1].replace("°c", "°C"), text[-1:]
    if last >= LOST or not end.isalnum() or end.upper() in POWERS + FLAGS or is_unit(text):
        return False
    return is_unit(unit) or unit.endswith("%")


def usual_mark(texts: Iterable[str]) -> str | None:
    """The decimal mark that most numbers have; None where it is unclear."""
    marks = [mark for text in texts for mark in _marks(text)]
    points, commas = marks.count("."), marks.count(",")
    if max(points, commas) < MOSTLY * max(1, min(points, commas)):
        return None
    return "." if points > commas else ","


def is_odd(text: str, mark: str | None) -> bool:
    """Whether a number has another decimal mark than the page's usual one, where that is known."""
    return mark is not None and bool(set(_marks(text)) - {mark})


def has_digit(text: str) -> bool:
    """Whether a digit is in it, Arabic or Khmer."""
    return any(character.isdecimal() for character in text)


def has_khmer_digit(text: str) -> bool:
    """Whether a figure stands in it that is none of 0 to 9."""
    return any(character.isdecimal() and not character.isascii() for character in text)


def is_flag(text: str) -> bool:
    """Whether it is nothing but the flag or the signs of a result."""
    bare = text.strip()
    return bare in tuple(FLAGS) or (bool(bare) and not set(bare) - set(SIGNS_ALONE))


def _may_be_number(first: str, second: str) -> bool:
    """Whether what is hardly read may be the number that the second engine reads.

    It is one, of which one character may always differ; or the reader of Latin had no chance.
    """
    if has_khmer_digit(second):
        return True
    one, other = _bare(first), _bare(second)
    most = max(1, AKIN * max(len(one), len(other)))
    return has_digit(one) and Levenshtein.distance(one, other) <= most


def _by_mark(first: str, second: str, mark: str | None) -> Belief:
    """Readings that differ in points and commas alone: the page's usual mark decides."""
    fits = [mark is not None and set(_marks(text)) == {mark} for text in (first, second)]
    if fits[0] == fits[1] or _may_group(first):
        return Belief(False, LOST_TO, second)
    return Belief(fits[1], DOUBTED)


def _may_group(text: str) -> bool:
    """Whether a mark may part thousands: exactly three digits follow it."""
    return any(len(end) == 3 and end.isdigit() for end in _one_mark(text).split(MARKS[1])[1:])


def _on(scale: Scale, value: float) -> float:
    return next(result for least, result in scale if value >= least)


def _says(text: str) -> bool:
    """Whether there is a letter or digit in it, not only what specks are read as."""
    return any(character.isalnum() for character in text)


def _bare(text: str) -> str:
    """Letters, digits and marks; what parts words is left out, except between two digits."""
    text = text.translate(ALIKE)
    return "".join(
        character
        for before, character, after in zip(" " + text, text, text[1:] + " ", strict=False)
        if character not in BETWEEN or (before.isdigit() and after.isdigit())
    )


def _alike_but_for_signs(first: str, second: str) -> bool:
    """Whether they differ only where the first has a sign that the second engine does not know."""
    return len(first) == len(second) and all(
        mine == its or its in SIGNS.get(mine, "") for mine, its in zip(first, second, strict=True)
    )


def _by_unit(first: str, alone: float, second: str) -> Belief:
    """A unit is taken for what is none only where it is the same unit, badly read."""
    if _folded(_slashed(first, second)) == _folded(second):
        return Belief(True, CERTAIN)
    return Belief(False, min(alone, LOST_TO), second)


def _slashed(first: str, second: str) -> str:
    """The first reading, its upright letters amid letters as the slashes of the second one."""
    if len(first) != len(second):
        return first
    inside = "".join(
        its if its == "/" and mine in UPRIGHT and before.isalpha() else mine
        for before, mine, its in zip(first, first[1:-1], second[1:-1], strict=False)
    )
    return first[:1] + inside + first[-1:]


def _folded(text: str) -> str:
    """A unit without what is easily misread in it; the case of its first letter is its size."""
    text = _bare(text).replace("/", "").translate(FIRST_ALIKE)
    return text[:1] + text[1:].lower().translate(FIRST_ALIKE).translate(ALIKE_BEHIND)


def _one_mark(text: str) -> str:
    return _bare(text).replace(MARKS[0], MARKS[1])


def _marks(text: str) -> list[str]:
    """The points and commas between two digits."""
    return [
        mark
        for (before, mark), (_, after) in pairwise(pairwise(text))
        if mark in MARKS and before.isdigit() and after.isdigit()
    ]
