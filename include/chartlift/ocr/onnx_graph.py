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


Chunks = list[bytes | memoryview]
"""A message in pieces, so that large arrays are copied once only."""


class Graph:
    """A chain of operators, each of which takes what the last one gave and some arrays."""

    def __init__(self, shape: Sequence[int]) -> None:
        self._nodes: Chunks = []
        self._arrays: Chunks = []
        self._count = 0
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
        self._last = self._new_name()
        node = [chunk for name in inputs for chunk in _field(1, name)]
        node += [*_field(2, self._last), *_field(4, operator)]
        for name, value in settings.items():
            node += _field(5, _attribute(name, value))
        self._nodes += _field(1, node)

    def model(self) -> bytes:
        """The model, whose one output is what the last operator gave."""
        body = [*self._nodes, *_field(2, "graph"), *self._arrays]
        body += _field(11, _value("input", self._shape))
        body += _field(12, _value(self._last, None))
        return b"".join([*_field(1, FORMAT), *_field(8, _field(2, OPERATORS)), *_field(7, body)])

    def _keep(self, array: NDArray[np.float32] | NDArray[np.int64]) -> str:
        name = self._new_name()
        kind = FLOAT if array.dtype == np.float32 else INTEGERS
        message = [chunk for side in array.shape for chunk in _field(1, side)]
        numbers = np.ascontiguousarray(array).data.cast("B")
        message += [*_field(2, kind), *_field(8, name), *_field(9, [numbers])]
        self._arrays += _field(5, message)
        return name

    def _new_name(self) -> str:
        self._count += 1
        return f"t{self._count}"


def _attribute(name: str, value: Setting) -> Chunks:
    if isinstance(value, int):
        return [*_field(1, name), *_field(3, value), *_field(20, NUMBER)]
    if isinstance(value, str):
        return [*_field(1, name), *_field(4, value), *_field(20, TEXT)]
    parts = [chunk for part in value for chunk in _field(8, part)]
    return [*_field(1, name), *parts, *_field(20, LIST)]


def _value(name: str, shape: Sequence[int] | None) -> Chunks:
    tensor = _field(1, FLOAT)
    if shape is not None:
        sides = [chunk for side in shape for chunk in _field(1, _field(1, side))]
        tensor += _field(2, sides)
    return [*_field(1, name), *_field(2, _field(1, tensor))]


def _field(number: int, value: int | str | Chunks) -> Chunks:
    if isinstance(value, int):
        return [_varint(number << 3 | VARINT) + _varint(value)]
    content: Chunks = [value.encode()] if isinstance(value, str) else value
    length = sum(len(chunk) for chunk in content)
    return [_varint(number << 3 | BYTES) + _varint(length), *content]


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])
