"""The same run for many values of its parameters: a grid or a list, on several processors, to be taken up where it stopped.

One point of a sweep is a function call that returns numbers or arrays by name. Kernels take parameters as arguments, so the points share one compilation.
"""

import itertools
import multiprocessing
import pickle
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from tqdm import tqdm

from hillock._extras import require
from hillock._sweep._sharing import Meeting
from hillock._sweep._store import Measures, Point, SweepError, keep, kept, opened
from hillock.distributed import processes as joined
from hillock.distributed._joining import apart

if TYPE_CHECKING:
    import xarray

_WHY = "In a script, call sweep under if __name__ == '__main__', else memory may have run out. What was finished is in the store."


@dataclass(frozen=True)
class Failure:
    """A point that could not be run, and why."""

    point: Mapping[str, Any]
    error: str


@dataclass(frozen=True)
class Sweep:
    """What came of a sweep.

    Attributes:
        axes: the values of each parameter; those of a list of points share the axis ``point``.
        points: in the order of the grid, the last parameter varying fastest.
        results: for each point what the function returned; None where it failed.
        failures: the points that failed.

    """

    axes: Mapping[str, Sequence[Any]]
    points: Sequence[Point]
    results: Sequence[Measures | None]
    failures: Sequence[Failure]

    def __getitem__(self, name: str) -> np.ndarray:
        """Return one measure, one axis per parameter and then its own; NaN where a point failed."""
        known = next((one for one in self.results if one is not None), None)
        if known is None or name not in known:
            there = ", ".join(known) if known else "nothing, since every point failed"
            raise SweepError(f"This sweep did not measure {name!r}. It measured {there}.")
        missing = np.full(np.shape(known[name]), np.nan)
        stacked = np.stack([np.asarray(one[name], float) if one is not None else missing for one in self.results])
        return stacked.reshape(*self.shape, *np.shape(known[name]))

    @property
    def shape(self) -> tuple[int, ...]:
        """How many values each axis has."""
        grid = tuple(len(values) for values in self.axes.values())
        return grid if int(np.prod(grid)) == len(self.points) else (len(self.points),)

    def to_xarray(self) -> "xarray.Dataset":
        """Return all measures with labelled axes.

        Raises:
            MissingPackageError: xarray is not installed.

        """
        xarray = require("xarray", "io", "Sweep.to_xarray")
        grid = len(self.shape) == len(self.axes)
        names = tuple(self.axes) if grid else ("point",)
        coordinates = {name: list(values) if grid else ("point", list(values)) for name, values in self.axes.items()}
        known = next((one for one in self.results if one is not None), {})
        variables = {}
        for name, value in known.items():
            own = tuple(f"{name}_{k}" for k in range(np.ndim(value)))
            variables[name] = ((*names, *own), self[name])
        return xarray.Dataset(variables, coordinates)


def sweep(
    run: Callable[..., Mapping[str, Any]],
    over: Mapping[str, Sequence[Any]] | Sequence[Mapping[str, Any]],
    *,
    store: str | Path | None = None,
    processes: int = 1,
    progress: bool = False,
) -> Sweep:
    """Run a function for every point of a grid, or of a list.

    A point that fails does not stop the others: it is listed in ``failures``. Ctrl-C ends the sweep; with ``store``, what was finished is kept.
    Where several processes were joined by ``hillock.distributed.initialize``, on one machine or on many, each runs its share of the points, and
    all return the whole sweep.

    Args:
        run: called as ``run(g=5.0, key=1)``; returns numbers or arrays by name, of the same shapes for every point. With several processes, and
            wherever it is defined, it must be a function of a module.
        over: values by parameter, whose combinations are all run; or a list of points, each a dictionary with the same names. Seeds are a parameter
            like any other.
        store: a folder in which each finished point is kept; points that are there are not run again. Processes that were joined need one, and all
            must see it.
        processes: how many points are run at once, by each process that was joined.
        progress: show a bar.

    Raises:
        SweepError: there is nothing to run, names do not agree, or the folder holds another sweep.

    """
    if not callable(run):
        raise SweepError(f"run must be a function that returns numbers by name, got {run!r:.60}. Pass it without calling it.")
    axes, points = _points(over)
    if isinstance(processes, bool) or not isinstance(processes, int) or processes < 1:
        raise SweepError(f"processes must be a whole number ≥ 1, got {processes!r}.")
    company = joined()
    if company.count > 1 and store is None:
        raise SweepError(f"A sweep by {company.count} processes that were joined needs a folder in which they meet. Pass store='sweep'.")
    folder = opened(store, run, axes) if store is not None else None
    results: list[Measures | None] = [kept(folder, point) for point in points]
    errors: dict[int, str] = {}
    meeting = Meeting(folder, points, company) if folder is not None and company.count > 1 else None
    own = range(company.number, len(points), company.count)
    todo = [k for k in own if results[k] is None]
    with tqdm(total=len(own), initial=len(own) - len(todo), disable=not (progress and company.is_first), unit="point") as bar:
        for k, outcome in _outcomes(run, points, todo, processes):
            bar.update()
            if isinstance(outcome, str):
                errors[k] = outcome
                continue
            results[k] = outcome
            if folder is not None:
                keep(folder, points[k], outcome)
    if meeting is not None:
        results, errors = meeting.whole(results, errors)
    failures = [Failure(points[k], errors[k]) for k in sorted(errors)]
    if failures:
        warnings.warn(f"{len(failures)} of {len(points)} points failed, the first with: {failures[0].error}", stacklevel=2)
    return Sweep(axes, points, results, failures)


def _points(over: Any) -> tuple[Mapping[str, Sequence[Any]], list[Point]]:
    if isinstance(over, Mapping):
        for name, values in over.items():
            if isinstance(values, str) or not isinstance(values, Sequence | np.ndarray) or not len(values):
                raise SweepError(f"over[{name!r}] must be a list of at least one value, got {values!r}.")
        axes = {name: [_plain(value) for value in values] for name, values in over.items()}
        points = [dict(zip(axes, values, strict=True)) for values in itertools.product(*axes.values())]
    elif isinstance(over, str) or not isinstance(over, Sequence) or not all(isinstance(point, Mapping) for point in over):
        raise SweepError(f"over must be a dictionary of lists, such as {{'g': [3.0, 5.0]}}, or a list of points, got {over!r:.60}.")
    else:
        points = [{name: _plain(value) for name, value in point.items()} for point in over]
        if any(set(point) != set(points[0]) for point in points):
            raise SweepError("over must name the same parameters at every point.")
        axes = {name: [point[name] for point in points] for name in points[0]} if points else {}
    if not axes:
        raise SweepError("over must name at least one parameter and its values, such as {'g': [3.0, 5.0]}, got none.")
    return axes, points


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _outcomes(run: Callable[..., Any], points: Sequence[Point], todo: Sequence[int], processes: int) -> Iterator[tuple[int, Measures | str]]:
    """Yield the number of each point and what came of it, as they are finished: measures, or what went wrong."""
    if processes == 1 or len(todo) < 2:
        for k in todo:
            yield k, _one(run, points[k])
        return
    _require_importable(run)
    # a fresh process each: a forked one would inherit the threads of a running compiler
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(processes, len(todo)), mp_context=context) as pool:
        waiting: dict[Future, int] = {}
        left = list(todo)[::-1]
        while left or waiting:
            while left and len(waiting) < 2 * processes:
                k = left.pop()
                waiting[pool.submit(_one, run, points[k])] = k
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                k = waiting.pop(future)
                try:
                    yield k, future.result()
                except BrokenProcessPool:
                    raise SweepError(f"A process of the sweep died, at or near the point {points[k]}. {_WHY}") from None


def _require_importable(run: Callable[..., Any]) -> None:
    try:
        pickle.dumps(run)
    except (pickle.PicklingError, AttributeError, TypeError):
        raise SweepError(
            f"With several processes, run must be a function of a module that they can import, got {run!r:.60}. Use def, or processes=1."
        ) from None


def _one(run: Callable[..., Any], point: Point) -> Measures | str:
    """Return the measures of a point, or the error in a sentence."""
    try:
        with apart():
            found = run(**point)
        if not isinstance(found, Mapping):
            return f"the function must return numbers by name, such as {{'rate': 5.0}}, and returned {found!r:.60}"
        return {str(name): np.asarray(value) for name, value in found.items()}
    except Exception as error:  # one point's failure must not end the others
        return f"{type(error).__name__}: {error}"
