"""Writes a network as an ONNX model, so that ONNX Runtime can run what came in another form.

Only what the networks here are made of. Field numbers are those of `onnx.proto3`, version 8 of the
format with operators of version 13; a message of Protocol Buffers is its fields one after another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

FORMAT, OPERATORS = 8, 13
FLOAT, INTEGERS = 1, 7
NUMBER, LIST, TEXT = 2, 7, 3
"""Types of attributes: an integer, several, a text."""
VARINT, BYTES = 0, 2

Setting = int | str | tuple[int, ...]


class Graph:
    """A chain of operators, each of which takes what the last one gave and some arrays."""

    def __init__(self, shape: Sequence[int]) -> None:
        self._nodes: list[bytes] = []
        self._arrays: list[bytes] = []
        self._shape = tuple(shape)
        self._last = "input"

    def add(
        self,
        operator: str,
        *arrays: NDArray[np.float32] | NDArray[np.int64] | None,
        **settings: Setting,
    ) -> None:
        """One more operator; None is an input it goes without."""
        inputs = [self._last, *("" if array is None else self._keep(array) for array in arrays)]
        self._last = f"t{len(self._nodes)}"
        fields = [_field(1, name) for name in inputs]
        fields += [_field(2, self._last), _field(4, operator)]
        fields += [_field(5, _attribute(name, value)) for name, value in settings.items()]
        self._nodes.append(b"".join(fields))

    def model(self) -> bytes:
        """The model, whose one output is what the last operator gave."""
        body = b"".join(
            [
                *(_field(1, node) for node in self._nodes),
                _field(2, "graph"),
                *(_field(5, array) for array in self._arrays),
                _field(11, _value("input", self._shape)),
                _field(12, _value(self._last, None)),
            ]
        )
        return _field(1, FORMAT) + _field(8, _field(2, OPERATORS)) + _field(7, body)

    def _keep(self, array: NDArray[np.float32] | NDArray[np.int64]) -> str:
        name = f"a{len(self._arrays)}"
        kind = FLOAT if array.dtype == np.float32 else INTEGERS
        dims = b"".join(_field(1, side) for side in array.shape)
        numbers = np.ascontiguousarray(array).tobytes()
        self._arrays.append(dims + _field(2, kind) + _field(8, name) + _field(9, numbers))
        return name


def _attribute(name: str, value: Setting) -> bytes:
    if isinstance(value, int):
        return _field(1, name) + _field(3, value) + _field(20, NUMBER)
    if isinstance(value, str):
        return _field(1, name) + _field(4, value) + _field(20, TEXT)
    return _field(1, name) + b"".join(_field(8, part) for part in value) + _field(20, LIST)


def _value(name: str, shape: Sequence[int] | None) -> bytes:
    tensor = _field(1, FLOAT)
    if shape is not None:
        tensor += _field(2, b"".join(_field(1, _field(1, side)) for side in shape))
    return _field(1, name) + _field(2, _field(1, tensor))


def _field(number: int, value: int | str | bytes) -> bytes:
    if isinstance(value, int):
        return _varint(number << 3 | VARINT) + _varint(value)
    content = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | BYTES) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])
