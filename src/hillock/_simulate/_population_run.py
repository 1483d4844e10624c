"""The loop around a population's steps: chunks, progress, Ctrl-C, and the step in which a state runs away."""

import warnings
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from tqdm import tqdm

from hillock._simulate._failure import SimulationError
from hillock._simulate._gathering import Gathering, shown_units
from hillock.engines import AbstractRun, Carry, Chunk, Job, Rows, RunawayError
from hillock.engines.scan import trace
from hillock.recording import End, NoEvents, Recording
from hillock.recording._carried import structured
from hillock.surrogates import Hard


def run_in_chunks(
    job: Job, run: AbstractRun, steps: int, start: End | None, progress: bool, check_finite: bool, provenance: dict[str, Any]
) -> Recording:
    """Run in chunks on the host and put the pieces together."""
    carry = run.init()
    first = 0
    if start is not None:
        carry, first = _resume(start, carry, job.dt), start.step
    gathering = Gathering(job.neurons, job, job.dt, steps, first, job.step.dialect.stamp)
    done, complete = 0, True
    bar = tqdm(total=steps, unit="step", unit_scale=True, disable=not progress, delay=1.0, leave=False)
    try:
        while done < steps:
            now = min(run.chunk, steps - done)
            after, chunk = _advance(run, carry, first + done, now, gathering.room(done, now))
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


def _advance(run: AbstractRun, carry: Carry, start: int, steps: int, into: Rows) -> tuple[Carry, Chunk]:
    try:
        return run.run(carry, start, steps, into)
    except RunawayError as error:
        raise SimulationError(str(error)) from None


def run_traced(job: Job, steps: int, start: End | None) -> Recording:
    """Return the recording of a run on traced values."""
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
