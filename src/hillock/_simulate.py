"""The one entry: checks everything, chooses an engine, runs in chunks, returns a Recording."""

import warnings
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from tqdm import tqdm

from hillock import _memory
from hillock._param import Parametrized, parameters, population_size
from hillock._time import check_dt, milliseconds, whole_steps
from hillock._trace import dependence
from hillock._types import Tree
from hillock.cells import AbstractCell
from hillock.dialects import AbstractStep, Dialect, DialectStep, find
from hillock.engines import AbstractEngine, Carry, Job, Scan
from hillock.engines.scan import trace
from hillock.integrators import AbstractIntegrator
from hillock.preflight import doubts
from hillock.provenance import describe_run
from hillock.random import Key, make_key
from hillock.recording import End, Recording
from hillock.stimuli import AbstractLimited, AbstractStimulus, Moment
from hillock.surrogates import AbstractSurrogate, Hard

_CHUNK_BYTES = 32_000_000  # of output per chunk: large enough to hide the host's work, small enough to answer Ctrl-C
_CHUNK_STEPS = 16_384
_MOST_STEPS = 2**31 - 1  # steps are 32-bit integers in every engine


class SimulationError(RuntimeError):
    """A run that failed while running."""


def simulate(
    model: AbstractCell | AbstractStep,
    stimulus: AbstractStimulus,
    *,
    duration: float | str,
    dt: float | str,
    record: Sequence[str] = (),
    every: int = 1,
    neurons: int | None = None,
    key: int | None = None,
    dialect: str | Dialect | None = None,
    integrator: AbstractIntegrator | None = None,
    engine: str | AbstractEngine = "auto",
    dtype: str | None = None,
    surrogate: AbstractSurrogate | None = None,
    start: End | None = None,
    progress: bool = False,
    check_finite: bool = True,
) -> Recording:
    """Simulate a neuron, or a population of unconnected ones, on a current.

    Works on plain numbers and arrays, and inside ``jax.jit``, ``grad`` and ``vmap``; there the traces and ``spike_train`` of the
    recording are traced arrays.

    Args:
        model: a cell, or a replica from a dialect's file.
        stimulus: the input current.
        duration, dt: ms, or text such as ``"1 s"``; the duration is a whole number of steps.
        record: names of traces: variables of the cell, ``"i"`` (the input), ``"threshold"``.
        every: record traces every so many steps. Spikes are always recorded, all of them.
        neurons: how many; by default as many as the per-neuron parameters say, or one.
        key: whole number that names the random numbers; required if the stimulus is random.
        dialect: the order of a step, see ``hillock.dialects``; ``"hillock"`` by default.
        integrator: in place of the dialect's.
        engine: ``"auto"``, ``"scan"`` or an engine.
        dtype: ``"float32"`` or ``"float64"``; the dialect's by default.
        surrogate: what stands for the derivative of a spike under ``jax.grad``.
        start: ``rec.end`` of a run to continue.
        progress: show a bar on runs longer than a second.
        check_finite: stop with an error when a state is no longer a finite number.

    Returns:
        The recording. If interrupted by Ctrl-C, what was recorded until then, with ``complete=False``.

    Raises:
        ValueError: an argument is wrong; the message says which and what to do.
        SimulationError: a state became infinite or not a number.

    """
    dt, duration = check_dt(milliseconds(dt, "dt")), milliseconds(duration, "duration")
    steps = _positive_steps(duration, dt)
    step = bind(model, dialect, integrator)
    _check_stimulus(stimulus, dt, duration if start is None else duration + start.step * dt)
    check_grid((step, stimulus), dt)
    n = population_size({"model": step, "stimulus": stimulus}, neurons)
    record = _check_record(record, step)
    traced = _is_traced((step, stimulus, start.carry if start else None))
    working = _dtype(dtype, step.dialect, (step, stimulus), traced)
    job = Job(
        step=step,
        stimulus=stimulus,
        neurons=n,
        dt=dt,
        key=_key(key, stimulus, dt),
        dtype=working,
        record=record,
        every=_check_every(every),
        surrogate=surrogate or Hard(),
        chunk=_chunk(n, len(record), every),
    )
    if traced:
        return _simulate_traced(job, steps, start)
    _check_memory(job, steps)
    for doubt in doubts(step, stimulus, dt, duration):
        warnings.warn(doubt, stacklevel=2)
    chosen, reason = _engine(engine)
    return _run(job, chosen, steps, start, progress, check_finite, describe_run(job, steps, key, chosen.name, reason))


def _run(
    job: Job, engine: AbstractEngine, steps: int, start: End | None, progress: bool, check_finite: bool, provenance: dict[str, Any]
) -> Recording:
    """Run in chunks on the host and put the pieces together."""
    carry = engine.init(job)
    first = 0
    if start is not None:
        carry, first = _resume(start, carry), start.step
    traces = {name: np.empty((steps // job.every, job.neurons), job.dtype) for name in job.record}
    at, who = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    done, complete = 0, True
    bar = tqdm(total=steps, unit="step", unit_scale=True, disable=not progress, delay=1.0, leave=False)
    try:
        while done < steps:
            now = min(job.chunk, steps - done)
            before = carry
            carry, chunk = engine.run(job, before, first + done, now)
            if check_finite and not _is_finite(carry):
                _report_non_finite(job, engine, before, first + done, now)
            steps_in_chunk, neurons = np.nonzero(np.asarray(chunk.spikes))
            at.append(steps_in_chunk + first + done)
            who.append(neurons)
            for name, rows in chunk.traces.items():
                traces[name][done // job.every :][: len(rows)] = rows
            done += now
            bar.update(now)
    except KeyboardInterrupt:
        complete = False
        warnings.warn(f"Interrupted after {done * job.dt:g} of {steps * job.dt:g} ms; the recording holds those.", stacklevel=3)
    finally:
        bar.close()
    return Recording(
        spike_steps=np.concatenate(at),
        spike_neurons=np.concatenate(who).astype(np.int32),
        traces={name: rows[: done // job.every] for name, rows in traces.items()},
        steps=done,
        dt=job.dt,
        neurons=job.neurons,
        every=job.every,
        stamp=job.step.dialect.stamp,
        first_step=first,
        units=units(job.step, job.record),
        provenance=provenance,
        complete=complete,
        end=End(first + done, carry),
    )


def _simulate_traced(job: Job, steps: int, start: End | None) -> Recording:
    first = start.step if start else 0
    carry, spikes, traces = trace(job, start.carry if start else None, first, steps)
    none = np.zeros(0, np.int64)
    return Recording(
        none,
        none,
        traces,
        steps,
        job.dt,
        job.neurons,
        every=job.every,
        stamp=job.step.dialect.stamp,
        first_step=first,
        units=units(job.step, job.record),
        end=End(first + steps, carry),
        dense=spikes > 0 if isinstance(job.surrogate, Hard) else spikes,  # truth values have no derivative to be silently 0
    )


def units(step: AbstractStep, names: Sequence[str]) -> dict[str, str]:
    """Return the unit of each trace: the prefix of its name tells (style: ``v_`` mV, ``i_`` nA, ...)."""
    by_name = {"v": "mV", "i": "nA", "theta": "mV", "threshold": "mV", "w": "nA"}
    return {name: by_name.get(name, "1") for name in names}


# Checks, each one sentence, all before any work.


def _positive_steps(duration: float, dt: float) -> int:
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


def _check_stimulus(stimulus: Any, dt: float, duration: float) -> None:
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
            if declared.on_grid and not isinstance(value, jax.core.Tracer):
                whole_steps(np.asarray(value), dt, where)


def _check_record(record: Sequence[str], step: AbstractStep) -> tuple[str, ...]:
    if isinstance(record, str):
        raise TypeError(f"record must be a list of names, got {record!r}. Write record=[{record!r}].")
    known = (*step.recordable(), "i")
    for name in record:
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"{name!r} cannot be recorded.{hint} This model shows {', '.join(known)}.")
    return tuple(dict.fromkeys(record))


def _check_every(every: int) -> int:
    if every < 1 or every != int(every):
        raise ValueError(f"every must be a whole number ≥ 1, got {every}.")
    return int(every)


def _dtype(asked: str | None, dialect: Dialect, trees: Tree, traced: bool) -> str:
    if asked not in (None, "float32", "float64"):
        raise ValueError(f"dtype must be 'float32' or 'float64', got {asked!r}.")
    if not traced:
        return asked or dialect.dtype
    leaves = [leaf for leaf in jax.tree.leaves(trees) if isinstance(leaf, jax.core.Tracer)]
    found = str(jnp.result_type(*[leaf for leaf in leaves if jnp.issubdtype(leaf.dtype, jnp.floating)], jnp.float32))
    if asked == "float64" and not jax.config.jax_enable_x64:  # type: ignore[attr-defined]
        raise ValueError("dtype='float64' inside jit, grad or vmap needs jax.config.update('jax_enable_x64', True).")
    return asked or found


def _key(key: int | None, stimulus: AbstractStimulus, dt: float) -> Key:
    if key is not None:
        return make_key(key)
    if _is_random(stimulus, dt):
        raise ValueError(f"{type(stimulus).__name__} draws random numbers. Pass key=1, or any other whole number, to name them.")
    return make_key(0)


def _is_random(stimulus: AbstractStimulus, dt: float) -> bool:
    """Return whether a stimulus looks at the key, which tracing it shows."""

    def sample(key: Key, step: Any) -> Tree:
        return stimulus.sample(stimulus.init(), Moment(step, dt, key, step))

    return bool(dependence(sample, make_key(0), np.int32(0))[:, :2].any())


def _is_traced(tree: Tree) -> bool:
    return any(isinstance(leaf, jax.core.Tracer) for leaf in jax.tree.leaves(tree))


def _engine(engine: str | AbstractEngine) -> tuple[AbstractEngine, str]:
    if isinstance(engine, AbstractEngine):
        return engine, "asked for"
    if engine == "auto":
        return Scan(), "the only engine"
    if engine == Scan.name:
        return Scan(), "asked for"
    raise ValueError(f"No engine named {engine!r}. Choose auto or scan.")


def _chunk(neurons: int, traces: int, every: int) -> int:
    row = neurons * (1 + 8 * traces / every)
    return max(every, int(min(_CHUNK_STEPS, _CHUNK_BYTES / row)) // every * every)


def _check_memory(job: Job, steps: int) -> None:
    wanted = len(job.record) * (steps // job.every) * job.neurons * np.dtype(job.dtype).itemsize
    there = _memory.physical_memory()
    if wanted > 0.8 * there:
        raise ValueError(
            f"Recording {', '.join(job.record)} needs {wanted / 1e9:.1f} GB and this machine has {there / 1e9:.1f} GB. "
            f"Record every {int(np.ceil(job.every * wanted / (0.4 * there)))} steps, fewer names, or a shorter run."
        )


def _is_finite(carry: Carry) -> bool:
    return all(np.isfinite(np.asarray(leaf)).all() for leaf in jax.tree.leaves(carry.state) if jnp.issubdtype(leaf.dtype, jnp.floating))


def _report_non_finite(job: Job, engine: AbstractEngine, carry: Carry, first: int, steps: int) -> None:
    """Find the first bad step of a chunk by bisection and raise."""
    good, bad = 0, steps
    while bad - good > 1:
        middle = (good + bad) // 2
        reached, _ = engine.run(job, carry, first, middle)
        good, bad = (middle, bad) if _is_finite(reached) else (good, middle)
    reached, _ = engine.run(job, carry, first, bad)
    for path, leaf in jax.tree_util.tree_leaves_with_path(reached.state):
        values = np.asarray(leaf)
        wrong = ~np.isfinite(values) if values.dtype.kind == "f" else np.zeros(1, bool)
        if wrong.any():
            step, name, who = first + bad - 1, jax.tree_util.keystr(path[-1:], simple=True), int(np.argmax(wrong))
            raise SimulationError(
                f"{name} of neuron {who} became {values[who]} in step {step} (t = {step * job.dt:g} ms). "
                "Use a smaller dt, check the parameters and the size of the input."
            )


def _resume(start: End, fresh: Carry) -> Carry:
    shapes = [[(np.shape(leaf), str(leaf.dtype)) for leaf in jax.tree.leaves(carry)] for carry in (start.carry, fresh)]
    if shapes[0] != shapes[1] or jax.tree.structure(start.carry) != jax.tree.structure(fresh):
        raise ValueError("start is the end of another model: its variables, number of neurons or dtype differ.")
    return start.carry
