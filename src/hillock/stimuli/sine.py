"""A sinusoidal current."""

import math

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from hillock._param import param, require_below
from hillock._types import Param, Scalar, State
from hillock.stimuli._base import AbstractStimulus, Moment, sine_of_turns
from hillock.stimuli._series import AbstractSmooth, padded, reach_of


class Sine(AbstractStimulus, AbstractSmooth):
    """A sine wave: i(t) = offset + amplitude sin(2π frequency (t - start) + phase) for start ≤ t < stop, else offset.

    Each step has the value at its start.

    When: phase locking, and the response at one frequency. Chirp looks at a band of them in one run.

    Limits: frequencies above half the number of steps per second appear as lower ones.

    >>> import hillock as hk
    >>> hk.stimuli.Sine(0.2, "40 Hz", offset=0.3).frequency
    40.0
    """

    amplitude: Param = param(unit="nA", doc="largest deviation from the offset")
    frequency: Param = param(unit="Hz", doc="oscillations per second", low=0.0)
    phase: Param = param(0.0, "1", "phase at the start, in radians")
    offset: Param = param(0.0, "nA", "mean current, also before and after")
    start: Param = param(0.0, "ms", "when it begins", on_grid=True)
    stop: Param = param(math.inf, "ms", "when it ends", on_grid=True)

    def __check_init__(self):
        require_below(self, "start", "stop", or_equal=True)

    def init(self) -> State:
        return ()

    def sample(self, state: State, at: Moment) -> tuple[State, Scalar]:
        turns = at.since(self.start) * (self.frequency / 1000.0)
        wave = self.amplitude * sine_of_turns(turns, self.phase)
        return state, self.offset + jnp.where(at.during(self.start, self.stop), wave, 0.0)

    def series(self, at: Moment, s: Scalar, terms: int) -> Float[Array, " terms"]:
        turns = (at.since(self.start) + s) * (self.frequency / 1000.0)
        phase, speed = 2.0 * jnp.pi * (turns - jnp.floor(turns)) + self.phase, 2.0 * jnp.pi * self.frequency / 1000.0
        sine, cosine = jnp.sin(phase), jnp.cos(phase)
        cycle = jnp.stack([sine, cosine, -sine, -cosine])[np.arange(terms) % 4]  # of derivatives
        powers = jnp.cumprod(jnp.concatenate([jnp.ones(1), speed / np.arange(1.0, terms)]))
        return padded([self.offset], terms) + jnp.where(at.during(self.start, self.stop), self.amplitude * cycle * powers, 0.0)

    def reach(self, at: Moment, s: Scalar) -> Scalar:
        return reach_of(2.0 * jnp.pi * self.frequency / 1000.0)
