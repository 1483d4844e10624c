"""Error against dt, and the largest dt that is small enough."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from hillock._checks import bind, check_grid, check_stimulus, count_steps
from hillock._simulate import SimulationError, simulate
from hillock._table import number, table
from hillock._time import TimeError, check_dt, milliseconds
from hillock.cells import AbstractCell
from hillock.dialects import AbstractStep, Dialect
from hillock.integrators import AbstractIntegrator
from hillock.recording import Errors
from hillock.stimuli import AbstractStimulus

_DTS = (2.0, 1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01)  # ms, tried unless others are asked for


@dataclass(frozen=True, eq=False)
class Convergence:
    """How the error of a run falls with dt.

    Attributes:
        dts: ms, descending.
        errors: of the run with each.
        precision: ms, asked for.
        skipped: a dt that was not run, or failed while running, and why.

    """

    dts: tuple[float, ...]
    errors: tuple[Errors, ...]
    precision: float
    skipped: Mapping[float, str]

    @property
    def largest(self) -> Float[np.ndarray, " dts"]:
        """Largest spike-time error with each dt (ms); NaN where no spike is matched."""
        return np.array([found.spike_time_largest for found in self.errors])

    @property
    def mean(self) -> Float[np.ndarray, " dts"]:
        """Mean spike-time error with each dt (ms); NaN where no spike is matched."""
        return np.array([found.spike_time_mean for found in self.errors])

    @property
    def order(self) -> float:
        """Slope of the mean spike-time error over dt in logarithms, by least squares: 1 where it halves with dt. NaN with fewer than two errors > 0."""
        return _slope(self.dts, self.mean)

    @property
    def order_v(self) -> float:
        """The same of the largest error of the potential."""
        return _slope(self.dts, np.array([found.v_largest for found in self.errors]))

    @property
    def recommended(self) -> float | None:
        """Largest dt (ms) with which, and with every smaller one, all spikes are matched within ``precision``; None if there is none."""
        found = None
        for dt, errors in sorted(zip(self.dts, self.errors, strict=True), key=lambda pair: pair[0]):
            spikes_differ = (errors.missed + errors.extra).any() or not errors.matched.any()
            if spikes_differ or errors.spike_time_largest > self.precision:
                break
            found = dt
        return found

    def table(self) -> str:
        """Return a row for each dt, the order, and the recommendation."""
        head = ("dt (ms)", "largest (ms)", "mean (ms)", "missed", "extra", "rate (Hz)", f"v ({self.errors[0].v_unit})")
        rows = [
            (
                f"{dt:g}",
                *(number(value) for value in (e.spike_time_largest, e.spike_time_mean)),
                *(str(int(counts.sum())) for counts in (e.missed, e.extra)),
                *(number(value) for value in (e.rate, e.v_largest)),
            )
            for dt, e in zip(self.dts, self.errors, strict=True)
        ]
        lines = ["errors of spike times, spikes, rate and potential", table(head, rows, ">" * len(head)), ""]
        lines += [f"dt = {dt:g} ms was left out: {why}" for dt, why in self.skipped.items()]
        if not math.isnan(self.order):
            lines.append(f"order: the error of spike times falls as dt^{self.order:.2f}")
        return "\n".join([*lines, self._advice()])

    def _advice(self) -> str:
        if self.recommended is not None:
            return f"largest dt with every spike within {self.precision:g} ms: {self.recommended:g} ms"
        if not any(found.matched.any() for found in self.errors):
            return "There are no spikes by which to choose dt. Use a stronger input, or a longer run."
        least = number(float(np.nanmin(self.largest)))
        return f"No dt has every spike within {self.precision:g} ms; the smallest error is {least} ms. Ask for less, try smaller dts, or use the engine exact."


def converge(
    model: AbstractCell | AbstractStep,
    stimulus: AbstractStimulus,
    *,
    duration: float | str,
    dts: Sequence[float | str] | None = None,
    precision: float | str = "0.1 ms",
    neurons: int | None = None,
    key: int | None = None,
    dialect: str | Dialect | None = None,
    integrator: AbstractIntegrator | None = None,
    dtype: str | None = None,
) -> Convergence:
    """Measure the error of a run with several dts, each as ``simulate(..., check="exact")`` does, and recommend one.

    Spikes of the other engines fall on the grid: however exact the flow, a spike is up to dt late, dt/2 on average, and what the reset is late by
    adds up over the intervals. Noise that is drawn anew in each step (Poisson, OrnsteinUhlenbeck) is another input at another dt; each run is
    measured by the solution with its own.

    Args:
        model, stimulus, neurons, key, dialect, integrator, dtype: as ``simulate`` takes them.
        duration: ms.
        dts: ms; by default those of 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02 and 0.01 ms that the times of the model, the stimulus and the run are multiples of.
        precision: how far a spike may be from where it belongs, ms or text with a unit.

    Returns:
        The errors, their order, and the largest dt that is small enough.

    Raises:
        ValueError: an argument is wrong, a dt that was asked for does not fit, or the error of the model cannot be told.

    >>> import hillock as hk
    >>> hk.converge(hk.cells.LIF(), hk.stimuli.Constant(0.3), duration=50, precision="0.2 ms").recommended
    0.1

    """
    length, wanted = milliseconds(duration, "duration"), milliseconds(precision, "precision")
    if not (np.isfinite(wanted) and wanted > 0):
        raise ValueError(f"precision must be > 0 ms and finite, got {wanted:g} ms.")
    asked = sorted({check_dt(milliseconds(dt, "dts")) for dt in (_DTS if dts is None else dts)}, reverse=True)
    if not asked:
        raise ValueError("dts must hold at least one dt, got none. Leave it out to try the usual ones.")
    step = bind(model, dialect, integrator)
    fitting, skipped = _fitting(asked, length, step, stimulus, strict=dts is not None)
    options: dict[str, Any] = {"neurons": neurons, "key": key, "dialect": dialect, "integrator": integrator, "dtype": dtype}
    found: dict[float, Errors] = {}
    for dt in fitting:
        try:
            errors = simulate(model, stimulus, duration=length, dt=dt, check="exact", **options).errors
        except SimulationError as failed:
            skipped[dt] = str(failed)
            continue
        if errors is None:
            raise KeyboardInterrupt
        found[dt] = errors
    if not found:
        raise ValueError(f"No dt could be run; dt = {asked[-1]:g} ms: {skipped[asked[-1]]}")
    return Convergence(tuple(found), tuple(found.values()), wanted, skipped)


def _fitting(
    asked: Sequence[float], duration: float, step: AbstractStep, stimulus: AbstractStimulus, *, strict: bool
) -> tuple[list[float], dict[float, str]]:
    """Return the dts of which all times are multiples, and why the others are left out; they raise if they were asked for."""
    fitting, skipped = [], {}
    for dt in asked:
        try:
            count_steps(duration, dt)
            check_stimulus(stimulus, dt, duration)
            check_grid((step, stimulus), dt)
            fitting.append(dt)
        except TimeError as misfit:
            if strict:
                raise
            skipped[dt] = str(misfit)
    return fitting, skipped


def _slope(dts: Sequence[float], errors: Float[np.ndarray, " dts"]) -> float:
    usable = np.isfinite(errors) & (errors > 0)
    if usable.sum() < 2:
        return math.nan
    return float(np.polyfit(np.log(np.array(dts)[usable]), np.log(errors[usable]), 1)[0])
