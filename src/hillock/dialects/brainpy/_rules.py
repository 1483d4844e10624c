"""What BrainPy's neurons share: its exponential Euler, as XLA compiles it on a processor with fused multiply-add, and its modes.

A variable x with dx/dt = f(x) moves by dt φ(dt f'(x)) f(x), where φ(z) = (exp(z) - 1)/z is computed as written: for a small z the difference
loses digits, so that a time constant of 1000 steps is wrong by up to 2⁻²⁴·1000. Where f' does not change, XLA merges all constants into one.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from hillock._arithmetic import fma, rounded, xla_exp
from hillock._param import ParameterError, Parametrized
from hillock._types import Scalar, Spike

_SMALL = 1e-5  # |z| up to which φ is its Taylor series
_RESETS = ("soft", "hard")


class Step(NamedTuple):
    """dt, half of it and its square, in single precision."""

    dt: Scalar
    half: Scalar
    square: Scalar


def single(x: Scalar) -> Float[Array, ""]:
    """Return a number in single precision."""
    return jnp.asarray(x, jnp.float32)


def step_of(dt: Scalar) -> Step:
    """Return what φ needs of dt."""
    dt = single(dt)
    return Step(dt, dt * 0.5, dt * dt)


def constant_gain(rate: Scalar, dt: Scalar) -> Float[Array, ""]:
    """Return dt φ(-dt rate) rate: how far x goes in one step towards the value it relaxes to with a constant ``rate`` (1/ms)."""
    rate, dt = single(rate), single(dt)
    z = dt * -rate
    near = jnp.abs(z) <= _SMALL
    safe = jnp.where(near, jnp.ones_like(z), z)
    less_one = jnp.exp(safe.astype(jnp.result_type(float))).astype(jnp.float32) - 1.0
    phi = jnp.where(near, 1.0 + z / 2.0 + z * z / 6.0, less_one / safe)
    return (dt * phi) * rate


def phi_of(step: Step, slope: Scalar) -> Scalar:
    """Return φ(dt slope)."""
    z = rounded(slope * step.dt)
    near = jnp.abs(z) <= _SMALL
    safe = jnp.where(near, jnp.ones_like(z), z)
    series = fma(rounded(rounded(slope * slope) * step.square), jnp.full_like(z, 1 / 6), fma(slope, step.half, jnp.ones_like(z)))
    return jnp.where(near, series, (xla_exp(safe) - 1.0) / safe)


def check_training(neuron: Parametrized) -> None:
    """Raise ParameterError unless the options of the mode are ones that BrainPy has."""
    training, spk_reset = (getattr(neuron, name) for name in ("training", "spk_reset"))
    if not isinstance(training, bool):
        raise ParameterError(f"{type(neuron).__name__}.training must be True or False, got {training!r}.")
    if spk_reset not in _RESETS:
        raise ParameterError(f"{type(neuron).__name__}.spk_reset must be 'soft' or 'hard', got {spk_reset!r}.")


def after(neuron: Parametrized, spike: Spike, v: Scalar) -> Scalar:
    """Return the potential after this step's spike: lowered in training mode with a soft reset, else V_reset."""
    soft = neuron.training and neuron.spk_reset == "soft"  # type: ignore[attr-defined]
    v_reset = neuron.V_reset  # type: ignore[attr-defined]
    return jnp.where(spike > 0, v - (neuron.V_th - v_reset) if soft else v_reset, v)  # type: ignore[attr-defined]
