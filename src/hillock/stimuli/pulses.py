"""Rectangular pulses of current."""

from typing import Self

import jax
import jax.numpy as jnp
import numpy as np

from hillock._param import ParameterError, as_number, check_bounds, param, require_below
from hillock._types import Param, Scalar, State
from hillock.stimuli._base import AbstractStimulus, Moment


class Pulses(AbstractStimulus):
    """Rectangular pulses: i(t) = Σₖ amplitudesₖ where startsₖ ≤ t < stopsₖ, else 0.

    Lists of one entry per pulse, or arrays of (pulses, neurons). Pulses that overlap add up.

    When: refractoriness by two pulses, entrainment by a train of them, protocols of unequal steps.

    Limits: every step looks at every pulse: for thousands of them, Samples is faster.

    >>> import hillock as hk
    >>> hk.stimuli.Pulses([0.5, 1.2], starts=["20 ms", "60 ms"], stops=[40, 80]).starts
    array([20., 60.])
    >>> hk.stimuli.Pulses.train(0.5, count=3, width=2, period=10, start=5).stops
    array([ 7., 17., 27.])
    """

    amplitudes: Param = param(unit="nA", doc="current of each pulse", ndim=1)
    starts: Param = param(unit="ms", doc="when each begins", ndim=1, on_grid=True)
    stops: Param = param(unit="ms", doc="when each ends", ndim=1, on_grid=True)

    def __check_init__(self):
        require_below(self, "starts", "stops")
        check_bounds(self, "amplitudes")
        counts = [np.shape(values)[0] for values in (self.amplitudes, self.starts, self.stops)]
        if len(set(counts)) > 1:
            raise ParameterError(
                f"Pulses must have as many amplitudes as starts and stops, got {counts[0]} amplitudes, {counts[1]} starts and {counts[2]} stops."
            )

    @classmethod
    def train(cls, amplitude: Param, *, count: int, width: Param, period: Param, start: Param = 0.0) -> Self:
        """Return ``count`` equal pulses of ``width`` ms, one every ``period`` ms from ``start`` on; each a number or one per neuron.

        Raises:
            ParameterError: a value is not a number, or there are no pulses.

        """
        if count < 1 or count != int(count):
            raise ParameterError(f"Pulses.train needs a whole number of pulses, count ≥ 1, got {count}.")
        given = {"amplitude": (amplitude, "nA"), "width": (width, "ms"), "period": (period, "ms"), "start": (start, "ms")}
        values = [as_number(value, unit, f"Pulses.train's {name}") for name, (value, unit) in given.items()]
        array = jnp if any(isinstance(value, jax.Array) for value in values) else np
        per_neuron = any(np.ndim(value) for value in values)
        height, wide, apart, first = (value[None, :] if np.ndim(value) else value for value in values)
        k = np.arange(float(count))
        starts = first + apart * (k[:, None] if per_neuron else k)
        return cls(*array.broadcast_arrays(height + 0.0 * starts, starts, starts + wide))

    def init(self) -> State:
        return ()

    def sample(self, state: State, at: Moment) -> tuple[State, Scalar]:
        on = at.during(self.starts, self.stops)
        return state, jnp.where(on, self.amplitudes, 0.0).sum(axis=0)
