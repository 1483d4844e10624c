"""Whether neurons fire together: correlations of spike counts, and how far the activity of a population varies beyond chance."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int

from hillock._time import milliseconds, whole_steps
from hillock.analysis._window import Window, window
from hillock.recording import Recording, RecordingError


def correlations(
    rec: Recording,
    width: float | str = 2.0,
    *,
    neurons: Sequence[int] | Int[np.ndarray, " chosen"] | None = None,
    start: float | str | None = None,
    stop: float | str | None = None,
) -> Float[np.ndarray, "chosen chosen"]:
    """Return the correlation coefficients of the spike counts of all pairs of neurons.

    NaN where a neuron's count is the same in every bin: it never fired, say. Bins of a few ms show spikes that fall together, longer ones
    rates that go together.

    Args:
        rec: of one population.
        width: of a bin (ms), a whole number of steps. What is left of the stretch at its end, less than a bin, is not counted.
        neurons: which, in this order; all by default, which takes memory in proportion to their number squared.
        start, stop: the stretch (ms).

    Raises:
        RecordingError: there is no such neuron, or fewer than two bins.

    >>> import hillock as hk
    >>> rec = hk.simulate(hk.cells.LIF(), hk.stimuli.Constant([0.3, 0.3, 0.4]), duration=100, dt=0.1)
    >>> correlations(rec, 5).round(2)[0]
    array([ 1.  ,  1.  , -0.31])

    """
    chosen = np.arange(rec.neurons) if neurons is None else np.asarray(neurons, np.int64)
    if chosen.ndim != 1 or not len(chosen) or chosen.min() < 0 or chosen.max() >= rec.neurons or len(np.unique(chosen)) < len(chosen):
        raise RecordingError(f"correlations.neurons must be different numbers from 0 to {rec.neurons - 1}, got {neurons!r:.80}.")
    steps, bins, stretch = _bins(rec, width, start, stop, "correlations")
    place = np.full(rec.neurons, -1)
    place[chosen] = np.arange(len(chosen))
    held = stretch.holds(rec) & (place[rec.spike_neurons] >= 0)
    column = stretch.since(rec.spike_steps[held]) // steps
    counts = np.bincount(place[rec.spike_neurons[held]] * bins + column, minlength=len(chosen) * bins).reshape(len(chosen), bins)
    apart = counts - counts.mean(axis=1, keepdims=True)
    covariance = apart @ apart.T / bins
    deviation = np.sqrt(np.diag(covariance))
    scale = np.outer(deviation, deviation)
    return np.divide(covariance, scale, out=np.full(covariance.shape, np.nan), where=scale > 0)


def synchrony(rec: Recording, width: float | str = 3.0, *, start: float | str | None = None, stop: float | str | None = None) -> float:
    """Return the variance of a population's spike count over its mean, in bins of ``width`` (ms): 1 for independent Poisson neurons.

    It is larger where neurons fire together, and smaller where each of them fires regularly. It grows with the number of neurons, so compare
    populations of one size. NaN if nobody fired. What is left of the stretch at its end, less than a bin, is not counted.

    Raises:
        RecordingError: fewer than two bins.

    Reference: Potjans & Diesmann (2014), Cereb. Cortex 24:785, table 6 and figure 8, doi:10.1093/cercor/bhs358, with bins of 3 ms.

    >>> import hillock as hk
    >>> rec = hk.simulate(hk.cells.LIF(), hk.stimuli.Constant(0.3), duration=159, dt=0.1, neurons=10)
    >>> synchrony(rec)  # all ten at once in 10 of 53 bins: 10 (1 - 10/53)
    8.1...

    """
    steps, bins, stretch = _bins(rec, width, start, stop, "synchrony")
    counts = np.bincount(stretch.since(rec.spike_steps[stretch.holds(rec)]) // steps, minlength=bins)
    return float(counts.var() / counts.mean()) if counts.any() else float("nan")


def _bins(rec: Recording, width: float | str, start: float | str | None, stop: float | str | None, who: str) -> tuple[int, int, Window]:
    """Return steps of a bin, how many bins there are, and the stretch they fill.

    Raises:
        RecordingError: fewer than two.

    """
    length = milliseconds(width, f"{who}.width")
    steps = int(whole_steps(length, rec.dt, f"{who}.width"))
    stretch = window(rec, start, stop)
    bins = (stretch.last - stretch.first) // steps if steps > 0 else 0
    if bins < 2:
        raise RecordingError(f"{who}.width must be > 0 ms and at most half of the stretch of {stretch.duration:g} ms, got {length:g} ms.")
    return steps, bins, stretch._replace(last=stretch.first + bins * steps)
