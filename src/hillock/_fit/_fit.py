"""The entry: checks, a global search by free runs, refinement by teacher forcing, and what became of it."""

from typing import Any

import numpy as np

from hillock._checks import check_kind, whole_number
from hillock._fit._determined import determined
from hillock._fit._forced import forcing
from hillock._fit._refine import Point, Problem, refine
from hillock._fit._result import Fit, report
from hillock._fit._score import Between, Scorer, between_spikes
from hillock._fit._search import search
from hillock._fit._space import Cell, Free, Space, make_space
from hillock._fit._target import Target, TargetError
from hillock._memory import physical_memory
from hillock._param import ParameterError
from hillock._population import population_size
from hillock._time import milliseconds
from hillock.cells import AbstractCell
from hillock.recording import Recording

_FEWEST = 3  # spikes to fit: two intervals
_TOLERATED = 0.05  # by how much the score of a free run may suffer from refinement, in units of all there is to explain


def fit(
    cell: Cell,
    current: Any,
    v: Any = None,
    *,
    spikes: Any = None,
    dt: float | str | None = None,
    free: Free | None = None,
    hold_out: float = 0.25,
    spike_shape: tuple[float, float] = (1.0, 4.0),
    precision: float | str = 4.0,
    members: int = 128,
    generations: int = 150,
    key: int = 1,
) -> Fit[Cell]:
    """Fit the parameters of a cell to a recording.

    First many parameter sets at once, as one population, run freely under the recorded current and evolve towards the recorded spikes and
    potential. Then the best are refined by gradients of a model that is reset where the recorded neuron fired. The last part of the recording
    is not fitted, but predicted.

    Args:
        cell: a cell of the kind to fit; where its values are, the search begins, and parameters that are not free stay.
        current: nA, an array or ``Samples``; or a ``Target`` or a ``Recording``, which hold everything.
        v: mV, sampled with the current.
        spikes: spike times (ms from the first sample). By default, where v rises through -20 mV.
        dt: ms between samples.
        free: names of the parameters to fit, or where to look for each: ``{"tau_m": (5, 50), "r_m": None}``. By default all that are not 0 and have
            an effect: positive ones from a fifth of their value to five times that, potentials around those recorded.
        hold_out: share of the recording, at its end, that is predicted.
        spike_shape: ms before and after a spike in which the potential is not compared, since a model that is reset has no shape of a spike.
        precision: Δ of the coincidence factor (ms).
        members, generations: of the global search.
        key: whole number that names the random numbers.

    Returns:
        The fit; ``print(fit.table())``.

    Raises:
        ValueError: the recording cannot be fitted, or a parameter is not there; the message says which and what to do.

    >>> import hillock as hk
    >>> noise = hk.stimuli.OrnsteinUhlenbeck(mean=0.2, std=0.2, tau=5)
    >>> true = hk.cells.LIF(tau_m=12, r_m=80)
    >>> rec = hk.simulate(true, noise, duration=1000, dt=0.1, record=["i", "v"], key=1)
    >>> found = hk.fit(hk.cells.LIF(), rec, free=["tau_m", "r_m"])
    >>> round(found.cell.tau_m, 1), round(found.cell.r_m, 1)
    (12.0, 80.0)

    """
    check_kind(cell, "cell", AbstractCell, "a cell such as hillock.cells.LIF()")
    if population_size(cell) > 1:
        raise ParameterError("fit looks for one neuron, but the parameters of the cell describe several. Give one value for each.")
    target = _target(current, v, spikes, dt)
    key = whole_number(key, "key", 0, 2**64 - 1, "from 0 to 2**64 - 1")
    members = whole_number(members, "members", 8, 2**16, "from 8 to 65536")
    generations = whole_number(generations, "generations", 1, 10**6, "from 1 to 1000000")
    shape, delta = _shape(spike_shape), milliseconds(precision, "precision")
    if not 0 < delta < np.inf:
        raise ValueError(f"precision must be > 0 ms, got {delta:g} ms. The INCF competition used 4 ms.")
    split = _split(target, hold_out)
    between = between_spikes(target, shape)
    space = make_space(cell, target, None if between is None else between.limits, free)
    _check_memory(len(target.current), len(space.axes))
    problem, idle = _problem(cell, space, target, between, split)
    scorer = Scorer(cell, problem.space, target, between, split)
    point = _best(problem, scorer, members, generations, key)
    asked = {"hold_out": hold_out, "spike_shape": list(shape), "precision": delta, "members": members, "generations": generations, "key": key}
    return report(problem, point, determined(problem, point), idle, target, between, split, asked)


def _target(current: Any, v: Any, spikes: Any, dt: Any) -> Target:
    if not isinstance(current, Target | Recording):
        return Target.from_arrays(current, v, spikes=spikes, dt=dt)
    given = [name for name, value in (("v", v), ("spikes", spikes), ("dt", dt)) if value is not None]
    if given:
        raise TargetError(f"A {type(current).__name__} holds everything that is fitted. Leave {', '.join(given)} out.")
    return current if isinstance(current, Target) else Target.from_recording(current)


def _split(target: Target, hold_out: float) -> int:
    """Return the first step that is held out."""
    if not 0 < hold_out < 1:
        raise ValueError(f"hold_out must be a share between 0 and 1, got {hold_out!r}. A quarter is usual: hold_out=0.25.")
    split = round(len(target.current) * (1 - hold_out))
    fitted = int(np.sum(target.spike_steps < split))
    if fitted < _FEWEST:
        raise TargetError(f"Only {fitted} of the {len(target.spikes)} spikes are in the part to fit, and a fit needs {_FEWEST}. Record longer.")
    if fitted == len(target.spikes):
        raise TargetError(f"The last {100 * hold_out:g} % of the recording, which are held out, have no spike to predict. Choose a larger hold_out.")
    return split


def _shape(given: Any) -> tuple[float, float]:
    try:
        before, after = (milliseconds(time, "spike_shape") for time in given)
    except (TypeError, ValueError):
        before = after = np.nan
    if not (0 <= before < np.inf and 0 <= after < np.inf):
        raise ValueError(f"spike_shape must be two times ≥ 0 ms, before and after a spike, got {given!r}.")
    return before, after


def _check_memory(samples: int, axes: int) -> None:
    """Raise TargetError if the derivatives at every sample, held a few times, do not fit into memory."""
    needed, there = 4 * 8.0 * samples * (axes + 4), physical_memory()
    if needed > 0.5 * there:
        raise TargetError(
            f"To fit {axes} parameters to {samples} samples needs {needed / 1e9:.3g} GB and this machine has {there / 1e9:.3g} GB. "
            "Fit a shorter stretch, or fewer samples per ms."
        )


def _problem(cell: AbstractCell, space: Space, target: Target, between: Between | None, split: int) -> tuple[Problem, tuple[str, ...]]:
    """Return what is to be fitted, without the parameters that change nothing, and the names of those."""
    recorded = forcing(target, between, 0, split)
    problem = Problem(space, cell, target.dt, recorded, space.places(cell))
    point = problem.at(problem.start)
    effect = np.diag(point.potential.matrix) + np.diag(point.timing.matrix)
    idle = [axis.name for axis, size in zip(space.axes, effect, strict=True) if size == 0 and not axis.grid]
    if not idle:
        return problem, ()
    rest = Space(tuple(axis for axis in space.axes if axis.name not in idle))
    if not rest.axes:
        raise ParameterError(f"{', '.join(idle)} {'has' if len(idle) == 1 else 'have'} no effect on this cell. Choose others to be free.")
    return Problem(rest, cell, target.dt, recorded, rest.places(cell)), tuple(idle)


def _best(problem: Problem, scorer: Scorer, members: int, generations: int, key: int) -> Point:
    """Search, refine the best, and return what came of it; or the best as it was if refinement spoils its free run."""
    rng = np.random.default_rng([key, 1])
    first = rng.random((members, len(problem.space.axes)))
    first[0] = problem.start
    found, scores = search(scorer, problem.space.snap, first, generations, key)
    if not np.isfinite(scores[0]):
        raise ParameterError("No parameter set in the given ranges makes a cell. Widen them, or move them apart where one must be below another.")
    point = refine(problem, found[0])
    spoilt = scorer(np.stack([point.place, found[0]]))[0] > scores[0] + _TOLERATED
    return problem.at(found[0]) if spoilt else point
