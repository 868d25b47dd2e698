"""PyTorch for the engines that need it: imported when first used, held to few threads."""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from chartlift.errors import MissingProgram
from chartlift.ocr.programs import Device, package_version

if TYPE_CHECKING:
    from types import ModuleType

# What torchvision declares behaviour for as soon as it is imported.
OPERATORS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)


@cache
def load_torch(threads: int, device: Device) -> ModuleType:
    """PyTorch, which then runs on so many threads in the whole process.

    Raises:
        MissingProgram: it is not installed, or does not know the device; `subject` says which.
    """
    package_version("torch")
    torch = import_module("torch")
    torch.set_num_threads(threads)
    if device == "cuda" and not torch.cuda.is_available():
        raise MissingProgram(subject="torch with CUDA")
    return torch


@cache
def load_torchvision() -> ModuleType:
    """torchvision, even one whose compiled part does not fit the PyTorch there is.

    Its own code declares behaviour for operators of that part and fails where they are missing;
    none of them is used here, so that declared and empty ones do.

    Raises:
        MissingProgram: it is not installed.
    """
    package_version("torchvision")
    try:
        return import_module("torchvision")
    except RuntimeError:
        half_done = [name for name in sys.modules if name.partition(".")[0] == "torchvision"]
        for name in half_done:
            del sys.modules[name]
        _kept.append(_declare_operators())
        return import_module("torchvision")


_kept: list[Any] = []
"""The declarations last as long as the object that made them."""


def _declare_operators() -> Any:  # noqa: ANN401 - torch has no types here
    library = import_module("torch").library.Library("torchvision", "FRAGMENT")
    for operator in OPERATORS:
        library.define(operator)
    return library
