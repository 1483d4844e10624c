"""A stretch of a recording, as whole steps: so that a spike is inside or outside whatever the dialect's time stamp."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Int

from hillock._time import milliseconds, whole_steps
from hillock.recording import Recording, RecordingError


class Window(NamedTuple):
    """Steps first ≤ k < last, which fill the time from first·dt to last·dt."""

    first: int
    last: int
    dt: float

    @property
    def duration(self) -> float:
        """Length (ms)."""
        return (self.last - self.first) * self.dt

    def holds(self, rec: Recording) -> Bool[np.ndarray, " spikes"]:
        """Return which spikes of a recording are inside; one at its very beginning, given for 0 ms, is."""
        earliest = rec.spike_steps.min(initial=self.first) if self.first == rec.first_step else self.first
        return (rec.spike_steps >= earliest) & (rec.spike_steps < self.last)

    def since(self, steps: Int[np.ndarray, " spikes"]) -> Int[np.ndarray, " spikes"]:
        """Return steps counted from the first; what is at its beginning belongs to it."""
        return np.maximum(steps - self.first, 0)

    def cut(self, rec: Recording) -> Recording:
        """Return the spikes inside as a recording of their own, without traces."""
        held = self.holds(rec)
        return replace(
            rec,
            spike_steps=rec.spike_steps[held],
            spike_neurons=rec.spike_neurons[held],
            offsets=None if rec.offsets is None else rec.offsets[held],
            first_step=self.first,
            steps=self.last - self.first,
            traces={},
            every=1,
            of=None,
            end=None,
            grazing=None,
            errors=None,
        )

    def counts(self, rec: Recording) -> Int[np.ndarray, " neurons"]:
        """Return how many spikes of each neuron are inside."""
        return np.bincount(rec.spike_neurons[self.holds(rec)], minlength=rec.neurons)


def window(rec: Recording, start: float | str | None, stop: float | str | None) -> Window:
    """Return the steps of a recording from ``start`` to ``stop`` (ms; by default all of it).

    Raises:
        RecordingError: the stretch is empty or not inside the recording.
        TimeError: an end of it is not a whole number of steps.

    """
    begin, end = rec.first_step, rec.first_step + rec.steps
    first = begin if start is None else int(whole_steps(milliseconds(start, "start"), rec.dt, "start"))
    last = end if stop is None else int(whole_steps(milliseconds(stop, "stop"), rec.dt, "stop"))
    if not begin <= first < last <= end:
        raise RecordingError(
            f"The stretch from start = {first * rec.dt:g} ms to stop = {last * rec.dt:g} ms must be inside the recording, "
            f"{begin * rec.dt:g} to {end * rec.dt:g} ms, and not empty."
        )
    return Window(first, last, rec.dt)
