"""How often neurons fire."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from hillock.analysis._window import window
from hillock.recording import Recording


def rates(rec: Recording, start: float | str | None = None, stop: float | str | None = None) -> Float[np.ndarray, " neurons"]:
    """Return the firing rate of every neuron (Hz): spikes in start ≤ t < stop (ms), over its length.

    >>> import hillock as hk
    >>> rec = hk.simulate(hk.cells.LIF(), hk.stimuli.Constant([0.1, 0.3]), duration=100, dt=0.1)
    >>> rates(rec)
    array([ 0., 60.])
    """
    stretch = window(rec, start, stop)
    return stretch.counts(rec) * (1000 / stretch.duration)


class RateStatistics(NamedTuple):
    """Rates of a population (Hz), and the fraction of it that never fired."""

    mean: float
    std: float
    median: float
    lowest: float
    highest: float
    silent: float


def rate_statistics(rec: Recording, start: float | str | None = None, stop: float | str | None = None) -> RateStatistics:
    """Return how the rates of all neurons are distributed, silent ones included."""
    each = rates(rec, start, stop)
    numbers = (each.mean(), each.std(), np.median(each), each.min(), each.max(), (each == 0).mean())
    return RateStatistics(*map(float, numbers))
