"""One drug's entry on a paper: its name, strength and form, and the sig that follows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from chartlift.extract.drugs import Mention, code_of
from chartlift.extract.patterns import Match
from chartlift.extract.phrases import fold_letters
from chartlift.extract.rules import load_rules
from chartlift.extract.sig import Sig, names_dose, read_sigs
from chartlift.extract.sig_words import forms, units
from chartlift.extract.text import fold_digits, has_khmer_digits, unconfuse_digits
from chartlift.finding import Coding, Flag, Note

Span = tuple[int, int]

_GUESSED, _UNKNOWN = 0.9, 0.8
_COUNTED = ("units", "unit", "mL", "g/mL")
_SPELLED = {"μg", "µg", "ug", "ui", "u.i.", "gm", "gms", "mgs"}


class Strength(NamedTuple):
    """How much of the drug is in one piece of it."""

    text: str
    start: int
    end: int
    doubted: bool
    respelled: bool


class Entry(NamedTuple):
    """A drug as one place of the paper has it; spans are offsets into the text."""

    name: str
    strength: str | None
    form: str | None
    sigs: tuple[Sig, ...]
    code: Coding | None
    notes: tuple[Note, ...]
    flags: tuple[Flag, ...]
    spans: tuple[Span, ...]
    trust: float
    """What the name takes from the confidence: 1.0 where the vocabulary knows it."""

    @property
    def says_how(self) -> bool:
        """Whether it says when or how long the drug is taken."""
        return any(sig.timing or sig.duration or sig.as_needed for sig in self.sigs)

    @property
    def says_in_what(self) -> bool:
        """Whether it says the drug's form, or by which route it is given."""
        return self.form is not None or any(sig.route for sig in self.sigs)

    @property
    def says_how_much(self) -> bool:
        """Whether it says how strong the drug is, or how much of it is taken."""
        return self.strength is not None or any(sig.dosage for sig in self.sigs)


def matches(text: str, kind: str) -> Iterator[Match]:
    """Where the medication rules of one kind apply."""
    for rule in load_rules("medications"):
        if rule.yields == kind:
            yield from rule.find(text)


def read_entry(text: str, mention: Mention, window: Span) -> Entry:
    """The entry of a drug that is named in `text`, read from the window around the name."""
    start, end = window
    if not names_dose(text[start : mention.start]):
        start = mention.start
    work = " " * start + fold_digits(text)[start:end]
    name_end = _with_salt(work, mention.end)
    inner = [s for s in find_strengths(work) if mention.start < s.start < mention.end]
    strength, taken = _strength_after(work, name_end)
    if strength and inner:
        strength = strength._replace(text="/".join(s.text for s in (*inner, strength)))
    printed = " " * start + text[start:end]
    rest = blank(printed, [(mention.start, name_end), *taken])
    sigs = read_sigs(rest)
    form, form_span, form_route = _form(rest, name_end, sigs)
    flags = tuple(dict.fromkeys(flag for sig in sigs for flag in sig.flags))
    if strength and strength.doubted and Flag.DIGIT_SUBSTITUTION not in flags:
        flags = (*flags, Flag.DIGIT_SUBSTITUTION)
    route = next((sig.route for sig in sigs if sig.route), None) or form_route
    used = [(mention.start, name_end), *taken, *form_span, *(s for sig in sigs for s in sig.spans)]
    return Entry(
        name=_name(
            blank(text, [(s.start, s.end) for s in inner])[mention.start : name_end], mention
        ),
        strength=strength.text if strength else None,
        form=form,
        sigs=sigs,
        code=_code(mention, route, strength),
        notes=_notes(text[start:end], mention, strength),
        flags=flags,
        spans=tuple(used),
        trust=_UNKNOWN if mention.drug is None else _GUESSED if mention.guessed else 1.0,
    )


def _name(printed: str, mention: Mention) -> str:
    if mention.drug and mention.guessed:
        return mention.drug.capitalize()
    return " ".join(printed.split())


def _code(mention: Mention, route: str | None, strength: Strength | None) -> Coding | None:
    if mention.drug is None:
        return None
    certain = strength.text if strength and not strength.doubted else None
    return code_of(mention.drug, route=route, strength=certain)


def _notes(printed: str, mention: Mention, strength: Strength | None) -> tuple[Note, ...]:
    notes = []
    if has_khmer_digits(printed):
        notes.append(Note.KHMER_DIGITS)
    if strength and strength.respelled:
        notes.append(Note.UNIT_SPELLING)
    if mention.guessed:
        notes.append(Note.NAME_SPELLING)
    return tuple(notes)


def _with_salt(text: str, end: int) -> int:
    """Where a name ends with the salt that is printed after it."""
    for match in matches(text, "salt"):
        if match.start() >= end and not text[end : match.start()].strip():
            end = match.end()
    return end


def blank(text: str, spans: Iterable[Span]) -> str:
    """The text with these spans turned to spaces; each other character keeps its place."""
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _strength_after(text: str, name_end: int) -> tuple[Strength | None, tuple[Span, ...]]:
    """The strength that follows a name, and what was taken for it."""
    for match in matches(text, "change"):
        if match.start() >= name_end and _is_filler(text[name_end : match.start()]):
            return strength_text(match["new"], match.start("new")), (match.span(),)
    for found in find_strengths(text):
        if found.start >= name_end and _is_filler(text[name_end : found.start]):
            dose = "/" not in found.text and found.text.endswith(_COUNTED)
            return (None, ()) if dose else (found, ((found.start, found.end),))
    return None, ()


def find_strengths(text: str) -> Iterator[Strength]:
    """The strengths in a text, left to right; those with a letter for a digit are doubted."""
    found = [(match, False) for match in matches(text, "strength")]
    found += [(match, True) for match in matches(text, "doubted_strength")]
    for match, doubted in sorted(found, key=lambda pair: pair[0].start()):
        yield strength_text(match[0], match.start(), doubted=doubted)


def strength_text(printed: str, start: int, *, doubted: bool = False) -> Strength:
    """A strength with its units normalised: `500mg` is "500 mg", `25 µg` is "25 mcg"."""
    text = fold_digits(printed)
    folded = fold_letters(text)
    parts, at, respelled = [], 0, False
    if doubted:
        text = folded = unconfuse_digits(text)
    while at < len(text):
        unit = units().at(folded, text, at)
        if unit and unit.end > at:
            parts.append(f" {unit.meaning.key}")
            respelled = respelled or text[at : unit.end].lower() in _SPELLED
            at = unit.end
        else:
            parts.append(text[at].strip())  # a digit, a mark or a space
            at += 1
    normal = "".join(parts).replace(" %", "%").replace("/ ", "/")
    return Strength(normal, start, start + len(printed), doubted, respelled)


def _is_filler(gap: str) -> bool:
    """Whether nothing stands between a name and its strength but forms, salts and brackets."""
    for kind in ("filler", "salt"):
        gap = blank(gap, [match.span() for match in matches(gap, kind)])
    inside, _, outside = gap.partition(")")
    if "(" in inside and not any(character.isdigit() for character in inside):
        gap = inside.partition("(")[0] + outside
    return not any(character.isalnum() for character in gap) and "." not in gap.strip(" .")


def _form(
    text: str, name_end: int, sigs: tuple[Sig, ...]
) -> tuple[str | None, tuple[Span, ...], str | None]:
    """The dose form, where it stands, and the route that it implies."""
    for found in forms().find(fold_letters(text), text):
        if found.start >= name_end:
            return found.meaning.key, ((found.start, found.end),), found.meaning.route
    unit = next((sig.unit for sig in sigs if sig.unit), None)
    if unit is None:
        return None, (), None
    return (unit.key if unit.form else None), (), unit.route
