"""What all parts of a network are: plain data, equal where their values are, that can be copied and pickled."""

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from hillock._trace import is_traced

_NUMBER = int | float | np.number


class AbstractPart:
    """Base of the frozen dataclasses that make up a network."""

    __hash__ = None  # type: ignore[assignment] - arrays have no hash

    def __eq__(self, other: object) -> bool:
        return same(self, other)

    def __reduce__(self) -> tuple[Any, ...]:
        """Make the part again from its fields; a view of a dictionary cannot be pickled, the dictionary can."""
        return type(self), tuple(_plain(getattr(self, field.name)) for field in dataclasses.fields(self))  # type: ignore[arg-type]


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, MappingProxyType) else value


def same(a: Any, b: Any) -> bool:
    """Return whether two parts, or what they are made of, have equal values; what is traced is equal to itself only."""
    if a is b:
        return True
    if is_traced(a) or is_traced(b):
        return False
    if isinstance(a, _NUMBER) or isinstance(b, _NUMBER):
        return isinstance(a, _NUMBER) and isinstance(b, _NUMBER) and bool(a == b)
    if type(a) is not type(b):
        return False
    if isinstance(a, Mapping):
        return a.keys() == b.keys() and all(same(value, b[name]) for name, value in a.items())
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if dataclasses.is_dataclass(a):
        return all(same(getattr(a, field.name), getattr(b, field.name)) for field in dataclasses.fields(a))
    if type(a).__module__.startswith("scipy.sparse"):
        return a.shape == b.shape and (a != b).nnz == 0
    return np.array_equal(a, b)
