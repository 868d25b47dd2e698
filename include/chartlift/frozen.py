"""What crosses a process: immutable models, and the JSON they stand in.

A number with a point is a Decimal with its printed digits (7.10), in both directions.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

import simplejson
from pydantic import BaseModel, ConfigDict

Model = TypeVar("Model", bound=BaseModel)


class Frozen(BaseModel):
    """A value that crosses a process: immutable, and an unknown key is an error."""

    # Built when first used: one stage uses few of all models. What was read is in no message.
    model_config = ConfigDict(
        frozen=True, extra="forbid", defer_build=True, hide_input_in_errors=True
    )


def to_json(value: object, *, indent: int | None = None) -> bytes:
    """UTF-8 JSON of a model or of plain data; a Decimal keeps its printed digits (7.10)."""
    plain = value.model_dump(mode="python") if isinstance(value, BaseModel) else value
    text = simplejson.dumps(
        plain,
        use_decimal=True,
        namedtuple_as_object=False,
        ensure_ascii=False,
        indent=indent,
        default=_scalar,
    )
    return str(text).encode()


def from_json(model: type[Model], data: bytes) -> Model:
    """The model that `to_json` wrote, decimals as printed.

    Raises:
        pydantic.ValidationError: the bytes are JSON of another shape.
    """
    return model.model_validate(parse_json(data))


def parse_json(data: bytes) -> Any:  # noqa: ANN401 - JSON may be anything
    """Plain data out of JSON; a number with a point becomes a Decimal with its printed digits."""
    return simplejson.loads(data, use_decimal=True)


def _scalar(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    raise TypeError(type(value).__name__)
