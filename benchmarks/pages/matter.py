"""What stands on invented charts: people, results, drugs and sentences, chosen by a seed."""

from __future__ import annotations

import string
import tomllib
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator

FIRST_DAY = date(2019, 1, 1)
KHMER_DIGITS = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")
COMMA_LANGUAGE = "fra"
FLAGS = {"eng": "HL", "fra": "HB", "khm": "HL"}
DATES = {"eng": ("%m/%d/%Y", "%d %b %Y", "%Y-%m-%d"), "fra": ("%d/%m/%Y", "%d.%m.%Y")}
DATES["khm"] = ("%d/%m/%Y", "%d-%m-%Y")


class LabRow(NamedTuple):
    """One result as printed."""

    test: str
    result: str
    flag: str
    unit: str
    limits: str


@cache
def material(language: str) -> dict[str, Any]:
    """The words of a language's charts."""
    path = Path(__file__).with_name("material") / f"{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


class Matter:
    """Draws words and numbers for one page; the same generator state, the same matter."""

    def __init__(self, language: str, random: Generator) -> None:
        self.language = language
        self.random = random
        self.words = material(language)
        self.date_form = self.one(DATES[language])
        self.dash = self.one([" - ", "-", " – "])

    def one(self, choices: Sequence[Any]) -> Any:  # noqa: ANN401 - whatever it is a choice of
        """One of them."""
        return choices[int(self.random.integers(len(choices)))]

    def some(self, choices: Sequence[Any], count: int) -> list[Any]:
        """So many different ones, in the order they came in; all, where there are fewer."""
        picked = self.random.permutation(len(choices))[:count]
        return [choices[int(i)] for i in sorted(picked)]

    def chance(self, share: float) -> bool:
        """True in so large a share of the cases."""
        return bool(self.random.random() < share)

    def label(self, name: str) -> str:
        """A form's label."""
        return str(self.words["labels"][name])

    def title(self, kind: str) -> str:
        """A heading over such a page."""
        return str(self.one(self.words["titles"][kind]))

    def line(self, name: str, group: str = "") -> str:
        """One of the named texts, filled in."""
        texts = self.words[group][name] if group else self.words[name]
        return self.fill(self.one(texts) if isinstance(texts, list) else texts)

    def value(self, name: str) -> str:
        """What a form's field is filled with."""
        if name in self.words["values"]:
            return self.line(name, "values")
        fill = {
            "mrn": "{L}{L}-{d4}{d3}", "insurance": "{d4} {d4} {d2}", "phone": "0{d2} {d3} {d3}",
            "weight": "{v3} kg", "height": "1{d2} cm", "pressure": "{bp} mmHg",
            "pulse": "{hr} /min", "temperature": "{temp} °C", "saturation": "{sat} %",
            "collected": "{date} {time}", "doctor": "{doctor}",
        }  # fmt: skip
        if name in fill:
            return self.fill(fill[name])
        if name in {"name", "contact"}:
            return self.person()
        if name in {"address", "diagnosis"}:
            return self.line("streets") if name == "address" else self.line("items", "prose")
        return self.day()

    def person(self) -> str:
        """A name; family names are sometimes in capitals."""
        given, family = self.one(self.words["given"]), self.one(self.words["family"])
        if self.language == "khm":
            return f"{family} {given}"
        return f"{family.upper()} {given}" if self.chance(0.4) else f"{given} {family}"

    def day(self) -> str:
        """A date in digits, in this page's form."""
        return self._day().strftime(self.date_form)

    def short_day(self) -> str:
        """A date in digits, its year in two."""
        return self._day().strftime("%d/%m/%y")

    def time(self) -> str:
        """A time of day."""
        hour, minute = int(self.random.integers(24)), int(self.random.integers(60))
        return f"{hour:02d}h{minute:02d}" if self.language == "fra" else f"{hour:02d}:{minute:02d}"

    def number(self, low: float, high: float, digits: int) -> str:
        """A number between two, with the language's decimal mark."""
        return self.printed(float(self.random.uniform(low, high)), digits)

    def printed(self, value: float, digits: int) -> str:
        """A number with the language's decimal mark."""
        text = f"{value:.{digits}f}"
        return text.replace(".", ",") if self.language == COMMA_LANGUAGE else text

    def long_date(self) -> str:
        """A date in words."""
        day = self._day()
        return str(self.words["long_date"]).format(
            day=str(day.day),
            month=self.words["months"][day.month - 1],
            year=str(day.year),
            kday=f"{day.day:02d}".translate(KHMER_DIGITS),
            kyear=str(day.year).translate(KHMER_DIGITS),
        )

    def lab_rows(self, count: int) -> list[LabRow]:
        """Different laboratory results, most within their limits; some of them words."""
        rows = [self.lab_row(test) for test in self.some(self.words["sections"]["tests"], count)]
        if self.chance(0.5):
            name, result = self.one(self.words["sections"]["qualitative"])
            rows.append(LabRow(name, result, "", "", ""))
        return rows

    def lab_row(self, test: Sequence[Any]) -> LabRow:
        """A result of such a test: name, unit, limits, digits after the mark."""
        name, unit, low, high, digits = test
        spread = (high - low) * 0.35
        value = max(float(self.random.uniform(low - spread, high + spread)), 10.0**-digits)
        shown = float(f"{value:.{digits}f}")
        flags = FLAGS[self.language]
        flag = flags[0] if shown > high else flags[1] if shown < low else ""
        limits = f"{self.printed(low, digits)}{self.dash}{self.printed(high, digits)}"
        if low == 0:
            limits = f"< {self.printed(high, digits)}"
        return LabRow(name, self.printed(value, digits), flag, unit, limits)

    def paragraph(self, sentences: int) -> str:
        """Sentences of prose, none twice unless so many are asked for."""
        chosen = self.words["prose"]["sentences"]
        picked = [chosen[int(i)] for i in self.random.permutation(len(chosen))[:sentences]]
        return " ".join(self.fill(text) for text in picked)

    def fill(self, text: str) -> str:
        """The text with its places filled in, each for itself."""
        parts = string.Formatter().parse(text)
        return "".join(
            literal + (self._place(name) if name else "") for literal, name, _, _ in parts
        )

    def _place(self, name: str) -> str:
        drugs = self.words["drugs"]
        choices = {"drug": drugs["names"], "strength": drugs["strengths"], "L": "ABCDEFGHKLMNPRSTV"}
        choices |= {"given": self.words["given"], "family": self.words["family"]}
        if name in choices:
            return str(self.one(choices[name]))
        if name in {"date", "time"}:
            return self.day() if name == "date" else self.time()
        if name == "doctor":
            return self.line("doctor")
        if name[0] in "dk":
            return self._digits(name)
        return self._measure(name)

    def _digits(self, name: str) -> str:
        count = int(name[-1])
        low = 2 if count == 1 else 10 ** (count - 1)
        digits = str(self.random.integers(low, 10**count))
        return digits.translate(KHMER_DIGITS) if name[0] == "k" else digits

    def _measure(self, name: str) -> str:
        pick = self.random.integers
        measures = {
            "n": lambda: str(pick(1, 4)), "m": lambda: str(pick(4, 9)),
            "n1": lambda: str(pick(2, 9)),
            "v1": lambda: self.number(6, 13, 1), "v2": lambda: self.number(2, 9, 1),
            "v3": lambda: self.number(45, 99, 1), "temp": lambda: self.number(36, 40, 1),
            "bp": lambda: f"{pick(95, 180)}/{pick(50, 110)}", "hr": lambda: str(pick(52, 128)),
            "sat": lambda: str(pick(84, 100)),
        }  # fmt: skip
        return measures[name]()

    def _day(self) -> date:
        return FIRST_DAY + timedelta(days=int(self.random.integers(2800)))
