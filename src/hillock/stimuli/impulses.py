"""Charges that arrive at given times, all at once."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Int

from hillock._param import ParameterError, param
from hillock._types import Flag, Param, Scalar, State
from hillock.stimuli._base import AbstractStimulus, Moment
from hillock.stimuli._series import AbstractImpulsive

_ON_GRID = 1e-9  # of a step: a time as near as this to a point of the grid is on it


class Impulses(AbstractStimulus, AbstractImpulsive):
    """Charges that arrive at once: i(t) = Σₖ chargesₖ δ(t - timesₖ).

    Lists of one entry per impulse, or arrays of (impulses, neurons). A charge q moves the potential of a cell of capacitance c_m by q/c_m; one
    whose input is the drive of a synaptic current, by q in that current.

    When: spikes that arrive through delta synapses, at any time; a train recorded elsewhere.

    Limits: only the engine exact knows when within a step a charge arrives. On a grid it flows during the step in which it arrives, as q/dt. Every step
    looks at every impulse: for thousands of them, Samples is faster.

    >>> import hillock as hk
    >>> taps = hk.stimuli.Impulses([5.0, 5.0], times=[10.03, 12.7])  # 5 pC: 25 mV in 0.2 nF
    >>> hk.simulate(hk.cells.IntegrateAndFire(), taps, duration=20, dt=1, engine="exact").spike_times
    array([10.03, 12.7 ])
    """

    charges: Param = param(unit="pC", doc="charge of each impulse", ndim=1)
    times: Param = param(unit="ms", doc="when each arrives, in any order", ndim=1, low=0.0)

    def __check_init__(self):
        counts = [np.shape(values)[0] for values in (self.charges, self.times)]
        if counts[0] != counts[1]:
            raise ParameterError(f"Impulses must have as many charges as times, got {counts[0]} charges and {counts[1]} times.")

    def init(self) -> State:
        return ()

    def sample(self, state: State, at: Moment) -> tuple[State, Scalar]:
        arriving = self._step(at) == at.step
        return state, jnp.where(arriving, self.charges, 0.0).sum(axis=0) / at.dt

    def strike(self, at: Moment, s: Scalar, after: Flag) -> tuple[Scalar, Scalar]:
        steps = self._step(at)
        offsets = jnp.clip(self.times - steps.astype(jnp.result_type(self.times)) * at.dt, 0.0, at.dt)
        waiting = (steps == at.step) & jnp.where(after, offsets > s, offsets >= s)
        when = jnp.min(jnp.where(waiting, offsets, jnp.inf), axis=0)
        return when, jnp.where(waiting & (offsets == when), self.charges, 0.0).sum(axis=0)

    def _step(self, at: Moment) -> Int[Array, " impulses"]:
        """Return the step in which each impulse arrives: at its start or within it, not at its end."""
        return jnp.floor(jnp.asarray(self.times) / at.dt + _ON_GRID).astype(jnp.int32)
