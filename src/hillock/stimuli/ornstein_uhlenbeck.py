"""Coloured Gaussian noise."""

import math

import jax.numpy as jnp

from hillock._param import param, require_below
from hillock._types import Param, Scalar, State
from hillock.stimuli._base import AbstractStimulus, Moment


class OrnsteinUhlenbeck(AbstractStimulus):
    """Gaussian current with an exponential memory, as of many synapses at once.

    Flow::

        tau di/dt = mean - i + std √(2 tau) ξ(t)

    for start ≤ t < stop, else i = 0. It is stationary from its first step on: mean ``mean``, standard deviation ``std``, autocorrelation
    exp(-|t - t'|/tau). The update is exact, so the values at the steps have this distribution at every dt.

    When: background input in vivo. White noise is approached as tau goes to 0 with std²·tau fixed; GaussianNoise has no memory at all.

    Limits: each value is held for one step, so the variance that a neuron sees at dt > tau depends on dt. Runs with another dt draw
    other numbers.

    >>> import hillock as hk
    >>> hk.stimuli.OrnsteinUhlenbeck(0.1, 0.05, tau="5 ms").tau
    5.0

    Reference: Gillespie (1996), Phys. Rev. E 54:2084, eqs. 1.9, doi:10.1103/PhysRevE.54.2084.
    """

    mean: Param = param(unit="nA", doc="mean current")
    std: Param = param(unit="nA", doc="standard deviation", low=0.0)
    tau: Param = param(unit="ms", doc="correlation time", above=0.0)
    start: Param = param(0.0, "ms", "when it begins", on_grid=True)
    stop: Param = param(math.inf, "ms", "when it ends", on_grid=True)

    def __check_init__(self):
        require_below(self, "start", "stop", or_equal=True)

    def init(self) -> State:
        return 0.0  # replaced in step 0 by a draw from the stationary distribution, for which there is no key here

    def sample(self, state: State, at: Moment) -> tuple[State, Scalar]:
        steps = at.dt / self.tau
        drawn = at.normal(at.step)
        later = state * jnp.exp(-steps) + jnp.sqrt(-jnp.expm1(-2.0 * steps)) * drawn
        z = jnp.where(at.step > 0, later, drawn)
        return z, jnp.where(at.during(self.start, self.stop), self.mean + self.std * z, 0.0)
