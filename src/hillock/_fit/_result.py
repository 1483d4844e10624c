"""What a fit came to."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic

import numpy as np

from hillock._fit._determined import Determined
from hillock._fit._forced import forcing
from hillock._fit._refine import Point, Problem
from hillock._fit._score import Between, run
from hillock._fit._space import Axis, Cell
from hillock._fit._target import Target
from hillock._table import number, table
from hillock.analysis import coincidence_factor
from hillock.recording import Recording


@dataclass(frozen=True)
class Estimate:
    """One fitted parameter.

    Attributes:
        value, error, unit: with its standard error.
        low, high: where it was looked for.
        note: empty, "not determined", or "at the end of its range".

    """

    value: float
    error: float
    unit: str
    low: float
    high: float
    note: str


@dataclass(frozen=True, eq=False)
class Fit(Generic[Cell]):
    """A cell fitted to a recording.

    Attributes:
        cell: with the fitted parameters.
        parameters: an estimate for each free parameter, by name.
        undetermined: what the data leave open, a sentence for each parameter or combination; its parameters are near where the search
            began, one set of many that fit.
        idle: parameters that were to be fitted but change nothing, such as tau_theta where theta_plus is 0.
        coincidence, coincidence_held_out: Γ of a free run in the part that was fitted and in the part that was not.
        explained, explained_held_out: share of the variance of the potential between spikes that the cell explains if it is reset where the
            recorded neuron fired; None if no potential was recorded.
        recording: the free run of the fitted cell, over the whole recording: spikes and ``"v"``.
        target: what was fitted.
        held_out_from: ms.
        provenance: all that is needed to do it again.

    """

    cell: Cell
    parameters: Mapping[str, Estimate]
    undetermined: tuple[str, ...]
    idle: tuple[str, ...]
    coincidence: float
    coincidence_held_out: float
    explained: float | None
    explained_held_out: float | None
    recording: Recording
    target: Target
    held_out_from: float
    provenance: Mapping[str, Any]

    def table(self) -> str:
        """Return the fit as lines of text."""
        fitted = int(np.sum(self.target.spikes <= self.held_out_from))
        head = (
            f"{type(self.cell).__name__} fitted to {self.held_out_from:g} ms with {fitted} spikes; "
            f"{self.target.duration - self.held_out_from:g} ms with {len(self.target.spikes) - fitted} spikes held out"
        )
        rows = [
            (
                name,
                one.unit,
                number(one.value, 5),
                number(one.error, 2) if np.isfinite(one.error) else "open",
                f"{one.low:.4g} to {one.high:.4g}",
                one.note,
            )
            for name, one in self.parameters.items()
        ]
        quality = [("coincidence factor", number(self.coincidence, 3), number(self.coincidence_held_out, 3))]
        if self.explained is not None and self.explained_held_out is not None:
            quality.append(("variance explained between spikes", number(self.explained, 4), number(self.explained_held_out, 4)))
        lines = [head, "", table(("parameter", "unit", "value", "error", "looked for", ""), rows, "<<>><<"), ""]
        lines += [table(("", "fitted", "held out"), quality, "<>>")]
        if self.undetermined or self.idle:
            lines += ["", "The data do not determine:", *(f"  {sentence}" for sentence in self.undetermined)]
            lines += [f"  {name}: it has no effect on this cell." for name in self.idle]
        return "\n".join(lines)


def report(
    problem: Problem,
    point: Point,
    known: Determined,
    idle: tuple[str, ...],
    target: Target,
    between: Between | None,
    split: int,
    asked: Mapping[str, Any],
) -> Fit[Any]:
    """Return the fit that a point is."""
    values = {name: float(value) for name, value in problem.space.values(point.place).items()}
    cell = replace(problem.cell, **values)
    rec = run(cell, target, len(target.current), record=["v"])
    coincidences = [_coincidence(target, rec, first, last, asked["precision"]) for first, last in ((0, split), (split, rec.steps))]
    explained: list[float | None] = [None, None]
    if between is not None:
        held_out = replace(problem, recorded=forcing(target, between, split, rec.steps))
        explained = [_explained(point, problem), _explained(held_out.at(point.place), held_out)]
    return Fit(
        cell=cell,
        parameters={axis.name: _estimate(axis, values[axis.name], k, known, point) for k, axis in enumerate(problem.space.axes)},
        undetermined=known.sentences,
        idle=idle,
        coincidence=coincidences[0],
        coincidence_held_out=coincidences[1],
        explained=explained[0],
        explained_held_out=explained[1],
        recording=rec,
        target=target,
        held_out_from=split * target.dt,
        provenance={**rec.provenance, "fit": {**asked, "free": {axis.name: [axis.low, axis.high] for axis in problem.space.axes}}},
    )


def _estimate(axis: Axis, value: float, k: int, known: Determined, point: Point) -> Estimate:
    at_end = not 1e-6 < point.place[k] < 1 - 1e-6
    note = "not determined" if known.is_open[k] else "at the end of its range" if at_end else ""
    return Estimate(value, float(known.errors[k]), axis.unit, axis.low, axis.high, note)


def _coincidence(target: Target, rec: Recording, first: int, last: int, precision: float) -> float:
    """Return Γ in a stretch of steps."""
    theirs, ours = target.spike_steps, rec.spike_steps
    pair = [steps[(steps >= first) & (steps < last)] * target.dt for steps in (theirs, ours)]
    return coincidence_factor(*pair, duration=(last - first) * target.dt, precision=precision)


def _explained(point: Point, problem: Problem) -> float:
    """Return the share of the variance between spikes that is not left over."""
    held = np.asarray(problem.recorded.v)[np.asarray(problem.recorded.counts) > 0]
    return 1.0 - float(point.potential.cost) / float(np.sum((held - held.mean()) ** 2))
