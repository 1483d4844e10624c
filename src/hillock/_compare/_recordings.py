"""Two recordings, or a recording and spike times from elsewhere, compared spike by spike."""

from collections.abc import Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from hillock._compare._match import Around, Divergence, Match
from hillock._compare._matching import match
from hillock._compare._origins import origins
from hillock._compare._spike_files import Spikes, read_spikes
from hillock._time import milliseconds
from hillock.recording import Recording, RecordingError

_ROUNDING = 1e-4  # of the range of v
_ROWS = 2  # before and after a divergence
_SAME = 1e-6  # ms, between times that are one
_PIECE = 1000  # rows of traces that are looked at together

Train = Float[np.ndarray, " spikes"]
Source = Recording | Spikes | str | PathLike[str] | Sequence[Any]


class _Side(NamedTuple):
    """One of the two: its name, the spikes of each neuron, ascending, the recording if it is one, and whether it says which neuron fired."""

    name: str
    trains: list[Train]
    rec: Recording | None
    says_who: bool = True


def compare_recordings(
    a: Source,
    b: Source,
    *,
    tolerance: float | str | None = None,
    v_tolerance: float | None = None,
    names: tuple[str, str] | None = None,
    unit: str | None = None,
) -> Match:
    """Match the spikes of two recordings, and find where they part first.

    The recordings may come from two engines, dialects or values of dt, or from another program: they are compared by time. Two spikes of a
    neuron match if they are at most ``tolerance`` apart and each is the nearest to the other; no spike matches two. Potentials are compared
    where both recorded ``"v"`` at the same times. Where the spikes of two recordings of one cell part, and both say how they were made, the
    second is made again with one choice of the first at a time, and those that make all spikes match are named.

    Args:
        a, b: recordings; files of spike times or of recordings (csv, txt, npz, nc, nwb); or lists of spike times (ms), one per neuron.
        tolerance: ms; by default 0 for recordings on one grid of times, and otherwise the longer step, by which a grid may be off.
        v_tolerance: mV, by which potentials may differ; by default 1/10 000 of the range of v in ``a``.
        names: of the two in the result; by default those of the files, or ``"a"`` and ``"b"``.
        unit: of the times in CSV and npz files, such as ``"s"``; by default that in the name of the column, or ms.

    Returns:
        The match; ``print(match.table())``.

    Raises:
        ValueError: they have other neurons or last differently long, or a file is wrong; the message says which.

    >>> import hillock as hk
    >>> grid, real = (hk.simulate(hk.cells.LIF(), hk.stimuli.Constant(0.3), duration=100, dt=0.1, engine=name) for name in ("auto", "exact"))
    >>> print(hk.compare_recordings(grid, real, names=("grid", "exact"), tolerance=0.3).table())
    6 spikes of grid, 6 of exact: 6 matched within 0.3 ms
    matched spikes of exact are earlier by 0.1297 ms on average (0.03706 to 0.2223 ms)

    """
    found = _matched(a, b, tolerance, v_tolerance, names, unit)
    if found.divergence is None or not isinstance(a, Recording) or not isinstance(b, Recording):
        return found

    def parts(again: Recording) -> float | None:
        divergence = _matched(a, again, tolerance, v_tolerance, None, unit).divergence
        return None if divergence is None else divergence.time

    return replace(found, causes=origins(a, b, parts))


def _matched(
    a: Source, b: Source, tolerance: float | str | None, v_tolerance: float | None, names: tuple[str, str] | None, unit: str | None
) -> Match:
    """Return what comparing two recordings finds, but for the causes."""
    given = names or (_named(a, "a"), _named(b, "b"))
    if len(set(given)) != 2:
        given = (f"{given[0]} (1)", f"{given[1]} (2)")
    first, second = (_side(source, name, unit) for source, name in zip((a, b), given, strict=True))
    first, second = _same_neurons(first, second)
    _check_spans(first, second)
    within = _tolerance(tolerance, first, second)
    counts = np.zeros((3, len(first.trains)), np.int64)
    lags: list[Train] = []
    alone: list[tuple[float, int, str]] = []
    for neuron, (ours, theirs) in enumerate(zip(first.trains, second.trains, strict=True)):
        left, right = match(ours, theirs, within)
        lags.append(np.round(theirs[right] - ours[left], 9))
        rest = np.delete(ours, left), np.delete(theirs, right)
        counts[:, neuron] = len(left), *map(len, rest)
        alone += [(float(times[0]), neuron, name) for times, name in zip(rest, given, strict=True) if len(times)]
    divergence = _divergence(*min(alone, key=lambda spike: spike[:2]), first, second) if alone else None
    allowed, apart = _potentials(first, second, v_tolerance)
    return Match(given, within, allowed, counts[0], counts[1], counts[2], np.concatenate(lags), divergence, apart)


def trains_of(source: Source) -> list[Train]:
    """Return ascending spike times (ms) of each neuron, of anything that ``compare_recordings`` takes."""
    return _side(source, "it", None).trains


def _named(source: Any, otherwise: str) -> str:
    return Path(source).name if isinstance(source, str | PathLike) else otherwise


def _side(source: Any, name: str, unit: str | None) -> _Side:
    if isinstance(source, str | PathLike):
        source = read_spikes(source, unit)
    if isinstance(source, Recording):
        return _Side(name, source.trains(), source)
    if isinstance(source, Spikes):
        return _Side(name, _by_neuron(source), None, source.neurons is not None)
    try:
        trains = [np.sort(np.asarray(train, float)) for train in source]
    except (TypeError, ValueError):
        trains = [np.zeros((0, 0))]
    if not all(train.ndim == 1 and np.isfinite(train).all() for train in trains):
        raise TypeError(f"compare_recordings needs recordings, files, or lists of spike times, one per neuron, got {source!r}.")
    return _Side(name, trains, None)


def _by_neuron(spikes: Spikes) -> list[Train]:
    """Return ascending trains; up to the last neuron that fires."""
    if spikes.neurons is None:
        return [np.sort(spikes.times)]
    if len(spikes.neurons) and spikes.neurons.max() > 10 * len(spikes.neurons) + 1_000_000:
        raise RecordingError(f"Neuron {spikes.neurons.max()} is said to fire, of {len(spikes.neurons)} spikes. Count neurons from 0.")
    order = np.lexsort((spikes.times, spikes.neurons))
    bounds = np.searchsorted(spikes.neurons[order], np.arange(1, int(spikes.neurons.max(initial=0)) + 1))
    return np.split(spikes.times[order], bounds)


def _same_neurons(first: _Side, second: _Side) -> tuple[_Side, _Side]:
    """Return both with as many trains; neurons that a list of spikes does not name are silent in it."""
    n = max(len(first.trains), len(second.trains))
    for side, other in ((first, second), (second, first)):
        if not side.says_who and n > 1:
            raise RecordingError(f"{side.name} does not say which neuron fired, and {other.name} has {_count(n)}. Add a column neuron.")
        if side.rec is not None and side.rec.neurons < n:
            raise RecordingError(
                f"{side.name} has {_count(side.rec.neurons)} and {other.name} has {_count(n)}, counted from 0. Compare recordings of the same neurons."
            )
    one, two = (side._replace(trains=side.trains + [np.zeros(0)] * (n - len(side.trains))) for side in (first, second))
    return one, two


def _count(n: int) -> str:
    return f"{n} neuron{'' if n == 1 else 's'}"


def _check_spans(first: _Side, second: _Side) -> None:
    """Raise RecordingError if a spike of one could not have been in the other."""
    for side, other in ((first, second), (second, first)):
        if other.rec is None:
            continue
        begin, end = other.rec.span
        slack = other.rec.dt + _SAME
        if side.rec is not None:
            start, stop = (edge * side.rec.dt for edge in (side.rec.first_step, side.rec.first_step + side.rec.steps))
            last = (other.rec.first_step + other.rec.steps) * other.rec.dt
            if abs(start - begin) > _SAME or abs(stop - last) > _SAME:
                raise RecordingError(
                    f"{side.name} lasts from {start:g} to {stop:g} ms and {other.name} from {begin:g} to {last:g} ms. Run both equally long."
                )
            continue
        for times in side.trains:
            outside = times[(times < begin - slack) | (times > end + slack)]
            if len(outside):
                raise RecordingError(
                    f"{side.name} has a spike at {outside[0]:g} ms, and {other.name} lasts from {begin:g} to {end:g} ms. "
                    "Check the unit of the times, or run as long."
                )


def _tolerance(given: float | str | None, first: _Side, second: _Side) -> float:
    if given is not None:
        tolerance = milliseconds(given, "tolerance")
        if not 0 <= tolerance < np.inf:
            raise ValueError(f"tolerance must be ≥ 0 ms and finite, got {tolerance:g} ms.")
        return float(tolerance)
    steps = [side.rec.dt for side in (first, second) if side.rec is not None]
    if not steps:
        raise ValueError("Spike times alone have no step that would say how far apart they may be. Pass tolerance, such as 0.1 (ms).")
    grids = {(side.rec.dt, side.rec.offsets is None) if side.rec else None for side in (first, second)}
    return 0.0 if len(grids) == 1 and (steps[0], True) in grids else max(steps)


def _divergence(time: float, neuron: int, alone: str, first: _Side, second: _Side) -> Divergence:
    return Divergence(time, neuron, alone, {side.name: _around(side, time, neuron) for side in (first, second)})


def _around(side: _Side, time: float, neuron: int) -> Around:
    train, rec = side.trains[neuron], side.rec
    nearest = float(train[np.argmin(np.abs(train - time))]) if len(train) else None
    if rec is None:
        return Around(None, nearest, np.zeros(0), {})
    step = int(np.ceil(time / rec.dt - _SAME)) - rec.stamp if rec.offsets is None else int(time / rec.dt)
    if not rec.traces or neuron not in rec.columns:
        return Around(step, nearest, np.zeros(0), {})
    middle, column = int(np.searchsorted(rec.t, time - _SAME)), rec.column(neuron)
    rows = slice(max(middle - _ROWS, 0), middle + _ROWS + 1)
    return Around(step, nearest, rec.t[rows], {name: values[rows, column] for name, values in rec.traces.items()})


def _potentials(first: _Side, second: _Side, allowed: float | None) -> tuple[float | None, Divergence | None]:
    """Return the tolerance, and where potentials part, where both have them."""
    if first.rec is None or second.rec is None or "v" not in first.rec.traces or "v" not in second.rec.traces:
        return None, None
    shared, left, right = np.intersect1d(first.rec.columns, second.rec.columns, return_indices=True)
    rows = [np.round(rec.t / _SAME).astype(np.int64) for rec in (first.rec, second.rec)]
    times, ours, theirs = np.intersect1d(rows[0], rows[1], return_indices=True)
    v = first.rec["v"]
    allowed = _ROUNDING * (float(np.ptp(v)) or 1.0 if v.size else 1.0) if allowed is None else allowed
    for at in range(0, len(times), _PIECE):
        k, j = ours[at : at + _PIECE], theirs[at : at + _PIECE]
        apart = np.abs(v[np.ix_(k, left)].astype(float) - second.rec["v"][np.ix_(j, right)].astype(float)) > allowed
        if apart.any():
            row, column = (int(index) for index in np.argwhere(apart)[0])
            return allowed, _divergence(float(first.rec.t[k[row]]), int(shared[column]), "", first, second)
    return allowed, None
