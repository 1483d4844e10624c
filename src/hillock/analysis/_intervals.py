"""How regularly neurons fire: intervals between spikes, and two measures of their variation."""

import numpy as np
from jaxtyping import Bool, Float, Int, Real

from hillock.recording import Recording


def intervals(rec: Recording) -> tuple[Float[np.ndarray, " intervals"], Int[np.ndarray, " intervals"]]:
    """Return all intervals between successive spikes of a neuron (ms), and the neuron of each; ordered by neuron, then time.

    >>> import hillock as hk
    >>> rec = hk.simulate(hk.cells.LIF(), hk.stimuli.Constant([0.3, 0.4]), duration=50, dt=0.1)
    >>> intervals(rec)
    (array([15.9, 15.9, 11.5, 11.5, 11.5]), array([0, 0, 1, 1, 1], dtype=int32))
    """
    order = np.argsort(rec.spike_neurons, kind="stable")
    who, steps = rec.spike_neurons[order], rec.spike_steps[order]
    same = who[1:] == who[:-1]
    return np.round(np.diff(steps)[same] * rec.dt, 9), who[1:][same]


def cv(rec: Recording) -> Float[np.ndarray, " neurons"]:
    """Return the coefficient of variation of each neuron's intervals: standard deviation over mean (0 regular, 1 Poisson).

    NaN for a neuron with fewer than two intervals. The deviation is that of the sample itself (division by n), as elephant's.
    """
    isi, who = intervals(rec)
    n = np.bincount(who, minlength=rec.neurons)
    mean = _ratio(np.bincount(who, isi, rec.neurons), n, n >= 2)
    variance = _ratio(np.bincount(who, (isi - mean[who]) ** 2, rec.neurons), n, n >= 2)
    return np.sqrt(variance) / mean


def local_variation(rec: Recording) -> Float[np.ndarray, " neurons"]:
    """Return the local variation of each neuron's intervals, which a slow change of rate leaves alone (0 regular, 1 Poisson).

    Rule::

        LV = 3/(n - 1) Σₖ ((Iₖ - Iₖ₊₁)/(Iₖ + Iₖ₊₁))²        n intervals I

    NaN for a neuron with fewer than two intervals.

    Reference: Shinomoto, Shima & Tanji (2003), Neural Comput. 15:2823, eq. 2.2, doi:10.1162/089976603322518759.
    """
    isi, who = intervals(rec)
    same = who[1:] == who[:-1]
    before, after = isi[:-1][same], isi[1:][same]
    pairs = np.bincount(who[1:][same], minlength=rec.neurons)
    total = np.bincount(who[1:][same], ((before - after) / (before + after)) ** 2, rec.neurons)
    return 3 * _ratio(total, pairs, pairs >= 1)


def _ratio(total: Real[np.ndarray, " neurons"], count: Int[np.ndarray, " neurons"], there: Bool[np.ndarray, " neurons"]) -> np.ndarray:
    """Return total/count, NaN where it is not there; a total is of whole numbers where there was nothing to add."""
    return np.divide(total, count, out=np.full(len(total), np.nan), where=there)
