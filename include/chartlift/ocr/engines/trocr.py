"""TrOCR: handwritten Latin lines, by a picture encoder and a text decoder.

Li et al., "TrOCR: Transformer-based optical character recognition with pre-trained models" (AAAI
2023). No package carries its weights and nothing is downloaded: `model_folder` says where a copy
is. It is a language model as well and writes likely words where it sees none, so what it reads is a
proposal for a person and never a value. A character's probability is its token's; where it stands
is only estimated, by its share of the text.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import cv2
import numpy as np

from chartlift.errors import MissingProgram, MissingWeights
from chartlift.frozen import Frozen
from chartlift.ocr.line_picture import is_blank
from chartlift.ocr.programs import Device, content_hash, package_version
from chartlift.ocr.protocol import Character, LineReading
from chartlift.ocr.torch_runtime import load_torch, load_torchvision

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from chartlift.model import Language

NAME = "trocr"
PACKAGES = ("transformers", "torch")
WEIGHTS = ("config.json", "model.safetensors")


class Options(Frozen):
    """Where the model is and where it runs; defaults in `data/engines/trocr.toml`."""

    threads: int
    device: Device
    model_folder: str
    longest: int


class Model(NamedTuple):
    """A loaded model."""

    network: Any
    tokenizer: Any
    side: int
    """Pixels of the square picture it takes."""


class TrOcr:
    """Reads one line by a model that is loaded once a process, when first used."""

    name = NAME

    def __init__(self, options: Options) -> None:
        self._options = options

    def recognise(self, line: NDArray[np.uint8]) -> LineReading:
        """See `LineRecogniser.recognise`; the line is handwritten."""
        if is_blank(line):
            return LineReading(())
        options, model = self._options, load_model(self._options)
        torch = load_torch(options.threads, options.device)
        sized = cv2.resize(line, (model.side, model.side), interpolation=cv2.INTER_AREA)
        plane = sized.astype(np.float32) / 127.5 - 1.0
        picture = np.ascontiguousarray(np.broadcast_to(plane, (1, 3, model.side, model.side)))
        with torch.no_grad():
            answer = model.network.generate(
                torch.from_numpy(picture).to(options.device),
                max_new_tokens=options.longest,
                do_sample=False,
                num_beams=1,
                output_scores=True,
                return_dict_in_generate=True,
            )
        chosen = answer.sequences[0, -len(answer.scores) :].tolist()
        chances = [
            float(torch.softmax(score[0], dim=0)[token])
            for score, token in zip(answer.scores, chosen, strict=True)
        ]
        return LineReading(spread(pieces(model.tokenizer, chosen, chances), line.shape[1]))


def create(options: Options) -> TrOcr:
    """The engine.

    Raises:
        MissingProgram: a package it needs is not installed; `subject` is its name.
        MissingWeights: its model is not there.
    """
    versions(options, ())
    return TrOcr(options)


def versions(options: Options, languages: Sequence[Language]) -> dict[str, str]:  # noqa: ARG001 - every engine's
    """The versions of its packages, and a hash of its model; raises what `create` does."""
    packages = {package: package_version(package) for package in PACKAGES}
    files = tuple(Path(options.model_folder, name) for name in WEIGHTS)
    if not options.model_folder or not all(file.is_file() for file in files):
        raise MissingWeights(subject=NAME)
    return {**packages, "weights": content_hash(files)}


@cache
def load_model(options: Options) -> Model:
    """The model, loaded once a process from its folder alone."""
    load_torch(options.threads, options.device)
    with suppress(MissingProgram):  # transformers imports it where it is installed
        load_torchvision()
    transformers = import_module("transformers")
    folder = options.model_folder
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True)
    network = transformers.VisionEncoderDecoderModel.from_pretrained(
        folder, local_files_only=True, use_safetensors=True
    )
    side = int(network.config.encoder.image_size)
    return Model(network.to(options.device).eval(), tokenizer, side)


def pieces(
    tokenizer: Any,  # noqa: ANN401 - the package has no types
    tokens: Sequence[int],
    chances: Sequence[float],
) -> list[tuple[str, float]]:
    """The characters that the tokens stand for, each with its token's probability.

    A character may be made of several tokens: it has the probability of the last.
    """
    found: list[tuple[str, float]] = []
    for count, chance in enumerate(chances, start=1):
        text = tokenizer.decode(tokens[:count], skip_special_tokens=True)
        same = sum(1 for (old, _), new in zip(found, text, strict=False) if old == new)
        found = found[:same] + [(character, chance) for character in text[same:]]
    return found


def spread(found: Sequence[tuple[str, float]], width: int) -> tuple[Character, ...]:
    """The characters, as if each took the same share of the line."""
    step = width / max(len(found), 1)
    return tuple(
        Character(text, round(chance, 4), (index + 0.5) * step)
        for index, (text, chance) in enumerate(found)
    )
