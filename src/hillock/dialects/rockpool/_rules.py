"""What Rockpool's neurons share: one step, with several spikes in it.

Rockpool counts time in seconds: ``tau_mem`` is in s, and its dt is 0.001. The replicas keep those numbers. ``hillock.simulate`` takes its
own ``dt`` in ms, as always; it becomes seconds once. Potentials and currents have no unit.
"""

from typing import NamedTuple

import jax.numpy as jnp

from hillock._arithmetic import rounded
from hillock._types import Scalar, Spike
from hillock.surrogates import AbstractSurrogate


class LIFState(NamedTuple):
    """Membrane potential and synaptic current, decayed."""

    v: Scalar
    i: Scalar


class Decays(NamedTuple):
    """What is left of potential and current after one step."""

    alpha: Scalar
    beta: Scalar


class Threshold(NamedTuple):
    """What v is tested against, and how many spikes one step may have."""

    value: Scalar
    most: Scalar


def advance(
    decays: Decays, state: LIFState, i: Scalar, bias: Scalar, threshold: Threshold, surrogate: AbstractSurrogate
) -> tuple[LIFState, Spike, Scalar]:
    """Return the state one step later, whether there is a spike, and how many there are."""
    current = rounded((state.i + i) * decays.beta)
    v = rounded(state.v * decays.alpha) + (current + bias)
    spike = surrogate(v - threshold.value, at_least=True)
    count = jnp.where(spike > 0, jnp.minimum(jnp.floor(v / threshold.value), threshold.most), jnp.zeros_like(v))
    return LIFState(v - rounded(count * threshold.value), current), spike, count
