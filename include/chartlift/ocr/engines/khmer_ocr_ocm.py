"""A second opinion on Khmer: the line recogniser of the package `khmer-ocr-ocm`.

A CRNN (Shi et al., "An end-to-end trainable neural network for image-based sequence recognition",
2015) that sees every line squeezed or drawn out to 512 x 48 pixels, as it was trained. The file of
weights is read as numbers only and run by ONNX Runtime: importing PyTorch, which the package itself
does, would cost 1.8 CPU s and 220 MB a process.

`benchmarks/khmer_lines.py` has it beside Tesseract: on drawn stretches of nothing but Khmer it is
better under every damage, with Khmer digits most of all, on real print under heavy damage only.
Handwriting is where the two have nothing in common. What both read alike was right in 205 of 206
lines of the tuning half.
"""

from __future__ import annotations

import pickle
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np
import simplejson

from chartlift.errors import MissingWeights
from chartlift.frozen import Frozen
from chartlift.ocr.ctc import decode
from chartlift.ocr.line_picture import is_blank
from chartlift.ocr.onnx_graph import Graph
from chartlift.ocr.onnx_session import open_session, run
from chartlift.ocr.programs import Device, package_folder, package_version
from chartlift.ocr.protocol import LineReading
from chartlift.ocr.torch_file import load_arrays

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from onnxruntime import InferenceSession

    from chartlift.model import Language

    Array = NDArray[np.float32]

NAME = "khmer_ocr_ocm"
PACKAGES = ("khmer-ocr-ocm", "onnxruntime")
WIDTH, HEIGHT = 512, 48
CONVOLUTIONS: tuple[tuple[int, int, tuple[int, int] | None], ...] = (
    (0, 1, (2, 2)),
    (5, 6, (2, 2)),
    (10, 11, None),
    (13, 14, (2, 1)),
    (18, 19, None),
    (21, 22, (2, 1)),
    (26, 27, None),
)
"""The package's network: the layers of a convolution and its normalisation, and what is pooled."""
RECURRENT_LAYERS, HIDDEN = 2, 256
VARIANCE_FLOOR = 1e-5
GATES = (0, 3, 1, 2)
"""PyTorch's input, forget, cell and output gate in ONNX's order."""


class Options(Frozen):
    """Where the network runs; defaults in `data/engines/khmer_ocr_ocm.toml`."""

    threads: int
    device: Device


class Model(NamedTuple):
    """A loaded network, and what its classes stand for."""

    session: InferenceSession
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
        model = load_model(self._options)
        method = cv2.INTER_AREA if line.shape[1] > WIDTH else cv2.INTER_LINEAR
        sized = cv2.resize(line, (WIDTH, HEIGHT), interpolation=method)
        (answer,) = run(model.session, sized.astype(np.float32)[None, None] / 127.5 - 1.0, NAME)
        chances = answer[:, 0]
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
        MissingWeights: the package does not hold it, or holds another.
        MissingProgram: there is no ONNX Runtime for the device.
    """
    assets = package_folder(NAME) / "assets"
    try:
        numbers = simplejson.loads((assets / "vocab.json").read_bytes())["char2idx"]
        content = build(load_arrays(assets / "model.pth")["model_state_dict"])
    except (FileNotFoundError, KeyError, pickle.UnpicklingError):
        raise MissingWeights(subject=NAME) from None
    classes = {number: text for text, number in numbers.items()}
    characters = tuple(classes.get(number, "") for number in range(max(classes) + 1))
    session = open_session(content, options.threads, options.device, engine=NAME, arena=True)
    return Model(session, characters)


def build(saved: Mapping[str, Array]) -> bytes:
    """The package's network as an ONNX model, its normalisations put into its convolutions.

    Args:
        saved: the arrays of its file, by the names of its layers.
    """
    graph = Graph((1, 1, HEIGHT, WIDTH))
    for layer, norm, pool in CONVOLUTIONS:
        weights, bias = _normalised(saved, f"cnn.{layer}", f"cnn.{norm}")
        edge = weights.shape[2] // 2 if weights.shape[2] % 2 else 0
        graph.add("Conv", weights, bias, pads=(edge,) * 4)
        graph.add("Relu")
        if pool is not None:
            graph.add("MaxPool", kernel_shape=pool, strides=pool)
    graph.add("ReduceMean", axes=(2,), keepdims=0)
    graph.add("Transpose", perm=(2, 0, 1))
    for layer in range(RECURRENT_LAYERS):
        graph.add("LSTM", *_recurrent(saved, layer), direction="bidirectional", hidden_size=HIDDEN)
        graph.add("Transpose", perm=(0, 2, 1, 3))
        graph.add("Reshape", np.array([0, 0, -1], dtype=np.int64))
    graph.add("MatMul", np.ascontiguousarray(saved["fc.weight"].T))
    graph.add("Add", saved["fc.bias"])
    graph.add("Softmax", axis=2)
    return graph.model()


def _normalised(saved: Mapping[str, Array], layer: str, norm: str) -> tuple[Array, Array]:
    spread = np.sqrt(saved[f"{norm}.running_var"] + np.float32(VARIANCE_FLOOR))
    scale = saved[f"{norm}.weight"] / spread
    moved = saved[f"{layer}.bias"] - saved[f"{norm}.running_mean"]
    weights = saved[f"{layer}.weight"] * scale[:, None, None, None]
    return weights, moved * scale + saved[f"{norm}.bias"]


def _recurrent(saved: Mapping[str, Array], layer: int) -> tuple[Array, Array, Array]:
    """Weights, recurrent weights and biases of both directions, as ONNX wants them."""
    ways = (f"l{layer}", f"l{layer}_reverse")
    inward, across = (
        np.stack([_gates(saved[f"rnn.{kind}_{way}"]) for way in ways])
        for kind in ("weight_ih", "weight_hh")
    )
    biases = [
        np.concatenate([_gates(saved[f"rnn.bias_{kind}_{way}"]) for kind in ("ih", "hh")])
        for way in ways
    ]
    return inward, across, np.stack(biases)


def _gates(array: Array) -> Array:
    parts = np.split(array, len(GATES))
    return np.concatenate([parts[gate] for gate in GATES])
