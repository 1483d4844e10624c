"""The scan engine: XLA's loop over steps, vectorised over neurons.

``Scan`` runs chunks of any length with one compiled program (the number of steps is an argument of it), so results do not depend on
how a run is cut. ``trace`` is the same body under ``jax.lax.scan``, for use inside a user's own ``jit``, ``grad`` or ``vmap``.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, Int

from hillock._population import neuron_axes
from hillock.dialects import AbstractCoupledStep, AbstractStep
from hillock.engines._base import AbstractEngine, AbstractRun, Carry, Chunk, Job, Rows
from hillock.engines._neuron import Plan, Setting, advance, cast, like, plan_of, prepare, start
from hillock.random import Key
from hillock.stimuli import AbstractStimulus

_CHUNK_BYTES = 32_000_000  # of output per chunk: large enough to hide the host's work, small enough to answer Ctrl-C
_CHUNK_STEPS = 16_384


class Scan(AbstractEngine):
    """Runs on whatever device JAX has; what is differentiated runs here."""

    name: ClassVar[str] = "scan"

    def open(self, job: Job) -> AbstractRun:
        return _Run(job, self.chunk(job))

    def chunk(self, job: Job) -> int:
        row = job.neurons + 8 * job.columns * len(job.record) / job.every
        return max(job.every, int(min(_CHUNK_STEPS, _CHUNK_BYTES / row)) // job.every * job.every)

    def bytes_per_neuron(self, job: Job, variables: int) -> float:
        """Three copies of the state (before, after, in between) and two of a chunk's output."""
        chunk = self.chunk(job)
        return 3 * variables + 2 * chunk * (1 + job.row_bytes / job.neurons)


class _Run(AbstractRun):
    def __init__(self, job: Job, chunk: int):
        self.job, self.chunk, self.plan = job, chunk, plan_of(job, chunk)

    def init(self) -> Carry:
        with jax.enable_x64(True):
            return _start(self.job.step, self.job.stimulus, self.plan)

    def run(self, carry: Carry, start: int, steps: int, into: Rows | None = None) -> tuple[Carry, Chunk]:
        job = self.job
        with jax.enable_x64(True):
            dt, key = np.float64(job.dt), job.key
            carry, spikes, traces = _loop(job.step, job.stimulus, carry, np.int32(start), np.int32(steps), dt, key, self.plan)
        fired = np.flatnonzero(np.asarray(spikes)[:steps])  # of two dimensions, numpy's search is ten times as slow
        # Cut on the host: a slice of a JAX array would compile a program of its own.
        rows = {name: np.asarray(rows)[: steps // job.every] for name, rows in traces.items()}
        return carry, Chunk([(fired // job.neurons + start, (fired % job.neurons).astype(np.int32))], rows)


@partial(jax.jit, static_argnames="plan")
def _start(step: AbstractStep, stimulus: AbstractStimulus, plan: Plan) -> Carry:
    return start(step, stimulus, plan)


@partial(jax.jit, static_argnames="plan")
def _loop(
    step: AbstractStep,
    stimulus: AbstractStimulus,
    carry: Carry,
    first: Int[Array, ""],
    steps: Int[Array, ""],
    dt: Float[Array, ""],
    key: Key,
    plan: Plan,
) -> tuple[Carry, Array, dict[str, Array]]:
    body = population(step, stimulus, dt, key, plan)
    spikes = jnp.zeros((plan.chunk, plan.neurons), bool)
    columns = slice(None) if plan.of is None else np.array(plan.of)
    width = plan.neurons if plan.of is None else len(plan.of)
    traces = {name: jnp.zeros((plan.chunk // plan.every, width), plan.dtype) for name in plan.record}

    def one_step(k: Int[Array, ""], so_far: tuple) -> tuple:
        carry, spikes, traces = so_far
        carry, fired, shown = body(carry, first + k)
        row = k // plan.every  # overwritten until the last step of the row
        traces = {name: rows.at[row].set(shown[name][columns], mode="drop") for name, rows in traces.items()}
        return carry, spikes.at[k].set(fired > 0), traces

    return lax.fori_loop(0, steps, one_step, (carry, spikes, traces))


def trace(job: Job, carry: Carry | None, first: int, steps: int) -> tuple[Carry, Array, dict[str, Array]]:
    """Return final carry, spikes (steps, neurons) and traces of a run on traced values: differentiable, in the user's precision."""
    return _scan(job.step, job.stimulus, carry, first, jnp.asarray(job.dt), Key(*map(jnp.asarray, job.key)), plan_of(job, steps), steps)


@partial(jax.jit, static_argnames=("plan", "steps"))
def _scan(
    step: AbstractStep,
    stimulus: AbstractStimulus,
    carry: Carry | None,
    first: Int[Array, ""],
    dt: Float[Array, ""],
    key: Key,
    plan: Plan,
    steps: int,
) -> tuple[Carry, Array, dict[str, Array]]:
    body = population(step, stimulus, dt, key, plan)
    columns = slice(None) if plan.of is None else np.array(plan.of)

    def one_step(carry: Carry, k: Int[Array, ""]) -> tuple[Carry, tuple]:
        carry, fired, shown = body(carry, k)
        return carry, (fired, {name: shown[name][columns] for name in plan.record})

    carry = start(step, stimulus, plan) if carry is None else carry
    carry, (spikes, traces) = lax.scan(one_step, carry, first + jnp.arange(steps, dtype=jnp.int32))
    return carry, spikes, {name: rows[plan.every - 1 :: plan.every] for name, rows in traces.items()}


Advance = Callable[[Carry, Int[Array, ""]], tuple[Carry, Float[Array, " neurons"], Mapping[str, Float[Array, " neurons"]]]]
"""One step of a population: (carry, step index) -> (carry, spikes, shown)."""


def population(step: AbstractStep, stimulus: AbstractStimulus, dt: Float[Array, ""], key: Key, plan: Plan) -> Advance:
    """Return the step of all neurons."""
    axes = neuron_axes(step)
    prepared, prepared_axes = prepare(step, axes, dt, plan.dtype)
    setting = Setting(cast(step, plan.dtype), prepared, cast(stimulus, str(jnp.result_type(dt))), (), dt, key, jnp.zeros((), jnp.int32))
    everyone = jnp.arange(plan.neurons, dtype=jnp.int32)
    every_one = jax.vmap(partial(advance, plan=plan), (Setting(axes, prepared_axes, neuron_axes(stimulus), (), None, None, None), 0, 0, None))  # type: ignore[arg-type]

    def all_neurons(carry: Carry, k: Int[Array, ""]) -> tuple[Carry, Float[Array, " neurons"], Mapping[str, Float[Array, " neurons"]]]:
        carry, fired, shown = every_one(setting, carry, everyone, k)
        if isinstance(setting.step, AbstractCoupledStep):
            exchanged, fired, shown = setting.step.exchange(carry.state, fired.astype(plan.dtype), shown)
            carry = carry._replace(state=like(exchanged, carry.state))
        return carry, fired, shown

    return all_neurons
