"""What NEST's models share: picoamperes, a countdown, ports, and a potential that is kept twice."""

from collections.abc import Mapping
from types import MappingProxyType

import jax.numpy as jnp
from jaxtyping import Array, Int

from hillock._arithmetic import rounded
from hillock._types import Param, Scalar, Spike

_PA = 1000.0  # in one nA

CURRENTS: Mapping[str, str] = MappingProxyType({"ex": "pA", "in": "pA"})
"""Ports of neurons with current-based synapses."""

CONDUCTANCES: Mapping[str, str] = MappingProxyType({"ex": "nS", "in": "nS"})
"""Ports of neurons with conductance-based synapses."""

JUMPS: Mapping[str, str] = MappingProxyType({"spikes": "mV"})
"""The port of neurons whose potential jumps."""


def in_pa(i: Scalar) -> Scalar:
    """Return a current in pA."""
    return rounded(_PA * i)


def count_down(steps: Int[Array, ""], r: Int[Array, ""], spike: Spike) -> Int[Array, ""]:
    """Return the steps of refractoriness left after a step that began with ``r`` left."""
    return jnp.where(spike > 0, steps, jnp.maximum(r - 1, 0))


def above(v: Scalar, y: Scalar, e_l: Param) -> Scalar:
    """Return the potential above E_L: ``y``, unless ``v`` has been set from outside since ``y`` was computed."""
    return jnp.where(v == y + e_l, y, v - e_l)
