"""A current that grows or falls steadily."""

import jax.numpy as jnp

from hillock._param import param, require_below
from hillock._types import Param, Scalar, State
from hillock.stimuli._base import AbstractStimulus, Moment


class Ramp(AbstractStimulus):
    """A linear ramp: i(t) = initial + (final - initial) (t - start)/(stop - start) between start and stop, constant before and after.

    Each step has the value at its start.

    When: accommodation: whether a current that rises slowly enough fires a neuron at all; up and down, hysteresis.

    >>> import hillock as hk
    >>> hk.stimuli.Ramp(0.0, 1.0, start=100, stop="0.6 s").stop
    600.0
    """

    initial: Param = param(unit="nA", doc="current before")
    final: Param = param(unit="nA", doc="current after")
    stop: Param = param(unit="ms", doc="when it no longer changes")
    start: Param = param(0.0, "ms", "when it begins to change")

    def __check_init__(self):
        require_below(self, "start", "stop")

    def init(self) -> State:
        return ()

    def sample(self, state: State, at: Moment) -> tuple[State, Scalar]:
        done = jnp.clip((at.t - self.start) / (self.stop - self.start), 0.0, 1.0)
        return state, self.initial * (1.0 - done) + self.final * done  # exact at both ends
