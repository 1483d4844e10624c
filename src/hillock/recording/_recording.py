"""What happened: spikes, traces, units, and how they came about."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Array, Float, Int, Shaped

from hillock.recording._end import End
from hillock.recording._errors import Errors
from hillock.recording._grazing import Grazing
from hillock.recording._missing import RecordingError

if TYPE_CHECKING:
    import neo
    import pynwb
    import xarray

Provenance = Mapping[str, Any]
"""Plain data (numbers, text, lists, dictionaries): versions, parameters, key, dt, dialect, engine, host."""


@dataclass(frozen=True, eq=False)
class Recording:
    """The result of a simulation.

    Attributes:
        spike_steps, spike_neurons: one entry per spike, sorted by step, then neuron (by time, then neuron, if they have real
            times). A spike is never dropped; one that was given for 0 ms may be of step -1.
        traces: recorded quantities by name, (rows, columns); row j is the state after every·(j + 1) steps.
        first_step, steps, dt: where the run began, how long it was; ms.
        neurons: how many.
        every: steps per row of a trace.
        of: the neurons whose traces were recorded, one per column, ascending; None for all.
        stamp: a spike in step k is at (k + stamp)·dt; so is a row that shows step k.
        units: of each trace.
        labels: for a sweep, the value of each varied parameter for every neuron.
        provenance: all that is needed to do it again.
        complete: False if the run was interrupted.
        end: where it stopped; a netCDF file keeps no end, which an attempt to go on from it says.
        offsets: time of each spike since the start of its step (ms), from the engine exact; None where spikes fall on the grid.
        grazing: near misses of the threshold, from the engine exact.
        errors: how far the run is from its solution, from ``simulate(..., check="exact")``; a file holds them in its provenance.
        dense: what ``spike_train`` returns, only inside jit, grad or vmap, where events have no fixed number.

    """

    spike_steps: Int[np.ndarray, " spikes"]
    spike_neurons: Int[np.ndarray, " spikes"]
    traces: Mapping[str, Float[np.ndarray, "rows columns"]]
    steps: int
    dt: float
    neurons: int
    every: int = 1
    of: Int[np.ndarray, " columns"] | None = None
    stamp: int = 1
    first_step: int = 0
    units: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, Float[np.ndarray, " neurons"]] = field(default_factory=dict)
    provenance: Provenance = field(default_factory=dict)
    complete: bool = True
    end: End | None = None
    dense: Array | None = None
    offsets: Float[np.ndarray, " spikes"] | None = None
    grazing: Grazing | None = None
    errors: Errors | None = None

    def __getitem__(self, name: str) -> Float[np.ndarray, "rows columns"]:
        """Return a trace, (rows, neurons); of those neurons whose traces were recorded, see ``columns``.

        Raises:
            RecordingError: it was not recorded.

        """
        if name not in self.traces:
            held = ", ".join(self.traces) or "no traces"
            raise RecordingError(f"{name!r} was not recorded; this recording holds {held}. Pass record=[{name!r}] to simulate.")
        return self.traces[name]

    @property
    def columns(self) -> Int[np.ndarray, " columns"]:
        """Neuron of each column of the traces."""
        return np.arange(self.neurons) if self.of is None else self.of

    def column(self, neuron: int) -> int:
        """Return the column of the traces that is of a neuron.

        Raises:
            RecordingError: there is no such neuron, or its traces were not recorded.

        """
        if not 0 <= neuron < self.neurons:
            raise RecordingError(f"There is no neuron {neuron} in this recording of {self.neurons}: they are counted from 0.")
        found = np.flatnonzero(self.columns == neuron)
        if not len(found):
            some = ", ".join(map(str, self.columns[:5])) + (", ..." if len(self.columns) > 5 else "")
            raise RecordingError(f"The traces of neuron {neuron} were not recorded; those of {some} were. Pass of=[{neuron}] to simulate.")
        return int(found[0])

    @property
    def duration(self) -> float:
        """Simulated time (ms)."""
        return self.steps * self.dt

    @property
    def span(self) -> tuple[float, float]:
        """First and last time of the run (ms); every spike is inside."""
        last = self.first_step + self.steps + max(self.stamp - 1, 0)
        return round(self.first_step * self.dt, 9), round(last * self.dt, 9)

    @property
    def t(self) -> Float[np.ndarray, " rows"]:
        """Time of each row of a trace (ms)."""
        rows = self.steps // self.every
        return (self.first_step + self.every * np.arange(1, rows + 1) - 1 + self.stamp) * self.dt

    @property
    def spike_times(self) -> Float[np.ndarray, " spikes"]:
        """Time of each spike (ms), in the convention of the dialect."""
        return self._times_of(slice(None))

    @property
    def spike_train(self) -> Shaped[Array, "steps neurons"]:
        """All spikes as a dense array: truth values, or differentiable 0.0 and 1.0 where ``simulate`` was given a surrogate.

        Raises:
            RecordingError: spikes do not fit into it: two of a neuron within a step, or one before the first step, which is where a spike
                belongs that was given for 0 ms (inside jit, grad or vmap that one is left out).

        """
        if self.dense is not None:
            return self.dense
        if (self.spike_steps < self.first_step).any():
            raise RecordingError("A spike given for 0 ms was fired before the first step, and spike_train has no row for it. Use times(neuron).")
        train = np.zeros((self.steps, self.neurons), bool)
        places = self.spike_steps * self.neurons + self.spike_neurons
        if len(np.unique(places)) < len(places):
            raise RecordingError(f"A neuron fired twice within one step of {self.dt:g} ms, which spike_train cannot show. Use times(neuron).")
        train[self.spike_steps - self.first_step, self.spike_neurons] = True
        return train  # type: ignore[return-value]

    def times(self, neuron: int = 0) -> Float[np.ndarray, " spikes"]:
        """Return the spike times of one neuron (ms)."""
        return self._times_of(self.spike_neurons == neuron)

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
        intervals = np.diff(self.times(neuron))
        return intervals if self.offsets is not None else np.round(intervals, 9)

    def save(self, path: str | os.PathLike) -> None:
        """Write the recording to a file, whole or not at all; the suffix says how.

        Args:
            path: ``.npz`` (plain arrays, read back by ``hillock.recording.load``), ``.nc`` (netCDF, the same; extra ``io``) or
                ``.nwb`` (extra ``neuro``).

        Raises:
            RecordingError: another suffix.
            FileNotFoundError: the folder does not exist.
            ImportError: the package for the format is not installed.

        """
        from hillock.recording._files import save  # noqa: PLC0415  (formats know recordings, not the other way round)

        save(self, path)

    def to_xarray(self) -> "xarray.Dataset":
        """Return the recording as an xarray Dataset: dimensions time and neuron, spikes as events, labels as coordinates.

        Traces of chosen neurons have the dimension trace_neuron: ``data["v"].sel(trace_neuron=7)``.
        """
        from hillock.recording._xarray import to_xarray  # noqa: PLC0415

        return to_xarray(self)

    def to_neo(self) -> "neo.Block":
        """Return the recording as a Neo block with one segment: spike trains of all neurons, analog signals with units."""
        from hillock.recording._neo import to_neo  # noqa: PLC0415

        return to_neo(self)

    def to_nwb(self) -> "pynwb.NWBFile":
        """Return the recording as an NWB file in memory: seconds, volts, amperes; silent neurons are units too."""
        from hillock.recording._nwb import to_nwb  # noqa: PLC0415

        return to_nwb(self)

    def to_pynapple(self) -> dict[str, Any]:
        """Return ``{"spikes": TsGroup, <trace>: TsdFrame, ...}`` for Pynapple, times in seconds."""
        from hillock.recording._pynapple import to_pynapple  # noqa: PLC0415

        return to_pynapple(self)

    def _times_of(self, which: Any) -> Float[np.ndarray, " spikes"]:
        steps = self.spike_steps[which]
        if self.offsets is not None:
            return steps * self.dt + self.offsets[which]
        return np.round((steps + self.stamp) * self.dt, 9)

    def __repr__(self) -> str:
        spikes = "traced spikes" if self.dense is not None else f"{len(self.spike_steps)} spikes"
        state = "" if self.complete else ", interrupted"
        some = "" if self.of is None else f" of {len(self.of)} neuron{'' if len(self.of) == 1 else 's'}"
        held = f", traces {', '.join(self.traces)}{some}" if self.traces else ""
        return (
            f"Recording({self.neurons} neuron{'' if self.neurons == 1 else 's'}, {self.duration:g} ms at dt = {self.dt:g} ms, {spikes}{held}{state})"
        )
