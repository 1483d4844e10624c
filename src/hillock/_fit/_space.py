"""The parameters that a fit may change, and where it looks for them: numbers from 0 to 1 on the way from lowest to highest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from hillock._fit._target import Target
from hillock._param import Declaration, ParameterError, as_number, check_value, declarations, unknown_parameter
from hillock.cells import AbstractCell

Cell = TypeVar("Cell", bound=AbstractCell)
Free = Sequence[str] | Mapping[str, Any]
"""Names of parameters, or also where to look: ``{"tau_m": (5, 50), "r_m": None}``."""

_FACTOR = 5.0  # a positive parameter is looked for from a fifth of its value to five times that
_WIDTH = 3.0  # one of either sign, up to three times its size away


@dataclass(frozen=True)
class Axis:
    """One free parameter.

    Attributes:
        name, unit: as declared.
        low, high: where it is looked for.
        ratio: whether equal steps are equal factors.
        grid: steps of dt that it is a whole number of, or 0.

    """

    name: str
    unit: str
    low: float
    high: float
    ratio: bool
    grid: float

    def value(self, place: Any) -> Any:
        """Return the value at a place from 0 to 1."""
        if self.ratio:
            return self.low * (self.high / self.low) ** place
        return self.low + (self.high - self.low) * place

    def place(self, value: float) -> float:
        """Return the place of a value, at an end for what lies outside."""
        inside = min(max(value, self.low), self.high)
        return float(np.log(inside / self.low) / np.log(self.high / self.low)) if self.ratio else (inside - self.low) / (self.high - self.low)

    def slope(self, value: float) -> float:
        """Return how fast the value changes with the place."""
        return value * float(np.log(self.high / self.low)) if self.ratio else self.high - self.low


@dataclass(frozen=True)
class Space:
    """All free parameters."""

    axes: tuple[Axis, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parameters."""
        return tuple(axis.name for axis in self.axes)

    def snap(self, places: Float[np.ndarray, "... axes"]) -> Float[np.ndarray, "... axes"]:
        """Return the nearest places that are allowed."""
        places = np.clip(places, 0.0, 1.0)
        for k, axis in enumerate(self.axes):
            if axis.grid:
                steps = np.rint((axis.high - axis.low) / axis.grid)
                places[..., k] = np.rint(places[..., k] * steps) / steps
        return places

    def values(self, places: Float[np.ndarray, "... axes"]) -> dict[str, Any]:
        """Return the values at some places, whole steps where they must be."""
        found = {axis.name: axis.value(places[..., k]) for k, axis in enumerate(self.axes)}
        return {axis.name: np.rint(found[axis.name] / axis.grid) * axis.grid if axis.grid else found[axis.name] for axis in self.axes}

    def cell(self, cell: Cell, places: Float[Array, " axes"]) -> Cell:
        """Return a cell at traced places, unchecked."""
        values = [
            jnp.round(axis.value(places[k]) / axis.grid) * axis.grid if axis.grid else axis.value(places[k]) for k, axis in enumerate(self.axes)
        ]
        return eqx.tree_at(lambda one: [getattr(one, name) for name in self.names], cell, values)

    def places(self, cell: AbstractCell) -> Float[np.ndarray, " axes"]:
        """Return where a cell is."""
        return self.snap(np.array([axis.place(float(getattr(cell, axis.name))) for axis in self.axes]))


def make_space(cell: AbstractCell, target: Target, subthreshold: tuple[float, float] | None, free: Free | None) -> Space:
    """Return the free parameters of a cell and where to look for them.

    Args:
        cell: where the search starts.
        target: what is fitted.
        subthreshold: lowest and highest potential between spikes (mV), if recorded.
        free: see ``fit``.

    Raises:
        ParameterError: a name or a range is wrong.

    """
    kind, declared = type(cell), {name: one for name, one in declarations(type(cell)).items() if one.ndim == 0}
    if isinstance(free, str):
        raise ParameterError(f"free must be a list of names or ranges by name, got {free!r}. Write free=[{free!r}].")
    given: dict[str, Any] = dict(free) if isinstance(free, Mapping) else dict.fromkeys(free) if free is not None else {}
    for name in given:
        if name not in declared:
            raise ParameterError(unknown_parameter(kind, name))
    if free is not None and not given:
        raise ParameterError(f"free names no parameter. Name some of {', '.join(declared)}, or leave it out.")
    names = [name for name in declared if name in given] or [name for name in declared if getattr(cell, name) not in (None, 0.0)]
    span = _span(cell, declared, subthreshold)
    return Space(tuple(_axis(cell, name, declared[name], given.get(name), target, subthreshold, span) for name in names))


def _axis(
    cell: AbstractCell, name: str, declared: Declaration, given: Any, target: Target, subthreshold: tuple[float, float] | None, span: float
) -> Axis:
    where, value = f"{type(cell).__name__}.{name}", float(getattr(cell, name))
    positive = declared.above is not None and declared.above >= 0
    if given is not None:
        low, high = _range(given, declared, where)
    elif declared.on_grid:
        low, high = 0.0, _FACTOR * value
    elif positive or (declared.low is not None and declared.low >= 0):
        positive = True
        low, high = value / _FACTOR, value * _FACTOR
    elif declared.unit == "mV" and subthreshold is not None:
        low, high = subthreshold[0] - span / 2, subthreshold[1] + span / 2
        low, high = (low, high) if low <= value <= high else (value - span / 2, value + span / 2)
    else:
        reach = span if declared.unit == "mV" else _WIDTH * abs(value)
        low, high = value - reach, value + reach
    if declared.on_grid:
        return _grid_axis(name, declared.unit, low, high, target, where)
    low, high = (float(np.clip(end, _least(declared), np.inf if declared.high is None else declared.high)) for end in (low, high))
    if not low < high:
        raise ParameterError(
            f"{where} is {declared.quantity(value)}, which does not say where to look. Give a range: free={{{name!r}: (low, high)}}."
        )
    return Axis(name, declared.unit, low, high, positive and low > 0, 0.0)


def _grid_axis(name: str, unit: str, low: float, high: float, target: Target, where: str) -> Axis:
    """Return the axis of a time in whole steps; a refractory time is shorter than the shortest interval."""
    dt = target.dt
    if name == "t_ref" and len(target.spikes) > 1:
        high = min(high, (int(np.diff(target.spike_steps).min()) - 1) * dt)
    low, high = np.ceil(low / dt - 1e-6) * dt, np.floor(high / dt + 1e-6) * dt
    if not low < high:
        raise ParameterError(f"{where} has no room between {low:g} and {high:g} ms, the shortest interval between spikes. Leave it out of free.")
    return Axis(name, unit, float(low) + 0.0, float(high), False, dt)


def _least(declared: Declaration) -> float:
    return -np.inf if declared.low is None and declared.above is None else float(declared.low if declared.low is not None else declared.above or 0.0)


def _range(given: Any, declared: Declaration, where: str) -> tuple[float, float]:
    try:
        low, high = (float(as_number(end, declared.unit, where)) for end in given)
    except (TypeError, ValueError) as error:
        if isinstance(error, ParameterError):
            raise
        raise ParameterError(f"{where} needs a range (low, high) or None to look for it, got {given!r}.") from None
    for end in (low, high):
        check_value(end, declared, where)
    if not low < high:
        raise ParameterError(f"{where} needs a range from low to high, got {declared.quantity(low)} to {declared.quantity(high)}.")
    return low, high


def _span(cell: AbstractCell, declared: Mapping[str, Declaration], subthreshold: tuple[float, float] | None) -> float:
    """Return how far potentials are looked for (mV)."""
    if subthreshold is not None:
        return subthreshold[1] - subthreshold[0]
    given = [float(getattr(cell, name)) for name, one in declared.items() if one.unit == "mV" and np.ndim(getattr(cell, name)) == 0]
    return (max(given) - min(given) if given else 0.0) or 1.0
