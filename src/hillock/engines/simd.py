"""The simd engine: the trace of a step as vector machine code, neurons in the lanes, the loop over steps inside.

What does not change during a run (propagators, starting values) is computed from its trace by NumPy, so that nothing waits for another
compiler. The kernel takes parameters as arguments; it depends on the model's equations only, and is kept on disk.
"""

import os
from typing import Any, ClassVar

import equinox as eqx
import jax
import numpy as np

from hillock import lowering
from hillock._population import neuron_axes
from hillock._types import Tree
from hillock.engines._base import AbstractEngine, AbstractRun, Carry, Chunk, Job, Rows
from hillock.engines._form import form_of
from hillock.engines._traced import columns_of, computed, with_columns
from hillock.lowering import Bound, Extent

_CHUNK_WORK = 2**25  # neurons · steps of a thread: some milliseconds, after which spikes are listed while they are in a processor's caches
_MOST_SHARES = 4  # of that in a chunk, however many threads there are
_CHUNK_BYTES = 2**24  # of traces: what a processor's last cache may hold
_CHUNK_STEPS = 2**20
_FEWEST_STEPS = 128  # of a large population: so many are worth loading its state
_ALONE = 2**18  # neurons · steps below which a second thread costs more than it brings


class Simd(AbstractEngine):
    """Runs on the processor's vector units, as many neurons at once as fit.

    Attributes:
        threads: how many work at once; all processors that this process may use by default. The result does not depend on it.

    """

    name: ClassVar[str] = "simd"
    threads: Any = eqx.field(static=True, default=None)

    def __check_init__(self):
        if self.threads is not None and (isinstance(self.threads, bool) or not isinstance(self.threads, int) or self.threads < 1):
            raise ValueError(f"Simd.threads must be a whole number ≥ 1, or None for all processors, got {self.threads!r}.")

    def open(self, job: Job) -> AbstractRun:
        """Return the run of a job, its kernel built or found.

        Raises:
            Unsupported: the step does something that has no machine code, or its neurons see each other.

        """
        return _Run(job, self.chunk(job), self._count())

    def listing(self, job: Job, machine: lowering.Machine | None = None) -> lowering.Listing:
        """Return the code of a job, to read; for this processor, or for another.

        Raises:
            Unsupported: it has none.

        """
        first, setting, axes = computed(job)
        form = form_of(job, setting, axes, first)
        machine, inputs = machine or lowering.host(), form.inputs(setting)
        shape = lowering.shape_for(job.neurons, job.dtype, form.program, form.roles, inputs, machine)
        return lowering.listing_of(*form.fitted(inputs, _begin_at_zero(first)), shape, machine)

    def chunk(self, job: Job) -> int:
        steps = _CHUNK_WORK * min(self._count(), _MOST_SHARES) // job.neurons
        if job.record and job.of is not None:
            steps = min(steps, int(_CHUNK_BYTES / job.row_bytes))
        return max(job.every, min(max(steps, _FEWEST_STEPS), _CHUNK_STEPS) // job.every * job.every)

    def _count(self) -> int:
        return self.threads or processors()

    def bytes_per_neuron(self, job: Job, variables: int) -> float:
        """Return the bytes of three copies of the state (before, after, padded), two of the parameters, a bit per step, rows of traces."""
        chunk = self.chunk(job)
        rows = 0.0 if job.of is None else chunk * job.row_bytes / job.neurons
        return 3 * variables + 2 * _parameter_bytes((job.step, job.stimulus)) + chunk / 8 + rows


def _parameter_bytes(modules: Tree) -> int:
    """Return the bytes of what holds one value per neuron, for one of them."""
    leaves, tree = jax.tree.flatten(modules)
    axes = tree.flatten_up_to(neuron_axes(modules))
    return sum(8 * int(np.prod(np.shape(leaf)[:-1])) for leaf, axis in zip(leaves, axes, strict=True) if axis is not None)


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _begin_at_zero(first: Carry) -> tuple[bool, ...]:
    return tuple(not column.any() for column in columns_of(first))


class _Run(AbstractRun):
    def __init__(self, job: Job, chunk: int, threads: int):
        self.job, self.chunk = job, chunk
        self.first, self.setting, axes = computed(job)
        self.form = form_of(job, self.setting, axes, self.first)
        self.threads = 1 if job.neurons * chunk < _ALONE else threads
        self.bound = self._bound(_begin_at_zero(self.first))

    def _bound(self, zero: tuple[bool, ...] = ()) -> Bound:
        """Return the kernel with its numbers; ``zero`` says which of the carried ones are 0."""
        job, inputs = self.job, self.form.inputs(self.setting)
        extent = Extent(job.neurons, self.chunk, job.every, job.of)
        return Bound(self.form.kernel(job.neurons, job.dtype, inputs, zero), inputs, extent, job.dtype, self.threads)

    def init(self) -> Carry:
        return self.first

    def run(self, carry: Carry, start: int, steps: int, into: Rows | None = None) -> tuple[Carry, Chunk]:
        columns = columns_of(carry)
        if any(columns[k].any() for k in self.bound.kernel.roles.still):  # it was taken for 0, and this run begins elsewhere
            self.bound = self._bound()
        rows = [into[name] for name in self.job.record] if into is not None and self.job.of is None else None
        after = with_columns(carry, self.bound.advance(columns, start, steps, rows))
        traces = dict(zip(self.job.record, rows or self.bound.rows(steps // self.job.every), strict=True))
        return after, Chunk(self.bound.events(start, steps), traces)
