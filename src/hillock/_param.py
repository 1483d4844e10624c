"""Parameters: declared once, with default, unit, meaning and bounds; checked, converted and tabulated from there.

``tau_m: Param = param(20.0, "ms", "membrane time constant", above=0.0)`` in the body of an equinox module gives a field that accepts
a number, one number per neuron, ``"20 ms"`` or a quantity, refuses what is out of bounds by name, and appears in every table.
"""

import dataclasses
from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, ClassVar, Self

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer

from hillock._aliases import our_name
from hillock._types import Param
from hillock._units import UnitError, to_number

_KEY = "hillock"
_SHAPES = MappingProxyType({0: "a number or one number per neuron (a 1-d array)", 1: "a 1-d array, or 2-d with one column per neuron"})


@dataclasses.dataclass(frozen=True)
class Declaration:
    """What ``param`` was told about a parameter."""

    unit: str
    doc: str
    low: float | None
    high: float | None
    above: float | None
    ndim: int
    on_grid: bool

    def quantity(self, value: float) -> str:
        """Return a value with its unit, such as '20 ms'."""
        return f"{value:g}" if self.unit == "1" else f"{value:g} {self.unit}"

    def rule(self) -> str:
        """Return the bounds in words, such as '> 0 ms', or an empty string."""
        bounds = {">": self.above, "≥": self.low, "≤": self.high}
        return " and ".join(f"{sign} {self.quantity(bound)}" for sign, bound in bounds.items() if bound is not None)

    def allows(self, value: np.ndarray) -> np.ndarray:
        """Return elementwise whether the bounds hold (NaN never does)."""
        good = ~np.isnan(value)
        if self.above is not None:
            good &= value > self.above
        if self.low is not None:
            good &= value >= self.low
        if self.high is not None:
            good &= value <= self.high
        return good


class ParameterError(ValueError):
    """A parameter that is unknown, out of bounds or of the wrong shape."""


class _Converter:
    """Turns what a user wrote into numbers; learns its owner's name when the class is made."""

    def __init__(self, declaration: Declaration):
        self.declaration = declaration
        self.where = "parameter"

    def __call__(self, value: Any) -> Any:
        number = as_number(value, self.declaration.unit, self.where)
        return np.asarray(number) if isinstance(number, float) and self.declaration.ndim > 0 else number


def as_number(value: Any, unit: str, where: str) -> Any:
    """Return what a user wrote as a float, an array of floats, or a JAX array, in ``unit``.

    Raises:
        ParameterError: it is no number, or in another kind of unit; ``where`` is what the message calls it.

    """
    try:
        number = to_number(value, unit)
    except UnitError as error:
        raise ParameterError(f"{where} {error}.") from None
    if isinstance(number, list | tuple) and any(isinstance(leaf, jax.Array) for leaf in jax.tree.leaves(number)):
        number = jnp.asarray(number)
    if isinstance(number, jax.Array) and number.dtype != bool:
        return number if jnp.issubdtype(number.dtype, jnp.floating) else number.astype(jnp.result_type(float))
    try:
        array = np.asarray(number)
    except ValueError:  # lists of unequal lengths
        array = np.asarray(None)
    if array.dtype.kind not in "iuf":  # no truth values, no None, no complex numbers
        example = "1" if unit == "1" else f"1 {unit}"
        raise ParameterError(f"{where} must be a number, one number per neuron, or text such as '{example}', got {value!r}.")
    return array.astype(float) if array.ndim else float(array)


def param(
    default: Any = dataclasses.MISSING,
    unit: str = "1",
    doc: str = "",
    low: float | None = None,
    high: float | None = None,
    *,
    above: float | None = None,
    ndim: int = 0,
    on_grid: bool = False,
) -> Any:
    """Declare a parameter of a cell, stimulus or replica.

    Args:
        default: value when none is given; required if absent.
        unit: of the number, see ``_units``; ``"1"`` for a plain number.
        doc: what it means, one phrase, for tables and sliders.
        low, high: smallest and largest legal value.
        above: bound that itself is not legal.
        ndim: dimensions of one neuron's value (0: a number). One more dimension, the last, means one value per neuron.
        on_grid: a time that must be a whole number of steps.

    """
    declaration = Declaration(unit, doc, low, high, above, ndim, on_grid)
    arguments: dict[str, Any] = {} if default is dataclasses.MISSING else {"default": default}
    if isinstance(default, list | np.ndarray):
        arguments = {"default_factory": lambda: default}
    return eqx.field(converter=_Converter(declaration), metadata={_KEY: declaration}, **arguments)


class Parametrized(eqx.Module):
    """Base of everything that declares parameters."""

    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = MappingProxyType({})
    """Named parameter sets from the literature."""

    @classmethod
    def preset(cls, name: str, **changes: Param) -> Self:
        """Return an instance with a named parameter set, some parameters changed.

        Raises:
            ParameterError: there is no preset of that name.

        """
        if name not in cls.presets:
            known = f"It has {', '.join(cls.presets)}." if cls.presets else "It has none."
            raise ParameterError(f"{cls.__name__} has no preset named {name!r}. {known}")
        return cls(**{**cls.presets[name], **changes})

    def __init_subclass__(cls, **arguments: Any):
        super().__init_subclass__(**arguments)
        for name, field in vars(cls).items():
            if isinstance(field, dataclasses.Field) and _KEY in field.metadata:
                field.metadata["converter"].where = f"{cls.__name__}.{name}"

    def __new__(cls, *given: Any, **named: Any):
        fields = [field for field in dataclasses.fields(cls) if field.init]
        for name in named:
            if name not in {field.name for field in fields}:
                raise ParameterError(unknown_parameter(cls, name))
        _check_complete(cls, {field.name for field in fields[: len(given)]} | set(named))
        return super().__new__(cls)

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy and pickle without ``__new__``, which would ask for the required parameters."""
        return _with_values, (type(self), dict(vars(self)))

    def __check_init__(self):
        for name in declarations(type(self)):
            check_bounds(self, name)


def _with_values(kind: type, values: dict[str, Any]) -> Any:
    made = object.__new__(kind)
    for name, value in values.items():
        object.__setattr__(made, name, value)
    return made


def declarations(kind: type) -> dict[str, Declaration]:
    """Return the parameters of a class, in the order they were declared."""
    return {field.name: field.metadata[_KEY] for field in dataclasses.fields(kind) if _KEY in field.metadata}


def defaults(kind: type) -> dict[str, Any]:
    """Return the default of every parameter of a class; None where a value is required."""
    found = {}
    for name in declarations(kind):
        field = kind.__dataclass_fields__[name]
        made = field.default_factory() if field.default_factory is not dataclasses.MISSING else field.default
        found[name] = None if made is dataclasses.MISSING else made
    return found


def is_required(field: dataclasses.Field) -> bool:
    """Return whether a field has no default."""
    return field.default is field.default_factory is dataclasses.MISSING


def options(kind: type) -> dict[str, Any]:
    """Return what a class takes besides parameters, such as a method by name, with its default (``dataclasses.MISSING`` if it has none)."""
    return {field.name: field.default for field in dataclasses.fields(kind) if field.init and _KEY not in field.metadata}


def check_bounds(module: Parametrized, name: str) -> None:
    """Raise ParameterError if a parameter of a module is out of bounds or has too many dimensions."""
    check_value(getattr(module, name), declarations(type(module))[name], f"{type(module).__name__}.{name}")


def check_value(value: Any, declared: Declaration, where: str) -> None:
    """Raise ParameterError if a value is not what was declared; of traced values only the shape is known."""
    if value is None:
        return
    if np.ndim(value) not in (declared.ndim, declared.ndim + 1):
        got = f"an array of shape {np.shape(value)}" if np.ndim(value) else "one number"
        rule = _SHAPES.get(declared.ndim, f"an array of {declared.ndim} dimensions")
        raise ParameterError(f"{where} must be {rule}, got {got}.")
    if isinstance(value, Tracer):
        return
    array = np.asarray(value, float)
    good = declared.allows(array)
    if not good.all():
        bad = array[~good].flat[0]
        rule = "a number" if np.isnan(bad) else declared.rule()
        at = f" at index {', '.join(map(str, np.argwhere(~good)[0]))}" if array.ndim else ""
        raise ParameterError(f"{where} must be {rule}, got {declared.quantity(bad)}{at}.")


def require_below(module: Parametrized, lower: str, upper: str, *, or_equal: bool = False) -> None:
    """Raise ParameterError unless parameter ``lower`` is less than (or equal to) parameter ``upper`` for every neuron, both within bounds."""
    for name in (lower, upper):
        check_bounds(module, name)
    low, high = getattr(module, lower), getattr(module, upper)
    if isinstance(low, Tracer) or isinstance(high, Tracer):
        return
    low, high = np.asarray(low, float), np.asarray(high, float)
    if low.ndim != high.ndim:  # one of them holds one value per neuron, on a last axis that the other lacks
        low, high = (array if array.ndim == max(low.ndim, high.ndim) else array[..., None] for array in (low, high))
    try:
        low, high = np.broadcast_arrays(low, high)
    except ValueError:
        return  # unequal numbers of neurons are reported, with all sizes, when the population is formed
    wrong = ~((low <= high) if or_equal else (low < high))
    if wrong.any():
        name, declared, sign = type(module).__name__, declarations(type(module))[lower], "≤" if or_equal else "<"
        got = f"{declared.quantity(low[wrong].flat[0])} and {declared.quantity(high[wrong].flat[0])}"
        raise ParameterError(f"{name}.{lower} must be {sign} {name}.{upper}, got {got}.")


def unknown_parameter(kind: type, name: str) -> str:
    """Return the sentence for a parameter that ``kind`` does not have, with the name it has here if one is known."""
    ours, sentence = list(declarations(kind)), f"{kind.__name__} has no parameter '{name}'"
    known = our_name(name, ours)
    if known:
        return f"{sentence}; it is called {known} here."
    near = get_close_matches(name.lower(), ours, 1)
    if near:
        return f"{sentence}. Did you mean {near[0]}?"
    return f"{sentence}. It has {', '.join(ours)}." if ours else f"{sentence}, nor any other."


def _check_complete(kind: type, given: set[str]) -> None:
    missing = [
        f"{name} ({declared.doc}{'' if declared.unit == '1' else f', {declared.unit}'})"
        for name, declared in declarations(kind).items()
        if name not in given and is_required(kind.__dataclass_fields__[name])
    ]
    if missing:
        raise ParameterError(f"{kind.__name__} needs {', '.join(missing)}.")
