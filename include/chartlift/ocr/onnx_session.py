"""ONNX Runtime: opens a model and runs it, on few threads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from chartlift.errors import EngineCrashed, MissingProgram, MissingWeights

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from onnxruntime import InferenceSession

    from chartlift.ocr.programs import Device

PROVIDERS = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}


def open_session(
    model: bytes | Path, threads: int, device: Device, *, engine: str, arena: bool = False
) -> InferenceSession:
    """A model, ready to be run.

    Args:
        model: the ONNX file, or where it is; then its bytes are not copied.
        threads: of the CPU.
        device: where it runs.
        engine: whose model it is.
        arena: whether memory is kept from one run to the next. That saves a third of the time of a
            model with few sizes of large tensors; with many sizes it grows and grows.

    Raises:
        MissingProgram: there is no ONNX Runtime for the device; `subject` says which.
        MissingWeights: this ONNX Runtime cannot open the model; `subject` is the engine's name.
    """
    import onnxruntime
    from onnxruntime.capi import onnxruntime_pybind11_state as says

    if PROVIDERS[device] not in onnxruntime.get_available_providers():
        raise MissingProgram(subject=f"onnxruntime for {device}")
    wishes = onnxruntime.SessionOptions()
    wishes.intra_op_num_threads = wishes.inter_op_num_threads = threads
    wishes.log_severity_level = 4
    wishes.enable_cpu_mem_arena, wishes.enable_mem_pattern = arena, False
    content = model if isinstance(model, bytes) else str(model)
    try:
        return onnxruntime.InferenceSession(content, wishes, [PROVIDERS[device]])
    except (says.Fail, says.InvalidGraph, says.InvalidProtobuf, says.NotImplemented):
        raise MissingWeights(subject=engine) from None


def run(
    session: InferenceSession, picture: NDArray[np.float32], engine: str
) -> tuple[NDArray[np.float32], ...]:
    """A model's outputs for one picture.

    Raises:
        EngineCrashed: it ended without an answer; `subject` is the engine's name.
    """
    from onnxruntime.capi.onnxruntime_pybind11_state import Fail, RuntimeException

    try:
        answer = session.run(None, {session.get_inputs()[0].name: picture})
    except (Fail, RuntimeException):
        raise EngineCrashed(subject=engine) from None
    return tuple(np.asarray(part, dtype=np.float32) for part in answer)
