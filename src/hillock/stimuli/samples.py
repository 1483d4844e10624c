"""A current given as samples: an array, or a CSV or npz file."""

from collections.abc import Sequence
from os import PathLike
from typing import Self

import jax.numpy as jnp
import numpy as np

from hillock._param import ParameterError, as_number, param
from hillock._time import whole_steps
from hillock._trace import is_traced
from hillock._types import Param, Scalar, State
from hillock.stimuli._base import AbstractLimited, AbstractStimulus, Moment
from hillock.stimuli._files import read_columns


class Samples(AbstractStimulus, AbstractLimited):
    """Sampled current, each sample held for its own dt: i(t) = values[⌊t/dt⌋].

    ``values`` has shape (samples,), or (samples, neurons) for one column per neuron.

    When: a current that was measured or computed elsewhere; ``Samples.read`` takes it from a file.

    Limits: a simulation must not outlast its samples, and its dt must go a whole number of times into theirs. Samples finer than the
    simulation are refused, not skipped; average them first.

    >>> import hillock as hk
    >>> hk.stimuli.Samples([0.0, 0.3, 0.3], dt=0.1).values
    array([0. , 0.3, 0.3])
    """

    values: Param = param(unit="nA", doc="the samples", ndim=1)
    dt: Param = param(unit="ms", doc="time from one sample to the next", above=0.0)

    def __check_init__(self):
        if np.size(self.values) == 0:
            raise ParameterError("Samples.values must hold at least one sample, got none.")
        if is_traced(self.values):
            return
        values = np.asarray(self.values)
        bad = np.argwhere(np.isinf(values))
        if len(bad):
            raise ParameterError(f"Samples.values must be finite, got {values[tuple(bad[0])]:g} nA at index {', '.join(map(str, bad[0]))}.")

    @classmethod
    def read(
        cls,
        path: str | PathLike[str],
        column: str | Sequence[str] | None = None,
        *,
        dt: float | str | None = None,
        time: str = "t",
        time_unit: str = "ms",
        unit: str = "nA",
    ) -> Self:
        """Return the samples in a CSV file (comma-separated, with or without a line of names) or an npz file.

        The spacing comes from the column ``time`` or is given as ``dt``. The first sample is played at time 0, whatever its time in
        the file. Columns of a CSV file without names are called '0', '1', and so on.

        Args:
            path: ends in ``.npz``, or is read as CSV.
            column: which one to play; several names give one column per neuron. May be left out if there is only one.
            dt: ms, if the file holds no times.
            time: the column with the times.
            time_unit, unit: of times and samples in the file.

        Raises:
            FileError: the file is missing, too large for memory, or not as described; the message says where.

        """
        values, spacing = read_columns(
            path, column, time, None if dt is None else as_number(dt, "ms", "dt"), as_number(f"1 {time_unit}", "ms", "time_unit")
        )
        return cls(values * as_number(f"1 {unit}", "nA", "unit"), spacing)

    def init(self) -> State:
        return ()

    def sample(self, state: State, at: Moment) -> tuple[State, Scalar]:
        index = at.periods(self.dt)
        return state, jnp.where(at.step < 0, 0.0, jnp.asarray(self.values)[jnp.maximum(index, 0)])

    def check(self, dt: float, duration: float) -> None:
        if is_traced(self.dt):
            return
        finest = float(np.min(self.dt))
        if finest < dt * (1 - 1e-6):
            raise ValueError(f"Samples.dt must be ≥ dt = {dt:g} ms, got {finest:g} ms. Simulate with dt = {finest:g} ms, or average the samples.")
        held = np.shape(self.values)[0] * int(whole_steps(np.asarray(self.dt), dt, "Samples.dt").min()) * dt
        if duration > held * (1 + 1e-9):
            raise ValueError(f"Samples.values last {held:g} ms, less than the duration of {duration:g} ms. Shorten the run or add samples.")
