"""Cells and currents that only tests of the exact engine need: synapses as part of a cell, currents of spikes off the grid."""

from typing import NamedTuple

import jax.numpy as jnp

import hillock as hk
from hillock._types import Scalar

_NOW = 1e-11  # ms; an arrival as near as this has happened: rounding may leave a time just before it


class SynapseState(NamedTuple):
    v: Scalar
    i_syn: Scalar
    rise: Scalar


class Synapse(hk.cells.AbstractCell):
    """A leaky cell with a current of its own: tau_m v' = -v + i_syn + i, tau_s i_syn' = rise - i_syn, tau_s rise' = -rise.

    From i_syn = 1 and rise = 0 the current is e^{-t/tau_s}, from i_syn = 0 and rise = e the alpha function (t/tau_s) e^{1 - t/tau_s}.
    """

    i_syn: hk.Param = hk.param(1.0, "1", "current at time 0")
    rise: hk.Param = hk.param(0.0, "1", "what feeds it, at time 0")
    tau_m: hk.Param = hk.param(10.0, "ms", "membrane time constant", above=0.0)
    tau_s: hk.Param = hk.param(5.0, "ms", "time constant of the current", above=0.0)
    v_th: hk.Param = hk.param(0.1, "1", "threshold")
    t_ref: hk.Param = hk.param(0.0, "ms", "refractory time", low=0.0)

    def init(self):
        return SynapseState(0.0, self.i_syn, self.rise)

    def drift(self, state, i):
        return SynapseState((state.i_syn + i - state.v) / self.tau_m, (state.rise - state.i_syn) / self.tau_s, -state.rise / self.tau_s)

    def excess(self, state):
        return state.v - self.v_th

    def reset(self, state):
        return state._replace(v=0.0)


class SynapticCurrent(hk.stimuli.AbstractStimulus, hk.stimuli.AbstractSmooth):
    """A current of spikes that arrive at any time: Σ weightsⱼ e^{-u/tau}, or with ``alpha`` Σ weightsⱼ (u/tau) e^{1 - u/tau}, where u = t - timesⱼ ≥ 0."""

    weights: hk.Param = hk.param(unit="nA", doc="peak of each current", ndim=1)
    times: hk.Param = hk.param(unit="ms", doc="when each begins", ndim=1)
    tau: hk.Param = hk.param(2.0, "ms", "time constant of the current", above=0.0)
    alpha: hk.Param = hk.param(0.0, "1", "1 for an alpha function, 0 for an exponential")

    def init(self):
        return ()

    def sample(self, state, at):
        return state, self.series(at, jnp.zeros(()), 1)[0]

    def series(self, at, s, terms):
        """Expand (a + b h) e^{-h/tau}, summed over the spikes that have arrived."""
        u = at.t + s - self.times
        decayed = jnp.where(u >= -_NOW, self.weights * jnp.exp(-jnp.maximum(u, 0.0) / self.tau), 0.0)
        a = jnp.sum(decayed * jnp.where(self.alpha > 0, jnp.e * u / self.tau, 1.0))
        b = jnp.sum(decayed * jnp.where(self.alpha > 0, jnp.e / self.tau, 0.0))
        powers = [1.0]
        for k in range(1, terms):
            powers.append(-powers[-1] / (self.tau * k))
        return jnp.stack([a * powers[k] + (b * powers[k - 1] if k else 0.0) for k in range(terms)])

    def reach(self, at, s):
        wait = self.times - (at.t + s)
        return jnp.minimum(jnp.min(jnp.where(wait > _NOW, wait, jnp.inf)), 0.25 * self.tau)
