"""Distances between spike trains, by elephant (extra ``neuro``), which has many more measures for ``rec.to_neo()``."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float, Int

from hillock._extras import require
from hillock._time import milliseconds
from hillock.recording import Recording

Trains = Recording | Sequence[Float[np.ndarray, "..."]]
"""Spike trains to compare: all neurons of a recording, or spike times (ms), one array per train."""


def van_rossum(trains: Trains, tau: float | str = 10.0) -> Float[np.ndarray, "trains trains"]:
    """Return the distances of van Rossum (2001, doi:10.1162/089976601300014321) between all pairs of trains.

    ``tau`` (ms) is the decay of the exponential each spike is replaced by: small, and it counts spikes that do not coincide; large, and
    it compares numbers of spikes. A spike more or less is a distance of 1 in the limit of a small tau, two spikes apart √2.
    """
    measure = require("elephant.spike_train_dissimilarity", "neuro", "van_rossum").van_rossum_distance
    pq = require("quantities", "neuro", "van_rossum")
    return np.asarray(measure(_neo(trains, "van_rossum"), time_constant=milliseconds(tau, "tau") * pq.ms))


def victor_purpura(trains: Trains, shift: float | str = 10.0) -> Float[np.ndarray, "trains trains"]:
    """Return the distances of Victor & Purpura (1996, doi:10.1152/jn.1996.76.2.1310) between all pairs of trains.

    The least cost of turning one train into the other: 1 for a spike added or removed, ``|Δt|/shift`` for one moved by Δt (ms).
    """
    measure = require("elephant.spike_train_dissimilarity", "neuro", "victor_purpura").victor_purpura_distance
    pq = require("quantities", "neuro", "victor_purpura")
    return np.asarray(measure(_neo(trains, "victor_purpura"), cost_factor=1 / (milliseconds(shift, "shift") * pq.ms)))


class CrossCorrelation(NamedTuple):
    """How many pairs of spikes are apart by each lag (ms); positive where the second train is later."""

    lags: Float[np.ndarray, " lags"]
    counts: Int[np.ndarray, " lags"]


def cross_correlation(
    first: Float[np.ndarray, "..."], second: Float[np.ndarray, "..."], *, width: float | str = 1.0, window: float | str = 50.0
) -> CrossCorrelation:
    """Return the cross-correlation histogram of two trains of spike times (ms), for lags up to ``window``, in bins of ``width``."""
    correlate = require("elephant.spike_train_correlation", "neuro", "cross_correlation").cross_correlation_histogram
    binned = require("elephant.conversion", "neuro", "cross_correlation").BinnedSpikeTrain
    pq = require("quantities", "neuro", "cross_correlation")
    size, reach = milliseconds(width, "width"), milliseconds(window, "window")
    pair = [binned(train, bin_size=size * pq.ms, tolerance=None) for train in _neo([first, second], "cross_correlation", size)]
    lag = round(reach / size)
    histogram, lags = correlate(*pair, window=[-lag, lag])
    return CrossCorrelation(np.asarray(lags) * size, np.rint(histogram.magnitude[:, 0]).astype(int))


def _neo(trains: Trains, purpose: str, grid: float | None = None) -> list[Any]:
    """Return spike trains as Neo objects of one common length, a whole number of bins of ``grid`` ms if one is given."""
    if isinstance(trains, Recording):
        return list(trains.to_neo().segments[0].spiketrains)
    neo, pq = require("neo", "neuro", purpose), require("quantities", "neuro", purpose)
    arrays = [np.asarray(times, float) for times in trains]
    low = min((times.min() for times in arrays if times.size), default=0.0)
    high = max((times.max() for times in arrays if times.size), default=0.0)
    if grid is not None:  # whole bins that hold every spike in their interior, not on the last edge
        low, high = np.floor(low / grid) * grid, (np.floor(high / grid) + 1) * grid
    return [neo.SpikeTrain(np.sort(times) * pq.ms, t_start=low * pq.ms, t_stop=max(high, low + 1e-9) * pq.ms) for times in arrays]
