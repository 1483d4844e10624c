"""What brainpy.state's neurons share: its exponential Euler, as XLA compiles it on a processor with fused multiply-add, and its resets.

A variable x with dx/dt = f(x) moves by dt φ(dt f'(x)) f(x), where φ(z) = (exp(z) - 1)/z. XLA multiplies by reciprocals that it computes
beforehand; where dt is 1 and so drops out, it merges what is left into one factor.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from hillock._arithmetic import fma, rounded
from hillock._param import ParameterError, Parametrized
from hillock._types import Scalar, Spike
from hillock.surrogates import AbstractSurrogate

_SMALL = 1e-4  # |z| up to which φ is its Taylor series
_RESETS = ("soft", "hard")


class Relaxation(NamedTuple):
    """The two factors by which a distance from rest becomes a change in one step."""

    rate: Float[Array, ""]
    length: Float[Array, ""]


def single(x: Scalar) -> Float[Array, ""]:
    """Return a number in single precision."""
    return jnp.asarray(x, jnp.float32)


def relaxation(tau: Scalar, dt: Scalar) -> Relaxation:
    """Return the factors of a variable with time constant ``tau``."""
    rate, dt = 1.0 / single(tau), single(dt)
    z = dt * -rate
    near = jnp.abs(z) <= _SMALL
    safe = jnp.where(near, jnp.ones_like(z), z)
    less_one = jnp.expm1(safe.astype(jnp.result_type(float))).astype(jnp.float32)
    series = 1.0 + z * (1 / 2 + z * (1 / 6 + z * (1 / 24 + z / 120)))
    length = dt * jnp.where(near, series, less_one * (1.0 / safe))
    merged = dt == 1.0
    return Relaxation(jnp.where(merged, 1.0, rate), jnp.where(merged, length * rate, length))


def relaxed(relaxation: Relaxation, x: Scalar, distance: Scalar) -> Scalar:
    """Return x one step later, ``distance`` from where it goes to."""
    return fma(rounded(distance * relaxation.rate), relaxation.length, x)


def lowered(spk_reset: str, v: Scalar, height: Scalar, v_reset: Scalar, spike: Spike) -> Scalar:
    """Return the potential after the reset for the last step's spike: a soft one by ``height``, a hard one by all there is above V_reset."""
    return v - rounded((height if spk_reset == "soft" else v - v_reset) * spike)


def fired(excess: Scalar, height: Scalar, surrogate: AbstractSurrogate) -> Spike:
    """Return the spike of a potential, whose distance from the threshold is measured in parts of ``height``."""
    return surrogate(excess / height, at_least=True)


def last_spike(excess: Scalar) -> Spike:
    """Return 1.0 where the last step ended above threshold."""
    excess = jnp.asarray(excess)
    return (excess >= 0.0).astype(excess.dtype)


def check_reset(neuron: Parametrized) -> None:
    """Raise ParameterError unless the reset is one that brainpy.state has."""
    given = neuron.spk_reset  # type: ignore[attr-defined]
    if given not in _RESETS:
        raise ParameterError(f"{type(neuron).__name__}.spk_reset must be 'soft' or 'hard', got {given!r}.")
