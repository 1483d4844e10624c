"""The leaky membrane that Nengo's LIF neurons share.

Nengo counts time in seconds, and its input J, threshold (always 1) and potentials are plain numbers. ``hillock.simulate`` takes its own ``dt``
in ms, as always; it becomes seconds once, here.
"""

from typing import NamedTuple

import jax.numpy as jnp

from hillock._arithmetic import rounded
from hillock._types import Param, Scalar, Spike
from hillock.dialects.nengo._exponential import expm1, log1p
from hillock.surrogates import AbstractSurrogate

THRESHOLD = 1.0


class Membrane(NamedTuple):
    """Membrane potential, and the time (s) from the end of the last step to the end of refractoriness; negative once that is over."""

    v: Scalar
    refractory_time: Scalar


class Leaky(NamedTuple):
    """Parameters of a membrane."""

    tau_rc: Param
    tau_ref: Param
    min_voltage: Param


class Timing(NamedTuple):
    """dt (s), and the part of the way to its goal that v misses in a whole step, less 1."""

    dt: Scalar
    whole: Scalar


def seconds(dt: Scalar) -> Scalar:
    """Return dt, given in ms, in seconds."""
    return dt / 1000.0


def timing(dt: Scalar, tau_rc: Param) -> Timing:
    """Return what does not change from step to step; dt in ms, tau_rc in s."""
    return Timing(seconds(dt), expm1(-seconds(dt) / tau_rc))


def advance(prepared: Timing, state: Membrane, current: Scalar, neuron: Leaky, surrogate: AbstractSurrogate) -> tuple[Membrane, Spike]:
    """Return membrane and spike one step later.

    The step in which refractoriness ends integrates what is left of it. The spike is where the straight exponential crossed the threshold.
    """
    tau_rc, tau_ref, min_voltage = neuron
    left = state.refractory_time - prepared.dt
    moves = jnp.clip(prepared.dt - left, 0.0, prepared.dt)
    decay = jnp.where(moves >= prepared.dt, prepared.whole, expm1(-moves / tau_rc))
    v = state.v - rounded((current - state.v) * decay)
    spike = surrogate(v - THRESHOLD, at_least=False)
    fired = spike > 0
    drive, beyond = (jnp.where(fired, x, safe) for x, safe in ((current - THRESHOLD, 1.0), (v - THRESHOLD, 0.0)))
    crossing = prepared.dt + rounded(tau_rc * log1p(-beyond / drive))
    rests = jnp.where(fired, tau_ref + crossing, left)
    return Membrane(jnp.where(fired, 0.0, jnp.maximum(v, min_voltage)), rests), spike
