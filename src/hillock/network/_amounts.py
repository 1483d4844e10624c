"""Weights, delays and starting values, as users write them, brought to one unit and checked."""

from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from hillock._param import declarations
from hillock._trace import is_traced
from hillock._units import UnitError, to_number
from hillock.connections import AbstractValue
from hillock.network._repr import brief, shown
from hillock.synapses import AbstractSynapse


class NetworkError(ValueError):
    """A network that contradicts itself, or the run that is asked of it."""


def amount(value: Any, unit: str, where: str, n: int | None = None) -> Any:
    """Return a number, an array, which is a copy that cannot be written to, or a distribution in ``unit``.

    Raises:
        NetworkError: it is none of these, not finite, or has not one value for each of ``n`` neurons.

    """
    if isinstance(value, AbstractValue):
        return value.resolved(unit, where)
    if is_traced(value):
        return _traced(value, where, n)
    if value is None:
        raise NetworkError(f"{where} is missing. Give it in {unit}.")
    try:
        array = np.array(_no_truth(to_number(value, unit)), float)
    except UnitError as error:
        raise NetworkError(f"{where} {error}.") from None
    except (TypeError, ValueError):
        raise NetworkError(f"{where} must be a number in {unit}, values or a distribution, got {shown(value)}.") from None
    if not np.isfinite(array).all():
        raise NetworkError(f"{where} must be finite, got {array[~np.isfinite(array)].flat[0]:g} {unit}.")
    if n is not None and array.ndim and array.shape != (n,):
        raise NetworkError(f"{where} must be one value or one for each of {n} neurons, got an array of shape {array.shape}.")
    array.flags.writeable = False
    return float(array) if array.ndim == 0 else array


def _no_truth(number: Any) -> Any:
    if np.asarray(number).dtype.kind == "b":
        raise TypeError("True and False are no numbers")
    return number


def _traced(value: Any, where: str, n: int | None) -> Array:
    """Return values inside jit, grad or vmap, of which no more than the shape is known."""
    array = jnp.asarray(value)
    if n is not None and array.ndim and array.shape != (n,):
        raise NetworkError(f"{where} must be one value or one for each of {n} neurons, got an array of shape {array.shape}.")
    return array


def require_weight(weight: Any, synapse: AbstractSynapse | str, where: str) -> None:
    """Raise NetworkError for a weight below what its synapse can have, or a distribution that may draw one."""
    if isinstance(synapse, str) or synapse.least_weight == -np.inf or is_traced(weight):
        return
    drawn, least = isinstance(weight, AbstractValue), synapse.least_weight
    lowest = weight.least if drawn else float(np.min(weight, initial=np.inf))
    if lowest < least:
        rule = f"{where} must be ≥ {least:g} {synapse.weight_unit} for {type(synapse).__name__}"
        got = f"got {brief(weight)}, which goes below. Give it low={least:g}." if drawn else f"got {lowest:g} {synapse.weight_unit}."
        inhibits = not drawn and "e_rev" in declarations(type(synapse))
        raise NetworkError(f"{rule}, {got}{' What inhibits is its reversal potential, e_rev.' if inhibits else ''}")
