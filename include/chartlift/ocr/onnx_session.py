"""ONNX Runtime: opens a model and runs it, on few threads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from chartlift.errors import EngineCrashed, MissingProgram

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from onnxruntime import InferenceSession

    from chartlift.ocr.programs import Device

PROVIDERS = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}


def open_session(content: bytes, threads: int, device: Device) -> InferenceSession:
    """A model, ready to be run.

    Args:
        content: the ONNX file.
        threads: of the CPU.
        device: where it runs.

    Raises:
        MissingProgram: there is no ONNX Runtime for the device; `subject` says which.
    """
    import onnxruntime

    if PROVIDERS[device] not in onnxruntime.get_available_providers():
        raise MissingProgram(subject=f"onnxruntime for {device}")
    wishes = onnxruntime.SessionOptions()
    wishes.intra_op_num_threads = wishes.inter_op_num_threads = threads
    wishes.log_severity_level = 4
    # Its own arena saves a twentieth of the time and never gives back what the largest page took:
    # 770 MB instead of 350 after sixteen pages.
    wishes.enable_cpu_mem_arena = wishes.enable_mem_pattern = False
    return onnxruntime.InferenceSession(content, wishes, [PROVIDERS[device]])


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
