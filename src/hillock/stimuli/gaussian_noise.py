"""Independent Gaussian currents."""

import math

import jax.numpy as jnp

from hillock._param import param, require_below
from hillock._types import Param, Scalar, State
from hillock.stimuli._base import AbstractStimulus, Moment


class GaussianNoise(AbstractStimulus):
    """Gaussian current, drawn anew every ``interval``: i(t) ~ N(mean, std²) for start ≤ t < stop, else 0.

    The interval is a property of the noise, not of the simulation: halving dt leaves the current as it was.

    When: irregular input with no memory beyond the interval; OrnsteinUhlenbeck has one. Its power per bandwidth is std²·interval, so white
    noise is approached as the interval goes to 0 with that product fixed.

    Limits: it jumps at every interval, which a real current does not. Numbers go up to 6.76 standard deviations.

    >>> import hillock as hk
    >>> hk.stimuli.GaussianNoise(1.5, 1.0, interval=1.0).std
    1.0
    """

    mean: Param = param(unit="nA", doc="mean current")
    std: Param = param(unit="nA", doc="standard deviation", low=0.0)
    interval: Param = param(1.0, "ms", "how long each drawn value lasts", above=0.0, on_grid=True)
    start: Param = param(0.0, "ms", "when it begins", on_grid=True)
    stop: Param = param(math.inf, "ms", "when it ends", on_grid=True)

    def __check_init__(self):
        require_below(self, "start", "stop", or_equal=True)

    def init(self) -> State:
        return ()

    def sample(self, state: State, at: Moment) -> tuple[State, Scalar]:
        value = self.mean + self.std * at.normal(at.periods(self.interval))
        return state, jnp.where(at.during(self.start, self.stop), value, 0.0)
