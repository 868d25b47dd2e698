"""What was found out about a picture is kept as long as the picture lives."""

from __future__ import annotations

import functools
import weakref
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from numpy.typing import NDArray

P = ParamSpec("P")
T = TypeVar("T")


def kept(
    look: Callable[Concatenate[NDArray[np.uint8], P], T],
) -> Callable[Concatenate[NDArray[np.uint8], P], T]:
    """`look`, which answers again what it once answered about a picture.

    A picture is known by its identity, so it must not change: no step changes the raster it was
    given. An answer that is a picture itself cannot be written to. It goes when the picture goes.
    """
    answers: dict[int, tuple[weakref.ref[NDArray[np.uint8]], dict[Hashable, T]]] = {}

    def asked(pixels: NDArray[np.uint8], /, *args: P.args, **named: P.kwargs) -> T:
        name = id(pixels)
        if name not in answers:
            answers[name] = weakref.ref(pixels, lambda _: answers.pop(name, None)), {}
        known = answers[name][1]
        question = (args, *sorted(named.items()))
        if question not in known:
            known[question] = _sealed(look(pixels, *args, **named))
        return known[question]

    functools.update_wrapper(asked, look)
    return asked


def _sealed(answer: T) -> T:
    if isinstance(answer, np.ndarray):
        answer.setflags(write=False)
    return answer
