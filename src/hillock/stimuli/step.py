"""A current that is switched on, and perhaps off again."""

import math

import jax.numpy as jnp

from hillock._param import param, require_below
from hillock._types import Param, Scalar, State
from hillock.stimuli._base import AbstractStimulus, Moment


class Step(AbstractStimulus):
    """A step of current: i(t) = amplitude for start ≤ t < stop, else baseline.

    When: what a neuron does at the onset and after the end: latency, adaptation, rebound. Several steps in a row are Pulses.

    >>> import hillock as hk
    >>> hk.stimuli.Step(0.3, start="1 ms").start
    1.0
    """

    amplitude: Param = param(unit="nA", doc="current while on")
    start: Param = param(0.0, "ms", "when it is switched on", on_grid=True)
    stop: Param = param(math.inf, "ms", "when it is switched off", on_grid=True)
    baseline: Param = param(0.0, "nA", "current while off")

    def __check_init__(self):
        require_below(self, "start", "stop", or_equal=True)

    def init(self) -> State:
        return ()

    def sample(self, state: State, at: Moment) -> tuple[State, Scalar]:
        return state, jnp.where(at.during(self.start, self.stop), self.amplitude, self.baseline)
