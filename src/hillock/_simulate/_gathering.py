"""What comes out of a run in pieces, put together."""

from typing import Any

import numpy as np

from hillock.engines import Chunk, Job, Rows
from hillock.recording import End, Grazing, Recording
from hillock.recording._growing import GrowingEvents


class Gathering:
    """The spikes and traces of one population while a run goes on."""

    def __init__(self, neurons: int, job: Job | None, dt: float, steps: int, first: int, stamp: int):
        """Make room for ``steps`` steps of neurons with a job, or of some whose spikes are given."""
        self.neurons, self.job, self.dt, self.steps, self.first, self.stamp = neurons, job, dt, steps, first, stamp
        self.traces = {name: np.empty((steps // job.every, job.columns), job.dtype) for name in job.record} if job else {}
        self.events = GrowingEvents()
        self.offsets: list[np.ndarray] = []
        self.grazing: list[Grazing] = []

    def room(self, done: int, now: int) -> Rows:
        """Return where the rows of ``now`` steps after ``done`` of the run belong."""
        every = self.job.every if self.job else 1
        return {name: rows[done // every : (done + now) // every] for name, rows in self.traces.items()}

    def add(self, chunk: Chunk, done: int, now: int) -> None:
        """Add what came out of ``now`` steps after ``done`` of the run."""
        for name, room in self.room(done, now).items():
            if not np.may_share_memory(chunk.traces[name], room):
                room[:] = chunk.traces[name]
        self.events.extend(chunk.events, (done + now) / self.steps)
        if chunk.offsets is not None and chunk.grazing is not None:
            self.offsets.extend(chunk.offsets)
            self.grazing.append(Grazing.at(*chunk.grazing, self.dt))

    def recording(self, done: int, complete: bool, provenance: dict[str, Any], end: End | None) -> Recording:
        """Return what was gathered in ``done`` steps."""
        job = self.job
        every = job.every if job else 1
        spike_steps, spike_neurons = self.events.before(self.first + done)  # not those of a chunk cut short
        return Recording(
            spike_steps=spike_steps,
            spike_neurons=spike_neurons,
            traces={name: rows[: done // every] for name, rows in self.traces.items()},
            steps=done,
            dt=self.dt,
            neurons=self.neurons,
            every=every,
            stamp=self.stamp,
            first_step=self.first,
            of=None if job is None or job.of is None else np.array(job.of),
            units=shown_units(job) if job else {},
            provenance=provenance,
            complete=complete,
            end=end,
            offsets=np.concatenate(self.offsets)[: len(spike_steps)] if self.offsets else None,
            grazing=Grazing.joined(self.grazing) if self.grazing else None,
        )


def shown_units(job: Job) -> dict[str, str]:
    """Return the unit of each recorded name."""
    shown = {**job.step.recordable(), "i": "nA"}
    return {name: shown[name] for name in job.record}
