"""What is checked before a run, each mistake in one sentence that says what to do."""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from hillock import _memory
from hillock._param import Parametrized
from hillock._population import neuron_axes, parameters, population_size
from hillock._time import whole_steps
from hillock._trace import dependence, is_traced
from hillock._types import Tree
from hillock.cells import AbstractCell
from hillock.dialects import AbstractStep, Dialect, DialectStep, find
from hillock.engines import Job
from hillock.integrators import AbstractIntegrator
from hillock.random import Key, make_key
from hillock.stimuli import AbstractLimited, AbstractStimulus, Moment

_MOST_STEPS = 2**31 - 1  # steps are 32-bit integers in every engine


def count_steps(duration: float, dt: float) -> int:
    if not (np.isfinite(duration) and duration > 0):
        raise ValueError(f"duration must be > 0 ms and finite, got {duration:g} ms.")
    if duration / dt > _MOST_STEPS:
        raise ValueError(f"duration = {duration:g} ms is {duration / dt:.3g} steps of dt = {dt:g} ms; one run takes at most {_MOST_STEPS}.")
    return int(whole_steps(duration, dt, "duration"))


def bind(model: Any, dialect: str | Dialect | None, integrator: AbstractIntegrator | None) -> AbstractStep:
    """Return the step of a model: a cell in a dialect, or a replica, which brings its own."""
    if isinstance(model, AbstractStep):
        if dialect is not None and find(dialect) != model.dialect:
            raise ValueError(f"{type(model).__name__} is a neuron of the dialect {model.dialect.name} and runs in no other. Leave dialect out.")
        if integrator is not None:
            raise ValueError(f"{type(model).__name__} integrates by its own rule. Leave integrator out.")
        return model
    if not isinstance(model, AbstractCell):
        raise TypeError(f"model must be a cell such as hillock.cells.LIF(), got {model!r}.")
    return find(dialect or "hillock").bind(model, integrator)


def check_stimulus(stimulus: Any, dt: float, duration: float) -> None:
    if not isinstance(stimulus, AbstractStimulus):
        raise TypeError(f"stimulus must be a stimulus such as hillock.stimuli.Constant(0.3), got {stimulus!r}.")
    for part in _parts(stimulus):
        if isinstance(part, AbstractLimited):
            part.check(dt, duration)


def _parts(module: Parametrized) -> Iterator[Parametrized]:
    yield module
    for value in vars(module).values():
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Parametrized):
                yield from _parts(item)


def check_grid(modules: Sequence[Parametrized], dt: float) -> None:
    """Raise TimeError if a time that must be a whole number of steps is not."""
    for module in modules:
        if isinstance(module, DialectStep) and not module.dialect.count.needs_grid():
            continue
        for where, value, declared in parameters(module):
            if declared.on_grid and not is_traced(value):
                whole_steps(np.asarray(value), dt, where)


def check_record(record: Sequence[str], step: AbstractStep) -> tuple[str, ...]:
    if isinstance(record, str):
        raise TypeError(f"record must be a list of names, got {record!r}. Write record=[{record!r}].")
    known = (*step.recordable(), "i")
    for name in record:
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"{name!r} cannot be recorded.{hint} This model shows {', '.join(known)}.")
    return tuple(dict.fromkeys(record))


def check_every(every: int) -> int:
    if every < 1 or every != int(every):
        raise ValueError(f"every must be a whole number ≥ 1, got {every}.")
    return int(every)


def choose_dtype(asked: str | None, dialect: Dialect, trees: Tree, traced: bool) -> str:
    if asked not in (None, "float32", "float64"):
        raise ValueError(f"dtype must be 'float32' or 'float64', got {asked!r}.")
    if not traced:
        return asked or dialect.dtype
    leaves = [leaf for leaf in jax.tree.leaves(trees) if is_traced(leaf)]
    found = str(np.result_type(*[leaf.dtype for leaf in leaves if jnp.issubdtype(leaf.dtype, jnp.floating)], np.float32))
    if asked == "float64" and not jax.config.jax_enable_x64:  # type: ignore[attr-defined]
        raise ValueError("dtype='float64' inside jit, grad or vmap needs jax.config.update('jax_enable_x64', True).")
    return asked or found


def choose_key(key: int | None, stimulus: AbstractStimulus, dt: float) -> Key:
    if key is not None:
        return make_key(key)
    if _is_random(stimulus, dt):
        raise ValueError(f"{type(stimulus).__name__} draws random numbers. Pass key=1, or any other whole number, to name them.")
    return make_key(0)


def _is_random(stimulus: AbstractStimulus, dt: float) -> bool:
    """Return whether a stimulus looks at the key, which tracing it shows."""
    key = make_key(0)
    return bool(dependence(_first_sample, key, np.int32(0), dt, stimulus)[:, : len(key)].any())


def _first_sample(key: Key, step: Any, dt: Any, stimulus: AbstractStimulus) -> Tree:
    def one(stimulus: AbstractStimulus) -> Tree:
        return stimulus.sample(stimulus.init(), Moment(step, dt, key, step))

    return jax.vmap(one, (neuron_axes(stimulus),), axis_size=population_size(stimulus))(stimulus)


def check_memory(job: Job, steps: int) -> None:
    wanted = len(job.record) * (steps // job.every) * job.neurons * np.dtype(job.dtype).itemsize
    there = _memory.physical_memory()
    if wanted > 0.8 * there:
        raise ValueError(
            f"Recording {', '.join(job.record)} needs {wanted / 1e9:.1f} GB and this machine has {there / 1e9:.1f} GB. "
            f"Record every {int(np.ceil(job.every * wanted / (0.4 * there)))} steps, fewer names, or a shorter run."
        )
