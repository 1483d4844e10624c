"""What Sinabs' layers share: decays, several spikes in one step, two ways to be reset, and a floor.

Where Sinabs takes None for something left out, a parameter holds the number that means the same: 0 for no synapse and for the
threshold as what is subtracted, minus infinity for no floor. None may be written too.
"""

from math import inf
from typing import NamedTuple

import jax.numpy as jnp

from hillock._arithmetic import rounded
from hillock._param import ParameterError, Parametrized
from hillock._types import Param, Scalar, Spike
from hillock.surrogates import AbstractSurrogate

_OPTIONS = {"spike_fn": ("MultiSpike", "SingleSpike"), "reset_fn": ("MembraneSubtract", "MembraneReset")}


class Reset(NamedTuple):
    """What a spike does, and how far v may fall."""

    reset_value: Scalar
    subtract_value: Scalar
    min_v_mem: Scalar


def take_none(layer: Parametrized) -> None:
    """Replace None by the number that means the same, before parameters are read."""
    for name, number in {"tau_syn": 0.0, "subtract_value": 0.0, "min_v_mem": -inf}.items():
        value: Param = getattr(layer, name)
        if value is None:
            setattr(layer, name, number)


def check_options(layer: Parametrized) -> None:
    """Raise ParameterError unless the options are names that are known here."""
    for name, known in _OPTIONS.items():
        given = getattr(layer, name)
        if given not in known:
            raise ParameterError(f"{type(layer).__name__}.{name} must be {' or '.join(map(repr, known))}, got {given!r}.")


def decay(tau: Scalar) -> Scalar:
    """Return exp(-1/tau), the quotient rounded to single precision and the exponential rounded once."""
    exponent = -1.0 / jnp.asarray(tau, jnp.float32)
    return jnp.exp(exponent.astype(jnp.result_type(float))).astype(jnp.float32)


def synapse(alpha_syn: Scalar, tau_syn: Scalar, i_syn: Scalar, i: Scalar) -> Scalar:
    """Return the synaptic current one step later: the input itself where there is no synapse."""
    return jnp.where(tau_syn > 0, alpha_syn * (i_syn + i), i)


def fire(spike_fn: str, v: Scalar, threshold: Scalar, surrogate: AbstractSurrogate) -> tuple[Spike, Scalar]:
    """Return whether there is a spike, and how many there are."""
    spike = surrogate(v - threshold, at_least=True)
    if spike_fn == "SingleSpike":
        return spike, spike
    return spike, jnp.where(spike > 0, jnp.floor(v / threshold), jnp.zeros_like(v))


def after(reset_fn: str, v: Scalar, count: Scalar, threshold: Scalar, reset: Reset) -> Scalar:
    """Return the potential after this step's spikes and the floor."""
    if reset_fn == "MembraneReset":
        v = jnp.where(count > 0, jnp.zeros_like(v), v) + reset.reset_value
    else:
        v = v - rounded(count * jnp.where(reset.subtract_value == 0, threshold, reset.subtract_value))
    floored = jnp.maximum(v - reset.min_v_mem, 0.0) + reset.min_v_mem
    return jnp.where(jnp.isneginf(reset.min_v_mem), v, floored)
