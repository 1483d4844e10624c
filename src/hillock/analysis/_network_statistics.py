"""How the populations of a network fire, in the numbers by which its states are told apart."""

from typing import NamedTuple

import numpy as np

from hillock.analysis._intervals import cv, local_variation
from hillock.analysis._rates import rates
from hillock.analysis._synchrony import correlations, synchrony
from hillock.analysis._window import window
from hillock.recording import NetworkRecording, Recording

_PAIRED = 200  # neurons whose pairs are looked at: 19,900 pairs, whose mean is exact enough


class PopulationStatistics(NamedTuple):
    """How one population fires.

    Attributes:
        rate: mean of its neurons (Hz).
        silent: fraction of neurons that never fired.
        cv: mean coefficient of variation of the intervals, of neurons that have two intervals; NaN if there is none.
        local_variation: likewise.
        correlation: mean correlation coefficient of the spike counts of pairs, in bins of 2 ms; of at most 200 neurons that fired, evenly chosen.
        synchrony: variance over mean of the population's spike count, in bins of 3 ms.

    """

    rate: float
    silent: float
    cv: float
    local_variation: float
    correlation: float
    synchrony: float


def network_statistics(rec: NetworkRecording, start: float | str | None = None, stop: float | str | None = None) -> dict[str, PopulationStatistics]:
    """Return rate, regularity and synchrony of each population of a network, in the stretch from ``start`` to ``stop`` (ms).

    Leave out how the network settles: ``network_statistics(rec, start=200)``.

    Raises:
        RecordingError: the stretch is empty, not inside the recording, or shorter than 6 ms.

    """
    return {name: _statistics(window(one, start, stop).cut(one)) for name, one in rec.items()}


def _statistics(rec: Recording) -> PopulationStatistics:
    each, fired = rates(rec), np.flatnonzero(rec.counts())
    chosen = fired[np.arange(min(_PAIRED, len(fired))) * len(fired) // max(min(_PAIRED, len(fired)), 1)]
    together = _mean(correlations(rec, _whole(rec, 2.0), neurons=chosen)[np.triu_indices(len(chosen), 1)]) if len(chosen) else float("nan")
    silent = 1.0 - len(fired) / rec.neurons
    return PopulationStatistics(float(each.mean()), silent, _mean(cv(rec)), _mean(local_variation(rec)), together, synchrony(rec, _whole(rec, 3.0)))


def _whole(rec: Recording, width: float) -> float:
    """Return the whole number of steps that is closest to a width (ms)."""
    return max(1, round(width / rec.dt)) * rec.dt


def _mean(values: np.ndarray) -> float:
    """Return the mean of what is a number; NaN if nothing is."""
    there = values[np.isfinite(values)]
    return float(there.mean()) if len(there) else float("nan")
