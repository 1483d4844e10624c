"""What a run is measured by: its equations in continuous time, or, for a rule of steps, the same step with a much smaller dt."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import jax
import numpy as np
from jaxtyping import Float, Int

from hillock._budget import check_memory
from hillock._checks import check_stimulus, choose_key
from hillock._population import neuron_axes
from hillock._trace import dependence
from hillock.dialects import AbstractStep, Dialect, DialectStep
from hillock.engines import AbstractEngine, Exact, Job
from hillock.integrators import RK4
from hillock.lowering import Unsupported
from hillock.recording import End, Recording

Run = Callable[[Job, AbstractEngine | None, int, End | None], Recording]
"""What runs a job on an engine (None: the fastest) for some steps, from its beginning or from the end of another run."""

HALVED = 256  # dt over the dt that stands for the solution: of an error of first order 1/256 remains unseen
_MOST_STEPS = 2**31 - 1
_PIECE_BYTES = 2e8  # of traces, recorded in every small step, at once


@dataclass(frozen=True, eq=False)
class Solution:
    """The solution of a run.

    Attributes:
        method: exact or halving.
        times, neurons: of the spikes, in time; ms.
        fired_at: the first grid point, counted in steps of the run, at which each spike shows in the potential.
        v: row m is the potential at (m + 1)·dt; None if the model has none.

    """

    method: str
    times: Float[np.ndarray, " spikes"]
    neurons: Int[np.ndarray, " spikes"]
    fired_at: Int[np.ndarray, " spikes"]
    v: Float[np.ndarray, "rows columns"] | None


@dataclass(frozen=True)
class Reference:
    """How the solution of a job is found."""

    job: Job
    method: str

    def solve(self, run: Run, steps: int) -> Solution:
        """Return the solution."""
        if self.method == "halving":
            return _refined(self.job, run, steps, HALVED)
        rec = run(_continuous(self.job), Exact(), steps, None)
        return Solution("exact", rec.spike_times, rec.spike_neurons, rec.spike_steps + 1, rec.traces.get("v"))

    def nearly(self, run: Run, steps: int) -> Solution | None:
        """Return the solution with one halving less, by which it can be seen whether halving leads anywhere; None for the exact one."""
        return _refined(self.job, run, steps, HALVED // 2) if self.method == "halving" else None


def choose_reference(job: Job, run: Run, steps: int) -> Reference:
    """Return how the solution of a job is found.

    Raises:
        ValueError: it cannot be found: another dt would be another model, or another input.

    """
    try:
        Exact().open(replace(job, dtype="float64"))
    except Unsupported:
        _check_halving(job, run, steps)
        return Reference(job, "halving")
    try:
        check_memory(_continuous(job), Exact(), steps)
    except ValueError:
        raise ValueError(
            "check solves the run with v at every step, which does not fit into memory. Pass of=[0] to compare fewer potentials, or check a shorter run."
        ) from None
    return Reference(job, "exact")


def fired_at(rec: Recording, dialect: Dialect) -> Int[np.ndarray, " spikes"]:
    """Return the first row, counted in steps, at which each spike of a recording shows: the next one, where a recorder sees the state before the reset."""
    late = dialect.shows != "after" or dialect.reset_next_step
    return rec.spike_steps + rec.stamp + int(late)


def not_settled(step: AbstractStep, dt: float) -> ValueError:
    """Return what to raise where smaller steps do not lead to a solution."""
    return ValueError(
        f"check cannot tell the error of {_name(step)}: its result goes on changing when dt is halved from {dt:g} ms, so its rule has no solution to be "
        "measured by. Leave check out, or check a cell of hillock.cells."
    )


def _name(step: AbstractStep) -> str:
    return type(step.cell if isinstance(step, DialectStep) else step).__name__


def _continuous(job: Job) -> Job:
    """Return the job of the exact engine."""
    return replace(job, step=_equations(job.step), dtype="float64", record=_potential(job.step), every=1)


def _equations(step: AbstractStep) -> AbstractStep:
    """Return a step of the same equations, whatever else its dialect does, so that several dialects have one compiled program."""
    assert isinstance(step, DialectStep)
    kept = {name: getattr(step.dialect, name) for name in ("crossing", "reset", "refractoriness")}
    return replace(step, dialect=Dialect("equations", "continuous time", **kept), integrator=RK4())


def _potential(step: AbstractStep) -> tuple[str, ...]:
    return ("v",) if "v" in step.recordable() else ()


def _refined(job: Job, run: Run, steps: int, n: int) -> Solution:
    """Return the result of the same step with dt/n, in double precision; its potential at the grid points of dt."""
    stamp, record = job.step.dialect.stamp, _potential(job.step)
    every = n if stamp == 1 else 1
    fine = replace(job, dt=job.dt / n, dtype="float64", record=record, every=every)
    piece = steps if every == n or not record else max(1, int(_PIECE_BYTES / (n * fine.row_bytes)))
    parts: list[Recording] = []
    for first in range(0, steps, piece):
        rec = run(fine, None, n * min(piece, steps - first), parts[-1].end if parts else None)
        at = n * first + every * np.arange(1, rec.steps // every + 1) - 1 + stamp  # in fine steps, the time of each row
        parts.append(replace(rec, traces={name: rows[(at % n == 0) & (at > 0)] for name, rows in rec.traces.items()}))
    times, neurons, shows = (
        np.concatenate(columns) for columns in zip(*((r.spike_times, r.spike_neurons, fired_at(r, job.step.dialect)) for r in parts), strict=True)
    )
    return Solution("halving", times, neurons, -(-shows // n), np.concatenate([rec["v"] for rec in parts]) if record else None)


def _check_halving(job: Job, run: Run, steps: int) -> None:
    name = _name(job.step)
    if not _uses_dt(job.step):
        raise ValueError(
            f"check cannot tell the error of {name}: its rule is the same at every dt, so that another dt is another model. Leave check out."
        )
    if steps * HALVED > _MOST_STEPS:
        raise ValueError(f"check halves dt eight times, and {steps} steps of {name} are then more than can be counted. Check a shorter run.")
    check_stimulus(job.stimulus, job.dt / HALVED, steps * job.dt)
    if _is_random(job) and not _same_input(job, run, steps):
        kind = type(job.stimulus).__name__
        raise ValueError(
            f"check cannot tell the error of {name} on {kind}: it halves dt, and {kind} draws other random numbers at another dt. Leave check out, or use "
            "GaussianNoise, which draws the same."
        )


def _uses_dt(step: AbstractStep) -> bool:
    """Return whether a step looks at dt, which tracing it shows."""

    def prepared(dt: Float[np.ndarray, ""]) -> object:
        return jax.vmap(lambda one: one.prepare(dt), (neuron_axes(step),), axis_size=1 if _is_one(step) else None)(step)

    return bool(dependence(prepared, np.float32(1.0)).any())


def _is_one(step: AbstractStep) -> bool:
    return not jax.tree.leaves(neuron_axes(step))


def _is_random(job: Job) -> bool:
    try:
        choose_key(None, job.stimulus, job.dt)
    except ValueError:
        return True
    return False


def _same_input(job: Job, run: Run, steps: int) -> bool:
    """Return whether the input is the same, at the same times, with half the dt."""
    whole = run(replace(job, dtype="float64", record=("i",), every=1), None, steps, None)["i"]
    half = run(replace(job, dt=job.dt / 2, dtype="float64", record=("i",), every=1), None, 2 * steps, None)["i"]
    delay = job.step.dialect.input_delay
    apart = np.abs(whole[delay:] - half[delay::2][: len(whole) - delay]).max(initial=0.0)
    return bool(apart <= 1e-6 * np.abs(whole).max(initial=0.0))
