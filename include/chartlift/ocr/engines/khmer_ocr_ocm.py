"""A second opinion on Khmer: the line recogniser of the package `khmer-ocr-ocm`.

A CRNN that sees every line squeezed or drawn out to 512 x 48 pixels, as it was trained. It is right
more often than Tesseract on short lines of nothing but Khmer, and wrong more often on mixed ones:
ask it about words and names, never about a whole line of a table. The package's network and model
file are used; the file is read as numbers only, which a pickle could not promise.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import cv2
import numpy as np
import simplejson

from chartlift.errors import MissingWeights
from chartlift.model import Frozen
from chartlift.ocr.ctc import decode
from chartlift.ocr.line_picture import is_blank
from chartlift.ocr.programs import Device, package_folder, package_version
from chartlift.ocr.protocol import LineReading
from chartlift.ocr.torch_runtime import load_torch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from chartlift.model import Language

NAME = "khmer_ocr_ocm"
PACKAGES = ("khmer-ocr-ocm", "torch")
WIDTH, HEIGHT = 512, 48


class Options(Frozen):
    """Where the network runs; defaults in `data/engines/khmer_ocr_ocm.toml`."""

    threads: int
    device: Device


class Model(NamedTuple):
    """A loaded network, and what its classes stand for."""

    network: Any
    characters: tuple[str, ...]


class KhmerOcrOcm:
    """Reads one line by a network that is loaded once a process, when first used."""

    name = NAME

    def __init__(self, options: Options) -> None:
        self._options = options

    def recognise(self, line: NDArray[np.uint8]) -> LineReading:
        """See `LineRecogniser.recognise`; the script is Khmer."""
        if is_blank(line):
            return LineReading(())
        options, model = self._options, load_model(self._options)
        torch = load_torch(options.threads, options.device)
        method = cv2.INTER_AREA if line.shape[1] > WIDTH else cv2.INTER_LINEAR
        sized = cv2.resize(line, (WIDTH, HEIGHT), interpolation=method)
        picture = sized.astype(np.float32)[None, None] / 127.5 - 1.0
        with torch.no_grad():
            answer = model.network(torch.from_numpy(picture).to(options.device))
            chances = np.asarray(torch.softmax(answer, 2)[:, 0].cpu().numpy(), dtype=np.float32)
        return LineReading(decode(chances, model.characters, line.shape[1] / len(chances)))


def create(options: Options) -> KhmerOcrOcm:
    """The engine.

    Raises:
        MissingProgram: a package it needs is not installed; `subject` is its name.
    """
    versions(options, ())
    return KhmerOcrOcm(options)


def versions(options: Options, languages: Sequence[Language]) -> dict[str, str]:  # noqa: ARG001 - every engine's
    """The versions of its packages, one of which holds the model; raises what `create` does."""
    return {package: package_version(package) for package in PACKAGES}


@cache
def load_model(options: Options) -> Model:
    """The model, loaded once a process.

    Raises:
        MissingWeights: the package does not hold it.
    """
    torch = load_torch(options.threads, options.device)
    assets = package_folder(NAME) / "assets"
    try:
        numbers = simplejson.loads((assets / "vocab.json").read_bytes())["char2idx"]
        weights = torch.load(assets / "model.pth", map_location=options.device, weights_only=True)
    except FileNotFoundError:
        raise MissingWeights(subject=NAME) from None
    classes = {number: text for text, number in numbers.items()}
    characters = tuple(classes.get(number, "") for number in range(max(classes) + 1))
    network = import_module(f"{NAME}.model").CRNN(num_classes=len(characters))
    network.load_state_dict(weights.get("model_state_dict", weights))
    return Model(network.to(options.device).eval(), characters)
