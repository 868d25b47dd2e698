"""An ONNX model without its last layers.

Of a recogniser with 18,710 characters the last layer takes an eighth of the time, to answer what
nobody asked. It is a matrix and a constant for each character: those wanted are taken out and
multiplied by NumPy.

Format: Protocol Buffers' wire format; field numbers from ONNX's onnx.proto.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator
    from mmap import mmap

    from numpy.typing import NDArray

_VARINT, _LONG, _BYTES, _INT = 0, 1, 2, 5
_MODEL_GRAPH: Final = 7
_GRAPH_NODE, _GRAPH_TENSOR, _GRAPH_OUTPUT = 1, 5, 12
_NODE_INPUT, _NODE_OUTPUT = 1, 2
_TENSOR_DIMS, _TENSOR_NAME, _TENSOR_DATA = 1, 8, 9
_OUTPUT_NAME: Final = 1

Pieces = list[bytes | memoryview]
"""A message in parts, so that large arrays are copied once only."""


class Field(NamedTuple):
    """One field of a message."""

    number: int
    whole: memoryview
    """The field as it stands, its tag included."""
    content: memoryview
    """Of a field of bytes what it holds; empty for a number."""
    value: int
    """Of a number its value; 0 for bytes."""


class Cut(NamedTuple):
    """A model that ends early, and what its lost layers held."""

    model: bytes
    """Its one output is the tensor it was cut at."""
    tensors: tuple[NDArray[np.float32], ...]
    """The weights the lost layers used, in the order of their use."""


def cut_at(model: bytes | mmap, tensor: str) -> Cut:
    """The model up to a tensor inside it.

    Args:
        model: the ONNX file, its float32 weights inside.
        tensor: the name of the tensor that becomes the output.

    Raises:
        KeyError: nothing in the model takes such a tensor.
    """
    kept: Pieces = []
    graph = memoryview(b"")
    for field in _fields(memoryview(model)):
        if field.number == _MODEL_GRAPH:
            graph = field.content
        else:
            kept.append(field.whole)
    short, used = _short_graph(graph, tensor)
    weights = _tensors(graph, set(used))
    return Cut(
        b"".join([*kept, *_message(_MODEL_GRAPH, short)]),
        tuple(weights[name] for name in used if name in weights),
    )


def _short_graph(graph: memoryview, tensor: str) -> tuple[Pieces, list[str]]:
    """The graph without what follows the tensor, and the other inputs of what was left out."""
    parts: Pieces = []
    after, used = {tensor}, []
    for field in _fields(graph):
        if field.number == _GRAPH_NODE:
            names = [f for f in _fields(field.content) if f.number in {_NODE_INPUT, _NODE_OUTPUT}]
            inputs = [_text(f) for f in names if f.number == _NODE_INPUT]
            if after.intersection(inputs):
                after |= {_text(f) for f in names if f.number == _NODE_OUTPUT}
                used += [name for name in inputs if name not in after]
                continue
        if field.number != _GRAPH_OUTPUT:
            parts.append(field.whole)
    if len(after) == 1:
        raise KeyError(tensor)
    output = _message(_OUTPUT_NAME, [tensor.encode()])
    return [*parts, *_message(_GRAPH_OUTPUT, output)], used


def _tensors(graph: memoryview, wanted: set[str]) -> dict[str, NDArray[np.float32]]:
    found = {}
    for field in _fields(graph):
        if field.number == _GRAPH_TENSOR:
            parts = list(_fields(field.content))
            name = next(_text(f) for f in parts if f.number == _TENSOR_NAME)
            if name in wanted:
                shape = [f.value for f in parts if f.number == _TENSOR_DIMS]
                data = next(f.content for f in parts if f.number == _TENSOR_DATA)
                found[name] = np.frombuffer(data, dtype="<f4").reshape(shape)
    return found


def _fields(message: memoryview) -> Iterator[Field]:
    place = 0
    while place < len(message):
        start = place
        tag, place = _varint(message, place)
        kind, value, content = tag & 7, 0, memoryview(b"")
        if kind == _VARINT:
            value, place = _varint(message, place)
        elif kind == _BYTES:
            size, place = _varint(message, place)
            content = message[place : place + size]
            place += size
        else:
            place += {_LONG: 8, _INT: 4}[kind]
        yield Field(tag >> 3, message[start:place], content, value)


def _varint(message: memoryview, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[place]
        place += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, place
        shift += 7


def _message(number: int, content: Pieces) -> Pieces:
    size, length = sum(map(len, content)), bytearray()
    while size > 127:
        length.append(size & 127 | 128)
        size >>= 7
    length.append(size)
    return [bytes([number << 3 | _BYTES]), bytes(length), *content]


def _text(field: Field) -> str:
    return bytes(field.content).decode()
