"""Runs in several dialects, aligned and compared."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from hillock._compare._align import fired_in, part
from hillock._compare._causes import EXACT, Cause, Trial, causes, in_words
from hillock._compare._reasons import reasons
from hillock._population import population_size
from hillock._simulate import SimulationError
from hillock._table import table
from hillock.cells import AbstractCell
from hillock.dialects import Dialect, find, names
from hillock.recording import Recording
from hillock.stimuli import AbstractStimulus

_ROUNDING = 1e-4  # of the range of v: far above the rounding of single precision, far below what an integrator errs


@dataclass(frozen=True, eq=False)
class Outcome:
    """What one dialect made of the experiment.

    Attributes:
        dialect: its name.
        recording: spikes, ``"v"`` and ``"threshold"``; None if it could not run.
        refusal: why it could not run, or an empty string.
        fired_in: the step that produced each spike, which is one before the reported step where a dialect fires first, then flows.
        spikes_part: first step in which it fires and the reference does not, or the other way round; None if there is none.
        v_parts: first step after which the potentials differ by more than the tolerance; None if there is none.
        reasons: the choices by which it differs from the reference and that can matter in this experiment, in words.
        causes: those that do, found by running it again with one choice changed at a time to the reference's.

    """

    dialect: str
    recording: Recording | None
    refusal: str
    fired_in: Int[np.ndarray, " spikes"]
    spikes_part: int | None
    v_parts: int | None
    reasons: tuple[str, ...]
    causes: tuple[Cause, ...]

    @property
    def first_step(self) -> int | None:
        """Step of the first spike, as the dialect counts."""
        return int(self.recording.spike_steps[0]) if self.recording is not None and len(self.recording.spike_steps) else None

    @property
    def first_time(self) -> float | None:
        """Time of the first spike (ms), as the dialect stamps it."""
        return float(self.recording.spike_times[0]) if self.recording is not None and len(self.recording.spike_steps) else None

    @property
    def intervals(self) -> Int[np.ndarray, " intervals"]:
        """Steps from each spike to the next."""
        return np.diff(self.fired_in)


@dataclass(frozen=True, eq=False)
class Comparison:
    """One experiment in several dialects.

    Attributes:
        experiment: what was run, in words.
        reference: the dialect that the others are compared with.
        tolerance: how far potentials may differ (mV).
        outcomes: one per dialect, in the order asked for.

    """

    experiment: str
    reference: str
    tolerance: float
    outcomes: tuple[Outcome, ...]

    def __getitem__(self, dialect: str) -> Outcome:
        """Return the outcome of a dialect.

        Raises:
            KeyError: it was not compared.

        """
        for outcome in self.outcomes:
            if outcome.dialect == dialect:
                return outcome
        raise KeyError(f"{dialect!r} was not compared; there are {', '.join(o.dialect for o in self.outcomes)}.")

    def table(self) -> str:
        """Return the comparison as lines of text: a row per dialect, with the causes under it."""
        head = ("dialect", "spikes", "first step", "at ms", "intervals (steps)", f"parts from {self.reference} (v by > {self.tolerance:.2g} mV)")
        names = [outcome.dialect for outcome in self.outcomes]
        rows = [_row(outcome) for outcome in self.outcomes if not outcome.refusal]
        ready = iter(table(head, rows, "<" * len(head)).splitlines())
        lines = [self.experiment, next(ready)]
        for outcome in self.outcomes:
            refused = f"{outcome.dialect.ljust(max(map(len, names)))}  cannot: {outcome.refusal}"
            lines += [refused] if outcome.refusal else [next(ready), *(f"    {line}" for line in in_words(outcome.causes, self.reference))]
        return "\n".join(lines)


def compare(
    cell: AbstractCell,
    stimulus: AbstractStimulus,
    *,
    duration: float | str,
    dt: float | str,
    dialects: Sequence[str | Dialect] | None = None,
    key: int | None = None,
    tolerance: float | None = None,
) -> Comparison:
    """Run one neuron in several dialects and find where each parts from the first.

    Runs are aligned before they are compared: a spike counts in the step that produced it, whatever its stamp, and a potential after the
    step that led to it, whichever row shows it; in the step of a spike potentials are not compared where recorders differ.

    Where a dialect parts from the reference it is run again with one choice changed at a time to the reference's, which names the causes: the
    choices whose change alone makes spikes, or potentials, agree throughout, or else a set of choices of which none can be left out.

    Args:
        cell: any cell.
        stimulus: the input current.
        duration, dt: as ``simulate`` takes them.
        dialects: names or dialects, the reference first; by default all there are, and hillock is the reference. ``"exact"`` stands for the
            equations themselves, spikes at real times (``engine="exact"``).
        key: as ``simulate`` takes it.
        tolerance: how far potentials may differ (mV); by default 1/10 000 of the range of v in the reference.

    Returns:
        The comparison; ``print(comparison.table())``. A dialect that cannot run the cell is in it with the reason.

    Raises:
        ValueError: the experiment is wrong in every dialect.

    >>> import hillock as hk
    >>> neuron, current = hk.cells.LIF(tau_m=20, r_m=1, v_rest=0, v_reset=0, v_th=1, t_ref=5), hk.stimuli.Constant(1.5)
    >>> print(hk.compare(neuron, current, duration=200, dt=1, dialects=["hillock", "brian2"]).table())
    LIF on Constant, 200 ms at dt = 1 ms
    dialect  spikes  first step  at ms  intervals (steps)  parts from hillock (v by > 9.8e-05 mV)
    hillock  7       21          22     27
    brian2   7       21          21     26                 spikes at step 47, v at step 26
        spikes and v: refractory steps: 4; in hillock: 5

    """
    if not isinstance(cell, AbstractCell):
        raise TypeError(f"compare needs a cell, which every dialect can step, such as hillock.cells.LIF(), got {cell!r}.")
    if population_size(cell, stimulus) > 1:
        raise ValueError("compare looks at one neuron, but the parameters describe several. Give one value for each.")
    chosen = [_find(dialect) for dialect in (dialects if dialects is not None else sorted(names(), key=lambda name: name != "hillock"))]
    trial = Trial(cell, stimulus, duration, dt, key)
    runs = _run_all(trial, chosen)
    first = next((k for k, run in enumerate(runs) if isinstance(run, Recording)), None)
    if first is None:
        raise ValueError(str(runs[0]) if runs else "compare needs at least one dialect.")
    reference = runs[first]
    assert isinstance(reference, Recording)
    span = float(np.ptp(reference["v"])) or 1.0
    allowed = _ROUNDING * span if tolerance is None else tolerance
    outcomes = [_outcome(trial, chosen[first], reference, dialect, run, allowed) for dialect, run in zip(chosen, runs, strict=True)]
    what = f"{type(cell).__name__} on {type(stimulus).__name__}, {reference.duration:g} ms at dt = {reference.dt:g} ms"
    return Comparison(what, chosen[first].name, allowed, tuple(outcomes))


def _find(dialect: str | Dialect) -> Dialect:
    return EXACT if dialect == EXACT.name else find(dialect)


def _run_all(trial: Trial, chosen: Sequence[Dialect]) -> list[Recording | Exception]:
    """Return for each dialect its recording, or why there is none; each doubt is said once, not once per dialect."""
    runs: list[Recording | Exception] = []
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        for dialect in chosen:
            try:
                runs.append(trial.run(dialect))
            except (ValueError, SimulationError) as error:
                runs.append(error)
    for doubt, kind in dict.fromkeys((str(warning.message), warning.category) for warning in said):
        warnings.warn(doubt, kind, stacklevel=3)
    return runs


def _outcome(trial: Trial, first: Dialect, reference: Recording, dialect: Dialect, run: Recording | Exception, tolerance: float) -> Outcome:
    if not isinstance(run, Recording):
        return Outcome(dialect.name, None, str(run), np.zeros(0, np.int64), None, None, (), ())
    parting = part(first, reference, dialect, run, tolerance)
    found, why = (), ()
    if parting != (None, None):
        why = reasons(trial.cell, first, reference, dialect, run)
        found = causes(trial, first, reference, dialect, run, tolerance)
    return Outcome(dialect.name, run, "", fired_in(dialect, run), parting.spikes, parting.v, why, found)


def _row(outcome: Outcome) -> tuple[str, ...]:
    assert outcome.recording is not None
    first = ("-", "-") if outcome.first_step is None else (str(outcome.first_step), f"{outcome.first_time:g}")
    parts = [f"{what} at step {step}" for what, step in (("spikes", outcome.spikes_part), ("v", outcome.v_parts)) if step is not None]
    return (outcome.dialect, str(len(outcome.fired_in)), *first, _intervals(outcome.intervals), ", ".join(parts))


def _intervals(intervals: Int[np.ndarray, " intervals"]) -> str:
    """Return intervals in short: '22', '240 (8) 239 (3)', or their range."""
    values, counts = np.unique(intervals, return_counts=True)
    if not len(values):
        return "-"
    if len(values) == 1:
        return str(values[0])
    if len(values) > 3:
        return f"{values[0]} to {values[-1]}"
    return " ".join(f"{value} ({count})" for value, count in sorted(zip(values, counts, strict=True), key=lambda pair: -pair[1]))
