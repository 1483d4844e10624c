"""A neuron, or a population of unconnected ones: checked, then run by the engine that fits."""

from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from typing import Any

import jax

from hillock._budget import check_memory
from hillock._checks import (
    bind,
    check_every,
    check_exact,
    check_grid,
    check_neurons,
    check_of,
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
from hillock._population import population_size
from hillock._simulate._checkpoint import require_structure
from hillock._simulate._population_run import run_in_chunks, run_traced
from hillock._trace import is_traced
from hillock.dialects import Dialect, DialectStep
from hillock.engines import AbstractEngine, AbstractRun, Exact, Job, Scan, Simd
from hillock.integrators import AbstractIntegrator
from hillock.lowering import Unsupported
from hillock.preflight import doubts, warn_once
from hillock.provenance import describe_run
from hillock.recording import End, Recording
from hillock.surrogates import AbstractSurrogate


def simulate_population(
    model: Any,
    stimulus: Any,
    *,
    duration: float,
    dt: float,
    record: Sequence[str],
    every: int,
    of: Iterable[int] | None,
    neurons: int | None,
    key: int | None,
    dialect: str | Dialect | None,
    integrator: AbstractIntegrator | None,
    engine: AbstractEngine | None,
    dtype: str | None,
    surrogate: AbstractSurrogate | None,
    start: Any,
    progress: bool,
    check_finite: bool,
    check: str | None,
) -> Recording:
    """Return the recording of a population; ``simulate`` describes the arguments."""
    steps = count_steps(duration, dt)
    first = check_start(start, steps)
    step = bind(model, dialect, integrator)
    check_stimulus(stimulus, dt, duration + first * dt)
    exact = isinstance(engine, Exact)
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
        check_traceable(engine)
        require_structure(start)
        return run_traced(job, steps, start)
    check_memory(job, engine or Simd(), steps)
    warn_once(doubts(step, stimulus, dt, duration, about=("units", "drive") if exact else ("units", "steps", "drive")))

    def main(job: Job) -> Recording:
        run, name, reason = _open(job, engine)
        return run_in_chunks(job, run, steps, start, progress, check_finite, describe_run(job, steps, key, name, reason))

    def again(job: Job, other: AbstractEngine | None, steps: int, start: End | None) -> Recording:
        check_memory(job, other or Simd(), steps)
        return run_in_chunks(job, _open(job, other)[0], steps, start, progress, check_finite, {})

    return main(job) if check is None else checked(job, steps, main, again)


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
