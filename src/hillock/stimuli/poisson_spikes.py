"""Spikes that arrive at random."""

import math

import jax.numpy as jnp

from hillock._param import param, require_below
from hillock._types import Param, Scalar, State
from hillock.stimuli._base import AbstractCounting, AbstractLimited, AbstractStimulus, Moment
from hillock.stimuli._counting import check_expected, count_events


class PoissonSpikes(AbstractStimulus, AbstractCounting, AbstractLimited):
    """How many spikes of a Poisson process fall into each step, for start ≤ t < stop: a train of its own for every neuron.

    Rule::

        P(n) = λⁿ exp(-λ)/n!,  λ = rate dt

    When: what a ``Drive`` brings to the synapses of a population: the spikes of many neurons outside a network at their summed rate. Poisson
    gives currents instead.

    Limits: at most a hundred spikes expected per step, else it says so. The gradient with respect to the rate is 0: counts are whole numbers.

    >>> import hillock as hk
    >>> hk.stimuli.PoissonSpikes("2 kHz", start=100).rate
    2000.0

    Reference: Brunel (2000), J. Comput. Neurosci. 8:183, sect. 2, doi:10.1023/A:1008925309027, whose neurons get their external input so.
    """

    rate: Param = param(unit="Hz", doc="spikes per second", low=0.0)
    start: Param = param(0.0, "ms", "when it begins", on_grid=True)
    stop: Param = param(math.inf, "ms", "when it ends", on_grid=True)

    def __check_init__(self):
        require_below(self, "start", "stop", or_equal=True)

    def init(self) -> State:
        return ()

    def sample(self, state: State, at: Moment) -> tuple[State, Scalar]:
        on = at.during(self.start, self.stop) & (at.step >= 0)
        return state, jnp.where(on, count_events(self.rate, at), 0.0)

    def check(self, dt: float, duration: float) -> None:
        check_expected("PoissonSpikes", self.rate, dt)
