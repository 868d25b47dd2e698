"""EasyOCR: finds lines of text by CRAFT, and reads one English line at a time by a CRNN.

The package's own `Reader` loads both networks from a local folder, after comparing their files with
the hashes it knows, and never downloads. Finding lines is its own code; reading one line is the
network alone, so that each character keeps its probability and its place. It reads no accents and
no Khmer, at ten times the CPU of RapidOCR: a second opinion, not a first.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from chartlift.errors import MissingProgram, MissingWeights
from chartlift.frozen import Frozen
from chartlift.ocr.ctc import decode
from chartlift.ocr.line_picture import is_blank, size_line
from chartlift.ocr.programs import Device, content_hash, package_folder, package_version
from chartlift.ocr.protocol import LineReading, TextBox
from chartlift.ocr.torch_runtime import load_torch, load_torchvision

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from chartlift.model import Language
    from chartlift.ocr.protocol import Corners

NAME = "easyocr"
PACKAGES = ("easyocr", "torch", "torchvision")
WEIGHTS_MODULE = "easyocr_en_models"
WEIGHTS = ("craft_mlt_25k.pth", "english_g2.pth")
HEIGHT = 64
LEAST_WIDTH = 64
"""What is narrower goes on to the right as it ends, as in training."""
LEAST_SIDE = 3


class Options(Frozen):
    """Where the networks are and where they run; defaults in `data/engines/easyocr.toml`."""

    threads: int
    device: Device
    model_folder: str
    longest: int


class EasyOcr:
    """Finds and reads lines by networks that are loaded once a process, when first used."""

    name = NAME

    def __init__(self, options: Options) -> None:
        self._options = options

    def detect(self, pixels: NDArray[np.uint8]) -> tuple[TextBox, ...]:
        """See `LineDetector.detect`; the network gives no score, so each box's is 1."""
        if min(pixels.shape) < LEAST_SIDE:
            return ()
        reader = load_reader(self._options)
        levels, tilted = reader.detect(pixels, canvas_size=self._options.longest)
        boxes = [_upright(*map(float, level)) for level in levels[0]]
        return tuple(TextBox(box, 1.0) for box in (*boxes, *map(_corners, tilted[0])))

    def recognise(self, line: NDArray[np.uint8]) -> LineReading:
        """See `LineRecogniser.recognise`."""
        if is_blank(line):
            return LineReading(())
        reader, options = load_reader(self._options), self._options
        torch = load_torch(options.threads, options.device)
        wanting = max(0, round(LEAST_WIDTH * line.shape[0] / HEIGHT) - line.shape[1])
        wide = np.pad(line, ((0, 0), (0, wanting)), mode="edge")
        picture, scale = size_line(wide, HEIGHT, LEAST_WIDTH, channels=1)
        with torch.no_grad():
            answer = reader.recognizer(torch.from_numpy(picture).to(options.device), None)
            chances = np.asarray(torch.softmax(answer, dim=2)[0].cpu().numpy(), dtype=np.float32)
        step = picture.shape[3] / len(chances) / scale
        return LineReading(decode(chances, reader.converter.character, step), foreign=None)


def create(options: Options) -> EasyOcr:
    """The engine.

    Raises:
        MissingProgram: a package it needs is not installed; `subject` is its name.
        MissingWeights: its networks are not there.
    """
    versions(options, ())
    return EasyOcr(options)


def versions(options: Options, languages: Sequence[Language]) -> dict[str, str]:  # noqa: ARG001 - every engine's
    """The versions of its packages, and a hash of its networks; raises what `create` does."""
    packages = {package: package_version(package) for package in PACKAGES}
    folder = weights_folder(options)
    return {**packages, "weights": content_hash(tuple(folder / name for name in WEIGHTS))}


def weights_folder(options: Options) -> Path:
    """Where its networks are.

    Raises:
        MissingWeights: they are nowhere.
    """
    try:
        usual = package_folder(WEIGHTS_MODULE) / "models"
    except MissingProgram:
        usual = None
    folder = Path(options.model_folder) if options.model_folder else usual
    if folder is None or not all((folder / name).is_file() for name in WEIGHTS):
        raise MissingWeights(subject=NAME)
    return folder


@cache
def load_reader(options: Options) -> Any:  # noqa: ANN401 - the package has no types
    """EasyOCR's reader, loaded once a process; raises what `create` does."""
    load_torch(options.threads, options.device)
    load_torchvision()
    folder = str(weights_folder(options))
    try:
        reader = import_module("easyocr").Reader(
            ["en"],
            gpu=options.device if options.device == "cuda" else False,
            model_storage_directory=folder,
            user_network_directory=folder,
            download_enabled=False,
            verbose=False,
            quantize=False,
        )
    except FileNotFoundError:  # or their hashes are other ones than EasyOCR's
        raise MissingWeights(subject=NAME) from None
    reader.recognizer.eval()
    return reader


def _upright(left: float, right: float, top: float, bottom: float) -> Corners:
    return (left, top), (right, top), (right, bottom), (left, bottom)


def _corners(quad: Sequence[Sequence[float]]) -> Corners:
    a, b, c, d = ((float(x), float(y)) for x, y in quad)
    return a, b, c, d
