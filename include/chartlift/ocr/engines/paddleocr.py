"""PaddleOCR: finds lines of text, and reads one line of Latin script at a time, by PaddlePaddle.

PP-OCR's models as PaddleOCR publishes them, run by Paddle Inference; the package `paddleocr`
itself, which pins other versions of what is used here, is not needed. No package carries the
models and nothing is downloaded: they are read from a local folder, where PaddleOCR keeps what it
once downloaded, or another. Each model's `inference.yml` says how its picture is normalised and
what its classes stand for.
"""

from __future__ import annotations

import warnings
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from chartlift.errors import EngineCrashed, MissingWeights
from chartlift.frozen import Frozen
from chartlift.ocr.ctc import decode
from chartlift.ocr.detection import Limits, boxes_of, network_input
from chartlift.ocr.line_picture import is_blank, size_line
from chartlift.ocr.programs import Device, content_hash, package_version
from chartlift.ocr.protocol import LineReading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from chartlift.model import Language
    from chartlift.ocr.protocol import TextBox

NAME = "paddleocr"
PACKAGES = ("paddlepaddle", "pyyaml")
PROGRAMS = ("inference.json", "inference.pdmodel")
WEIGHTS, ABOUT = "inference.pdiparams", "inference.yml"
HEIGHT = 48
LEAST_WIDTH = 48
LEAST_SIDE = 3
GPU_MEGABYTES = 1000
HALVES = (0.5, 0.5, 0.5)


class Options(Frozen):
    """Where the models are and where they run; defaults in `data/engines/paddleocr.toml`."""

    threads: int
    device: Device
    model_folder: str
    usual_folder: str
    detector: str
    recogniser: str
    longest: int
    limits: Limits


class Model(NamedTuple):
    """A loaded model."""

    predictor: Any
    mean: tuple[float, ...]
    spread: tuple[float, ...]
    """Mean and standard deviation of the three channels, for a picture from 0 to 1."""
    characters: tuple[str, ...]
    """What its classes stand for; empty for a detector."""


class PaddleOcr:
    """Finds and reads lines by models that are loaded once a process, when first used."""

    name = NAME

    def __init__(self, options: Options) -> None:
        self._options = options

    def detect(self, pixels: NDArray[np.uint8]) -> tuple[TextBox, ...]:
        """See `LineDetector.detect`."""
        if min(pixels.shape) < LEAST_SIDE:
            return ()
        model = load_model(self._options, self._options.detector)
        chances = run(model, network_input(pixels, self._options.longest))
        height, width = pixels.shape
        return boxes_of(chances[0, 0], (height, width), self._options.limits)

    def recognise(self, line: NDArray[np.uint8]) -> LineReading:
        """See `LineRecogniser.recognise`."""
        if is_blank(line):
            return LineReading(())
        model = load_model(self._options, self._options.recogniser)
        picture, scale = size_line(line, HEIGHT, LEAST_WIDTH, channels=3)
        chances = run(model, picture)[0]
        step = picture.shape[3] / len(chances) / scale
        return LineReading(decode(chances, model.characters, step), foreign=None)


def create(options: Options) -> PaddleOcr:
    """The engine.

    Raises:
        MissingProgram: a package it needs is not installed; `subject` is its name.
        MissingWeights: one of its models is not there.
    """
    versions(options, ())
    return PaddleOcr(options)


def versions(options: Options, languages: Sequence[Language]) -> dict[str, str]:  # noqa: ARG001 - every engine's
    """The versions of its packages, and a hash of its models; raises what `create` does."""
    packages = {package: package_version(package) for package in PACKAGES}
    models = (options.detector, options.recogniser)
    files = tuple(file for model in models for file in model_files(options, model))
    return {**packages, "weights": content_hash(files)}


def model_files(options: Options, model: str) -> tuple[Path, Path, Path]:
    """A model's program, its weights, and what is said about it.

    Raises:
        MissingWeights: one of them is not there.
    """
    folder = Path(options.model_folder or options.usual_folder).expanduser() / model
    program = next((folder / name for name in PROGRAMS if (folder / name).is_file()), None)
    weights, about = folder / WEIGHTS, folder / ABOUT
    if program is None or not weights.is_file() or not about.is_file():
        raise MissingWeights(subject=NAME)
    return program, weights, about


@cache
def load_model(options: Options, model: str) -> Model:
    """A model, loaded once a process; raises what `model_files` does."""
    program, weights, about = model_files(options, model)
    with warnings.catch_warnings():  # it wants a compiler's cache, which reading does not need
        warnings.simplefilter("ignore")
        inference = import_module("paddle.inference")
    wishes = inference.Config(str(program), str(weights))
    wishes.disable_glog_info()
    wishes.set_cpu_math_library_num_threads(options.threads)
    if options.device == "cuda":
        wishes.enable_use_gpu(GPU_MEGABYTES, 0)
    said = import_module("yaml").safe_load(about.read_text(encoding="utf-8"))
    mean, deviation = normalisation(said)
    known = said.get("PostProcess", {}).get("character_dict")
    characters = ("", *map(str, known), " ") if known else ()
    return Model(inference.create_predictor(wishes), mean, deviation, characters)


def normalisation(said: dict[str, Any]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and standard deviation of the channels, as an `inference.yml` says; halves if not."""
    for step in said.get("PreProcess", {}).get("transform_ops", ()):
        told = step.get("NormalizeImage") if isinstance(step, dict) else None
        if told:
            return tuple(map(float, told["mean"])), tuple(map(float, told["std"]))
    return HALVES, HALVES


def run(model: Model, picture: NDArray[np.float32]) -> NDArray[np.float32]:
    """A model's answer to one picture.

    Args:
        model: the model.
        picture: shape (1, 3, height, width), from -1 to 1.

    Raises:
        EngineCrashed: it ended without one.
    """
    mean, spread = (
        np.array(part, np.float32)[:, None, None] for part in (model.mean, model.spread)
    )
    scaled = np.ascontiguousarray(((picture + 1) / 2 - mean) / spread, dtype=np.float32)
    predictor = model.predictor
    try:
        predictor.get_input_handle(predictor.get_input_names()[0]).copy_from_cpu(scaled)
        predictor.run()
        answer = predictor.get_output_handle(predictor.get_output_names()[0]).copy_to_cpu()
    except RuntimeError:
        raise EngineCrashed(subject=NAME) from None
    return np.asarray(answer, dtype=np.float32)
