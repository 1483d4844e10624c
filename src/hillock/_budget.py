"""Whether a run fits into memory, counted before it begins."""

from functools import partial

import jax
import numpy as np

from hillock import _memory
from hillock.dialects import AbstractStep
from hillock.engines import AbstractEngine, Job
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
        _check_bytes(0.0, neurons, 3 * np.dtype(dtype).itemsize * len(jax.tree.leaves(step.init())), (), 1)


def predict_bytes(job: Job, engine: AbstractEngine, steps: int) -> float:
    """Return the memory that a run takes, its traces included, its spikes (12 bytes each) not."""
    rows = steps // job.every * job.every * job.row_bytes
    return rows + job.neurons * engine.bytes_per_neuron(job, _variables(job.step, job.stimulus, job.dtype))


def _variables(step: AbstractStep, stimulus: AbstractStimulus, dtype: str) -> int:
    """Return the bytes of one neuron's state, memory of the stimulus included."""
    return np.dtype(dtype).itemsize * len(jax.tree.leaves(step.init())) + 8 * len(jax.tree.leaves(stimulus.init()))


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
