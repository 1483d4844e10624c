"""Whether a run fits into memory, counted before it begins."""

import shutil
import sys
from functools import partial
from pathlib import Path
from typing import NamedTuple

import jax
import numpy as np
from tqdm import tqdm

from hillock import _memory
from hillock._trace import zeros_of
from hillock.connections import AbstractValue, LogNormal, Normal, Uniform
from hillock.dialects import AbstractReceivingStep, AbstractStep
from hillock.engines import AbstractEngine, Job, Simd
from hillock.engines.network import NetworkJob, Wire
from hillock.engines.simd import processors
from hillock.stimuli import AbstractStimulus

_MOST_MEMORY = 0.8  # of the machine's
_MANY = 64  # variables: more than any neuron has


def check_memory(job: Job, engine: AbstractEngine, steps: int) -> None:
    """Raise ValueError if what a run holds at once, counted beforehand, does not fit into memory."""
    rows = steps // job.every * job.every * job.row_bytes
    per_neuron = partial(engine.bytes_per_neuron, job)
    if rows + job.neurons * per_neuron(8 * _MANY) <= _MOST_MEMORY * _memory.physical_memory():
        return  # without having looked at a state, which costs a tenth of a short run
    _check_bytes(rows, job.neurons, per_neuron(_variables(job.step, job.stimulus, job.dtype)), job.record, job.every)


def check_states(step: AbstractStep, neurons: int, dtype: str) -> None:
    """Raise ValueError if the states of a population do not fit into memory."""
    if 3 * 8 * _MANY * neurons > _MOST_MEMORY * _memory.physical_memory():
        _check_bytes(0.0, neurons, 3 * np.dtype(dtype).itemsize * len(jax.tree.leaves(zeros_of(step.init))), (), 1)


def predict_bytes(job: Job, engine: AbstractEngine, steps: int) -> float:
    """Return the memory that a run takes, its traces included, its spikes (12 bytes each) not."""
    rows = steps // job.every * job.every * job.row_bytes
    return rows + job.neurons * engine.bytes_per_neuron(job, _variables(job.step, job.stimulus, job.dtype))


def _variables(step: AbstractStep, stimulus: AbstractStimulus, dtype: str) -> int:
    """Return the bytes of one neuron's state, memory of the stimulus included."""
    return np.dtype(dtype).itemsize * len(jax.tree.leaves(zeros_of(step.init))) + 8 * len(jax.tree.leaves(zeros_of(stimulus.init)))


def _check_bytes(rows: float, neurons: int, per_neuron: float, record: tuple[str, ...], every: int) -> None:
    working, there = neurons * per_neuron, _memory.physical_memory()
    if rows + working <= _MOST_MEMORY * there:
        return
    this = f"and this machine has {there / 1e9:.3g} GB"
    if rows < working:
        most = int(neurons * _MOST_MEMORY * there / (rows + working))
        raise ValueError(f"{neurons} neurons need {(rows + working) / 1e9:.3g} GB {this}. Simulate at most {most} at once.")
    fewer = int(np.ceil(every * rows / (0.5 * _MOST_MEMORY * there)))
    advice = f"Record every {fewer} steps, fewer names, or a shorter run."
    raise ValueError(f"Recording {', '.join(record)} needs {rows / 1e9:.3g} GB {this}. {advice}")


_AT_ONCE = 2**26  # bytes of what a network holds at once on its way out: traces, masks of spikes, a piece for the disk
_STATES = 5  # copies: as a run began, before and after a chunk, inside the kernels, in the end
_MAKING = 2**20 * 64  # bytes that a thread takes to make connections


class Budget(NamedTuple):
    """Bytes that a run of a network takes; spikes, 12 each in memory and on disk, are not counted."""

    states: float
    connections: tuple[float, ...]
    traces: float
    history: float
    disk: float

    @property
    def memory(self) -> float:
        """All that is in memory at once."""
        return self.states + sum(self.connections) + self.traces + self.history

    def __str__(self) -> str:
        kinds = {"states": self.states, "connections": sum(self.connections), "traces": self.traces, "spikes on their way": self.history}
        listed = ", ".join(f"{name} {_size(value)}" for name, value in kinds.items())
        disk = f"; disk: {_size(self.disk)}" if self.disk else ""
        return f"memory: {_size(self.memory)} ({listed}){disk}; and 12 bytes for each spike"


def predict_network(job: NetworkJob, engine: AbstractEngine | None, steps: int, stored: bool, most: bool = False) -> Budget:
    """Return what a run of a network takes, in memory or streamed to disk; or ``most`` it could, were its neurons as large as any."""
    threads = (engine.threads if isinstance(engine, Simd) else None) or processors()
    jobs = [member.job for member in job.members if member.job is not None]
    states = sum(one.neurons * _STATES * (8 * _MANY if most else _variables(one.step, one.stimulus, one.dtype)) for one in jobs)
    row = sum(one.row_bytes for one in jobs)
    rows = steps // job.every * job.every * row
    neurons = sum(member.n for member in job.members)
    held = min(rows, _AT_ONCE + job.every * row)  # a chunk of the engine's
    reach = max((_longest(wire, job.dt) for wire in job.wires), default=0.0)
    sums = sum(one.neurons * _ports(one) for one in jobs)
    history = neurons * (4.0 * (reach + 32) + 4) + 32.0 * sums * np.dtype(job.dtype).itemsize + min(neurons * steps / 8, _AT_ONCE)
    connections = tuple(_connections(job, wire, 2 if sums <= 2**16 * threads else 4, threads) for wire in job.wires)
    end = states / _STATES + 12.0 * neurons
    return Budget(states, connections, 2 * held if stored else rows + held, history, rows + end if stored else 0.0)


def check_network(job: NetworkJob, engine: AbstractEngine | None, steps: int, folder: Path | None, progress: bool) -> None:
    """Raise ValueError if a run of a network does not fit into memory, or onto the disk that it is streamed to; tell what it takes, if asked to."""
    there = _memory.physical_memory()
    free = shutil.disk_usage(folder.parent).free if folder is not None and folder.parent.is_dir() else float("inf")
    budget = predict_network(job, engine, steps, folder is not None, most=True)
    if budget.memory <= _MOST_MEMORY * there and budget.disk <= free and not progress:
        return  # without having looked at a state, see check_memory
    budget = predict_network(job, engine, steps, folder is not None)
    if budget.memory > _MOST_MEMORY * there:
        raise ValueError(_too_much(job, budget, there))
    if folder is not None and budget.disk > free:
        raise ValueError(
            f"store: the traces need {_size(budget.disk)} and '{folder.parent}' has {_size(free)} left. Record fewer, or store elsewhere."
        )
    if progress:
        tqdm.write(str(budget), file=sys.stderr)


def _too_much(job: NetworkJob, budget: Budget, there: float) -> str:
    """Return the sentence about what takes most."""
    this = f"and this machine has {_size(there)}"
    most = max(range(len(job.wires)), key=lambda k: budget.connections[k], default=0)
    if sum(budget.connections) >= max(budget.states + budget.history, budget.traces):
        wire = job.wires[most]
        number, needed = wire.connect.synapses(*job.sizes(wire)), budget.connections[most]
        return f"{wire.where}: {number:.3g} connections need {_size(needed)}, of {_size(budget.memory)} in all, {this}. Make fewer."
    if budget.traces >= budget.states + budget.history:
        names = ", ".join(
            f"{', '.join(member.job.record)} of {member.name}" for member in job.members if member.job is not None and member.job.record
        )
        return f"Recording {names} needs {_size(budget.traces)} {this}. Record every so many steps, some neurons (of=), or to disk (store='run')."
    neurons = sum(member.n for member in job.members)
    return f"{neurons} neurons need {_size(budget.states + budget.history)} {this}. Simulate fewer, or shorten the delays."


def _connections(job: NetworkJob, wire: Wire, index: int, threads: int) -> float:
    """Return the bytes of the connections of a projection, and of making them."""
    sources, _, _ = job.sizes(wire)
    number = wire.connect.synapses(*job.sizes(wire))
    each = index + (np.dtype(job.dtype).itemsize if isinstance(wire.weight, AbstractValue) or np.ndim(wire.weight) else 0)
    delays = max(1.0, _longest(wire, job.dt) - job.shortest(wire) + 1)
    return 1.05 * number * each + 8.0 * sources * delays * threads + min(64.0 * number, _MAKING * threads)


def _longest(wire: Wire, dt: float) -> float:
    """Return the longest delay of a projection in steps; of a distribution without a bound, what nearly all are below."""
    delay = wire.delay
    if isinstance(delay, int):
        return float(delay)
    if isinstance(delay, Normal | LogNormal):
        ms = min(delay.high, delay.mean + 5 * delay.sd)
    else:
        ms = delay.high if isinstance(delay, Uniform) else np.max(delay, initial=0.0)
    return float(ms) / dt + wire.latency


def _ports(job: Job) -> int:
    return len(job.step.ports()) if isinstance(job.step, AbstractReceivingStep) else 0


def _size(needed: float) -> str:
    for unit, factor in (("GB", 1e9), ("MB", 1e6)):
        if needed >= factor:
            return f"{needed / factor:.3g} {unit}"
    return f"{needed / 1e3:.3g} kB"
