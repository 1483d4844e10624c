"""A current given as samples: an array, or a CSV or npz file."""

import jax
import jax.numpy as jnp
import numpy as np

from hillock._param import param
from hillock._time import whole_steps
from hillock._types import Param, Scalar, State
from hillock.stimuli._base import AbstractLimited, AbstractStimulus, Moment


class Samples(AbstractStimulus, AbstractLimited):
    """Sampled current, each sample held for its own dt: i(t) = values[⌊t/dt⌋].

    ``values`` has shape (samples,), or (samples, neurons) for one column per neuron. A simulation must not outlast its samples.

    >>> import hillock as hk
    >>> hk.stimuli.Samples([0.0, 0.3, 0.3], dt=0.1).values
    array([0. , 0.3, 0.3])
    """

    values: Param = param(unit="nA", doc="the samples", ndim=1)
    dt: Param = param(unit="ms", doc="time from one sample to the next", above=0.0, on_grid=True)

    def init(self) -> State:
        return ()

    def sample(self, state: State, at: Moment) -> tuple[State, Scalar]:
        index = at.step // at.index(self.dt)
        return state, jnp.where(at.step < 0, 0.0, jnp.asarray(self.values)[jnp.maximum(index, 0)])

    def check(self, dt: float, duration: float) -> None:
        values = self.values
        if isinstance(values, jax.core.Tracer):
            return
        bad = np.argwhere(~np.isfinite(np.asarray(values)))
        if len(bad):
            raise ValueError(f"Samples.values must be finite, got {np.asarray(values)[tuple(bad[0])]} at index {int(bad[0][0])}.")
        held = len(values) * int(whole_steps(float(self.dt), dt, "Samples.dt")) * dt
        if duration > held * (1 + 1e-9):
            raise ValueError(f"Samples.values last {held:g} ms, less than the duration of {duration:g} ms. Shorten the run or add samples.")
