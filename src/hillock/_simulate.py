"""The one entry: checks everything, chooses an engine, runs in chunks, returns a Recording."""

import warnings
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from os import PathLike
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from tqdm import tqdm

from hillock._budget import check_memory
from hillock._checkpoint import require_structure
from hillock._checks import (
    bind,
    check_engine,
    check_every,
    check_exact,
    check_grid,
    check_neurons,
    check_of,
    check_plain,
    check_record,
    check_start,
    check_stimulus,
    check_surrogate,
    check_traceable,
    choose_dtype,
    choose_key,
    count_steps,
)
from hillock._errors import check_check, checked
from hillock._failure import SimulationError
from hillock._gathering import Gathering, shown_units
from hillock._population import population_size
from hillock._simulate_network import refuse_for_networks, simulate_network
from hillock._time import check_dt, milliseconds
from hillock._trace import is_traced
from hillock.cells import AbstractCell
from hillock.dialects import AbstractStep, Dialect, DialectStep
from hillock.engines import AbstractEngine, AbstractRun, Carry, Chunk, Exact, Job, RunawayError, Scan, Simd
from hillock.engines.scan import trace
from hillock.integrators import AbstractIntegrator
from hillock.lowering import Unsupported
from hillock.network import Network
from hillock.preflight import doubts, warn_once
from hillock.provenance import describe_run
from hillock.recording import End, NetworkEnd, NoEvents, Recording
from hillock.recording._carried import structured
from hillock.stimuli import AbstractStimulus
from hillock.surrogates import AbstractSurrogate, Hard


def simulate(
    model: AbstractCell | AbstractStep | Network,
    stimulus: AbstractStimulus | None = None,
    *,
    duration: float | str,
    dt: float | str,
    record: Sequence[str] | Mapping[str, Sequence[str]] = (),
    every: int = 1,
    of: Iterable[int] | Mapping[str, Iterable[int]] | None = None,
    neurons: int | None = None,
    key: int | None = None,
    dialect: str | Dialect | None = None,
    integrator: AbstractIntegrator | None = None,
    engine: str | AbstractEngine = "auto",
    dtype: str | None = None,
    surrogate: AbstractSurrogate | None = None,
    start: End | NetworkEnd | str | PathLike[str] | None = None,
    store: str | PathLike[str] | None = None,
    progress: bool = False,
    check_finite: bool = True,
    check: str | None = None,
) -> Any:
    """Simulate a neuron, or a population of unconnected ones, on a current.

    Works on plain numbers and arrays, and inside ``jax.jit``, ``grad`` and ``vmap``; there the traces and ``spike_train`` of the
    recording are traced arrays.

    Args:
        model: a cell, or a replica from a dialect's file.
        stimulus: the input current.
        duration, dt: ms, or text such as ``"1 s"``; the duration is a whole number of steps.
        record: names of traces: variables of the cell, ``"i"`` (the input), ``"threshold"``.
        every: record traces every so many steps. Spikes are always recorded, all of them.
        of: neurons whose traces are recorded, such as ``[0, 7]`` or ``range(10)``; all by default.
        neurons: how many; by default as many as the per-neuron parameters say, or one.
        key: whole number that names the random numbers; required if the stimulus is random.
        dialect: the order of a step, see ``hillock.dialects``; ``"hillock"`` by default.
        integrator: in place of the dialect's.
        engine: ``"auto"``, ``"simd"``, ``"scan"``, ``"exact"`` (spikes at real times, no error of the grid) or an engine, such as
            ``hillock.engines.Simd(threads=1)``.
        dtype: ``"float32"`` or ``"float64"``; the dialect's by default.
        surrogate: what stands for the derivative of a spike under ``jax.grad``.
        start: ``rec.end`` of a run to continue; of a network's, the path of a file or folder that holds it as well.
        store: a folder into which the recording of a network is written while the run goes on, in pieces that outlive a crash, so that it may be larger
            than memory; to go on with a run in it, pass it as ``start`` too.
        progress: show a bar on runs longer than a second, and before a network what it takes.
        check_finite: stop with an error when a state is no longer a finite number.
        check: ``"exact"`` puts the errors of the run into ``rec.errors``: it is solved once more, with spikes at real times, or, where
            the model is a rule of steps, with dt/256.

    Returns:
        The recording. If interrupted by Ctrl-C, what was recorded until then, with ``complete=False`` and without errors.

    Raises:
        ValueError: an argument is wrong; the message says which and what to do.
        SimulationError: a state became infinite or not a number.

    """
    check_plain(dt, "dt")
    check_plain(duration, "duration")
    dt, duration = check_dt(milliseconds(dt, "dt")), milliseconds(duration, "duration")
    if isinstance(model, Network):
        refuse_for_networks(stimulus=stimulus, neurons=neurons, check=check)
        return simulate_network(
            model,
            duration=duration,
            dt=dt,
            record=record or {},  # type: ignore[arg-type]
            every=every,
            of=of,  # type: ignore[arg-type]
            key=key,
            dialect=dialect,
            integrator=integrator,
            engine=check_engine(engine),
            dtype=dtype,
            surrogate=surrogate,
            start=start,  # type: ignore[arg-type]
            progress=progress,
            check_finite=check_finite,
            store=store,
        )
    if store is not None:
        raise ValueError("store is for networks. Simulate hk.Network({'cells': hk.Population(cell, n)}), or use rec.save.")
    steps = count_steps(duration, dt)
    first = check_start(start, steps)
    step = bind(model, dialect, integrator)
    check_stimulus(stimulus, dt, duration + first * dt)
    chosen = check_engine(engine)
    exact = isinstance(chosen, Exact)
    if exact:
        check_exact(dtype, integrator, surrogate)
    check_grid((stimulus,) if exact else (step, stimulus), dt)
    n = population_size(step, stimulus, neurons=check_neurons(neurons))
    record = check_record(record, step)
    every = check_every(every, record, steps)
    traced = is_traced(step, stimulus, key, start.carry if start else None)
    working = "float64" if exact else choose_dtype(dtype, step.dialect, (step, stimulus), traced)
    job = Job(
        step=step,
        stimulus=stimulus,
        neurons=n,
        dt=dt,
        key=choose_key(key, stimulus, dt),
        dtype=working,
        record=record,
        every=every,
        of=check_of(of, n),
        surrogate=check_surrogate(surrogate),
    )
    check_check(check, traced, start, exact)
    if traced:
        check_traceable(chosen)
        require_structure(start)
        return _simulate_traced(job, steps, start)
    check_memory(job, chosen or Simd(), steps)
    warn_once(doubts(step, stimulus, dt, duration, about=("units", "drive") if exact else ("units", "steps", "drive")))

    def main(job: Job) -> Recording:
        run, name, reason = _open(job, chosen)
        return _run(job, run, steps, start, progress, check_finite, describe_run(job, steps, key, name, reason))

    def again(job: Job, engine: AbstractEngine | None, steps: int, start: End | None) -> Recording:
        check_memory(job, engine or Simd(), steps)
        return _run(job, _open(job, engine)[0], steps, start, progress, check_finite, {})

    return main(job) if check is None else checked(job, steps, main, again)


def _run(job: Job, run: AbstractRun, steps: int, start: End | None, progress: bool, check_finite: bool, provenance: dict[str, Any]) -> Recording:
    """Run in chunks on the host and put the pieces together."""
    carry = run.init()
    first = 0
    if start is not None:
        carry, first = _resume(start, carry, job.dt), start.step
    gathering = Gathering(job.neurons, job, job.dt, steps, first)
    done, complete = 0, True
    bar = tqdm(total=steps, unit="step", unit_scale=True, disable=not progress, delay=1.0, leave=False)
    try:
        while done < steps:
            now = min(run.chunk, steps - done)
            after, chunk = _advance(run, carry, first + done, now)
            if check_finite and not _is_finite(after):
                _report_non_finite(job, run, carry, first + done, now)
            gathering.add(chunk, done, now)
            carry, done = after, done + now
            bar.update(now)
    except KeyboardInterrupt:
        complete = False
        bar.close()  # so that the warning has a line of its own
        warnings.warn(f"Interrupted after {done * job.dt:g} of {steps * job.dt:g} ms; the recording holds those.", stacklevel=3)
    finally:
        bar.close()
    return gathering.recording(done, complete, provenance, End(first + done, carry, job.dt))


def _advance(run: AbstractRun, carry: Carry, start: int, steps: int) -> tuple[Carry, Chunk]:
    try:
        return run.run(carry, start, steps)
    except RunawayError as error:
        raise SimulationError(str(error)) from None


def _simulate_traced(job: Job, steps: int, start: End | None) -> Recording:
    first = start.step if start else 0
    carry, spikes, traces = trace(job, start.carry if start else None, first, steps)
    events: Any = NoEvents()
    return Recording(
        events,
        events,
        traces,  # type: ignore[arg-type]
        steps,
        job.dt,
        job.neurons,
        every=job.every,
        stamp=job.step.dialect.stamp,
        first_step=first,
        of=None if job.of is None else np.array(job.of),
        units=shown_units(job),
        end=End(first + steps, carry, job.dt),
        dense=spikes > 0 if isinstance(job.surrogate, Hard) else spikes,  # truth values have no derivative to be silently 0
    )


def _open(job: Job, engine: AbstractEngine | None) -> tuple[AbstractRun, str, str]:
    """Return a run, the name of its engine, and why it is that one."""
    if engine is not None:
        return _open_asked(job, engine), engine.name, "asked for"
    if not _on_cpu():
        return Scan().open(job), Scan.name, f"JAX runs on {jax.default_backend()}"
    try:
        return Simd().open(job), Simd.name, "the fastest on a CPU"
    except Unsupported as reason:
        return Scan().open(job), Scan.name, f"simd cannot run it: {reason}"


def _on_cpu() -> bool:
    """Return whether JAX has nothing better than a CPU; it is not started to find out where nothing else is installed."""
    return not any(map(find_spec, ("jax_plugins", "libtpu"))) or jax.default_backend() == "cpu"


def _open_asked(job: Job, engine: AbstractEngine) -> AbstractRun:
    try:
        return engine.open(job)
    except Unsupported as reason:
        model = job.step.cell if isinstance(job.step, DialectStep) else job.step
        raise ValueError(f"The engine {engine.name} cannot run {type(model).__name__}: {reason} Use engine='scan'.") from None


def _is_finite(carry: Carry) -> bool:
    return all(np.isfinite(np.asarray(leaf)).all() for leaf in jax.tree.leaves(carry.state) if jnp.issubdtype(leaf.dtype, jnp.floating))


def _report_non_finite(job: Job, run: AbstractRun, carry: Carry, first: int, steps: int) -> None:
    """Find the first bad step of a chunk by bisection and raise."""
    good, bad = 0, steps
    while bad - good > 1:
        middle = (good + bad) // 2
        reached, _ = run.run(carry, first, middle)
        good, bad = (middle, bad) if _is_finite(reached) else (good, middle)
    reached, _ = run.run(carry, first, bad)
    for path, leaf in jax.tree_util.tree_leaves_with_path(reached.state):
        values = np.asarray(leaf)
        wrong = ~np.isfinite(values) if values.dtype.kind == "f" else np.zeros(1, bool)
        if wrong.any():
            step, name, who = first + bad - 1, jax.tree_util.keystr(path[-1:], simple=True), int(np.argmax(wrong))
            raise SimulationError(
                f"{name} of neuron {who} became {values[who]} in step {step} (t = {step * job.dt:g} ms). "
                "Use a smaller dt, or ExponentialEuler for a stiff cell; check the parameters and the size of the input."
            )


def _resume(start: End, fresh: Carry, dt: float) -> Carry:
    if start.dt != dt:
        raise ValueError(f"start is the end of a run at dt = {start.dt:g} ms, and this one has dt = {dt:g} ms. Use the same dt.")
    return structured(start.carry, fresh)
