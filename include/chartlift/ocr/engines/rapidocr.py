"""RapidOCR: finds lines of text, and reads one line of Latin script at a time.

PaddleOCR's models on ONNX Runtime. They come inside the package `rapidocr`, whose own code is not
imported: it would bring a download client and its dependencies. Input and decoding follow PP-OCR:
its detector's map of probabilities, and its "CTC" line recogniser: the line at 48 pixels of height,
one column of probabilities for every 8 pixels.
"""

from __future__ import annotations

import mmap
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from chartlift.errors import MissingWeights
from chartlift.frozen import Frozen
from chartlift.ocr.ctc import BLANK, decode
from chartlift.ocr.detection import Limits, boxes_of, network_input
from chartlift.ocr.line_picture import size_line
from chartlift.ocr.onnx_cut import cut_at
from chartlift.ocr.onnx_session import open_session, run
from chartlift.ocr.programs import Device, package_folder, package_version
from chartlift.ocr.protocol import LineReading
from chartlift.ocr.script import foreign_stretches

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from onnxruntime import InferenceSession

    from chartlift.model import Language
    from chartlift.ocr.protocol import TextBox

NAME = "rapidocr"
PACKAGES = ("rapidocr", "onnxruntime")
MEASURED = "rapidocr 3.10"
"""The package whose models the options were fitted to."""
HEIGHT = 48
LEAST_WIDTH = 48
LEAST_SIDE = 3
CERTAIN = 0.5
"""Probability from which no other class of a column can be likelier."""
MU, MICRO = "\N{GREEK SMALL LETTER MU}", "\N{MICRO SIGN}"
"""They look alike, and what stands in a unit is the micro sign."""

Groups = tuple[tuple[int, ...], ...]


class Options(Frozen):
    """Where the model is and what it may answer; defaults in `data/engines/rapidocr.toml`."""

    model: str
    """The recogniser's ONNX file, inside the package's folder."""
    features: str
    """The tensor inside the model that tells scripts apart, shape (1, columns, features)."""
    script_weights: tuple[float, ...]
    """One for each feature, and the constant."""
    detector: str
    """The detector's ONNX file."""
    longest: int
    """Pixels of the longer side a page is shrunk to before its lines are looked for."""
    limits: Limits
    """What of the detector's map counts as text."""
    threads: int
    device: Device
    characters: str
    """What it may answer with."""
    alike: tuple[str, ...]
    """Characters that look the same: which of them it is says nothing of how sure it is."""


class Alphabet(NamedTuple):
    """The classes of the model that may be answered; the first is the blank."""

    classes: NDArray[np.intp]
    characters: tuple[str, ...]
    alike: Groups = ()
    """The places of characters that look the same."""


class Model(NamedTuple):
    """A loaded model."""

    session: InferenceSession
    """Answers with its features, shape (1, columns, features)."""
    alphabet: Alphabet
    weights: NDArray[np.float32]
    """What each feature says for each character, shape (features, characters)."""
    constants: NDArray[np.float32]
    script: NDArray[np.float32]
    """What each feature says for Khmer, and the constant."""


class RapidOcr:
    """Reads one line by one call of the model, which is loaded once a process, when first used."""

    name = NAME

    def __init__(self, options: Options) -> None:
        self._options = options

    def detect(self, pixels: NDArray[np.uint8]) -> tuple[TextBox, ...]:
        """See `LineDetector.detect`."""
        if min(pixels.shape) < LEAST_SIDE:
            return ()
        options = self._options
        session = load_detector(options.detector, options.threads, options.device)
        (chances,) = run(session, network_input(pixels, options.longest), NAME)
        height, width = pixels.shape
        return boxes_of(chances[0, 0], (height, width), options.limits)

    def recognise(self, line: NDArray[np.uint8]) -> LineReading:
        """See `LineRecogniser.recognise`."""
        if min(line.shape) < LEAST_SIDE:
            return LineReading(())
        model = load_model(self._options)
        picture, scale = size_line(line, HEIGHT, LEAST_WIDTH, channels=3)
        ((features,),) = run(model.session, picture, NAME)
        chances = softmax(features @ model.weights + model.constants)
        pool(chances, model.alphabet.alike)
        step = picture.shape[3] / len(chances) / scale
        read = decode(chances, model.alphabet.characters, step)
        foreign = foreign_stretches(features, model.script, step, line.shape[1], read)
        return LineReading(read, foreign)


def create(options: Options) -> RapidOcr:
    """The engine; raises what `versions` does."""
    versions(options, ())
    return RapidOcr(options)


def versions(options: Options, languages: Sequence[Language]) -> dict[str, str]:  # noqa: ARG001 - every engine's
    """The versions of the packages that hold the model and run it.

    Raises:
        MissingProgram: one is not installed; `subject` is its name.
        MissingWeights: the package does not hold the models.
    """
    for model in (options.model, options.detector):
        model_file(model)
    return {package: package_version(package) for package in PACKAGES}


@cache
def load_model(options: Options) -> Model:
    """The model of these options, loaded once a process.

    Raises:
        MissingWeights: the package does not hold the model, or holds another; `subject` says what
            holds it.
        MissingProgram: there is no ONNX Runtime for the device.
    """
    with model_file(options.model).open("rb") as file:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    try:
        cut = cut_at(content, options.features)
        session = open_session(cut.model, options.threads, options.device, engine=MEASURED)
        known = session.get_modelmeta().custom_metadata_map["character"].split("\n")
        weights, constants = cut.tensors
    except (KeyError, ValueError):
        raise MissingWeights(subject=MEASURED) from None
    alphabet = choose_alphabet([*known, " "], options.characters, options.alike)
    script = np.array(options.script_weights, dtype=np.float32)
    if weights.shape != (len(script) - 1, len(known) + 2):
        raise MissingWeights(subject=MEASURED)
    chosen = np.ascontiguousarray(weights[:, alphabet.classes])
    return Model(session, alphabet, chosen, constants[alphabet.classes], script)


@cache
def load_detector(model: str, threads: int, device: Device) -> InferenceSession:
    """The detector, loaded once a process; a page has few sizes, so its memory is kept.

    Raises:
        MissingWeights: the package does not hold it.
        MissingProgram: there is no ONNX Runtime for the device; `subject` says which.
    """
    return open_session(model_file(model), threads, device, engine=MEASURED, arena=True)


def model_file(model: str) -> Path:
    """Where a model of the package is.

    Raises:
        MissingWeights: the package does not hold it; `subject` says what does.
    """
    path = package_folder(NAME) / model
    if not path.is_file():
        raise MissingWeights(subject=MEASURED)
    return path


def softmax(signs: NDArray[np.float32]) -> NDArray[np.float32]:
    """The probabilities of each row, which add up to 1."""
    raised: NDArray[np.float32] = np.exp(signs - signs.max(axis=1, keepdims=True))
    chances: NDArray[np.float32] = raised / raised.sum(axis=1, keepdims=True)
    return chances


def choose_alphabet(known: list[str], wanted: str, alike: Sequence[str] = ()) -> Alphabet:
    """The blank and those of a model's characters, counted from class 1, that are wanted."""
    chosen = [
        (number, text) for number, text in enumerate(known, start=1) if text and text in wanted
    ]
    numbers = np.array([BLANK, *(number for number, _ in chosen)], dtype=np.intp)
    characters = ("", *(text.replace(MU, MICRO) for _, text in chosen))
    groups = (
        tuple(place for place, text in enumerate(characters) if text and text in group)
        for group in alike
    )
    return Alphabet(numbers, characters, tuple(group for group in groups if len(group) > 1))


def pool(chances: NDArray[np.float32], alike: Groups) -> None:
    """Gives the likeliest of characters that look the same the probability of all, in place.

    Columns that are certainly blank are left: no character is answered there.
    """
    if not alike:
        return
    sizes, starts, members = _flat(alike)
    told = np.ix_(np.flatnonzero(chances[:, BLANK] < CERTAIN), members)
    part = chances[told]
    best = np.maximum.reduceat(part, starts, axis=1).repeat(sizes, axis=1)
    whole = np.add.reduceat(part, starts, axis=1).repeat(sizes, axis=1)
    chances[told] = np.where(part == best, whole, part)


@cache
def _flat(groups: Groups) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """The groups' sizes, where each begins, and their members one after another."""
    sizes = np.array([len(group) for group in groups], dtype=np.intp)
    return sizes, np.cumsum(sizes) - sizes, np.concatenate([np.array(g, np.intp) for g in groups])
