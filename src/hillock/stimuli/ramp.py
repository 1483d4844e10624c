"""A current that grows or falls steadily."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from hillock._param import param, require_below
from hillock._types import Param, Scalar, State
from hillock.stimuli._base import AbstractStimulus, Moment
from hillock.stimuli._series import AbstractSmooth, padded

_AT_ONCE = 1e-11  # ms; a bend as near as this is now: rounding may leave a time just before it


class Ramp(AbstractStimulus, AbstractSmooth):
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

    def series(self, at: Moment, s: Scalar, terms: int) -> Float[Array, " terms"]:
        before, left = (end - (at.t + s) for end in (self.start, self.stop))
        slope = (self.final - self.initial) / (self.stop - self.start)
        value = self.initial + (self.final - self.initial) * jnp.clip(-before / (self.stop - self.start), 0.0, 1.0)
        return padded([value, jnp.where((before <= _AT_ONCE) & (left > _AT_ONCE), slope, 0.0)], terms)

    def reach(self, at: Moment, s: Scalar) -> Scalar:
        before, left = (end - (at.t + s) for end in (self.start, self.stop))
        return jnp.where(before > _AT_ONCE, before, jnp.where(left > _AT_ONCE, left, jnp.inf))
