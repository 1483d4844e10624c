"""The differences between a run and its solution."""

import numpy as np
from jaxtyping import Float, Int

from hillock._errors._pairing import pair
from hillock._errors._solution import Solution, fired_at
from hillock.dialects import Dialect
from hillock.recording import Errors, Recording


def measure(rec: Recording, solution: Solution, dialect: Dialect) -> Errors:
    """Return the errors of a recording, made in a dialect; its potential is compared where it was recorded."""
    n = rec.neurons
    largest, mean, v = (np.full(n, np.nan) for _ in range(3))
    matched = np.zeros(n, np.int64)
    ours, theirs = _by_neuron(rec.spike_neurons, n), _by_neuron(solution.neurons, n)
    times, shown = rec.spike_times, fired_at(rec, dialect)
    columns = {int(neuron): column for column, neuron in enumerate(rec.columns)} if solution.v is not None and "v" in rec.traces else {}
    for k in range(n):
        a, b = pair(solution.times[theirs[k]], times[ours[k]])
        a, b = theirs[k][a], ours[k][b]
        matched[k] = len(a)
        if len(a):
            lags = np.abs(times[b] - solution.times[a])
            largest[k], mean[k] = lags.max(), lags.mean()
        if k in columns:
            v[k] = _largest_in_v(rec, solution, columns[k], solution.fired_at[a], shown[b])
    counts = [np.array([len(mine) for mine in trains], np.int64) for trains in (ours, theirs)]
    rates = 1000.0 * (counts[0] - counts[1]) / rec.duration
    unit = rec.units.get("v", "mV")
    return Errors(solution.method, unit, matched, counts[1] - matched, counts[0] - matched, largest, mean, rates, v)


def _by_neuron(who: Int[np.ndarray, " spikes"], n: int) -> list[Int[np.ndarray, " mine"]]:
    """Return for every neuron the places of its spikes, in time."""
    order = np.argsort(who, kind="stable")
    return np.split(order, np.searchsorted(who[order], np.arange(1, n)))


def _largest_in_v(rec: Recording, solution: Solution, column: int, theirs: Int[np.ndarray, " pairs"], ours: Int[np.ndarray, " pairs"]) -> float:
    """Return the largest difference in potential at grid points, without those at which only one of two matched spikes shows."""
    assert solution.v is not None
    v = rec["v"][:, column].astype(float)
    at = rec.every * np.arange(1, len(v) + 1) - 1 + rec.stamp
    parted = np.zeros(int(max(at.max(initial=0), theirs.max(initial=0), ours.max(initial=0))) + 2, np.int64)
    np.add.at(parted, np.minimum(theirs, ours), 1)
    np.add.at(parted, np.maximum(theirs, ours), -1)
    known = (at >= 1) & (at <= len(solution.v)) & (np.cumsum(parted)[at] == 0)
    differences: Float[np.ndarray, " rows"] = np.abs(v[known] - solution.v[at[known] - 1, column])
    return float(differences.max()) if len(differences) else float("nan")


def settles(errors: Errors, nearly: Errors, dt: float, duration: float) -> bool:
    """Return whether halving leads to a solution: the errors against it and against the step before hardly differ.

    An error of first order differs by 1/255 of itself, and what the grid rounds adds up over the intervals; a rule that has no solution is off by half.
    Potentials are asked where every spike is matched: elsewhere they differ by what a spike resets.
    """
    a_spike = 1000.0 / duration
    times, times_nearly = (np.nan_to_num(found.spike_time_mean) for found in (errors, nearly))
    v, v_nearly = (np.nan_to_num(found.v) for found in (errors, nearly))
    comparable = errors.missed + errors.extra + nearly.missed + nearly.extra == 0
    return bool(
        abs(times - times_nearly) <= 0.25 * times + dt / 8
        and np.all(np.abs(errors.rates - nearly.rates) <= 0.25 * np.abs(errors.rates) + 1.001 * a_spike)
        and np.all((np.abs(v - v_nearly) <= 0.25 * v + 1e-4) | ~comparable)
    )
