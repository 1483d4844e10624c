"""The scan engine: XLA's loop over steps, vectorised over neurons.

``Scan`` runs chunks of any length with one compiled program (the number of steps is an argument of it), so results do not depend on
how a run is cut. ``trace`` is the same body under ``jax.lax.scan``, for use inside a user's own ``jit``, ``grad`` or ``vmap``.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, Int

from hillock._population import neuron_axes
from hillock._trace import dependence
from hillock._types import Tree
from hillock.dialects import AbstractCoupledStep, AbstractStep
from hillock.engines._base import AbstractEngine, Carry, Chunk, Job
from hillock.random import Key
from hillock.stimuli import AbstractStimulus, Moment
from hillock.surrogates import AbstractSurrogate


class Plan(NamedTuple):
    """The part of a job that shapes the compiled program."""

    neurons: int
    dtype: str
    record: tuple[str, ...]
    every: int
    chunk: int
    surrogate: AbstractSurrogate


class Scan(AbstractEngine):
    """Runs on whatever device JAX has."""

    name: ClassVar[str] = "scan"

    def init(self, job: Job) -> Carry:
        with jax.enable_x64(True):
            return _start(job.step, job.stimulus, _plan(job))

    def run(self, job: Job, carry: Carry, start: int, steps: int) -> tuple[Carry, Chunk]:
        with jax.enable_x64(True):
            dt, key = np.float64(job.dt), job.key
            carry, spikes, traces = _loop(job.step, job.stimulus, carry, np.int32(start), np.int32(steps), dt, key, _plan(job))
        # Cut on the host: a slice of a JAX array would compile a program of its own.
        return carry, Chunk(np.asarray(spikes)[:steps], {name: np.asarray(rows)[: steps // job.every] for name, rows in traces.items()})


def _plan(job: Job) -> Plan:
    return Plan(job.neurons, job.dtype, job.record, job.every, job.chunk, job.surrogate)


@partial(jax.jit, static_argnames="plan")
def _start(step: AbstractStep, stimulus: AbstractStimulus, plan: Plan) -> Carry:
    return start(step, stimulus, plan)


def start(step: AbstractStep, stimulus: AbstractStimulus, plan: Plan) -> Carry:
    """Return the states of a population before its first step."""
    everyone = jnp.arange(plan.neurons)
    state = jax.vmap(lambda one, _: cast(one.init(), plan.dtype), (neuron_axes(step), 0))(step, everyone)
    memory = jax.vmap(lambda one, _: jax.tree.map(jnp.asarray, one.init()), (neuron_axes(stimulus), 0))(stimulus, everyone)
    return Carry(state, memory)


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
    traces = {name: jnp.zeros((plan.chunk // plan.every, plan.neurons), plan.dtype) for name in plan.record}

    def one_step(k: Int[Array, ""], so_far: tuple) -> tuple:
        carry, spikes, traces = so_far
        carry, fired, shown = body(carry, first + k)
        row = k // plan.every  # overwritten until the last step of the row
        traces = {name: rows.at[row].set(shown[name], mode="drop") for name, rows in traces.items()}
        return carry, spikes.at[k].set(fired > 0), traces

    return lax.fori_loop(0, steps, one_step, (carry, spikes, traces))


def trace(job: Job, carry: Carry | None, first: int, steps: int) -> tuple[Carry, Array, dict[str, Array]]:
    """Return final carry, spikes (steps, neurons) and traces of a run on traced values: differentiable, in the user's precision."""
    return _scan(job.step, job.stimulus, carry, first, jnp.asarray(job.dt), Key(*map(jnp.asarray, job.key)), _plan(job), steps)


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

    def one_step(carry: Carry, k: Int[Array, ""]) -> tuple[Carry, tuple]:
        carry, fired, shown = body(carry, k)
        return carry, (fired, {name: shown[name] for name in plan.record})

    carry = start(step, stimulus, plan) if carry is None else carry
    carry, (spikes, traces) = lax.scan(one_step, carry, first + jnp.arange(steps, dtype=jnp.int32))
    return carry, spikes, {name: rows[plan.every - 1 :: plan.every] for name, rows in traces.items()}


Advance = Callable[[Carry, Int[Array, ""]], tuple[Carry, Float[Array, " neurons"], Mapping[str, Float[Array, " neurons"]]]]
"""One step of a population: (carry, step index) -> (carry, spikes, shown)."""


def population(step: AbstractStep, stimulus: AbstractStimulus, dt: Float[Array, ""], key: Key, plan: Plan) -> Advance:
    """Return the step of all neurons."""
    axes, stimulus_axes = neuron_axes(step), neuron_axes(stimulus)
    prepared, prepared_axes = _prepare(step, axes, dt, plan.dtype)
    working = cast(step, plan.dtype)
    stimulus = cast(stimulus, str(jnp.result_type(dt)))
    everyone = jnp.arange(plan.neurons, dtype=jnp.int32)
    delay = step.dialect.input_delay

    def one(step, prepared, stimulus, state, memory, neuron, k):
        memory, i = stimulus.sample(memory, Moment(k - delay, dt, key, neuron))
        i = jnp.asarray(i).astype(plan.dtype)
        i = jnp.where(k < delay, jnp.zeros_like(i), i) if delay else i
        new, fired, shown = step(prepared, state, i, plan.surrogate)
        shown = {name: jnp.asarray(value).astype(plan.dtype) for name, value in {**shown, "i": i}.items() if name in plan.record}
        return _like(new, state), memory, fired, shown

    every_one = jax.vmap(one, (axes, prepared_axes, stimulus_axes, 0, 0, 0, None))

    def all_neurons(carry: Carry, k: Int[Array, ""]) -> tuple[Carry, Float[Array, " neurons"], Mapping[str, Float[Array, " neurons"]]]:
        state, memory, fired, shown = every_one(working, prepared, stimulus, carry.state, carry.stimulus, everyone, k)
        if isinstance(working, AbstractCoupledStep):
            exchanged, fired, shown = working.exchange(state, fired.astype(plan.dtype), shown)
            state = _like(exchanged, state)
        return Carry(state, memory), fired, shown

    return all_neurons


def _prepare(step: AbstractStep, axes: Tree, dt: Float[Array, ""], dtype: str) -> tuple[Tree, Tree]:
    """Return the constants of a step and their neuron axes: those that are the same for all neurons are computed once."""
    leaves, tree = jax.tree.flatten(step)
    leaf_axes = tree.flatten_up_to(axes)
    differs = np.array([axis is not None for axis in leaf_axes])
    if not differs.any():
        prepared = step.prepare(dt)
        return cast(prepared, dtype), jax.tree.map(lambda _: None, prepared)
    first = [jnp.asarray(leaf)[..., 0] if d else leaf for leaf, d in zip(leaves, differs, strict=True)]
    found = dependence(lambda *flat: jax.tree.unflatten(tree, flat).prepare(dt), *first)
    out_axes = [-1 if row[differs].any() else None for row in found]
    shape = jax.tree.structure(jax.eval_shape(lambda *flat: jax.tree.unflatten(tree, flat).prepare(dt), *first))
    out = jax.tree.unflatten(shape, out_axes)
    return cast(jax.vmap(lambda one: one.prepare(dt), (axes,), out)(step), dtype), out


def cast(tree: Tree, dtype: str) -> Tree:
    """Return a tree with its floating-point leaves in ``dtype``."""

    def one(leaf: Tree) -> Tree:
        array = jnp.asarray(leaf)
        return array.astype(dtype) if jnp.issubdtype(array.dtype, jnp.floating) else array

    return jax.tree.map(one, tree)


def _like(new: Tree, old: Tree) -> Tree:
    """Return ``new`` with the dtypes of ``old``, whatever the author of a cell mixed in."""
    return jax.tree.map(lambda a, b: jnp.asarray(a).astype(b.dtype), new, old)
