"""What happened: spikes, traces, units, and how they came about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Array, Float, Int, Shaped

from hillock._types import Tree

Provenance = Mapping[str, Any]
"""Plain data (numbers, text, lists, dictionaries): versions, parameters, key, dt, dialect, engine, host."""


class RecordingError(ValueError):
    """A recording that does not hold what is asked of it."""


@dataclass(frozen=True)
class End:
    """Where a run stopped: pass it to ``simulate(..., start=rec.end)`` to go on."""

    step: int
    carry: Tree


@dataclass(frozen=True, eq=False)
class Recording:
    """The result of a simulation.

    Attributes:
        spike_steps, spike_neurons: one entry per spike, sorted by step, then neuron. A spike is never dropped.
        traces: recorded quantities by name, (rows, neurons); row j is the state after every·(j + 1) steps.
        first_step, steps, dt: where the run began, how long it was; ms.
        neurons: how many.
        every: steps per row of a trace.
        stamp: a spike in step k is at (k + stamp)·dt; so is a row that shows step k.
        units: of each trace.
        labels: for a sweep, the value of each varied parameter for every neuron.
        provenance: all that is needed to do it again.
        complete: False if the run was interrupted.
        end: where it stopped; None for a recording that was loaded.
        dense: what ``spike_train`` returns, only inside jit, grad or vmap, where events have no fixed number.

    """

    spike_steps: Int[np.ndarray, " spikes"]
    spike_neurons: Int[np.ndarray, " spikes"]
    traces: Mapping[str, Float[np.ndarray, "rows neurons"]]
    steps: int
    dt: float
    neurons: int
    every: int = 1
    stamp: int = 1
    first_step: int = 0
    units: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, Float[np.ndarray, " neurons"]] = field(default_factory=dict)
    provenance: Provenance = field(default_factory=dict)
    complete: bool = True
    end: End | None = None
    dense: Array | None = None

    def __getitem__(self, name: str) -> Float[np.ndarray, "rows neurons"]:
        """Return a trace, (rows, neurons).

        Raises:
            RecordingError: it was not recorded.

        """
        if name not in self.traces:
            held = ", ".join(self.traces) or "no traces"
            raise RecordingError(f"{name!r} was not recorded; this recording holds {held}. Pass record=[{name!r}] to simulate.")
        return self.traces[name]

    @property
    def duration(self) -> float:
        """Simulated time (ms)."""
        return self.steps * self.dt

    @property
    def t(self) -> Float[np.ndarray, " rows"]:
        """Time of each row of a trace (ms)."""
        rows = self.steps // self.every
        return (self.first_step + self.every * np.arange(1, rows + 1) - 1 + self.stamp) * self.dt

    @property
    def spike_times(self) -> Float[np.ndarray, " spikes"]:
        """Time of each spike (ms), in the convention of the dialect."""
        return np.round((self.spike_steps + self.stamp) * self.dt, 9)

    @property
    def spike_train(self) -> Shaped[Array, "steps neurons"]:
        """All spikes as a dense array: truth values, or differentiable 0.0 and 1.0 where ``simulate`` was given a surrogate."""
        if self.dense is not None:
            return self.dense
        train = np.zeros((self.steps, self.neurons), bool)
        train[self.spike_steps - self.first_step, self.spike_neurons] = True
        return train  # type: ignore[return-value]

    def times(self, neuron: int = 0) -> Float[np.ndarray, " spikes"]:
        """Return the spike times of one neuron (ms)."""
        return self.spike_times[self.spike_neurons == neuron]

    def trains(self) -> list[Float[np.ndarray, " spikes"]]:
        """Return the spike times of every neuron (ms), silent ones included."""
        order = np.argsort(self.spike_neurons, kind="stable")
        bounds = np.searchsorted(self.spike_neurons[order], np.arange(1, self.neurons))
        return np.split(self.spike_times[order], bounds)

    def counts(self) -> Int[np.ndarray, " neurons"]:
        """Return the number of spikes of every neuron."""
        return np.bincount(self.spike_neurons, minlength=self.neurons)

    def isi(self, neuron: int = 0) -> Float[np.ndarray, " intervals"]:
        """Return the intervals between the spikes of one neuron (ms)."""
        return np.round(np.diff(self.times(neuron)), 9)

    def __repr__(self) -> str:
        spikes = "traced spikes" if self.dense is not None else f"{len(self.spike_steps)} spikes"
        state = "" if self.complete else ", interrupted"
        held = f", traces {', '.join(self.traces)}" if self.traces else ""
        return f"Recording({self.neurons} neurons, {self.duration:g} ms at dt = {self.dt:g} ms, {spikes}{held}{state})"
