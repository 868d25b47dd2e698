"""The weights that tell Khmer from Latin script in RapidOCR's features, and how good they are.

    python -m benchmarks.script_weights [--lines 2400] [--seed 5]

Draws lines of Khmer syllables, of Latin words and numbers, and of both, in every family of type the
machine has, a third of them spoilt, and fits a logistic regression (ridge penalty, as
scikit-learn's with C = 0.05) to the features of each column of eight pixels. The last quarter of
the lines is kept out of the fit and tells how often a column is right, smoothed as in
`chartlift.ocr.script`. Other families of type give slightly other weights.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont
from scipy.optimize import minimize
from scipy.special import expit

from chartlift.ocr.engines.rapidocr import HEIGHT, LEAST_WIDTH, Options, load_model
from chartlift.ocr.line_picture import size_line
from chartlift.ocr.onnx_session import run
from chartlift.ocr.registry import engine_defaults
from chartlift.ocr.script import foreign_stretches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

STRENGTH = 0.05
CONSONANTS = [chr(code) for code in range(0x1780, 0x17A3)]
VOWELS = [chr(code) for code in range(0x17B6, 0x17C6)]
SIGNS = [chr(code) for code in (0x17C6, 0x17C7, 0x17CB, 0x17C9, 0x17CA, 0x17CC, 0x17CF)]
COENG = chr(0x17D2)
KHMER_DIGITS = [chr(code) for code in range(0x17E0, 0x17EA)]
SYLLABLES = "ba ce di fo gu ha in jo ka lé mi no ou pré qui ra ste ti un vè wa xe zo ment tion er"
UNITS = "mg/dL mmol/L g/L % 10^9/L U/L µmol/L H L mg mL (mg) x2 /jour IU/L : - * °C T°: N°"
NOT_LATIN = ("khmer", "emoji", "symbol", "math", "music")


class Drawn(NamedTuple):
    """A line, and which stretches of it are Khmer."""

    pixels: Pixels
    spans: list[tuple[float, float, bool]]


class Fonts(NamedTuple):
    """Files of type."""

    khmer: list[str]
    latin: list[str]


def main() -> None:
    """Fits, prints the weights and how often they are right."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=2400)
    parser.add_argument("--seed", type=int, default=5)
    asked = parser.parse_args()
    columns = list(_columns(asked.lines, asked.seed))
    fitted, kept = columns[: asked.lines * 3 // 4], columns[asked.lines * 3 // 4 :]
    weights = fit(*(np.concatenate(parts) for parts in zip(*fitted, strict=True)))
    numbers = ", ".join(f"{weight:.3f}" for weight in weights)
    print(textwrap.fill(numbers, 96, initial_indent="    ", subsequent_indent="    ") + ",")
    right = [np.mean(_smoothed(features, weights) == truth) for features, truth in kept]
    print(f"columns right: {np.mean(right):.4f} on {len(kept)} lines")


def fit(features: NDArray[np.float32], truth: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The weight of each feature, and the constant, of a penalised logistic regression."""
    inputs, signs = features.astype(np.float64), np.where(truth, 1.0, -1.0)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margins = signs * (inputs @ weights[:-1] + weights[-1])
        pull = -signs * expit(-margins) * STRENGTH
        slope = np.append(inputs.T @ pull + weights[:-1], pull.sum())
        penalty = weights[:-1] @ weights[:-1] / 2
        return STRENGTH * np.logaddexp(0, -margins).sum() + penalty, slope

    start = np.zeros(inputs.shape[1] + 1)
    found: NDArray[np.float64] = minimize(loss, start, jac=True, method="L-BFGS-B").x
    return found


def _columns(count: int, seed: int) -> Iterator[tuple[NDArray[np.float32], NDArray[np.bool_]]]:
    """The features of each line's printed columns, and which of them are Khmer."""
    rng, fonts = random.Random(seed), _fonts()
    model = load_model(Options.model_validate(engine_defaults("rapidocr")))
    for number in range(count):
        drawn = draw_line(rng, fonts, ("khmer", "latin", "both")[number % 3])
        picture, scale = size_line(drawn.pixels, HEIGHT, LEAST_WIDTH, channels=3)
        ((features,),) = run(model.session, picture, "rapidocr")
        step = picture.shape[3] / len(features) / scale
        places = (np.arange(len(features)) + 0.5) * step
        inside = [(places >= start) & (places <= end) for start, end, _ in drawn.spans]
        khmer = [part for part, span in zip(inside, drawn.spans, strict=True) if span[2]]
        printed = np.any(inside, axis=0)
        truth = np.any(khmer, axis=0) if khmer else np.zeros(len(places), np.bool_)
        if printed.any():
            yield features[printed], truth[printed]


def _smoothed(features: NDArray[np.float32], weights: NDArray[np.float64]) -> NDArray[np.bool_]:
    found = np.zeros(len(features), np.bool_)
    for start, end in foreign_stretches(features, tuple(weights), 1.0, len(features)):
        found[round(start) : round(end)] = True
    return found


def draw_line(rng: random.Random, fonts: Fonts, kind: str) -> Drawn:
    """One line of a kind: khmer, latin or both by turns."""
    size = rng.randint(26, 60)
    khmer, latin = (ImageFont.truetype(rng.choice(files), size) for files in fonts)
    page = Image.new("L", (4000, 200), 255)
    pen, at = ImageDraw.Draw(page), float(rng.randint(2, 20))
    spans: list[tuple[float, float, bool]] = []
    turn = kind == "khmer" or (kind == "both" and rng.random() < 0.5)
    for _ in range(rng.randint(2, 4) if kind == "both" else 1):
        words = rng.randint(1, 3 if kind == "both" else 7)
        text = " ".join((_khmer_word if turn else _latin_word)(rng) for _ in range(words))
        font = khmer if turn else latin
        width = pen.textlength(text, font=font)
        if at + width > 3900:
            break
        pen.text((at, 120), text, font=font, fill=rng.randint(0, 90), anchor="ls")
        spans.append((at, at + width, turn))
        at += width + size * rng.uniform(0.25, 0.6)
        turn = not turn
    pixels = np.asarray(page)[:, : int(at)]
    ink = np.flatnonzero((pixels < 200).any(axis=1))
    if not spans or not len(ink):
        return draw_line(rng, fonts, kind)
    tall = int(ink[-1] - ink[0])
    above, below = (int(tall * rng.uniform(0.05, 0.25)) for _ in range(2))
    return spoil(rng, Drawn(pixels[max(0, ink[0] - above) : ink[-1] + below + 1], spans))


def spoil(rng: random.Random, drawn: Drawn) -> Drawn:
    """The line shrunk, blurred, grainy, in black and white or as a poor JPEG, each at times."""
    pixels, spans = drawn
    if rng.random() < 0.6:
        factor = rng.uniform(0.35, 1)
        pixels = cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        spans = [(start * factor, end * factor, khmer) for start, end, khmer in spans]
    if rng.random() < 0.3:
        pixels = cv2.GaussianBlur(pixels, (0, 0), rng.uniform(0.4, 1.3))
    if rng.random() < 0.3:
        grain = np.random.default_rng(rng.getrandbits(32)).normal(
            0, rng.uniform(3, 25), pixels.shape
        )
        pixels = np.clip(pixels + grain, 0, 255)
    if rng.random() < 0.15:
        pixels = (pixels > rng.randint(100, 190)) * np.uint8(255)
    pixels = np.asarray(pixels, dtype=np.uint8)
    if rng.random() < 0.2:
        _, jpeg = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, rng.randint(15, 60)])
        pixels = np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)
    return Drawn(np.ascontiguousarray(pixels), spans)


def _khmer_word(rng: random.Random) -> str:
    if rng.random() < 0.1:
        return "".join(rng.choice(KHMER_DIGITS) for _ in range(rng.randint(1, 4)))
    return "".join(_khmer_syllable(rng) for _ in range(rng.randint(1, 5)))


def _khmer_syllable(rng: random.Random) -> str:
    syllable = rng.choice(CONSONANTS)
    if rng.random() < 0.25:
        syllable += COENG + rng.choice(CONSONANTS)
    if rng.random() < 0.7:
        syllable += rng.choice(VOWELS)
    if rng.random() < 0.1:
        syllable += rng.choice(SIGNS)
    return syllable + (rng.choice(CONSONANTS) if rng.random() < 0.3 else "")


def _latin_word(rng: random.Random) -> str:
    chance = rng.random()
    if chance < 0.3:
        number = rng.random() * 50
        return rng.choice([f"{number:.0f}", f"{number:.1f}", f"{number:.2f}".replace(".", ",")])
    if chance < 0.4:
        return rng.choice(UNITS.split())
    word = "".join(rng.choice(SYLLABLES.split()) for _ in range(rng.randint(1, 4)))
    return rng.choice([word, word, word.capitalize(), word.upper()]) + rng.choice(
        ["", "", ",", ":"]
    )


def _fonts() -> Fonts:
    def files(language: str) -> list[str]:
        command = ["fc-list", f":lang={language}", "--format", "%{file}\n"]
        found = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split(
            "\n"
        )
        return sorted(file for file in found if Path(file).suffix in {".ttf", ".otf"})

    latin = [file for file in files("fr") if not any(part in file.lower() for part in NOT_LATIN)]
    return Fonts(files("km"), latin)


if __name__ == "__main__":
    main()
