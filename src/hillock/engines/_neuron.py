"""One neuron in one step, stimulus included: the function that every engine makes a population and a loop of."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from hillock._population import neuron_axes
from hillock._trace import dependence
from hillock._types import Tree
from hillock.dialects import AbstractReceivingStep, AbstractStep
from hillock.engines._base import Carry, Feed, Job
from hillock.random import Key
from hillock.stimuli import AbstractStimulus, Moment
from hillock.surrogates import AbstractSurrogate


class Plan(NamedTuple):
    """The part of a job that shapes the compiled program."""

    neurons: int
    dtype: str
    record: tuple[str, ...]
    every: int
    of: tuple[int, ...] | None
    chunk: int
    surrogate: AbstractSurrogate


def plan_of(job: Job, chunk: int) -> Plan:
    """Return the plan of a job that is run in pieces of at most ``chunk`` steps."""
    return Plan(job.neurons, job.dtype, job.record, job.every, job.of, chunk, job.surrogate)


class Setting(NamedTuple):
    """All that a step works with besides what it carries: constants in the working precision, dt and key."""

    step: AbstractStep
    prepared: Tree
    stimulus: AbstractStimulus
    feeds: tuple[Feed, ...]
    dt: Any
    key: Key
    first_neuron: Any


_FEEDS = 2**16  # their random streams begin here, beyond those of the terms of a sum


def advance(
    setting: Setting,
    carry: Carry,
    neuron: Int[Array, ""],
    k: Int[Array, ""],
    plan: Plan,
    arrivals: tuple[Float[Array, ""], ...] = (),
) -> tuple[Carry, Float[Array, ""], dict[str, Float[Array, ""]]]:
    """Return what one neuron carries on, its spike and its recorded values after step ``k``, in which ``arrivals`` arrive at its ports."""
    step, delay = setting.step, setting.step.dialect.input_delay
    now = Moment(k - delay, setting.dt, setting.key, neuron + setting.first_neuron)
    memory, i = setting.stimulus.sample(carry.stimulus, now)
    i = jnp.asarray(i).astype(plan.dtype)
    i = jnp.where(k < delay, jnp.zeros_like(i), i) if delay else i
    if not isinstance(step, AbstractReceivingStep):
        new, fired, shown = step(setting.prepared, carry.state, i, plan.surrogate)
        memories = ()
    else:
        memories, arrivals = _fed(setting, carry, now._replace(step=k), arrivals)
        new, fired, shown = step(setting.prepared, carry.state, i, plan.surrogate, arrivals)
    shown = {name: jnp.asarray(value).astype(plan.dtype) for name, value in {**shown, "i": i}.items() if name in plan.record}
    return Carry(like(new, carry.state), memory, memories), jnp.asarray(fired), shown


def _fed(
    setting: Setting, carry: Carry, now: Moment, arrivals: tuple[Float[Array, ""], ...]
) -> tuple[tuple[Tree, ...], tuple[Float[Array, ""], ...]]:
    """Return what feeds remember, and arrivals with what they bring."""
    totals, memories = list(arrivals), []
    for j, (feed, before) in enumerate(zip(setting.feeds, carry.feeds, strict=True)):
        memory, count = feed.spikes.sample(before, now._replace(stream=_FEEDS + j))
        memories.append(memory)
        totals[feed.port] = totals[feed.port] + (feed.weight * count).astype(totals[feed.port].dtype)
    return tuple(memories), tuple(totals)


def start(step: AbstractStep, stimulus: AbstractStimulus, plan: Plan, feeds: tuple[Feed, ...] = ()) -> Carry:
    """Return the states of a population before its first step."""

    def memory(one: AbstractStimulus) -> Tree:
        return _of_each(one, plan.neurons, lambda one: jax.tree.map(jnp.asarray, one.init()))

    state = _of_each(step, plan.neurons, lambda one: cast(one.init(), plan.dtype))
    return Carry(state, memory(stimulus), tuple(memory(feed.spikes) for feed in feeds))


def _of_each(population: Tree, neurons: int, function: Callable[[Tree], Tree]) -> Tree:
    """Return what a function makes of each neuron, (neurons, ...); where all are the same, it is asked once."""
    axes = neuron_axes(population)
    if jax.tree.leaves(axes):
        return jax.vmap(function, (axes,), axis_size=neurons)(population)
    return jax.tree.map(lambda x: jnp.broadcast_to(x, (neurons, *x.shape)), function(population))


def prepare(step: AbstractStep, axes: Tree, dt: Float[Array, ""], dtype: str) -> tuple[Tree, Tree]:
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
        is_real = jnp.issubdtype(getattr(leaf, "dtype", type(leaf)), jnp.floating)
        return jnp.asarray(leaf, dtype if is_real else None)

    return jax.tree.map(one, tree)


def like(new: Tree, old: Tree) -> Tree:
    """Return ``new`` with the dtypes of ``old``, whatever the author of a cell mixed in."""
    return jax.tree.map(lambda a, b: jnp.asarray(a).astype(b.dtype), new, old)
