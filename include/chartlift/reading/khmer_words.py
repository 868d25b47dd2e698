"""Khmer words of one stretch, and how far to believe them, read once or by two engines.

Khmer has spaces between phrases only. A confidence given here is how often a word of six characters
was right in such a phrase, on 100 drawn and real pages and lines with a known truth: told by the
first engine's confidence, and by the share of the phrase's characters in which a second engine's
reading differs. Where the two are much alike and the first is unsure, the second one is right.
"""

from __future__ import annotations

import math
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz.distance import Levenshtein

from chartlift.languages import script_letters
from chartlift.reading.belief import LOST_TO
from chartlift.reading.contradictions import contradict
from chartlift.reading.measures import is_unit
from chartlift.reading.whole_words import short_names
from chartlift.vocab import khmer_labels, row_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapidfuzz.distance import Opcodes

    from chartlift.reading.tokens import Token


class Verdict(NamedTuple):
    """What is believed where two readings differ."""

    up_to: float
    """Share of the characters in which they differ, at most."""
    second: bool
    """Whether the second reading is taken."""
    confidence: float


ALONE = ((0.93, 0.96), (0.85, 0.93), (0.60, 0.81), (0.30, 0.67), (0.0, 0.42))
"""From which confidence of the first engine on it is right how often, without a second reading."""
AGREED = 0.95
"""How often both are right where they read alike, and the one that reads a word papers print where
the other reads none."""
NEAR, SURE = 0.2, 0.93
"""Share of the characters in which the first reading differs at most from a word that papers print
and the second engine reads, and the first's confidence under which that word is believed: a sure or
a longer reading may say `not`, or what papers seldom print."""
APART: tuple[tuple[float, tuple[Verdict, ...]], ...] = (
    (0.93, (Verdict(1.0, False, 0.94),)),
    (
        0.85,
        (Verdict(0.1, False, 0.93), Verdict(0.5, False, 0.85), Verdict(1.0, False, 0.74)),
    ),
    (
        0.60,
        (
            *(Verdict(0.1, True, 0.92), Verdict(0.2, False, 0.70)),
            *(Verdict(0.5, False, 0.60), Verdict(1.0, False, 0.48)),
        ),
    ),
    (
        0.30,
        (
            *(Verdict(0.1, True, 0.88), Verdict(0.2, True, 0.68)),
            *(Verdict(0.5, False, 0.50), Verdict(1.0, False, 0.39)),
        ),
    ),
    (
        0.0,
        (
            *(Verdict(0.1, True, 0.90), Verdict(0.2, True, 0.74)),
            *(Verdict(0.5, True, 0.60), Verdict(1.0, False, 0.12)),
        ),
    ),
)
"""From which confidence of the first engine on, what is believed where the two differ."""
NUMBER_APART = ((0.93, 0.70), (0.85, 0.40), (0.0, 0.20))
"""How often the first engine is right where the two read other digits."""
NAMED = 0.75
"""The same where the second one reads a unit of measure or the short name of a test, in Latin."""
GUESSED = 0.40
"""How often the second one is right where the first reads no letter or digit."""
CROSSED = 0.50
"""How far words are believed at most that a stroke crosses: figures it touches are wiped with it.
Of six numbers crossed so one was right; on 30 drawn tuning pages no believed word is."""
NEAREST = 0.1
"""How far beside a word it counts, in heights of the line's picture."""
DOUBTED = 0.80
"""Confidence under which the reading that was not taken is kept beside the other."""
SMALL, UNDER, SIGN = 0.5, 0.6, 0.25
"""A sign's height and its end of the word, in heights of the word, and the share of its own width
that stands above or below that."""
AROUND, SHORTEST = ":៖.។,;()", 3
"""What stands around words, and characters from which one is known by its letters alone."""
UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060 "))
"""Characters without ink."""


def side_by_side(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The words of one line without signs of theirs that were read once more, and none in another.

    Signs under letters are easily taken for a line of their own, and a box may reach over the
    words that follow.
    """
    words = [token for token in tokens if not any(_is_sign_of(token, o) for o in tokens)]
    words.sort(key=lambda token: token.box.left)
    ends = [*(token.box.left for token in words), math.inf][1:]
    return tuple(
        token._replace(box=token.box._replace(right=max(token.box.left + 1, int(end))))
        if token.box.right > end
        else token
        for token, end in zip(words, ends, strict=True)
    )


def _is_sign_of(token: Token, word: Token) -> bool:
    mine, its = token.box, word.box
    shared = min(mine.right, its.right) - max(mine.left, its.left)
    reach = SIGN * its.height
    outside = mine.center[1] < its.top + reach or mine.center[1] > its.bottom - reach
    small = mine.height < SMALL * its.height
    return small and outside and shared > UNDER * mine.width


def believed_alone(tokens: Sequence[Token], at_most: float = 1.0) -> tuple[Token, ...]:
    """The words as one engine read them, each believed as often as such a reading is right."""
    return tuple(t._replace(confidence=min(at_most, _on(ALONE, t.confidence))) for t in tokens)


def settle(tokens: Sequence[Token], second: str, engine: str) -> tuple[Token, ...]:
    """What is believed of words that were read twice, each by itself.

    Args:
        tokens: the first engine's words, left to right.
        second: the second engine's reading of all of them.
        engine: the second engine's name.
    """
    parts = parted([token.text for token in tokens], second)
    return tuple(_settled(token, part, engine) for token, part in zip(tokens, parts, strict=True))


def with_crossed_in_doubt(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The words, in doubt those out of which ink that crosses their line was painted over."""
    return tuple(
        token._replace(confidence=min(token.confidence, CROSSED)) if _is_crossed(token) else token
        for token in tokens
    )


def _is_crossed(token: Token) -> bool:
    near, box = NEAREST * token.strip.height, token.box
    return any(a < box.right + near and b > box.left - near for a, b in token.strip.crossed)


def parted(words: Sequence[str], second: str) -> tuple[str, ...]:
    """The second reading, parted where the words of the first one end."""
    bare = [word.translate(UNSEEN) for word in words]
    other = second.translate(UNSEEN)
    steps = Levenshtein.opcodes("".join(bare), other)
    ends = [sum(map(len, bare[: count + 1])) for count in range(len(bare) - 1)]
    cuts = [0, *(_place(end, steps) for end in ends), len(other)]
    return tuple(other[start:end] for start, end in pairwise(cuts))


def difference(first: str, second: str) -> float:
    """The share of the characters in which two readings differ, 0.0-1.0."""
    return Levenshtein.normalized_distance(first.translate(UNSEEN), second.translate(UNSEEN))


def _settled(token: Token, second: str, engine: str) -> Token:
    apart = difference(token.text, second)
    if apart == 0:
        return token._replace(confidence=AGREED)
    if _says(second) and not _says(token.text):
        return token._replace(text=second, confidence=GUESSED, engine=engine, other=token.text)
    if contradict(token.text.translate(UNSEEN), second.translate(UNSEEN)):
        return token._replace(confidence=LOST_TO, other=second)
    if token.confidence < SURE and (is_unit(second) or second in short_names()):
        return token._replace(text=second, confidence=NAMED, engine=engine, other=token.text)
    if _digits(token.text) != _digits(second):
        return token._replace(confidence=_on(NUMBER_APART, token.confidence), other=second or None)
    return _by_labels(token, second, engine) or _by_scale(token, second, engine)


def _by_labels(token: Token, second: str, engine: str) -> Token | None:
    """What is believed where one of the two is a word that papers print, if that settles it."""
    first, last = _bare(token.text), _bare(second)
    known = [word in printed_labels() for word in (first, last)]
    if known[0] == known[1]:
        return None
    separate = first not in last and last not in first
    if known[0] and separate:
        return token._replace(confidence=AGREED)
    near = difference(token.text, second) <= NEAR
    if known[1] and separate and near and token.confidence < SURE:
        return token._replace(text=second, confidence=AGREED, engine=engine)
    if known[1] or first in last:
        return token._replace(confidence=LOST_TO, other=second)
    return None


def _by_scale(token: Token, second: str, engine: str) -> Token:
    """What is believed of a word by the first engine's confidence and how far the two differ."""
    apart = difference(token.text, second)
    verdicts = next(told for least, told in APART if token.confidence >= least)
    verdict = next(v for v in verdicts if apart <= v.up_to)
    text, other = (second, token.text) if verdict.second else (token.text, second)
    return token._replace(
        text=text,
        confidence=verdict.confidence,
        engine=engine if verdict.second else token.engine,
        other=other if other and verdict.confidence < DOUBTED else None,
    )


def _place(end: int, steps: Opcodes) -> int:
    """Where a place of the first reading is in the second one."""
    for step in steps:
        if end <= step.src_end and (step.tag == "equal" or end > step.src_start):
            return int(min(step.dest_start + end - step.src_start, step.dest_end))
    return 0


@cache
def printed_labels() -> frozenset[str]:
    """Khmer words of three characters or more that medical papers are known to print."""
    printed = (
        *(label.khmer for label in khmer_labels()),
        *(text for word in row_words() for text in word.printed),
    )
    bare = map(_bare, printed)
    return frozenset(
        text for text in bare if len(text) >= SHORTEST and script_letters([text])["khm"]
    )


def _bare(text: str) -> str:
    return text.translate(UNSEEN).strip(AROUND)


def _says(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdecimal())


def _on(scale: Sequence[tuple[float, float]], value: float) -> float:
    return next(result for least, result in scale if value >= least)
