"""What the replicas of ngc-learn's cells share: its arithmetic, as XLA compiles it on a processor with fused multiply-add."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float

from hillock._arithmetic import fma, rounded
from hillock._param import ParameterError
from hillock._trace import is_traced
from hillock._types import Flag, Scalar, Spike
from hillock._units import UnitError, to_number

MIDPOINT = ("rk2", "midpoint")
_SILENTLY_EULER = ("heun", "rk2_heun", "ralston", "rk2_ralston", "rk4")


def check_integration(cell: str, name: str) -> None:
    """Raise ParameterError for an ``integration_type`` that ngc-learn accepts and does not do."""
    if name == "euler" or name in MIDPOINT:
        return
    how = "without a word" if name in _SILENTLY_EULER else "after printing an error"
    raise ParameterError(
        f"{cell}.integration_type must be 'euler', 'rk2' or 'midpoint', got {name!r}. "
        f"ngc-learn integrates by Euler {how} when given this name; write 'euler' to repeat that."
    )


class Pace(NamedTuple):
    """The factors by which a slope becomes a change in one step of dt, and in half of it."""

    rate: Float[Array, ""]
    dt: Float[Array, ""]
    half: Float[Array, ""]


def pace(tau: Scalar, dt: Scalar, n_units: int) -> Pace:
    """Return the factors of a variable with time constant ``tau``: XLA merges them where it broadcasts them to several units."""
    rate, dt = reciprocal(tau), jnp.asarray(dt, jnp.float32)
    half = dt * 0.5
    return Pace(jnp.ones_like(rate), rate * dt, rate * half) if n_units > 1 else Pace(rate, dt, half)


def advance(integration_type: str, slope: Callable[[Scalar], Scalar], x: Scalar, pace: Pace) -> Scalar:
    """Return ``x`` one step later, by Euler or the midpoint method, where tau dx/dt = slope(x) with every other variable frozen."""
    if integration_type in MIDPOINT:
        x_half = fma(slope(x) * pace.rate, pace.half, x)
        return fma(slope(x_half) * pace.rate, pace.dt, x)
    return fma(slope(x) * pace.rate, pace.dt, x)


def term(integration_type: str, a: Scalar, b: Scalar) -> Callable[[Scalar], Scalar]:
    """Return the function c -> a b + c for a product that does not change within a step.

    The midpoint method uses it twice, and a product used twice is rounded; used once, it is fused with the sum.
    """
    if integration_type in MIDPOINT:
        product = rounded(a * b)
        return lambda c: product + c
    return lambda c: fma(a, b, c)


def snap(spike: Spike, value: Scalar, x: Scalar) -> Scalar:
    """Return ``value`` where a neuron fired, else ``x``, by products with 0 and 1: an infinite ``x`` becomes NaN, as in ngc-learn."""
    fired = lax.stop_gradient(spike)
    return x * (1 - fired) + fired * value


def time_since_spike(rfr: Scalar, dt: Scalar, spike: Spike, restart: Scalar) -> Scalar:
    """Return the refractory clock after a step: a float32 running sum of dt that starts anew with each spike."""
    return jnp.where(spike > 0, restart, rfr + dt)


def reciprocal(x: Scalar) -> Float[Array, ""]:
    """Return 1/x in single precision, by which ngc-learn multiplies instead of dividing."""
    return 1 / jnp.asarray(x, jnp.float32)


def like(old: Scalar, value: Scalar) -> Array:
    """Return a parameter as the state of a population."""
    return jnp.full_like(old, jnp.asarray(value, jnp.result_type(old)))


def masked(input_: Scalar, rests: Flag) -> Scalar:
    """Return the input, or 0 for a neuron at rest."""
    return jnp.where(rests, jnp.zeros_like(input_), input_)


def key_data(key: Any) -> Any:
    """Return a JAX key, old or new style, as two numbers; None as None."""
    if key is None:
        return None
    if jnp.issubdtype(getattr(key, "dtype", np.uint32), jax.dtypes.prng_key):
        key = jax.random.key_data(key)
    return np.asarray(key, np.uint32)


def per_unit(value: Any, unit: str, n_units: int) -> Any:
    """Return a parameter as one value per unit, so that as many neurons are simulated; what is no number is left to be refused by name."""
    try:
        number = to_number(value, unit)
    except UnitError:
        return value
    if n_units == 1 or np.ndim(number) > 0:
        return value
    return jnp.broadcast_to(number, (n_units,)) if is_traced(number) else np.full(n_units, number)


def check_units(where: str, value: Any, n_units: int) -> None:
    """Raise ParameterError unless there is one value per unit."""
    if n_units > 1 and np.shape(value)[-1] != n_units:
        raise ParameterError(f"{where} must hold one value for each of the n_units = {n_units}, got {np.shape(value)[-1]}.")
