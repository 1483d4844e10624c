"""The rate over time, averaged over repetitions."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from hillock._time import milliseconds, whole_steps
from hillock.analysis._window import window
from hillock.recording import Recording, RecordingError


class Psth(NamedTuple):
    """A peri-stimulus time histogram: bin k runs from edges[k] to edges[k + 1] (ms); rate in Hz per neuron and repetition."""

    edges: Float[np.ndarray, " edges"]
    rate: Float[np.ndarray, " bins"]


def psth(
    recordings: Recording | Sequence[Recording], width: float | str, *, start: float | str | None = None, stop: float | str | None = None
) -> Psth:
    """Return the firing rate over time, averaged over neurons, and over recordings if there are several.

    Args:
        recordings: one, whose neurons are the repetitions, or several of the same dt.
        width: of a bin (ms), a whole number of steps.
        start, stop: the stretch (ms), a whole number of bins; by default all of the first recording.

    Raises:
        RecordingError: the recordings differ in dt, do not hold the stretch, or it is not a whole number of bins.

    >>> import hillock as hk
    >>> rec = hk.simulate(hk.cells.LIF(), hk.stimuli.Constant(0.3), duration=60, dt=0.1, neurons=10)
    >>> psth(rec, 20).rate  # one spike of each neuron in every 20 ms
    array([50., 50., 50.])

    """
    recs = [recordings] if isinstance(recordings, Recording) else list(recordings)
    if not recs:
        raise RecordingError("psth needs at least one recording, got none.")
    dts = sorted({rec.dt for rec in recs})
    if len(dts) > 1:
        raise RecordingError(f"psth needs recordings of one dt, got {dts[0]:g} and {dts[1]:g} ms.")
    steps = int(whole_steps(milliseconds(width, "width"), dts[0], "width"))
    stretch = window(recs[0], start, stop)
    bins, rest = divmod(stretch.last - stretch.first, steps) if steps > 0 else (0, 1)
    if rest:
        raise RecordingError(f"The stretch of {stretch.duration:g} ms must be a whole number of bins, got width = {steps * dts[0]:g} ms.")
    counts = np.zeros(bins, int)
    for rec in recs:
        window(rec, stretch.first * stretch.dt, stretch.last * stretch.dt)
        counts += np.bincount(stretch.since(rec.spike_steps[stretch.holds(rec)]) // steps, minlength=bins)
    trials = sum(rec.neurons for rec in recs)
    return Psth((stretch.first + steps * np.arange(bins + 1)) * stretch.dt, counts * (1000 / (steps * stretch.dt * trials)))
