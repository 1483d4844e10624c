"""Numbers of rules and kernels: one each, never one per neuron."""

import dataclasses
from typing import Any

import equinox as eqx

from hillock._param import ParameterError, as_number, param


class _One:
    """Turns what a user wrote into one number; learns its owner's name when the class is made, like a parameter's converter."""

    def __init__(self, *, whole: bool):
        self.whole = whole
        self.where = "number"

    def __call__(self, value: Any) -> float | int:
        number = as_number(value, "1", self.where)
        if not isinstance(number, float):
            raise ParameterError(f"{self.where} must be one number, got {len(number)}.")
        if not self.whole:
            return number
        if not number.is_integer():
            raise ParameterError(f"{self.where} must be a whole number, got {number:g}.")
        return int(value) if isinstance(value, int) else int(number)


def number(doc: str, default: Any = dataclasses.MISSING, *, low: float | None = None, high: float | None = None, above: float | None = None) -> Any:
    """Declare a plain number, with the bounds of ``param``."""
    return _one(param(default, "1", doc, low, high, above=above), whole=False)


def count(doc: str, *, low: int = 0) -> Any:
    """Declare a number of things."""
    return _one(param(dataclasses.MISSING, "1", doc, low), whole=True)


def _one(field: Any, *, whole: bool) -> Any:
    metadata = {**field.metadata, "converter": _One(whole=whole)}
    converter = metadata.pop("converter")
    arguments = {} if field.default is dataclasses.MISSING else {"default": field.default}
    return eqx.field(converter=converter, metadata=metadata, **arguments)
